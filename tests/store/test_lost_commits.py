"""Commits whose answer is lost on its way: each is written once, and never twice."""

import random
from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest
from neo4j import GraphDatabase

from graph.commands import CreateNode
from graph.errors import OutcomeUnknown
from graph.model.changes import NodeChange
from graph.model.entities import Team
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.store.protocol import Known, Write
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.store.cutting import Cut, Wire, wired


def made(workspace: Workspace, name: str, key: str | None = None) -> int:
    """Write what would be refused, were it written twice."""
    return workspace.execute(CreateNode("Team", name), actor="ann", idempotency_key=key).revision


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("key", [None, "once"])
def test_a_commit_whose_answer_is_lost_is_written_once(
    connection: Connection, cut: Cut, key: str | None
) -> None:
    lost: Callable[[int], Cut | None] = lambda number: cut if number == cuts[0] else None  # noqa: E731
    cuts = [0]
    with wired(connection, lost) as (address, wire):
        workspace = Workspace.connect(address)
        cuts[0] = wire.commits + 2  # the first but one
        revisions = [made(workspace, "a"), made(workspace, "b", key), made(workspace, "c")]
        workspace.close()
    assert revisions == [1, 2, 3]
    _holds(connection, ["a", "b", "c"])


@pytest.mark.parametrize("seed", range(3))
def test_writers_whose_wires_break_at_random_write_each_of_theirs_once(
    connection: Connection, seed: int
) -> None:
    chance = random.Random(seed)
    armed = [False]

    def lost(number: int) -> Cut | None:
        del number
        return chance.choice([*Cut, *[None] * 6]) if armed[0] else None

    acknowledged: list[int] = []

    def write(workspace: Workspace, name: str) -> None:
        acknowledged.extend(made(workspace, f"{name}{at}") for at in range(8))

    with wired(connection, lost) as (address, _):
        workspaces = [Workspace.connect(address) for _ in range(3)]
        armed[0] = True
        threads = [
            Thread(target=write, args=(each, name))
            for name, each in zip("abc", workspaces, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        armed[0] = False
        for each in workspaces:
            each.close()
    assert sorted(acknowledged) == list(range(1, 25))
    _holds(connection, [f"{name}{at}" for name in "abc" for at in range(8)])


def test_a_commit_of_which_nothing_can_be_learnt_is_told_as_that_and_can_be_given_again(
    connection: Connection,
) -> None:
    going: list[Wire] = []

    def lost(number: int) -> Cut | None:
        if not going or number <= going[0].commits - 1:
            return None
        going.pop().down = True
        return Cut.UNANSWERED

    DriverStore.connect(connection).close()  # which makes the database ours
    with wired(connection, lost) as (address, wire):
        driver = GraphDatabase.driver(
            address.uri, auth=(address.user, address.password), max_transaction_retry_time=0.1
        )
        store = DriverStore(driver, address, settled_s=0.5)
        change = NodeChange(Ref("Team", "a"), None, Team(key="a"))
        write = Write(0, (change,), "ann", "create", "once", ticket="t1")
        going.append(wire)
        with pytest.raises(OutcomeUnknown) as caught:
            store.append(write)
        assert "same idempotency key" in caught.value.hint
        wire.down = False
        assert store.append(write).revision == 1
        with pytest.raises(Known):
            store.append(replace(write, ticket="t2"))
        store.close()
    _holds(connection, ["a"])


def _holds(connection: Connection, keys: list[str]) -> None:
    """Look at the store by a wire that does not break."""
    store = DriverStore.connect(connection)
    snapshot, log = store.load(), store.commits(0)
    store.close()
    assert sorted(snapshot.nodes(Team)) == sorted(keys)
    assert [commit.revision for commit in log] == list(range(1, len(keys) + 1))
