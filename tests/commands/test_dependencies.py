"""The life of a dependency, step by step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.commands import Link, MoveDependency, RequestDependency, Step, Undo, UpdateRelation
from graph.errors import Conflict, ErrorCode, NotFound, Refused
from graph.model.changes import Commit, stamped
from graph.model.dependencylife import MOVES, REASONED, DependencyMove, moves_from
from graph.model.relations import DependsOn, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref, StatusChange
from graph.model.vocabulary import Criticality, DependencyStatus
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

A, B = Ref("Team", "a"), Ref("Team", "b")
S = DependencyStatus

# The life as the definitions write it, apart from the code's own table.
ALLOWED = {
    ("identified", "requested"),
    ("requested", "agreed"),
    ("agreed", "in_progress"),
    ("in_progress", "resolved"),
    *((owed, end) for owed in ("identified", "requested", "agreed", "in_progress")
      for end in ("rejected", "cancelled")),
    ("resolved", "in_progress"),
    ("rejected", "requested"),
    ("cancelled", "identified"),
}  # fmt: skip


def teams(more: str = "") -> Snapshot:
    return graph_of(f"Company acme time_zone=Europe/Vienna\nTeam a\nTeam b\n{more}")


def only(graph: Snapshot) -> DependsOn:
    (found,) = graph.relations(DependsOn).values()
    return found


def step(note: Json = None, at: Json = None, by: str = "ann") -> Step:
    return Step(NOW, by, at, note)


def move(key: str, by: DependencyMove, note: Json = None, **properties: Json) -> MoveDependency:
    return MoveDependency(key, by, step(note), properties)


def test_a_request_makes_a_dependency_with_who_asked_and_when() -> None:
    wanted: dict[str, Json] = {"needed_by": "2026-03-01", "criticality": "high", "type": "delivery"}
    found = only(done(RequestDependency(A, B, step("please"), None, wanted), teams()))
    assert (found.key, found.source, found.target) == ("Team/a->Team/b:FS", A, B)
    assert (found.status, found.requested_by, found.note) == (S.REQUESTED, "ann", "please")
    assert found.statuses == (StatusChange(S.REQUESTED, NOW),)
    assert (found.needed_by, found.criticality) == (date(2026, 3, 1), Criticality.HIGH)


def test_a_request_moves_the_one_that_was_identified_between_the_two() -> None:
    graph = teams("a needs b criticality=low\na needs b status=resolved")
    after = done(RequestDependency(A, B, step(), None, {"criticality": "high"}), graph)
    assert len(after.relations(DependsOn)) == 2
    moved = after.relations(DependsOn)["a->b#0"]
    assert (moved.status, moved.criticality) == (S.REQUESTED, Criticality.HIGH)
    by_key = done(RequestDependency(None, None, step(), "a->b#0"), graph)
    assert by_key.relations(DependsOn)["a->b#0"].status is S.REQUESTED


def test_a_request_that_may_mean_several_is_refused_with_their_keys() -> None:
    graph = teams("a needs b\na needs b SS")
    (problem,) = refused(RequestDependency(A, B, step()), graph)
    assert "a->b#0, a->b#1" in problem.hint


def test_a_second_request_is_refused_unless_it_has_a_key_of_its_own() -> None:
    once = done(RequestDependency(A, B, step()), teams())
    (problem,) = refused(RequestDependency(A, B, step()), once)
    assert problem.code is ErrorCode.ALREADY_EXISTS
    assert "Team/a->Team/b:FS" in problem.hint
    assert len(done(RequestDependency(A, B, step(), "2nd"), once).relations(DependsOn)) == 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (RequestDependency(A, None, step()), ErrorCode.MISSING_VALUE),
        (RequestDependency(None, B, step()), ErrorCode.MISSING_VALUE),
        (RequestDependency(B, A, step(), "a->b#0"), ErrorCode.CONFLICT),
        (RequestDependency(A, A, step()), ErrorCode.SELF_REFERENCE),
        (RequestDependency(A, Ref("Team", "none"), step()), ErrorCode.END_MISSING),
        (RequestDependency(B, A, step(), None, {"needed_by": "soon"}), ErrorCode.INVALID_VALUE),
        (RequestDependency(B, A, step(at="2026-02-16")), ErrorCode.OUT_OF_RANGE),
        (RequestDependency(B, A, step(at="soon")), ErrorCode.INVALID_VALUE),
    ],
)
def test_a_bad_request_says_what_is_wrong(command: RequestDependency, code: ErrorCode) -> None:
    assert code in codes(command, teams("a needs b"))


def test_a_dependency_is_led_from_request_to_delivery() -> None:
    graph = done(RequestDependency(A, B, step(at="2026-02-01"), "d"), teams())
    promise = MoveDependency(
        "d", DependencyMove.AGREE, step(at="2026-02-03", by="bob"), {"committed_by": "2026-03-01"}
    )
    graph = done(promise, graph)
    graph = done(MoveDependency("d", DependencyMove.START, step(at="2026-02-04")), graph)
    graph = done(move("d", DependencyMove.RESOLVE), graph)
    found = only(graph)
    assert [str(change.status) for change in found.statuses] == [
        "requested",
        "agreed",
        "in_progress",
        "resolved",
    ]
    assert [change.at for change in found.statuses[:3]] == [
        date(2026, 2, 1),
        date(2026, 2, 3),
        date(2026, 2, 4),
    ]
    assert (found.requested_by, found.agreed_by) == ("ann", "bob")
    assert (found.committed_by, found.status_since) == (date(2026, 3, 1), NOW)


def test_a_move_that_is_not_allowed_names_from_to_and_the_ways_that_are() -> None:
    (problem,) = refused(move("a->b#0", DependencyMove.RESOLVE), teams("a needs b"))
    assert "is identified; to resolve it, it has to be in_progress" in problem.message
    assert problem.hint == (
        "from identified it can go by: request (to requested), reject (to rejected),"
        " cancel (to cancelled)"
    )


def test_a_promise_needs_a_day_that_is_not_over() -> None:
    graph = teams("a needs b status=requested needed_by=2026-02-20")
    assert codes(move("a->b#0", DependencyMove.AGREE), graph) == [ErrorCode.MISSING_VALUE]
    past = move("a->b#0", DependencyMove.AGREE, committed_by="2026-02-14")
    assert codes(past, graph) == [ErrorCode.OUT_OF_RANGE]
    late = done(move("a->b#0", DependencyMove.AGREE, committed_by="2026-03-14"), graph)
    assert only(late).committed_by == date(2026, 3, 14)


@pytest.mark.parametrize("by", sorted(REASONED))
def test_refusing_giving_up_and_reopening_need_a_reason(by: DependencyMove) -> None:
    start = next(iter(MOVES[by]))
    graph = teams(f"a needs b status={start}")
    for note in (None, "", "  "):
        assert codes(move("a->b#0", by, note), graph) == [ErrorCode.MISSING_VALUE]
    assert only(done(move("a->b#0", by, "no time"), graph)).note == "no time"


def test_all_that_speaks_against_a_move_is_told_at_once() -> None:
    command = MoveDependency("a->b#0", DependencyMove.REJECT, Step(NOW, "", "2026-01-01", 5))
    graph = teams("a needs b statuses=resolved@2026-02-01 status=resolved")
    assert codes(command, graph) == [
        ErrorCode.OUT_OF_RANGE,
        ErrorCode.INVALID_VALUE,
        ErrorCode.INVALID_VALUE,
    ]


def test_a_stale_writer_and_an_unknown_key_are_told() -> None:
    graph = teams("a needs b status=agreed")
    with pytest.raises(NotFound):
        move("none", DependencyMove.START).plan(graph)
    with pytest.raises(Conflict):
        MoveDependency("a->b#0", DependencyMove.START, step(), {}, 7).plan(graph)
    with pytest.raises(Conflict):
        RequestDependency(None, None, step(), "a->b#0", {}, 7).plan(graph)


def test_reopening_a_dependency_that_closes_a_schedule_loop_is_refused() -> None:
    graph = graph_of("WorkItem x\nWorkItem y\nx needs y\ny needs x status=cancelled")
    command = move("y->x#1", DependencyMove.REOPEN, "needed after all")
    assert codes(command, graph) == [ErrorCode.LOOP]


def test_a_plain_update_takes_any_status_and_keeps_when() -> None:
    graph = teams("a needs b")
    ref = RelationRef("DEPENDS_ON", "a->b#0")
    updated = done(UpdateRelation(ref, {"status": "resolved"}, None, NOW), graph)
    assert only(updated).statuses == (StatusChange(S.RESOLVED, NOW),)
    other = done(UpdateRelation(ref, {"owner": "ann"}, None, NOW), updated)
    assert only(other).statuses == only(updated).statuses
    undated = done(UpdateRelation(ref, {"status": "agreed"}), updated)
    assert (only(undated).status, only(undated).status_since) == (S.AGREED, None)


def test_the_status_follows_from_a_history_that_comes_without_one() -> None:
    history: Json = [["requested", "2026-01-01"], ["agreed", "2026-01-05"]]
    made = done(Link("DEPENDS_ON", A, B, {"statuses": history}), teams())
    assert only(made).status is S.AGREED
    backwards: Json = [["agreed", "2026-01-05"], ["requested", "2026-01-01"]]
    command = Link("DEPENDS_ON", A, B, {"statuses": backwards})
    assert codes(command, teams()) == [ErrorCode.INVALID_VALUE]


steps = st.lists(
    st.tuples(
        st.sampled_from([m for m in DependencyMove if m is not DependencyMove.REQUEST]),
        st.sampled_from((None, "why")),
        st.sampled_from((None, "2026-02-14", "2026-02-15")),
        st.sampled_from((None, "2026-02-20")),
    )
    | st.none(),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_no_sequence_of_commands_leaves_the_life_and_undo_brings_each_state_back(
    sequence: list[tuple[DependencyMove, str | None, str | None, str | None] | None],
) -> None:
    graph = done(Link("DEPENDS_ON", A, B, {"key": "d"}), teams())
    for number, given_step in enumerate(sequence):
        now = NOW + timedelta(minutes=number)
        if given_step is None:
            command: RequestDependency | MoveDependency = RequestDependency(
                A, B, Step(now, "ann"), "d"
            )
        else:
            by, note, at, promised = given_step
            properties: dict[str, Json] = {"committed_by": promised} if promised else {}
            command = MoveDependency("d", by, Step(now, "ann", at, note), properties)
        before = only(graph)
        try:
            changes = stamped(command.plan(graph).changes, graph.revision + 1, now)
        except Refused:
            continue
        graph = graph.apply(changes, revision=graph.revision + 1, at=now)
        after = only(graph)
        assert (str(before.status), str(after.status)) in ALLOWED
        assert after.statuses[:-1] == before.statuses
        assert after.statuses[-1].status is after.status
        commit = Commit(graph.revision, now, "ann", command.name, changes)
        (taken,) = Undo(commit).plan(graph).changes
        assert taken.after == before


def test_the_table_of_moves_is_the_life_that_the_definitions_write() -> None:
    found = {(str(a), str(b)) for ways in MOVES.values() for a, b in ways.items()}
    assert found == ALLOWED
    assert all(moves_from(status) for status in DependencyStatus)


def test_a_day_and_an_instant_are_in_order_by_the_days_of_the_organisation() -> None:
    west = graph_of("Company acme time_zone=America/Los_Angeles\nTeam a\nTeam b")
    evening = datetime(2026, 2, 16, 4, 0, tzinfo=UTC)  # the 15th there
    asked = done(RequestDependency(A, B, Step(evening, "ann"), "d"), west)
    promise = Step(evening, "bob", "2026-02-15")
    agree = MoveDependency("d", DependencyMove.AGREE, promise, {"committed_by": "2026-03-01"})
    assert only(done(agree, asked)).statuses[-1] == StatusChange(S.AGREED, date(2026, 2, 15))
    east = graph_of("Company acme time_zone=Pacific/Auckland\nTeam a\nTeam b")
    morning = datetime(2026, 2, 14, 19, 0, tzinfo=UTC)  # the 15th there
    refusal = Step(morning, "bob", "2026-02-15", "no")
    asked = done(RequestDependency(A, B, Step(morning, "ann", "2026-02-15"), "d"), east)
    rejected = done(MoveDependency("d", DependencyMove.REJECT, refusal), asked)
    again = MoveDependency("d", DependencyMove.REOPEN, Step(morning, "ann", None, "yes"))
    assert only(done(again, rejected)).statuses[-1] == StatusChange(S.REQUESTED, morning)
