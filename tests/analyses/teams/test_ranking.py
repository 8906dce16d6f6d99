from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.teams.bottlenecks import WEIGHTS, Bottlenecks, bottlenecks
from graph.analyses.teams.ranking import points, ranks, score
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import Criticality

VALUES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 5).map(float), min_size=2)
ARCS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([None, *Criticality])),
    max_size=20,
)
Arcs = list[tuple[int, int, Criticality | None]]


@given(VALUES)
def test_points_are_what_comparing_each_pair_gives(values: dict[str, float]) -> None:
    for key, found in points(values).items():
        others = [value for other, value in values.items() if other != key]
        won = sum(values[key] > other for other in others)
        tied = sum(values[key] == other for other in others)
        assert found == pytest.approx((won + tied / 2) / len(others))


@given(VALUES)
def test_a_rank_is_one_more_than_the_number_above(values: dict[str, float]) -> None:
    for key, found in ranks(values).items():
        assert found == 1 + sum(other > values[key] for other in values.values())


def test_what_rounding_leaves_over_makes_no_difference() -> None:
    values = {"a": 0.1 + 0.2, "b": 0.3, "c": 0.2}
    assert ranks(values) == {"a": 1, "b": 1, "c": 3}
    assert points(values) == {"a": 0.75, "b": 0.75, "c": 0}


def test_a_score_is_over_the_components_that_have_a_value() -> None:
    components = {"x": {"a": 1.0, "b": 0.0}, "y": {"a": 0.5}, "z": {"b": 1.0}}
    weights = {"x": 1.0, "y": 3.0, "z": 0.0}
    assert score("a", components, weights) == (1 + 1.5) / 4
    assert score("b", components, weights) == 0
    assert score("nobody", components, weights) == 0


def company(names: list[str], arcs: Arcs) -> Snapshot:
    refs = [Ref("Team", name) for name in names]
    links = [
        DependsOn(source=refs[tail], target=refs[head], key=f"d{n}", criticality=criticality)
        for n, (tail, head, criticality) in enumerate(arcs)
    ]
    return Snapshot.build([Team(key=name) for name in names], links)


def told(found: Bottlenecks) -> dict[str, tuple[object, ...]]:
    return {
        team.key: (
            team.rank,
            team.score,
            {name: (part.value, part.rank) for name, part in team.components.items()},
            team.cuts_off_count,
            len(team.warnings),
        )
        for team in found.teams
    }


@given(ARCS, st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_what_teams_are_called_makes_no_difference(arcs: Arcs, seed: int) -> None:
    names = [f"t{n}" for n in range(7)]
    shuffled = names.copy()
    Random(seed).shuffle(shuffled)
    plain, renamed = (told(bottlenecks(company(keys, arcs))) for keys in (names, shuffled))
    assert {shuffled[names.index(key)]: found for key, found in plain.items()} == renamed


@given(ARCS)
@settings(max_examples=40, deadline=None)
def test_a_team_that_nobody_needs_and_that_needs_nobody_moves_no_one(arcs: Arcs) -> None:
    names = [f"t{n}" for n in range(7)]
    plain = bottlenecks(company(names, arcs))
    joined = bottlenecks(company([*names, "alone"], arcs))
    before = {t.key: {n: c.rank for n, c in t.components.items()} for t in plain.teams}
    after = {t.key: {n: c.rank for n, c in t.components.items()} for t in joined.teams}
    alone = after.pop("alone")
    assert after == before
    assert alone["fan_in"] == 1 + sum(
        (team.components["fan_in"].value or 0) > 0 for team in joined.teams
    )


@given(ARCS)
@settings(max_examples=40, deadline=None)
def test_weighing_one_component_alone_ranks_by_it(arcs: Arcs) -> None:
    graph = company([f"t{n}" for n in range(7)], arcs)
    for name in ("fan_in", "dependents", "betweenness", "single_point_of_failure"):
        found = bottlenecks(graph, weights=dict.fromkeys(WEIGHTS, 0.0) | {name: 2.0})
        assert all(team.rank == team.components[name].rank for team in found.teams)
