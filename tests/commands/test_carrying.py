"""Carrying objectives over: what is copied, which links go along, and what stays as it was."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands import CarryOver, CloseCycle
from graph.errors import ErrorCode, NotFound
from graph.model.entities import KeyResult, Objective
from graph.model.relations import Continues, ContributesTo, InCycle, Measures, Owns, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveState, ObjectiveType
from tests.commands.goals import goals
from tests.commands.pathsums import progress_of
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

TEXT = """
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30 state=planned
    Team t
    Team u
    Team gone dissolved=2026-04-01
    Objective year
    Objective o name=Grow type=aspirational tags=x source=sheet source_id=7
    Objective sub state=draft
    Objective given-up state=dropped
    Objective near
    KeyResult k name=Sales start=10 target=50 weight=2 unit=eur confidence=0.4 score=1
    CheckIn c1 2026-02-01 30 confidence=0.9
    c1 for k
    KeyResult goal
    goal measures year
    k measures o x3
    o in_cycle q1
    sub in_cycle q1
    given-up in_cycle q1
    t owns o
    o contributes_to year x5
    o supports goal
    sub contributes_to o x2
    near contributes_to k x7
    WorkItem todo state=active
    WorkItem ready state=done
    WorkItem off state=cancelled
    todo contributes_to o x4
    ready contributes_to o
    off contributes_to k
