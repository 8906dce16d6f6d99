"""Sixteen writers in four processes at once: each of their writes is made once, or refused rightly."""

from collections.abc import Iterator, Sequence

import pytest

from api.cli.dbcheck import checked
from graph.commands import Import
from graph.model.changes import Commit, NodeChange
from graph.model.entities import Objective, Team, WorkItem
from graph.model.records import NodeRecord, RelationRecord
from graph.model.relations import ContributesTo, DependsOn, MemberOf
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.workspace import Workspace
from tests.store.crowd import WRITERS, crowded

TURNS = 3


@pytest.fixture
def workspace(connection: Connection) -> Iterator[Workspace]:
    """Give a workspace with what the writers write on; after them store and log must agree."""
    opened = Workspace.connect(connection)
    objectives = ["old", *(f"new{at}" for at in range(WRITERS)), *(f"o{at}" for at in range(TURNS))]
    nodes = [
        NodeRecord("Team", "total"),
        *(NodeRecord("Person", f"p{at}") for at in range(TURNS)),
        *(NodeRecord("Objective", key) for key in objectives),
        *(NodeRecord("WorkItem", f"{t}-{at}") for t in range(TURNS) for at in range(WRITERS)),
    ]
    old = [
        RelationRecord("CONTRIBUTES_TO", f"Objective/o{at}", "Objective/old") for at in range(TURNS)
    ]
    opened.execute(Import([*nodes, *old]), actor="x")
    yield opened
    assert checked(opened).differences == ()
    log = opened.changes(0)
    assert [commit.revision for commit in log] == list(range(1, len(log) + 1))
    opened.close()


def written(workspace: Workspace) -> Sequence[Commit]:
    """Give what the writers wrote."""
    workspace.refresh()
    return workspace.changes(1)


def test_no_count_is_lost_where_each_is_read_and_written_back(
    workspace: Workspace, connection: Connection
) -> None:
    assert crowded(connection, "count", turns=TURNS) == {"counted": WRITERS * TURNS}
    assert len(written(workspace)) == WRITERS * TURNS
    total = workspace.snapshot().node(Team, "total")
    assert total is not None
    assert total.capacity == WRITERS * TURNS


def test_of_many_who_make_the_same_key_one_does(
    workspace: Workspace, connection: Connection
) -> None:
    met = crowded(connection, "same key", turns=TURNS)
    assert met == {"made": TURNS, "already_exists": (WRITERS - 1) * TURNS}
    assert len(written(workspace)) == TURNS
    assert set(workspace.snapshot().keys("Team")) == {"total", *(f"t{at}" for at in range(TURNS))}


def test_of_many_who_make_the_same_relationship_one_does(
    workspace: Workspace, connection: Connection
) -> None:
    met = crowded(connection, "same link", turns=TURNS)
    assert met == {"linked": TURNS, "already_exists": (WRITERS - 1) * TURNS}
    assert len(written(workspace)) == TURNS
    assert len(workspace.snapshot().relations(MemberOf)) == TURNS


def test_of_many_who_move_an_objective_away_from_the_same_parent_one_does(
    workspace: Workspace, connection: Connection
) -> None:
    met = crowded(connection, "move", turns=TURNS)
    assert met == {"moved": TURNS, "not_found": (WRITERS - 1) * TURNS}
    assert len(written(workspace)) == TURNS
    now = workspace.snapshot()
    assert set(now.nodes(Objective)) >= {"old", "o0"}
    for at in range(TURNS):
        (link,) = now.out(Ref("Objective", f"o{at}"), ContributesTo)
        assert link.target.key.startswith("new")


def test_of_a_ring_that_many_close_together_one_link_is_refused(
    workspace: Workspace, connection: Connection
) -> None:
    met = crowded(connection, "ring", turns=TURNS)
    assert met == {"linked": (WRITERS - 1) * TURNS, "loop": TURNS}
    written(workspace)
    now = workspace.snapshot()
    assert len(now.nodes(WorkItem)) == WRITERS * TURNS
    assert len(now.relations(DependsOn)) == (WRITERS - 1) * TURNS


def test_who_writes_one_property_leaves_what_others_write_to_another(
    workspace: Workspace, connection: Connection
) -> None:
    assert crowded(connection, "fields", turns=TURNS) == {"written": WRITERS * TURNS}
    log = written(workspace)
    assert len(log) == WRITERS * TURNS
    stands = workspace.snapshot().node(Team, "total")
    assert stands is not None
    assert stands.name == _last(log, odd=True).name
    assert stands.capacity == _last(log, odd=False).capacity


def _last(log: Sequence[Commit], *, odd: bool) -> Team:
    """Give the team as the last of those who write its name (odd), or its capacity, left it."""
    last = next(commit for commit in reversed(log) if int(commit.actor[1:]) % 2 == odd)
    (change,) = last.changes
    assert isinstance(change, NodeChange)
    assert isinstance(change.after, Team)
    return change.after
