"""Splitting an objective: what moves, and that no progress above it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands import Split, SplitPart
from graph.errors import Conflict, ErrorCode, NotFound
from graph.model.entities import KeyResult, Objective
from graph.model.relations import Continues, ContributesTo, InCycle, Measures, Owns, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import ObjectiveState, ObjectiveType
from tests.commands.goals import goals
from tests.commands.pathsums import progress_of
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

TEXT = """
    Cycle q1 2026-01-01..2026-03-31
    Team t
    Team u
    Team gone dissolved=2026-01-10
    Objective top
    Objective side
    Objective o type=aspirational state=draft
    Objective sub
    KeyResult a 20%
    KeyResult b 80% weight=3
    WorkItem w
    t owns o
    o in_cycle q1
    o contributes_to top x6
    o supports side
    a measures o x1
    b measures o
    sub contributes_to o x2
    w contributes_to o
"""
GRAPH = graph_of(TEXT)
OLD, TOP, SIDE, SUB = (Ref("Objective", key) for key in ("o", "top", "side", "sub"))
A, B, W = Ref("KeyResult", "a"), Ref("KeyResult", "b"), Ref("WorkItem", "w")


def part(key: Json, *contributors: Ref, owner: Ref | None = None) -> SplitPart:
    return SplitPart(key, {}, owner, contributors)


def split(*parts: SplitPart) -> Split:
    return Split(OLD, parts, NOW)


def weights_into(graph: Snapshot, ref: Ref) -> dict[str, float | None]:
    return {link.source.key: link.weight for link in graph.into(ref, ContributesTo)}


def test_a_part_takes_contributors_over_and_all_that_the_original_had() -> None:
    named = SplitPart("p", {"name": "Part"}, None, [B, W])
    graph = done(split(named), GRAPH)
    made = graph.node(Objective, "p")
    assert made is not None
    assert (made.name, made.type, made.state) == (
        "Part",
        ObjectiveType.ASPIRATIONAL,
        ObjectiveState.DRAFT,
    )
    assert [link.source for link in graph.into(made.ref, Owns)] == [Ref("Team", "t")]
    assert [link.target for link in graph.out(made.ref, InCycle)] == [Ref("Cycle", "q1")]
    assert [link.target for link in graph.out(made.ref, Continues)] == [OLD]
    assert [link.target for link in graph.out(made.ref, Supports)] == [SIDE]
    assert [(link.source, link.weight) for link in graph.into(made.ref, Measures)] == [(B, None)]
    assert [link.source for link in graph.into(made.ref, ContributesTo)] == [W]
    assert weights_into(graph, TOP) == {"p": 3.0, "o": 3.0}
    assert [link.source for link in graph.into(OLD, Measures)] == [A]
    assert weights_into(graph, OLD) == {"sub": 2.0}
    assert [link.source.key for link in graph.into(SIDE, Supports)] == ["o", "p"]


def test_an_owner_and_properties_that_are_given_come_before_the_originals() -> None:
    mine = SplitPart("p", {"state": "active", "type": "committed"}, Ref("Team", "u"), [A])
    graph = done(split(mine), GRAPH)
    made = graph.node(Objective, "p")
    assert made is not None
    assert (made.type, made.state) == (ObjectiveType.COMMITTED, ObjectiveState.ACTIVE)
    assert [link.source for link in graph.into(made.ref, Owns)] == [Ref("Team", "u")]


def test_when_nothing_is_left_the_original_is_dropped_and_contributes_no_more() -> None:
    graph = done(split(part("p", A, W), part("q", B, SUB)), GRAPH)
    old = graph.node(Objective, "o")
    assert old is not None
    assert old.state is ObjectiveState.DROPPED
    assert weights_into(graph, TOP) == {"p": 1.0, "q": 5.0}
    joined = graph.touching(OLD)
    assert {link.TYPE for link in joined} == {"OWNS", "IN_CYCLE", "CONTINUES"}


def test_work_alone_takes_no_weight_along() -> None:
    graph = done(split(part("p", W)), GRAPH)
    assert weights_into(graph, TOP) == {"p": 0.0, "o": 6.0}


def test_where_nothing_carries_progress_all_weigh_the_same() -> None:
    text = (
        "Objective o\nObjective top\nWorkItem v\nWorkItem w\nv contributes_to o\nw contributes_to o"
    )
    graph = graph_of(text + "\no contributes_to top x3")
    one = split(part("p", W))
    assert weights_into(done(one, graph), TOP) == {"p": 1.5, "o": 1.5}
    both = split(part("p", W), part("q", Ref("WorkItem", "v")))
    assert weights_into(done(both, graph), TOP) == {"p": 1.5, "q": 1.5}


def test_a_weight_that_was_left_open_stays_open_where_nothing_goes() -> None:
    graph = graph_of(TEXT.replace("top x6", "top"))
    assert weights_into(done(split(part("p", W)), graph), TOP) == {"p": 0.0, "o": None}
    assert weights_into(done(split(part("p", B)), graph), TOP) == {"p": 0.5, "o": 0.5}


def test_all_problems_come_at_once() -> None:
    found = refused(
        split(
            part("top", A),
            part("p", A, Ref("KeyResult", "aa"), TOP),
            part("p", owner=Ref("Team", "tt")),
        ),
        GRAPH,
    )
    assert [(v.code, v.subject) for v in found] == [
        (ErrorCode.ALREADY_EXISTS, "Objective/top"),
        (ErrorCode.DUPLICATE, "Objective/p"),
        (ErrorCode.NOT_FOUND, "Objective/p"),
        (ErrorCode.NOT_FOUND, "Objective/p"),
        (ErrorCode.DUPLICATE, "Objective/p"),
        (ErrorCode.MISSING_VALUE, "Objective/p"),
        (ErrorCode.NOT_FOUND, "Objective/p"),
    ]
    assert found[1].message == "Objective/p: KeyResult/a goes to Objective/top already"
    assert found[2].hint == "did you mean KeyResult/a?"


def test_no_parts_are_refused() -> None:
    assert codes(split(), GRAPH) == [ErrorCode.MISSING_VALUE]


@pytest.mark.parametrize("state", ["closed", "dropped"])
def test_an_objective_that_is_over_is_not_split(state: str) -> None:
    graph = graph_of(TEXT.replace("state=draft", f"state={state}"))
    assert codes(split(part("p", A)), graph) == [ErrorCode.CLOSED]
    shut = graph_of(TEXT.replace("2026-03-31", "2026-03-31 state=closed"))
    assert codes(split(part("p", A)), shut) == [ErrorCode.CLOSED]


def test_a_team_that_is_gone_gets_no_part() -> None:
    graph = graph_of(TEXT.replace("t owns o", "gone owns o"))
    assert codes(split(part("p", A)), graph) == [ErrorCode.DISSOLVED]
    assert split(part("p", A, owner=Ref("Team", "u"))).plan(graph).changes


def test_a_part_whose_contributors_all_weigh_0_is_refused() -> None:
    graph = graph_of(TEXT.replace("o x1", "o x0"))
    (violation,) = refused(split(part("p", A)), graph)
    assert (violation.code, violation.subject) == (ErrorCode.NO_WEIGHT, "Objective/p")


def test_what_is_not_there_is_stale_or_no_objective_is_not_split() -> None:
    with pytest.raises(NotFound):
        Split(Ref("Objective", "x"), [part("p", A)], NOW).plan(GRAPH)
    with pytest.raises(Conflict):
        Split(OLD, [part("p", A)], NOW, expected_revision=7).plan(GRAPH)
    assert codes(Split(A, [part("p", A)], NOW), GRAPH) == [ErrorCode.END_KIND]


@given(goals(states=("active", "draft")), st.data())
def test_nothing_but_the_original_changes_in_progress_and_coverage(
    graph: Snapshot, data: st.DataObject
) -> None:
    links = [*graph.relations(Measures).values(), *graph.relations(ContributesTo).values()]
    targets = sorted({link.target for link in links if link.target.kind == "Objective"})
    if not targets:
        return
    whole = data.draw(st.sampled_from(targets))
    sources = sorted({link.source for link in links if link.target == whole})
    places = data.draw(st.lists(st.integers(0, 3), min_size=len(sources), max_size=len(sources)))
    parts = [
        part(f"part{n}", *[ref for ref, at in zip(sources, places, strict=True) if at == n])
        for n in range(3)
        if n in places
    ]
    if not parts:
        return
    after = done(Split(whole, parts, NOW), graph)
    for node in (*graph.ordered(Objective), *graph.ordered(KeyResult)):
        if node.ref != whole:
            assert progress_of(after, node.ref) == pytest.approx(
                progress_of(graph, node.ref), abs=1e-9
            ), node.ref
    moved = [ref for ref, at in zip(sources, places, strict=True) if at < 3]
    left = {link.source for cls in (Measures, ContributesTo) for link in after.into(whole, cls)}
    assert left == set(sources) - set(moved)
