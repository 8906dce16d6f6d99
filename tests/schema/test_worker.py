"""Stopping what computes in a thread: for real, between two steps of its Python."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from schema.worker import Job, Stopped, in_steps, in_worker, step, stoppable


class Loop:
    """Something that computes for ever, and knows how far it got."""

    def __init__(self, *, stubborn: bool = False) -> None:
        self.turns = 0
        self.thread = 0
        self.begun = threading.Event()
        self._stubborn = stubborn

    def __call__(self) -> None:
        self.thread = threading.get_ident()
        self.begun.set()
        while True:
            try:
                self.turns += 1
            except Exception:  # noqa: BLE001
                self._stubborn = True


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - a thread cannot set an event of the loop
            await asyncio.sleep(0.005)


async def _stopped(loop: Loop, ended: Callable[[], None]) -> None:
    task = asyncio.create_task(stoppable(loop, ended))
    await _until(loop.begun.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_what_computes_for_ever_is_stopped_and_its_thread_is_free() -> None:
    async def run() -> None:
        freed: list[int] = []
        loop = Loop()
        await _stopped(loop, lambda: freed.append(1))
        await _until(lambda: bool(freed))
        turns = loop.turns
        await asyncio.sleep(0.05)
        assert loop.turns == turns
        assert freed == [1]

    asyncio.run(run())


def test_the_next_job_of_a_thread_is_not_hit_by_what_was_meant_for_the_last() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def count() -> int:
        return sum(1 for _ in range(20_000))

    async def run() -> None:
        running = asyncio.get_running_loop()
        running.set_default_executor(ThreadPoolExecutor(1))
        threads = set()
        for _ in range(40):
            freed: list[int] = []
            loop = Loop()
            await _stopped(loop, lambda freed=freed: freed.append(1))  # type: ignore[misc]
            assert await stoppable(count) == 20_000
            assert freed == [1]
            threads.add(loop.thread)
        assert len(threads) == 1

    asyncio.run(run())


def test_a_job_that_ends_while_it_is_being_stopped_leaves_nothing_behind() -> None:
    async def run() -> None:
        for _ in range(200):
            task = asyncio.create_task(stoppable(lambda: sum(range(50))))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await stoppable(lambda: sum(range(1_000))) == 499_500

    asyncio.run(run())


def test_a_job_that_was_stopped_before_it_began_never_does() -> None:
    ran: list[str] = []
    job = Job(lambda: ran.append("ran"), lambda: ran.append("ended"))
    assert job.stop()
    with pytest.raises(Stopped):
        job()
    assert ran == []


def test_an_error_of_the_function_comes_to_the_caller() -> None:
    def failing() -> None:
        raise KeyError("x")

    freed: list[int] = []

    async def run() -> None:
        with pytest.raises(KeyError):
            await stoppable(failing, lambda: freed.append(1))
        await _until(lambda: bool(freed))

    asyncio.run(run())


def test_a_write_that_has_begun_goes_on_when_nobody_waits_for_it() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        go_on.wait(10)
        done.set()

    async def run() -> None:
        task = asyncio.create_task(in_worker(write))
        await _until(begun.is_set)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await _until(done.is_set)

    asyncio.run(run())


def test_a_read_in_steps_ends_at_its_next_step_when_nobody_waits_for_it() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    steps: list[str] = []

    def read() -> None:
        step()
        steps.append("whole")
        begun.set()
        go_on.wait(10)
        steps.append("whole")  # what has begun is not broken off
        try:
            step()
        except Stopped:
            ended.set()
            raise
        steps.append("beyond")

    async def run() -> None:
        task = asyncio.create_task(in_steps(read))
        await _until(begun.is_set)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await _until(ended.is_set)

    asyncio.run(run())
    assert steps == ["whole", "whole"]


def test_a_read_in_steps_gives_what_it_read() -> None:
    def read() -> int:
        step()
        return 7

    assert asyncio.run(in_steps(read)) == 7


def test_a_module_that_is_being_imported_is_not_left_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import time\nbegun = True\nfor _ in range(30):\n    time.sleep(0.01)\ndone = True\n"
    (tmp_path / "slow_to_import.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    found: list[str] = []

    def endless() -> None:
        import_module("slow_to_import")
        found.append("imported")
        while True:
            found[:] = found[:1]

    async def run() -> None:
        freed: list[int] = []
        task = asyncio.create_task(stoppable(endless, lambda: freed.append(1)))
        await _until(lambda: hasattr(sys.modules.get("slow_to_import"), "begun"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _until(lambda: bool(freed))
        assert found == ["imported"]
        assert sys.modules["slow_to_import"].done

    asyncio.run(run())


TRACED = """
import asyncio, sys
from schema.worker import stoppable
def turn():
    while True:
        pass
async def run():
    assert await stoppable(lambda: 7) == 7
    task = asyncio.create_task(stoppable(turn))
    await asyncio.sleep(0.2)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
asyncio.run(run())
seen = []
def trace(frame, event, argument):
    seen.append(event)
    return trace
def traced():
    return sum(at for at in range(10))
sys.settrace(trace)
found = traced()
sys.settrace(None)
assert seen
print(found)
"""


def test_what_is_traced_ends_after_jobs_that_were_stopped_and_ones_that_were_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "45\n"
