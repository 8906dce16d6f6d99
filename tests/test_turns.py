"""Turns: one thread at a time, which takes along those who wait."""

import threading
from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from graph.contact import Contact
from graph.errors import Contended, StoreUnreachable
from graph.turns import AWAY_S, TOGETHER, Turns
from tests.waiting import eventually


class Held:
    """Carries numbers out, and stops at 0 until it may go on."""

    def __init__(self, contact: Contact | None = None, turn_s: float = 60) -> None:
        self.groups: list[Sequence[int]] = []
        self.threads: list[int] = []
        self.going, self.may_go = Event(), Event()
        self.turns: Turns[int] = Turns(contact or Contact(), self.carry_out, turn_s=turn_s)

    def carry_out(self, group: Sequence[int]) -> None:
        self.groups.append(group)
        self.threads.append(threading.get_ident())
        if 0 in group:
            self.going.set()
            assert self.may_go.wait(60)

    def after(self, others: Sequence[int], then: Callable[[], None] = lambda: None) -> None:
        """Have others wait while 0 is carried out, each in a thread of its own."""
        threads = [Thread(target=self.turns.take, args=(number,)) for number in (0, *others)]
        for count, thread in enumerate(threads):
            thread.start()
            self.going.wait()
            eventually(lambda count=count: self.turns.waiting == count)  # type: ignore[misc]
        try:
            then()
        finally:
            self.may_go.set()
            for thread in threads:
                thread.join()


def test_whoever_comes_alone_is_carried_out_at_once_in_his_own_thread() -> None:
    held = Held()
    held.turns.take(1)
    held.turns.take(2)
    assert held.groups == [[1], [2]]
    assert set(held.threads) == {threading.get_ident()}


def test_those_who_wait_are_carried_out_together_in_their_order() -> None:
    held = Held()
    held.after([1, 2, 3])
    assert held.groups == [[0], [1, 2, 3]]
    assert held.turns.waiting == 0


def test_a_turn_is_bounded_and_the_next_one_takes_the_rest() -> None:
    held = Held()
    held.after(range(1, TOGETHER + 3))
    assert [len(group) for group in held.groups] == [1, TOGETHER, 2]
    assert [number for group in held.groups for number in group] == list(range(TOGETHER + 3))


def test_who_waits_for_too_long_gives_up_and_is_not_carried_out() -> None:
    held = Held(turn_s=0)

    def then() -> None:
        with pytest.raises(Contended) as caught:
            held.turns.take(1)
        assert caught.value.message == "other writes of this process took 0 s"
        assert caught.value.hint == "nothing was written; try again"

    held.after([], then)
    assert held.groups == [[0]]


def test_nobody_waits_for_a_database_that_has_been_away_for_long() -> None:
    now = [0.0]
    contact = Contact(lambda: now[0])
    held = Held(contact)

    def then() -> None:
        with pytest.raises(StoreUnreachable), contact.asking():
            raise StoreUnreachable("gone")
        now[0] = AWAY_S + 1
        with pytest.raises(StoreUnreachable) as caught:
            held.turns.take(1)
        assert caught.value.message == "the database has been away for 11 s"

    held.after([], then)
    assert held.groups == [[0]]


def test_many_threads_are_each_carried_out_once() -> None:
    done: list[int] = []
    turns: Turns[int] = Turns(Contact(), done.extend)

    def take(name: int) -> None:
        for at in range(100):
            turns.take(name * 100 + at)

    threads = [Thread(target=take, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(800))
    for name in range(8):
        own = [number for number in done if number // 100 == name]
        assert own == sorted(own)
