"""Recording check-ins: what is written, whose day it is, and every way an entry is refused."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands import CheckInEntry, RecordCheckIns
from graph.errors import ErrorCode, Violation
from graph.model.checkins import check_ins_of, value_of
from graph.model.entities import CheckIn, KeyResult
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

GOALS = """
    Company c time_zone=Europe/Vienna
    Cycle q1 2026-01-01..2026-03-31
    Cycle q0 2025-10-01..2025-12-31 state=closed
    Objective o
    Objective old
    o in_cycle q1
    old in_cycle q0
    KeyResult k 40%
    KeyResult past 10%
    KeyResult reach type=reach
    k measures o
    past measures old
"""
GRAPH = graph_of(GOALS)
K = KeyResult(key="k")


def of(*entries: CheckInEntry, now: datetime = NOW, by: str = "") -> RecordCheckIns:
    return RecordCheckIns(entries, now, by)


def made(graph: Snapshot, *keys: str) -> list[CheckIn]:
    found = [graph.node(CheckIn, key) for key in keys]
    return [item for item in found if item is not None]


def test_a_check_in_is_made_and_joined_to_its_key_result() -> None:
    entry = CheckInEntry("k", 55, "2026-02-01T08:00:00Z", 0.7, "better", "ann", "mine")
    graph = done(of(entry), GRAPH)
    (found,) = made(graph, "mine")
    assert (found.at, found.value, found.confidence, found.note, found.by, found.name) == (
        datetime(2026, 2, 1, 8, tzinfo=UTC),
        55.0,
        0.7,
        "better",
        "ann",
        None,
    )
    (link,) = graph.out(found.ref, For)
    assert link.target == Ref("KeyResult", "k")
    assert value_of(graph, K) == 55.0


def test_what_is_left_out_is_today_in_the_companys_zone_and_the_one_who_asks() -> None:
    late = datetime(2026, 2, 14, 23, 30, tzinfo=UTC)  # the 15th in Vienna
    graph = done(of(CheckInEntry("k", 1), now=late, by="bob"), GRAPH)
    (found,) = made(graph, "k@2026-02-15")
    assert (found.at, found.by) == (date(2026, 2, 15), "bob")
    graph = done(of(CheckInEntry("k", 1, by="ann"), now=late, by="bob"), graph_of("KeyResult k"))
    assert [item.by for item in made(graph, "k@2026-02-14")] == ["ann"]


def test_a_derived_key_that_is_taken_gets_a_number() -> None:
    graph = done(of(CheckInEntry("k", 1)), GRAPH)
    graph = done(of(CheckInEntry("k", 2)), graph)
    graph = done(of(CheckInEntry("k", 3)), graph)
    keys = ["k@2026-02-15", "k@2026-02-15#2", "k@2026-02-15#3"]
    assert [item.value for item in made(graph, *keys)] == [1.0, 2.0, 3.0]
    assert value_of(graph, K) == 3.0


def test_a_derived_key_keeps_clear_of_one_given_in_the_same_call() -> None:
    taking = CheckInEntry("reach", 1, "2026-02-01", key="k@2026-02-02")
    graph = done(of(taking, CheckInEntry("k", 2, "2026-02-02")), GRAPH)
    assert [i.value for i in made(graph, "k@2026-02-02", "k@2026-02-02#2")] == [1.0, 2.0]


def test_late_bookkeeping_is_taken_while_the_cycle_is_open() -> None:
    after = datetime(2026, 5, 1, tzinfo=UTC)
    graph = done(of(CheckInEntry("k", 90, "2026-04-10"), now=after), GRAPH)
    assert value_of(graph, K) == 90.0


def test_a_key_result_that_measures_nothing_and_a_milestone_take_any_number() -> None:
    graph = done(of(CheckInEntry("reach", -3.5, "1999-01-01")), GRAPH)
    assert [item.value for item in made(graph, "reach@1999-01-01")] == [-3.5]


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (None, ErrorCode.MISSING_VALUE, "a check-in needs a value"),
        ("5", ErrorCode.INVALID_VALUE, "value '5' takes a number"),
        (True, ErrorCode.INVALID_VALUE, "value True takes a number"),
        (float("nan"), ErrorCode.INVALID_VALUE, "takes a finite number"),
        (float("-inf"), ErrorCode.INVALID_VALUE, "takes a finite number"),
        (10**400, ErrorCode.INVALID_VALUE, "is too large a number"),
    ],
)
def test_a_value_that_is_none_is_refused(raw: Json, code: ErrorCode, words: str) -> None:
    (violation,) = refused(of(CheckInEntry("k", raw, line=7, source="f.csv")), GRAPH)
    assert (violation.code, violation.subject, violation.field) == (code, "KeyResult/k", "value")
    assert words in violation.message
    assert (violation.line, violation.source) == (7, "f.csv")


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    (violation,) = refused(of(CheckInEntry("k", 1, confidence=confidence)), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.OUT_OF_RANGE, "confidence")
    assert "0 to 1" in violation.hint


def test_an_unknown_key_result_is_told_the_nearest() -> None:
    (violation,) = refused(of(CheckInEntry("rech", 1)), GRAPH)
    assert violation.code is ErrorCode.NOT_FOUND
    assert violation.message == "KeyResult/rech: there is no KeyResult/rech"
    assert violation.hint == "did you mean reach?"


@pytest.mark.parametrize("raw", [None, "", 5, ["k"]])
def test_what_names_no_key_result_is_refused(raw: Json) -> None:
    (violation,) = refused(of(CheckInEntry(raw, 1)), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.INVALID_KEY, "key_result")


@pytest.mark.parametrize("at", ["2026-02-16", "2026-02-15T09:30:01Z"])
def test_a_moment_that_is_yet_to_come_is_refused(at: str) -> None:
    (violation,) = refused(of(CheckInEntry("k", 1, at)), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.OUT_OF_RANGE, "at")
    assert "yet to come" in violation.message
    assert violation.value == at


def test_this_very_moment_is_not_yet_to_come() -> None:
    graph = done(of(CheckInEntry("k", 1, "2026-02-15T09:30:00Z")), GRAPH)
    assert len(check_ins_of(graph, K)) == 1


def test_a_moment_before_the_cycle_is_refused_with_its_first_day() -> None:
    (violation,) = refused(of(CheckInEntry("k", 1, "2025-12-31")), GRAPH)
    assert violation.code is ErrorCode.OUT_OF_RANGE
    assert "before Cycle/q1 begins, on 2026-01-01" in violation.message
    assert violation.hint == "give 2026-01-01 or later"
    # Half past midnight of New Year's day in Vienna is in the cycle.
    assert of(CheckInEntry("k", 1, "2025-12-31T23:30:00Z")).plan(GRAPH).changes


def test_each_cycle_that_begins_later_is_told_once() -> None:
    graph = graph_of(GOALS + "Objective a\nObjective b\na in_cycle q1\nk measures a b")
    assert len(refused(of(CheckInEntry("k", 1, "2025-12-31")), graph)) == 1


def test_a_closed_cycle_takes_no_check_ins() -> None:
    (violation,) = refused(of(CheckInEntry("past", 1, "2025-11-01")), GRAPH)
    assert violation.code is ErrorCode.CLOSED
    assert violation.message == "KeyResult/past: Objective/old is in Cycle/q0, which is closed"
    assert "carry it over" in violation.hint


@pytest.mark.parametrize("state", ["closed", "dropped"])
def test_an_objective_that_is_over_takes_no_check_ins(state: str) -> None:
    graph = graph_of(f"Objective o state={state}\nKeyResult k\nk measures o")
    (violation,) = refused(of(CheckInEntry("k", 1)), graph)
    assert (violation.code, violation.message) == (
        ErrorCode.CLOSED,
        f"KeyResult/k: Objective/o is {state}",
    )


def test_a_dropped_objective_stands_in_nobodys_way_and_a_closed_one_does() -> None:
    text = "Objective o state=dropped\nObjective p\nKeyResult k\nk measures o p"
    assert of(CheckInEntry("k", 1)).plan(graph_of(text)).changes
    assert codes(of(CheckInEntry("k", 1)), graph_of(text.replace("dropped", "closed"))) == [
        ErrorCode.CLOSED
    ]


def test_two_entries_at_the_same_moment_are_refused_with_the_place_of_the_first() -> None:
    same = ("2026-02-01T12:00:00+01:00", "2026-02-01T11:00:00Z")
    entries = [CheckInEntry("k", n, at, line=n, source="f") for n, at in enumerate(same, 2)]
    (violation,) = refused(of(*entries), GRAPH)
    assert (violation.code, violation.line) == (ErrorCode.DUPLICATE, 3)
    assert "first at f:2" in violation.message
    day = [CheckInEntry("k", 1), CheckInEntry("k", 1, "2026-02-15")]
    assert codes(of(*day), GRAPH) == [ErrorCode.DUPLICATE]


def test_a_key_that_is_taken_or_given_twice_is_refused() -> None:
    graph = done(of(CheckInEntry("k", 1, key="x")), GRAPH)
    assert codes(of(CheckInEntry("k", 1, key="x")), graph) == [ErrorCode.ALREADY_EXISTS]
    twice = [CheckInEntry("k", 1, key="y"), CheckInEntry("reach", 1, key="y")]
    assert codes(of(*twice), GRAPH) == [ErrorCode.DUPLICATE]
    assert codes(of(CheckInEntry("k", 1, key=" ")), GRAPH) == [ErrorCode.INVALID_KEY]


def test_a_derived_key_that_would_be_too_long_asks_for_one() -> None:
    graph = graph_of("KeyResult " + "k" * 495)
    (violation,) = refused(of(CheckInEntry("k" * 495, 1)), graph)
    assert violation.code is ErrorCode.INVALID_KEY
    assert violation.hint.endswith("give a key")


def test_all_problems_of_all_entries_come_at_once_and_nothing_is_written() -> None:
    found = refused(
        of(
            CheckInEntry("k", 1, line=1),
            CheckInEntry("nobody", "x", "2027-01-01", line=2),
            CheckInEntry("past", None, "2025-01-01", 2, line=3),
            CheckInEntry("k", 1, "today", line=4),
        ),
        GRAPH,
    )
    assert [(v.line, v.field) for v in found] == [
        (2, "key_result"),
        (2, "value"),
        (3, "confidence"),
        (3, "value"),
        (3, "key_result"),
        (3, "at"),
        (4, "at"),
    ]


def test_no_entries_write_nothing() -> None:
    assert of().plan(GRAPH).changes == ()


days = st.dates(date(2026, 1, 1), date(2026, 2, 15))


@given(st.lists(st.tuples(days, st.floats(-1e9, 1e9)), min_size=1, unique_by=lambda p: p[0]))
def test_the_value_that_counts_is_the_last_days_in_whatever_order_they_come(
    drawn: list[tuple[date, float]],
) -> None:
    entries = [CheckInEntry("k", value, day.isoformat()) for day, value in drawn]
    graph = done(of(*entries), GRAPH)
    assert value_of(graph, K) == max(drawn)[1]
    assert len(check_ins_of(graph, K)) == len(drawn)


def test_what_could_not_be_read_is_told_with_what_does_not_fit() -> None:
    unread = Violation(ErrorCode.MALFORMED, "not CSV", line=3)
    command = RecordCheckIns([CheckInEntry("nope", 1)], NOW, problems=[unread])
    assert codes(command, GRAPH) == [ErrorCode.MALFORMED, ErrorCode.NOT_FOUND]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("Objective/o", "takes the key of KeyResult nodes, not of Objective nodes"),
        ("zzzz" * 1000, "one of: "),
    ],
)
def test_a_key_result_that_is_not_there_is_told_with_the_way_out(key: str, hint: str) -> None:
    (violation,) = refused(RecordCheckIns([CheckInEntry(key, 1)], NOW), GRAPH)
    assert violation.hint.startswith(hint)
    assert len(violation.message) < 200
