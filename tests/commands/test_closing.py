"""Opening and closing cycles and objectives, and the scores given at the close."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from graph.commands import CloseCycle, CloseObjective, OpenCycle, Score
from graph.errors import ErrorCode, NotFound
from graph.model.entities import Cycle, KeyResult, Objective
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from graph.model.vocabulary import CycleState, ObjectiveState
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

TEXT = """
    Company c time_zone=Europe/Vienna
    Cycle y 2026-01-01..2026-12-31
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30 state=planned
    q1 part_of y
    q2 part_of y
    Objective a state=draft
    Objective b
    Objective was state=closed score=0.5
    Objective given-up state=dropped
    Objective later
    Objective free
    a in_cycle q1
    b in_cycle q1
    was in_cycle q1
    given-up in_cycle q1
    later in_cycle q2
    KeyResult k
    KeyResult other
    k measures a b
    other measures later
    WorkItem w
    w in_cycle q1
"""
GRAPH = graph_of(TEXT)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def close(
    key: str = "q1",
    scores: Mapping[str, Score] | None = None,
    key_results: Mapping[str, Score] | None = None,
    now: datetime = NOW,
) -> CloseCycle:
    return CloseCycle(key, scores or {}, key_results or {}, "ann", now)


def close_one(
    key: str = "b",
    score: Score | None = None,
    key_results: Mapping[str, Score] | None = None,
    by: str = "ann",
) -> CloseObjective:
    return CloseObjective(key, score, key_results or {}, by, NOW)


def objective(graph: Snapshot, key: str) -> Objective:
    found = graph.node(Objective, key)
    assert found is not None
    return found


def test_a_cycle_closes_with_all_that_is_still_pursued_in_it() -> None:
    scores = {"a": Score(0.7, "nearly"), "was": Score(0.6)}
    graph = done(close(scores=scores, key_results={"k": Score(1)}), GRAPH)
    cycle, key_result = graph.node(Cycle, "q1"), graph.node(KeyResult, "k")
    assert cycle is not None
    assert cycle.state is CycleState.CLOSED
    a, b, was = (objective(graph, key) for key in ("a", "b", "was"))
    assert (a.state, a.score, a.score_by, a.score_note) == (
        ObjectiveState.CLOSED,
        0.7,
        "ann",
        "nearly",
    )
    assert (b.state, b.score, b.score_by) == (ObjectiveState.CLOSED, None, None)
    assert (was.state, was.score, was.score_by) == (ObjectiveState.CLOSED, 0.6, "ann")
    assert key_result is not None
    assert (key_result.score, key_result.score_by, key_result.score_note) == (1.0, "ann", None)
    for key in ("given-up", "later", "free"):
        assert objective(graph, key) == objective(GRAPH, key)


def test_what_was_closed_with_a_score_keeps_it() -> None:
    assert objective(done(close(), GRAPH), "was") == objective(GRAPH, "was")


def test_a_closed_cycle_is_not_closed_again() -> None:
    (violation,) = refused(close(), done(close(), GRAPH))
    assert (violation.code, violation.message) == (ErrorCode.CLOSED, "Cycle/q1: is closed")
    assert "undo" in violation.hint


def test_every_cycle_within_that_is_not_closed_is_listed() -> None:
    nested = graph_of(TEXT + "Cycle i 2026-01-01..2026-01-14\ni part_of q1")
    found = refused(close("y"), nested)
    assert [v.value for v in found] == ["Cycle/q1", "Cycle/q2", "Cycle/i"]
    assert found[1].message == "Cycle/y: its part Cycle/q2 is planned"
    shut = graph_of(TEXT.replace("03-31", "03-31 state=closed").replace("=planned", "=closed"))
    assert close("y").plan(shut).changes


def test_a_cycle_that_has_not_begun_is_not_closed() -> None:
    (violation,) = refused(close("q2"), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.OUT_OF_RANGE, "from")
    assert violation.message == "Cycle/q2: begins on 2026-04-01, after today, 2026-02-15"
    first = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # the 1st of April in Vienna
    assert close("q2", now=first).plan(GRAPH).changes


def test_scores_of_what_is_not_in_the_cycle_are_refused() -> None:
    scores = {"later": Score(1), "bb": Score(1), "given-up": Score(1)}
    found = refused(close(scores=scores, key_results={"other": Score(1)}), GRAPH)
    assert [(v.code, v.value) for v in found] == [
        (ErrorCode.NOT_FOUND, "Objective/later"),
        (ErrorCode.NOT_FOUND, "Objective/bb"),
        (ErrorCode.CLOSED, ""),
        (ErrorCode.NOT_FOUND, "KeyResult/other"),
    ]
    assert found[2].message == "Objective/given-up: was dropped and takes no score"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.1, ErrorCode.OUT_OF_RANGE),
        (-0.1, ErrorCode.OUT_OF_RANGE),
        (float("nan"), ErrorCode.INVALID_VALUE),
        ("1", ErrorCode.INVALID_VALUE),
        (None, ErrorCode.MISSING_VALUE),
    ],
)
def test_a_score_that_is_none_is_refused_wherever_it_is_given(value: Json, code: ErrorCode) -> None:
    score = Score(value)
    assert codes(close(scores={"a": score}, key_results={"k": score}), GRAPH) == [code, code]
    assert codes(close_one(score=score, key_results={"k": score}), GRAPH) == [code, code]


def test_an_objective_closes_by_itself() -> None:
    graph = done(close_one(score=Score(0.3, "late"), key_results={"k": Score(0.2)}), GRAPH)
    b = objective(graph, "b")
    assert (b.state, b.score, b.score_by, b.score_note) == (
        ObjectiveState.CLOSED,
        0.3,
        "ann",
        "late",
    )
    assert [node.score for node in graph.ordered(KeyResult)] == [0.2, None]
    alone = objective(done(close_one("free", by=""), GRAPH), "free")
    assert (alone.state, alone.score, alone.score_by) == (ObjectiveState.CLOSED, None, None)


@pytest.mark.parametrize(("key", "state"), [("was", "closed"), ("given-up", "dropped")])
def test_an_objective_that_is_over_is_not_closed_again(key: str, state: str) -> None:
    (violation,) = refused(close_one(key), GRAPH)
    assert (violation.code, violation.value) == (ErrorCode.CLOSED, state)


def test_an_objective_whose_cycle_has_not_begun_is_dropped_rather_than_closed() -> None:
    (violation,) = refused(close_one("later"), GRAPH)
    assert (violation.code, violation.hint) == (ErrorCode.OUT_OF_RANGE, "drop it instead")
    assert "Cycle/q2 begins on 2026-04-01" in violation.message


def test_a_key_result_of_another_objective_is_not_scored() -> None:
    (violation,) = refused(close_one(key_results={"other": Score(1)}), GRAPH)
    assert (violation.code, violation.subject) == (ErrorCode.NOT_FOUND, "Objective/b")


def test_a_planned_cycle_opens() -> None:
    opened = done(OpenCycle("q2", NOW), GRAPH).node(Cycle, "q2")
    assert opened is not None
    assert opened.state is CycleState.OPEN


def test_a_cycle_that_is_open_or_closed_is_not_opened() -> None:
    (violation,) = refused(OpenCycle("q1", NOW), GRAPH)
    assert (violation.code, violation.message) == (ErrorCode.INVALID_VALUE, "Cycle/q1: is open")
    (violation,) = refused(OpenCycle("q1", NOW), done(close(), GRAPH))
    assert (violation.code, violation.hint) == (ErrorCode.CLOSED, "undo its close")


def test_a_cycle_is_not_opened_within_a_closed_one() -> None:
    graph = graph_of(TEXT.replace("12-31", "12-31 state=closed"))
    (violation,) = refused(OpenCycle("q2", MAY), graph)
    assert violation.code is ErrorCode.CLOSED
    assert violation.message == "Cycle/q2: is part of Cycle/y, which is closed"


@pytest.mark.parametrize("command", [close("q9"), OpenCycle("q9", NOW), close_one("q9")])
def test_what_is_not_there_is_neither_opened_nor_closed(
    command: CloseCycle | OpenCycle | CloseObjective,
) -> None:
    with pytest.raises(NotFound):
        command.plan(GRAPH)
