"""Weighing several contributors at once, and every way it is refused."""

import pytest

from graph.commands import Reweight
from graph.errors import Conflict, ErrorCode, NotFound
from graph.model.goalrules import contributions
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from tests.commands.refusing import codes, done, refused
from tests.notation import graph_of

GRAPH = graph_of("""
    Objective o
    Objective part
    KeyResult k weight=2
    KeyResult goal
    WorkItem w
    Team t
    k measures o x4
    goal measures o
    part contributes_to o x3
    part contributes_to goal
    w contributes_to o
""")
TOP, PART = Ref("Objective", "o"), Ref("Objective", "part")
K, GOAL, W = Ref("KeyResult", "k"), Ref("KeyResult", "goal"), Ref("WorkItem", "w")


def weights(graph: Snapshot, ref: Ref) -> dict[Ref, float | None]:
    return {link.source: link.weight for link in contributions(graph, ref)}


def test_several_contributors_are_weighed_in_one_write() -> None:
    graph = done(Reweight(TOP, {K: 1, PART: 0.5}), GRAPH)
    assert weights(graph, TOP) == {K: 1.0, PART: 0.5, GOAL: None}
    assert weights(graph, GOAL) == {PART: None}
    assert weights(done(Reweight(GOAL, {PART: 2}), graph), GOAL) == {PART: 2.0}


def test_null_puts_a_weight_back_and_the_same_weights_change_nothing() -> None:
    assert weights(done(Reweight(TOP, {K: None}), GRAPH), TOP)[K] is None
    assert Reweight(TOP, {K: 4.0, GOAL: None}).plan(GRAPH).changes == ()
    assert Reweight(TOP, {}).plan(GRAPH).changes == ()


def test_all_problems_come_at_once() -> None:
    given: dict[Ref, Json] = {
        K: -1,
        PART: float("nan"),
        GOAL: "2",
        W: 1,
        Ref("KeyResult", "kk"): 1,
    }
    found = refused(Reweight(TOP, given), GRAPH)
    assert [violation.code for violation in found] == [
        ErrorCode.OUT_OF_RANGE,
        ErrorCode.INVALID_VALUE,
        ErrorCode.INVALID_VALUE,
        ErrorCode.NOT_FOUND,
        ErrorCode.NOT_FOUND,
    ]
    assert found[3].message == "Objective/o: WorkItem/w carries no progress to it"
    assert found[4].hint == "did you mean KeyResult/k?"


def test_weights_that_are_all_0_are_refused() -> None:
    (violation,) = refused(Reweight(TOP, {K: 0, PART: 0, GOAL: 0}), GRAPH)
    assert (violation.code, violation.subject) == (ErrorCode.NO_WEIGHT, "Objective/o")
    assert Reweight(TOP, {K: 0, PART: 0}).plan(GRAPH).changes


def test_what_nothing_contributes_to_cannot_be_weighed() -> None:
    assert codes(Reweight(Ref("Team", "t"), {}), GRAPH) == [ErrorCode.END_KIND]
    with pytest.raises(NotFound):
        Reweight(Ref("Objective", "x"), {}).plan(GRAPH)
    with pytest.raises(Conflict):
        Reweight(TOP, {}, expected_revision=1).plan(GRAPH)


def test_weights_that_were_written_since_they_were_read_are_a_conflict() -> None:
    weighed = done(Reweight(TOP, {K: 5}, expected_revision=GRAPH.revision), GRAPH)
    with pytest.raises(Conflict) as caught:
        Reweight(TOP, {PART: 7}, expected_revision=GRAPH.revision).plan(weighed)
    assert caught.value.current_revision == weighed.revision
    assert "MEASURES" in caught.value.message
    assert Reweight(TOP, {PART: 7}, expected_revision=weighed.revision).plan(weighed).changes
    with pytest.raises(Conflict):
        Reweight(TOP, {PART: 7}, expected_revision=weighed.revision + 1).plan(weighed)
