"""The life of a dependency through a real store: kept with its dates, and taken back step by step."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from graph.commands import Import, MoveDependency, RequestDependency, Step
from graph.commands.planning import Command
from graph.errors import ErrorCode, Refused
from graph.model.dependencylife import DependencyMove
from graph.model.records import NodeRecord
from graph.model.relations import DependsOn
from graph.model.values import Json, Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import Store
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.commands.test_undoing import content
from tests.telling import same_graph

NOW = datetime(2026, 2, 15, 9, 30, 5, 125000, tzinfo=UTC)
A, B = Ref("Team", "a"), Ref("Team", "b")
TEAMS = Import([NodeRecord("Team", "a"), NodeRecord("Team", "b")])


@pytest.fixture(params=["memory", "engine"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    connection: Connection = request.getfixturevalue("connection")
    with closing(DriverStore.connect(connection)) as opened:
        yield opened


def a_life() -> list[Command]:
    wanted: dict[str, Json] = {"needed_by": "2026-03-01", "criticality": "critical"}
    promise: dict[str, Json] = {"committed_by": "2026-03-09"}
    now, early = Step(NOW, "ann"), Step(NOW, "ann", "2026-02-01", "a word")
    return [
        TEAMS,
        RequestDependency(A, B, early, "d", wanted),
        MoveDependency("d", DependencyMove.AGREE, Step(NOW, "bob", "2026-02-03"), promise),
        MoveDependency("d", DependencyMove.START, now),
        MoveDependency("d", DependencyMove.RESOLVE, now),
        MoveDependency("d", DependencyMove.REOPEN, Step(NOW, "ann", None, "it broke")),
        MoveDependency("d", DependencyMove.CANCEL, Step(NOW, "ann", None, "bought")),
    ]


def test_every_move_is_stored_with_its_dates_and_taken_back_as_it_was(store: Store) -> None:
    workspace = Workspace(store)
    seen = [content(workspace.snapshot())]
    for command in a_life():
        workspace.execute(command, actor="ann")
        seen.append(content(workspace.snapshot()))
        assert same_graph(store.load(), workspace.snapshot())
    (link,) = store.load().relations(DependsOn).values()
    assert [str(entry.status) for entry in link.statuses] == [
        "requested",
        "agreed",
        "in_progress",
        "resolved",
        "in_progress",
        "cancelled",
    ]
    assert link.statuses[-1].at == NOW
    for revision in range(len(seen) - 1, 0, -1):
        workspace.undo(revision, actor="bob")
        assert content(store.load()) == seen[revision - 1]


def test_a_move_under_a_known_key_is_made_once(store: Store) -> None:
    workspace = Workspace(store)
    workspace.execute(TEAMS, actor="ann")
    ask = RequestDependency(A, B, Step(NOW, "ann"))
    first = workspace.execute(ask, actor="ann", idempotency_key="k")
    again = workspace.execute(ask, actor="ann", idempotency_key="k")
    assert (again.revision, again.repeated) == (first.revision, True)
    assert len(store.load().relations(DependsOn)) == 1


def test_of_two_answers_at_once_one_is_refused(store: Store) -> None:
    Workspace(store).execute(TEAMS, actor="x")
    Workspace(store).execute(RequestDependency(A, B, Step(NOW, "ann"), "d"), actor="x")
    workspaces = Workspace(store), Workspace(store)
    promise: dict[str, Json] = {"committed_by": "2026-03-01"}
    answers = (
        MoveDependency("d", DependencyMove.AGREE, Step(NOW, "bob"), promise),
        MoveDependency("d", DependencyMove.AGREE, Step(NOW, "eve"), promise),
    )
    both = threading.Barrier(2)
    refusals: list[Refused] = []

    def write(workspace: Workspace, command: Command) -> None:
        both.wait()
        try:
            workspace.execute(command, actor="x")
        except Refused as refusal:
            refusals.append(refusal)

    pairs = zip(workspaces, answers, strict=True)
    threads = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (refusal,) = refusals
    assert [len(each.refused(2)) for each in workspaces][-1] == 1
    assert [violation.code for violation in refusal.violations] == [ErrorCode.INVALID_VALUE]
    (link,) = store.load().relations(DependsOn).values()
    assert len(link.statuses) == 2
