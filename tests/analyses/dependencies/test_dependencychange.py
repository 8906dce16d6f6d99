from datetime import date

import orjson

from graph.analyses.dependencies.dependencychange import DependencyChange, dependency_changes
from graph.commands import Command, DeleteNode, Import, Unlink, UpdateNode, UpdateRelation
from graph.model.changes import Commit, stamped
from graph.model.records import RelationRecord
from graph.model.relations import RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from tests.commands.refusing import NOW
from tests.notation import graph_of

D = RelationRef("DEPENDS_ON", "d")


def graph() -> Snapshot:
    return graph_of("""
        Team a
        Team b
        Team c
        WorkItem x
        WorkItem y
        a delivers x
        b delivers y
        x needs y key=d needed_by=2026-03-01 status=requested
    """)


def told(command: Command, *teams: str, on: Snapshot | None = None) -> tuple[DependencyChange, ...]:
    before = on or graph()
    changes = stamped(command.plan(before).changes, 7, NOW)
    commit = Commit(7, NOW, "ann", command.name, changes)
    return dependency_changes(before, before.apply(changes, revision=7, at=NOW), commit, set(teams))


def patched(**patch: Json) -> UpdateRelation:
    return UpdateRelation(D, patch)


def test_a_move_is_told_with_both_statuses_and_the_sides() -> None:
    (row,) = told(patched(status="agreed", committed_by="2026-03-05", note="ok"), "a", "b", "c")
    assert (row.revision, row.actor, row.change) == (7, "ann", "moved")
    assert (row.dependency, row.dependent, row.needed) == ("d", "WorkItem/x", "WorkItem/y")
    assert (row.status_before, row.status_after) == ("requested", "agreed")
    assert (row.needed_by, row.committed_by) == (date(2026, 3, 1), date(2026, 3, 5))
    assert row.fields == ("status", "committed_by", "note")
    assert [(side.team, side.side) for side in row.sides] == [("a", "needs"), ("b", "needed")]
    assert orjson.loads(orjson.dumps(row))["sides"][0] == {"team": "a", "side": "needs"}


def test_other_days_and_other_words_are_told_apart() -> None:
    assert [row.change for row in told(patched(needed_by="2026-04-01"), "a")] == ["redated"]
    assert [row.change for row in told(patched(owner="ann"), "b")] == ["altered"]
    assert told(patched(status="requested"), "a") == ()


def test_what_is_removed_is_told_by_what_the_team_answered_for_before() -> None:
    for command in (Unlink(D), DeleteNode(Ref("WorkItem", "y"), detach=True)):
        (row,) = told(command, "b")
        assert (row.change, row.status_before, row.status_after) == ("removed", "requested", None)
        assert [(side.team, side.side) for side in row.sides] == [("b", "needed")]


def test_what_is_made_or_gets_another_end_is_told_to_old_and_new_sides() -> None:
    made = RelationRecord("DEPENDS_ON", "Team/c", "WorkItem/x", {"key": "new"})
    (row,) = told(Import([made]), "a", "c")
    assert (row.change, row.status_before, row.status_after) == ("made", None, "identified")
    assert [(side.team, side.side) for side in row.sides] == [("a", "needed"), ("c", "needs")]
    moved = RelationRecord("DEPENDS_ON", "WorkItem/x", "Team/c", {"key": "d"})
    (row,) = told(Import([moved]), "b", "c")
    assert [(side.team, side.side) for side in row.sides] == [("b", "needed"), ("c", "needed")]
    assert row.fields[0] == "to"


def test_nothing_is_told_of_other_teams_and_other_things() -> None:
    assert told(patched(status="agreed"), "c") == ()
    assert told(UpdateNode(Ref("WorkItem", "x"), {"name": "X"}), "a") == ()
