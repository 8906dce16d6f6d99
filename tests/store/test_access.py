"""Tokens and refused writes, in memory and on the engine alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from graph.commands import CreateNode
from graph.errors import Conflict, Refused, StoreUnreachable
from graph.model.access import REFUSALS_KEPT, AccessToken, RefusedWrite
from graph.model.principals import Role
from graph.store import refusals as refusals_module
from graph.store.connection import Connection
from graph.store.memory import MemoryBook, MemoryStore
from graph.store.protocol import Store
from graph.store.refusals import Refusals
from graph.store.writer import DriverStore
from graph.workspace import Workspace

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["memory", "engine"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    connection: Connection = request.getfixturevalue("connection")
    opened = DriverStore.connect(connection)
    yield opened
    opened.close()


def token(id_: str, name: str = "ci", **more: datetime) -> AccessToken:
    at = more.pop("created_at", NOW)
    return AccessToken(id_, name, Role.PLANNER, ("a", "b"), "ann", "0" * 64, at, **more)


def refusal(number: int) -> RefusedWrite:
    return RefusedWrite(NOW, "ann", "viewer", "create", f"Team/{number}", "forbidden", "no", 2)


def test_tokens_are_given_back_as_they_were_kept_the_oldest_first(store: Store) -> None:
    later = token("1", "later", created_at=NOW + timedelta(days=1), expires_at=NOW)
    bare = AccessToken("2", "bare", Role.VIEWER, (), None, "1" * 64, NOW)
    store.access.add_token(bare)
    store.access.add_token(later)
    assert list(store.access.tokens()) == [bare, later]


def test_two_tokens_that_are_not_revoked_have_different_names(store: Store) -> None:
    store.access.add_token(token("1"))
    with pytest.raises(Conflict, match="named 'ci' already: 1"):
        store.access.add_token(token("2"))
    store.access.revoke_token("1", NOW)
    store.access.add_token(token("2"))
    assert [found.id for found in store.access.tokens()] == ["1", "2"]


def test_a_revoked_token_keeps_the_instant_at_which_it_was_revoked_first(store: Store) -> None:
    store.access.add_token(token("1"))
    assert store.access.revoke_token("1", NOW)
    assert store.access.revoke_token("1", NOW + timedelta(days=1))
    assert store.access.tokens()[0].revoked_at == NOW
    assert not store.access.revoke_token("2", NOW)


def test_refusals_are_given_the_newest_first_with_numbers_without_gaps(store: Store) -> None:
    store.access.keep_refusals([refusal(1), refusal(2)])
    store.access.keep_refusals([])
    store.access.keep_refusals([refusal(3)])
    found = store.access.refusals(2)
    assert [(one.number, one.target) for one in found] == [(3, "Team/3"), (2, "Team/2")]
    assert (found[0].at, found[0].reasons, found[0].role) == (NOW, 2, "viewer")


def test_of_too_many_refusals_the_oldest_go(store: Store) -> None:
    for first in range(0, REFUSALS_KEPT + 10, 1_001):
        count = min(1_001, REFUSALS_KEPT + 10 - first)
        store.access.keep_refusals([refusal(first + place) for place in range(count)])
    found = store.access.refusals(2 * REFUSALS_KEPT)
    targets = [one.target for one in found]
    assert targets == [f"Team/{n}" for n in range(REFUSALS_KEPT + 9, 9, -1)]


def test_refusals_of_several_threads_are_all_kept(store: Store) -> None:
    def keep() -> None:
        for number in range(5):
            store.access.keep_refusals([refusal(number)])

    threads = [Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.number for one in store.access.refusals(100)) == list(range(1, 21))


def test_what_is_kept_about_access_is_no_part_of_the_graph_nor_of_its_log(store: Store) -> None:
    store.access.add_token(token("1"))
    store.access.keep_refusals([refusal(1)])
    assert (store.revision(), store.load().count(), list(store.commits(0))) == (0, (0, 0), [])
    workspace = Workspace(store)
    assert workspace.execute(CreateNode("Team", "a"), actor="x").revision == 1
    assert store.load().count() == (1, 0)
    assert len(store.access.tokens()) == 1


def test_a_write_that_breaks_a_rule_is_kept_with_who_wanted_what_and_why_not(store: Store) -> None:
    workspace = Workspace(store)
    heard: list[RefusedWrite] = []
    workspace.heed = heard.append
    with pytest.raises(Refused):
        workspace.execute(CreateNode("Team", "a", {"capacity": -1, "nme": 1}), actor="ann")
    (found,) = workspace.refused(10)
    assert (found.actor, found.role, found.command, found.target) == ("ann", "", "create", "Team/a")
    assert (found.code, found.reasons) == ("unknown_property", 2) or found.reasons == 2
    assert [one.message for one in heard] == [found.message]


class Unreachable(MemoryBook):
    """A book that cannot be reached until it can."""

    gone = True

    def keep_refusals(self, refusals: object) -> None:
        if self.gone:
            message = "no database answers"
            raise StoreUnreachable(message)
        super().keep_refusals(refusals)  # type: ignore[arg-type]


def test_refusals_wait_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals_module, "PAUSE_S", 0.0)
    book = Unreachable()
    refusals = Refusals(book)
    for number in range(3):
        refusals.note(refusal(number))
    with pytest.raises(StoreUnreachable):
        refusals.newest(10)
    book.gone = False
    assert [one.target for one in refusals.newest(10)] == ["Team/2", "Team/1", "Team/0"]


def test_refusals_are_written_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals_module, "PAUSE_S", 0.001)
    book = MemoryBook()
    refusals = Refusals(book)
    refusals.note(refusal(1))
    writer = refusals._writer
    if writer is not None:
        writer.join(5)
    assert [one.target for one in book.refusals(5)] == ["Team/1"]
