import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from schema.slots import Busy, SlotLimits, Slots


class Held:
    """Work that goes on until it is let go, and counts how much of it there is at once."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        while not self.go_on.is_set():
            self.go_on.wait(0.01)
        with self._lock:
            self.now -= 1
        return "done"


def _run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(bounded())


async def _settled() -> None:
    await asyncio.sleep(0.05)


def test_no_more_run_at_once_than_there_are_slots_and_all_get_one() -> None:
    async def test() -> None:
        slots, held = Slots(SlotLimits(running=2, each_running=2)), Held()
        tasks = [asyncio.create_task(slots.run("a", n, held)) for n in range(8)]  # noqa: RUF100
        await _settled()
        assert (slots.running, slots.waiting) == (2, 6)
        held.go_on.set()
        assert await asyncio.gather(*tasks) == ["done"] * 8
        await _settled()
        assert (slots.running, slots.waiting, held.most) == (0, 0, 2)

    _run(test)


def test_no_caller_takes_more_than_a_share_and_others_pass_by() -> None:
    async def test() -> None:
        slots, held = Slots(SlotLimits(running=2, each_running=1)), Held()
        greedy = [asyncio.create_task(slots.run("greedy", object(), held)) for _ in range(3)]
        await _settled()
        assert (slots.running, slots.waiting) == (1, 2)
        modest = asyncio.create_task(slots.run("modest", object(), lambda: "at once"))
        assert await modest == "at once"
        held.go_on.set()
        await asyncio.gather(*greedy)

    _run(test)


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (SlotLimits(running=1, waiting=2), "analyses_waiting"),
        (SlotLimits(running=1, each_waiting=2), "analyses_waiting_each"),
    ],
)
def test_one_too_many_is_turned_away_by_the_limit_and_told_when_to_come_again(
    limits: SlotLimits, limit: str
) -> None:
    async def test() -> None:
        slots, held = Slots(limits), Held()
        operations = [object() for _ in range(4)]
        tasks = [asyncio.create_task(slots.run("a", each, held)) for each in operations]
        with pytest.raises(Busy) as busy:
            await tasks[3]
        told = busy.value.extensions or {}
        assert (told["code"], told["limit"], told["value"]) == ("BUSY", limit, 2)
        assert told["retryAfterSeconds"] >= 1
        held.go_on.set()
        assert await asyncio.gather(*tasks[:3]) == ["done"] * 3

    _run(test)


def test_an_operation_that_waits_may_wait_for_as_much_as_it_asks_for() -> None:
    async def test() -> None:
        slots, held, one = Slots(SlotLimits(running=1, waiting=1)), Held(), object()
        tasks = [asyncio.create_task(slots.run("a", one, held)) for _ in range(50)]
        await _settled()
        assert slots.waiting == 49
        held.go_on.set()
        assert await asyncio.gather(*tasks) == ["done"] * 50

    _run(test)


def test_who_goes_away_leaves_the_queue_and_gives_the_slot_to_the_next() -> None:
    async def test() -> None:
        slots, held = Slots(SlotLimits(running=1)), Held()
        first, second, third = (
            asyncio.create_task(slots.run("a", object(), held)) for _ in range(3)
        )
        await _settled()
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert slots.waiting == 1
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        while slots.waiting:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.01)
        held.go_on.set()
        assert await third == "done"
        await _settled()
        assert slots.running == 0

    _run(test)
