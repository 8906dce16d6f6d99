"""What planning commands write, through a real store: taken back, and held to the rules by all."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from graph.commands import (
    CarryOver,
    CheckInEntry,
    CloseCycle,
    CreateObjective,
    DeleteNode,
    Import,
    KeyResultDraft,
    ParentLink,
    RecordCheckIns,
    Reparent,
    Reweight,
    Score,
    Split,
    SplitPart,
)
from graph.commands.planning import Command
from graph.errors import ErrorCode, Refused
from graph.model.records import NodeRecord
from graph.model.relations import ContributesTo
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import Store
from graph.store.writer import DriverStore
from graph.workspace import Workspace
from tests.commands.test_undoing import content
from tests.telling import same_graph

NOW = datetime(2026, 2, 15, 9, 30, tzinfo=UTC)
A, B, TOP = (Ref("Objective", key) for key in ("a", "b", "top"))
K1, K2 = Ref("KeyResult", "a-kr-1"), Ref("KeyResult", "a-kr-2")


@pytest.fixture(params=["memory", "engine"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    connection: Connection = request.getfixturevalue("connection")
    with closing(DriverStore.connect(connection)) as opened:
        yield opened


def a_year() -> list[Command]:
    """Give one of each planning command, each of which builds on those before."""
    drafts = [KeyResultDraft(None, {"start": 0, "target": 9}), KeyResultDraft(None, {"weight": 2})]
    return [
        Import(
            [
                NodeRecord("Cycle", "q1", {"from": "2026-01-01", "to": "2026-03-31"}),
                NodeRecord("Cycle", "q2", {"from": "2026-04-01", "to": "2026-06-30"}),
                NodeRecord("Team", "t", {"capacity": 2.5, "tags": ["x"]}),
                NodeRecord("Objective", "top"),
                NodeRecord("Objective", "b"),
            ]
        ),
        CreateObjective("a", {}, Ref("Team", "t"), "q1", drafts, [ParentLink(TOP, 3)], NOW),
        RecordCheckIns([CheckInEntry("a-kr-1", 4), CheckInEntry("a-kr-2", 0.1)], NOW, "ann"),
        Reweight(A, {K1: 1, K2: 5}),
        Split(A, [SplitPart("part", {}, None, [K2])], NOW),
        Reparent(A, [ParentLink(B)], [TOP]),
        CloseCycle("q1", {"a": Score(0.5, "so so")}, {"a-kr-1": Score(0.4)}, "ann", NOW),
        CarryOver("q1", "q2", restart=True, now=NOW),
        DeleteNode(Ref("KeyResult", "a-kr-1.q2"), detach=True),
    ]


def test_every_planning_command_is_taken_back_and_that_again(store: Store) -> None:
    workspace = Workspace(store)
    seen = [content(workspace.snapshot())]
    for command in a_year():
        workspace.execute(command, actor="ann")
        seen.append(content(workspace.snapshot()))
    made = len(seen) - 1
    for revision in range(made, 0, -1):
        workspace.undo(revision, actor="bob")
        assert content(store.load()) == seen[revision - 1]
    for back, revision in enumerate(range(2 * made, made, -1), 1):
        workspace.undo(revision, actor="bob")
        assert content(store.load()) == seen[back]
    assert same_graph(store.load(), workspace.snapshot())


def test_a_write_that_something_newer_stands_on_is_not_taken_back(store: Store) -> None:
    workspace = Workspace(store)
    for command in a_year()[:4]:
        workspace.execute(command, actor="ann")
    with pytest.raises(Refused) as caught:
        workspace.undo(2, actor="ann")
    assert {violation.code for violation in caught.value.violations} == {
        ErrorCode.CONFLICT,
        ErrorCode.STILL_REFERENCED,
    }
    assert [each.command for each in workspace.refused(2)] == ["undo"]
    assert store.revision() == 4


def test_two_writers_who_together_would_close_a_loop_end_with_one_refused(store: Store) -> None:
    Workspace(store).execute(Import([NodeRecord("Objective", key) for key in "ab"]), actor="x")
    workspaces = Workspace(store), Workspace(store)
    both = threading.Barrier(2)
    refusals: list[Refused] = []

    def write(workspace: Workspace, command: Reparent) -> None:
        both.wait()
        try:
            workspace.execute(command, actor="x")
        except Refused as refusal:
            refusals.append(refusal)

    commands = Reparent(A, [ParentLink(B)]), Reparent(B, [ParentLink(A)])
    threads = [
        threading.Thread(target=write, args=pair) for pair in zip(workspaces, commands, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (refusal,) = refusals
    assert [len(each.refused(2)) for each in workspaces][-1] == 1
    assert [violation.code for violation in refusal.violations] == [ErrorCode.LOOP]
    assert len(store.load().relations(ContributesTo)) == 1
    assert store.revision() == 2
