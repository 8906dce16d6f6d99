"""What is told of a database that is away, by a clock of the test's own."""

import pytest

from graph.commands import CreateNode
from graph.contact import SLOW_S, Contact
from graph.errors import StoreFailed, StoreUnreachable
from graph.store.memory import MemoryStore
from graph.turns import AWAY_S
from graph.workspace import Workspace


class Clock:
    """Stands still unless it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(contact: Contact) -> None:
    with pytest.raises(StoreFailed), contact.asking():
        raise StoreFailed("away")


def test_the_age_is_the_time_since_the_last_question_that_was_answered_was_asked() -> None:
    clock = Clock()
    contact = Contact(clock)
    with contact.asking():
        clock.now += 3
        assert contact.age_s == 3
    assert contact.age_s == 3
    clock.now += 1
    failing(contact)
    assert contact.age_s == 4
    with contact.asking():
        pass
    assert (contact.age_s, contact.trouble) == (0, None)


def test_what_failed_is_the_trouble_until_an_answer_comes() -> None:
    contact = Contact(Clock())
    failing(contact)
    assert isinstance(contact.trouble, StoreFailed)
    with contact.asking():
        assert isinstance(contact.trouble, StoreFailed)
    assert contact.trouble is None


def test_a_question_that_stays_without_an_answer_is_a_trouble_of_its_own() -> None:
    clock = Clock()
    contact = Contact(clock)
    with contact.asking():
        clock.now += SLOW_S
        assert contact.trouble is None
        clock.now += 1
        assert isinstance(contact.trouble, StoreUnreachable)
        assert contact.trouble.message == "the database has not answered for 6 s"
    assert contact.trouble is None


def test_a_database_that_nobody_asks_is_not_away() -> None:
    clock = Clock()
    contact = Contact(clock)
    clock.now += 1_000
    contact.expect_within(1)
    assert contact.trouble is None


def test_a_write_is_refused_at_once_where_the_database_has_been_away_for_long() -> None:
    clock = Clock()
    workspace = Workspace(MemoryStore(), contact=Contact(clock))
    failing(workspace.contact)
    clock.now += AWAY_S
    workspace.execute(CreateNode("Team", "a"), actor="x")
    clock.now += 1
    with pytest.raises(StoreUnreachable) as caught:
        workspace.execute(CreateNode("Team", "b"), actor="x")
    assert caught.value.message == "the database has been away for 11 s"
    assert caught.value.hint == "nothing was written; try again"
    assert set(workspace.snapshot().keys("Team")) == {"a"}