"""
GRAPH = graph_of(TEXT)
OLD, NEW = Ref("Objective", "o"), Ref("Objective", "o.q2")
K, K2 = Ref("KeyResult", "k"), Ref("KeyResult", "k.q2")
YEAR, GOAL, NEAR = Ref("Objective", "year"), Ref("KeyResult", "goal"), Ref("Objective", "near")


def carry(
    objectives: Sequence[str] | None = None,
    cycle: str = "q1",
    into: str = "q2",
    *,
    restart: bool = False,
    keys: Mapping[str, str] | None = None,
    owners: Mapping[str, Ref] | None = None,
) -> CarryOver:
    return CarryOver(cycle, into, objectives, restart, keys or {}, owners or {}, now=NOW)


def contributing(graph: Snapshot, ref: Ref) -> dict[str, float | None]:
    return {link.source.key: link.weight for link in graph.into(ref, ContributesTo)}


def supporting(graph: Snapshot, ref: Ref) -> list[str]:
    return [link.source.key for link in graph.into(ref, Supports)]


def test_a_copy_continues_its_origin_which_is_closed() -> None:
    graph = done(carry(["o"]), GRAPH)
    copy, origin = graph.node(Objective, "o.q2"), graph.node(Objective, "o")
    assert copy is not None
    assert origin is not None
    assert (copy.name, copy.type, copy.tags, copy.state, copy.source) == (
        "Grow",
        ObjectiveType.ASPIRATIONAL,
        ("x",),
        ObjectiveState.ACTIVE,
        None,
    )
    assert (origin.state, origin.score, origin.source) == (ObjectiveState.CLOSED, None, "sheet")
    assert [link.target for link in graph.out(NEW, Continues)] == [OLD]
    assert [link.target.key for link in graph.out(NEW, InCycle)] == ["q2"]
    assert [link.source.key for link in graph.into(NEW, Owns)] == ["t"]
    assert [link.source.key for link in graph.into(OLD, Owns)] == ["t"]


def test_a_key_result_is_copied_with_its_latest_value_and_all_it_is_judged_by() -> None:
    graph = done(carry(["o"]), GRAPH)
    copy = graph.node(KeyResult, "k.q2")
    assert copy == KeyResult(
        key="k.q2",
        name="Sales",
        unit="eur",
        start=10.0,
        target=50.0,
        weight=2.0,
        current=30.0,
        confidence=0.9,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    assert [(link.target, link.weight) for link in graph.out(K2, Measures)] == [(NEW, 3.0)]
    assert [link.target for link in graph.out(K2, Continues)] == [K]
    assert [link.target for link in graph.out(K, Measures)] == [OLD]


def test_a_restart_begins_at_the_latest_value() -> None:
    copy = done(carry(["o"], restart=True), GRAPH).node(KeyResult, "k.q2")
    assert copy is not None
    assert (copy.start, copy.current, copy.target) == (30.0, 30.0, 50.0)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("start=10 target=30", 10.0),
        ("type=reach start=0", 0.0),
        ("type=stay_within start=1 low=1 high=2", 1.0),
    ],
)
def test_a_restart_leaves_what_is_reached_or_not_measured_from_a_start(
    line: str, start: float
) -> None:
    graph = graph_of(TEXT.replace("start=10 target=50", line))
    copy = done(carry(["o"], restart=True), graph).node(KeyResult, "k.q2")
    assert copy is not None
    assert (copy.start, copy.current) == (start, 30.0)


def test_the_copy_takes_the_place_of_its_origin_above_which_supports_from_then_on() -> None:
    graph = done(carry(["o"]), GRAPH)
    assert contributing(graph, YEAR) == {"o.q2": 5.0}
    assert supporting(graph, YEAR) == ["o"]
    assert supporting(graph, GOAL) == ["o", "o.q2"]


def test_what_is_still_open_moves_to_the_copy_and_finished_work_stays() -> None:
    graph = done(carry(["o"]), GRAPH)
    assert contributing(graph, NEW) == {"sub": 2.0, "todo": 4.0}
    assert contributing(graph, OLD) == {"ready": None}
    assert contributing(graph, K2) == {"near": 7.0}
    assert contributing(graph, K) == {"off": None}


def test_copies_contribute_to_copies_and_the_old_links_stay() -> None:
    graph = done(carry(), GRAPH)
    assert contributing(graph, NEW) == {"sub.q2": 2.0, "todo": 4.0}
    assert contributing(graph, OLD) == {"sub": 2.0, "ready": None}
    assert graph.node(Objective, "given-up.q2") is None


def test_a_parent_of_the_same_cycle_that_is_not_carried_keeps_the_link_and_what_feeds_it() -> None:
    graph = graph_of(TEXT + "Objective low\nlow contributes_to sub")
    after = done(carry(["sub"]), graph)
    assert contributing(after, OLD) == {"sub": 2.0, "todo": 4.0, "ready": None}
    assert contributing(after, Ref("Objective", "sub.q2")) == {"low": None}
    assert contributing(after, Ref("Objective", "sub")) == {"low": None}
    assert not after.out(Ref("Objective", "sub.q2"), ContributesTo)


def test_a_parent_that_is_over_keeps_its_link_and_the_copy_gets_none() -> None:
    graph = graph_of(TEXT.replace("Objective year", "Objective year state=closed"))
    after = done(carry(["o"]), graph)
    assert contributing(after, YEAR) == {"o": 5.0}
    assert not after.out(NEW, ContributesTo)
    assert not after.out(NEW, Supports)


def test_a_contributor_that_was_closed_counts_for_the_copy_unless_it_restarts() -> None:
    graph = graph_of(TEXT.replace("sub state=draft", "sub state=closed"))
    after = done(carry(["o"]), graph)
    assert contributing(after, NEW)["sub"] == contributing(after, OLD)["sub"] == 2.0
    assert "sub" not in contributing(done(carry(["o"], restart=True), graph), NEW)


def test_a_contributor_that_was_dropped_is_left_behind() -> None:
    graph = graph_of(TEXT.replace("sub state=draft", "sub state=dropped"))
    after = done(carry(["o"]), graph)
    assert "sub" not in contributing(after, NEW)
    assert contributing(after, OLD)["sub"] == 2.0


def test_one_after_the_other_ends_as_all_at_once() -> None:
    closed = done(CloseCycle("q1", {}, {}, "ann", NOW), GRAPH)
    at_once = done(carry(), closed)
    for order in (["o", "sub"], ["sub", "o"]):
        graph = closed
        for key in order:
            graph = done(carry([key]), graph)
        for ref in (NEW, K2, YEAR, GOAL, Ref("Objective", "sub.q2")):
            assert contributing(graph, ref) == contributing(at_once, ref)
        assert supporting(graph, YEAR) == supporting(at_once, YEAR)
        assert set(graph.nodes(Objective)) == set(at_once.nodes(Objective))


def test_a_key_result_of_two_objectives_is_copied_once() -> None:
    graph = graph_of(TEXT + "k measures sub x8\nk measures year x9")
    after = done(carry(), graph)
    measured = {link.target.key: link.weight for link in after.out(K2, Measures)}
    assert measured == {"o.q2": 3.0, "sub.q2": 8.0, "year": 9.0}
    assert [link.target.key for link in after.out(K, Measures)] == ["o", "sub"]
    one_by_one = done(carry(["sub"]), done(carry(["o"]), graph))
    assert {link.target.key: link.weight for link in one_by_one.out(K2, Measures)} == measured


def test_keys_and_owners_may_be_given() -> None:
    command = carry(["o"], keys={"o": "grow-2", "k": "sales-2"}, owners={"o": Ref("Team", "u")})
    graph = done(command, GRAPH)
    made = Ref("Objective", "grow-2")
    assert [link.source.key for link in graph.into(made, Measures)] == ["sales-2"]
    assert [link.source.key for link in graph.into(made, Owns)] == ["u"]


def test_what_stays_with_the_origin_never_weighs_nothing() -> None:
    graph = graph_of("""
        Cycle q1 2026-01-01..2026-03-31
        Cycle q2 2026-04-01..2026-06-30
        Objective o
        o in_cycle q1
        KeyResult k 10%
        k measures o x0
        Objective near
        near contributes_to o
    """)
    after = done(carry(), graph)
    assert contributing(after, OLD) == contributing(after, NEW) == {"near": None}


def test_what_was_carried_over_is_not_carried_again() -> None:
    graph = done(carry(["o"]), GRAPH)
    (violation,) = refused(carry(["o"]), graph)
    assert violation.code is ErrorCode.ALREADY_EXISTS
    assert "Objective/o was carried over already, as Objective/o.q2" in violation.message
    assert set(done(carry(), graph).nodes(Objective)) - set(graph.nodes(Objective)) == {"sub.q2"}
    assert carry(["given-up"]).plan(graph).changes


def test_a_part_that_was_split_off_does_not_count_as_carried_over() -> None:
    graph = graph_of(TEXT + "sub continues o")
    assert "o.q2" in done(carry(), graph).nodes(Objective)


@pytest.mark.parametrize(
    ("into", "code"),
    [
        ("q1", ErrorCode.SELF_REFERENCE),
        ("q9", ErrorCode.NOT_FOUND),
        ("shut", ErrorCode.CLOSED),
        ("q0", ErrorCode.OUT_OF_RANGE),
    ],
)
def test_a_cycle_that_takes_nothing_over_is_refused_beside_all_else(
    into: str, code: ErrorCode
) -> None:
    graph = graph_of(
        TEXT + "Cycle q0 2025-10-01..2025-12-31\nCycle shut 2026-04-01..2026-06-30 state=closed"
    )
    assert codes(carry(["o", "x"], into=into), graph) == [code, ErrorCode.NOT_FOUND]


def test_all_problems_come_at_once() -> None:
    graph = graph_of(TEXT + "Objective o.q2\nKeyResult free")
    command = carry(
        ["o", "sub", "near", "year"],
        keys={"sub": "near", "k": "goal", "x": "y"},
        owners={"year": Ref("Team", "nobody"), "near": Ref("Team", "gone"), "k": Ref("Team", "t")},
    )
    assert [(v.code, v.field) for v in refused(command, graph)] == [
        (ErrorCode.INVALID_VALUE, "objectives"),
        (ErrorCode.INVALID_VALUE, "objectives"),
        (ErrorCode.ALREADY_EXISTS, "key"),
        (ErrorCode.ALREADY_EXISTS, "key"),
        (ErrorCode.NOT_FOUND, "owner"),
        (ErrorCode.ALREADY_EXISTS, "key"),
        (ErrorCode.NOT_FOUND, "keys"),
        (ErrorCode.NOT_FOUND, "owners"),
        (ErrorCode.DISSOLVED, "owner"),
    ]


def test_a_key_that_is_none_is_refused() -> None:
    assert codes(carry(["o"], keys={"o": " "}), GRAPH) == [ErrorCode.INVALID_KEY]
    assert codes(carry(["o"], keys={"o": "x" * 501}), GRAPH) == [ErrorCode.INVALID_KEY]


def test_an_owner_that_is_gone_when_the_cycle_begins_is_refused() -> None:
    graph = graph_of(TEXT.replace("t owns o", "gone owns o"))
    (violation,) = refused(carry(["o"]), graph)
    assert (violation.code, violation.subject) == (ErrorCode.DISSOLVED, "Objective/o.q2")
    assert carry(["o"], owners={"o": Ref("Team", "u")}).plan(graph).changes


def test_an_unknown_cycle_has_nothing_to_carry_over() -> None:
    with pytest.raises(NotFound):
        carry(cycle="q7").plan(GRAPH)


@given(goals(states=("active", "active", "draft", "closed")), st.data())
def test_nothing_outside_the_cycle_changes_in_progress_and_coverage(
    graph: Snapshot, data: st.DataObject
) -> None:
    inside = {link.source for link in graph.relations(InCycle).values() if link.target.key == "q1"}
    keys = sorted(ref.key for ref in inside)
    chosen = data.draw(st.one_of(st.none(), st.lists(st.sampled_from(keys or [""]), unique=True)))
    if not keys:
        return
    after = done(carry(chosen), graph)
    for node in graph.ordered(Objective):
        if node.ref not in inside or (chosen is not None and node.key not in chosen):
            assert progress_of(after, node.ref) == pytest.approx(
                progress_of(graph, node.ref), abs=1e-9
            ), node.ref
    for key in keys if chosen is None else chosen:
        ref = Ref("Objective", f"{key}.q2")
        was = progress_of(graph, Ref("Objective", key))
        assert progress_of(after, ref) == pytest.approx(was, abs=1e-9), ref
