"""The roll-up of everything: what writes move it to is what building it anew gives."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.goals.rollup import rollup
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import CheckIn, Company, Entity, KeyResult, Objective
from graph.model.relations import ContributesTo, For, Measures, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveState
from tests.analyses.goals.test_contribution import Drawn, drawn
from tests.notation import graph_of

OBJECTIVES = [Ref("Objective", f"o{n}") for n in range(5)]
RESULTS = [Ref("KeyResult", f"k{n}") for n in range(4)]
CHECKS = [Ref("CheckIn", f"c{n}") for n in range(4)]
WEIGHTS = st.sampled_from([None, 0.0, 1.0, 3.0])

nodes: st.SearchStrategy[Entity] = st.one_of(
    st.builds(
        lambda ref, state: Objective(key=ref.key, state=state),
        st.sampled_from(OBJECTIVES),
        st.sampled_from(ObjectiveState),
    ),
    st.builds(
        lambda ref, current, weight: KeyResult(
            key=ref.key, start=0.0, target=4.0, current=current, weight=weight, confidence=weight
        ),
        st.sampled_from(RESULTS),
        st.sampled_from([None, 1.0, 6.0]),
        st.sampled_from([None, 0.0, 0.5]),
    ),
    st.builds(
        lambda ref, day, value: CheckIn(key=ref.key, at=date(2026, 1, day), value=value),
        st.sampled_from(CHECKS),
        st.integers(1, 3),
        st.sampled_from([None, 0.0, 3.0]),
    ),
    st.just(Company(key="c", time_zone="Asia/Tokyo")),
)


def downward(pair: tuple[int, int]) -> tuple[int, int]:
    """Turn a contribution so that it never runs in a circle."""
    return max(pair), min(pair)


apart = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1])
links: st.SearchStrategy[Relation] = st.one_of(
    st.builds(
        lambda pair, weight: ContributesTo(
            source=OBJECTIVES[pair[0]], target=OBJECTIVES[pair[1]], weight=weight
        ),
        apart.map(downward),
        WEIGHTS,
    ),
    # Key result n measures objective n, and only objectives above n contribute to it.
    st.builds(
        lambda n, weight: Measures(source=RESULTS[n], target=OBJECTIVES[n], weight=weight),
        st.integers(0, 3),
        WEIGHTS,
    ),
    st.builds(
        lambda pair, weight: ContributesTo(
            source=OBJECTIVES[pair[0]], target=RESULTS[pair[1]], weight=weight
        ),
        apart.map(downward),
        WEIGHTS,
    ),
    st.builds(
        lambda check, result: For(source=check, target=result),
        st.sampled_from(CHECKS),
        st.sampled_from(RESULTS),
    ),
)
steps = st.lists(st.tuples(st.one_of(nodes, links), st.booleans()), max_size=14)
Step = tuple[Entity | Relation, bool]


def change_of(before: Snapshot, step: Step) -> Change:
    thing, kept = step
    if isinstance(thing, Relation):
        return RelationChange(thing.ref, before.relation(thing.ref), thing if kept else None)
    return NodeChange(thing.ref, before.get(thing.ref), thing if kept else None)


def built_anew(snapshot: Snapshot) -> Snapshot:
    kinds = (Objective, KeyResult, CheckIn, Company)
    found = [node for kind in kinds for node in snapshot.nodes(kind).values()]
    joined: list[Relation] = [
        *snapshot.relations(ContributesTo).values(),
        *snapshot.relations(Measures).values(),
        *snapshot.relations(For).values(),
    ]
    return Snapshot.build(found, joined)


@given(steps, st.integers(1, 5))
@settings(max_examples=400, deadline=None)
def test_what_writes_move_it_to_is_what_building_it_anew_gives(
    drawn_steps: Sequence[Step], together: int
) -> None:
    snapshot = Snapshot.empty()
    rollup(snapshot)
    for start in range(0, len(drawn_steps), together):
        changes: list[Change] = []
        after = snapshot
        for step in drawn_steps[start : start + together]:
            change = change_of(after, step)
            changes.append(change)
            after = after.apply([change])
        snapshot = snapshot.apply(changes)
        if start % 2:  # now and then several writes come before anyone asks
            continue
        assert rollup(snapshot) == rollup(built_anew(snapshot))
    assert rollup(snapshot) == rollup(built_anew(snapshot))


@given(drawn())
@settings(max_examples=200, deadline=None)
def test_every_objective_and_key_result_has_what_its_paths_add_up_to(graph: Drawn) -> None:
    found = rollup(graph.snapshot())
    for key in (*graph.objectives, *graph.progress):
        ways = [way for way in graph.paths(key, 1.0) if way[0][0] == "k"]
        known = [(w, p / 4) for leaf, w in ways if (p := graph.progress[leaf]) is not None]
        covered = sum(weight for weight, _ in known)
        ref = Ref("KeyResult" if key[0] == "k" else "Objective", key)
        assert found.coverage(ref) == pytest.approx(covered)
        if covered:
            mean = sum(weight * min(1, max(0, p)) for weight, p in known) / covered
            assert found.progress(ref) == pytest.approx(mean, abs=1e-9)
        else:
            assert found.progress(ref) is None


def test_a_dropped_objective_contributes_nothing_but_keeps_its_own_progress() -> None:
    graph = graph_of("""
        Objective top
        Objective kept
        Objective given_up state=dropped
        KeyResult a 80%
        KeyResult b 0%
        kept contributes_to top
        given_up contributes_to top
        a measures kept
        b measures given_up
    """)
    found = rollup(graph)
    assert found.progress(Ref("Objective", "top")) == 0.8
    assert found.progress(Ref("Objective", "given_up")) == 0.0


def test_what_is_not_there_has_no_progress() -> None:
    found = rollup(Snapshot.empty())
    nowhere = Ref("Objective", "o")
    assert (found.progress(nowhere), found.coverage(nowhere)) == (None, 0.0)
    assert found.confidence(nowhere) is None


def test_a_check_in_moves_all_that_is_above_it_through_a_hundred_levels() -> None:
    refs = [Ref("Objective", f"o{n:03}") for n in range(100)]
    goal = KeyResult(key="k", start=0, target=10, current=1)
    snapshot = Snapshot.build(
        [*(Objective(key=ref.key) for ref in refs), goal],
        [
            *(ContributesTo(source=low, target=top) for top, low in pairwise(refs)),
            Measures(source=goal.ref, target=refs[-1]),
        ],
    )
    assert rollup(snapshot).progress(refs[0]) == 0.1
    check = CheckIn(key="c", at=date(2026, 1, 1), value=7)
    joined = For(source=check.ref, target=goal.ref)
    after = snapshot.apply(
        [NodeChange(check.ref, None, check), RelationChange(joined.ref, None, joined)]
    )
    assert rollup(after).progress(refs[0]) == 0.7
    assert rollup(snapshot).progress(refs[0]) == 0.1


def test_a_loop_that_nobody_refused_is_found_by_moving_as_by_building() -> None:
    ends = [
        Objective(key="a"),
        Objective(key="b"),
        KeyResult(key="k", start=0, target=10, current=4),
    ]
    there = ContributesTo(source=ends[0].ref, target=ends[1].ref)
    back = ContributesTo(source=ends[1].ref, target=ends[0].ref)
    before = Snapshot.build(ends, [there, Measures(source=ends[2].ref, target=ends[0].ref)])
    rollup(before)
    after = before.apply([RelationChange(back.ref, None, back)])
    assert rollup(after) == rollup(built_anew(after))
    assert len(rollup(after).loops) == 1
