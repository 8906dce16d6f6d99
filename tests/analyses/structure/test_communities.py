from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.agreement import adjusted_rand_index
from graph.analyses.structure.communities import Communities, communities
from graph.errors import BadUsage
from graph.model.entities import Team, ValueStream
from graph.model.relations import DependsOn, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of


def teams(homes: Sequence[int | None], needs: list[tuple[int, int]]) -> Snapshot:
    """Teams 0, 1, ... in value streams; a need for each pair."""
    streams = sorted({home for home in homes if home is not None})
    return Snapshot.build(
        [Team(key=f"t{n}") for n in range(len(homes))]
        + [ValueStream(key=f"s{home}") for home in streams],
        [
            *(
                PartOf(source=Ref("Team", f"t{n}"), target=Ref("ValueStream", f"s{home}"))
                for n, home in enumerate(homes)
                if home is not None
            ),
            *(
                DependsOn(source=Ref("Team", f"t{a}"), target=Ref("Team", f"t{b}"), key=str(n))
                for n, (a, b) in enumerate(needs)
            ),
        ],
    )


def groups(found: Communities) -> list[list[str]]:
    return [list(part.teams) for part in found.communities]


TWO_GROUPS = [*combinations(range(4), 2), *combinations(range(4, 8), 2), (0, 4)]


def test_a_team_that_works_with_another_stream_is_told_to_move() -> None:
    found = communities(teams([0, 0, 0, 1, 1, 1, 1, 1], TWO_GROUPS))
    assert groups(found) == [["t0", "t1", "t2", "t3"], ["t4", "t5", "t6", "t7"]]
    assert [part.stream for part in found.communities] == ["s0", "s1"]
    (move,) = found.moves
    assert (move.key, move.from_stream, move.to_stream, move.community) == ("t3", "s1", "s0", 0)
    assert (move.inside_before, move.inside_after, move.saved) == (0, 3, 3)
    assert (found.dependencies, found.crossing_today, found.crossing_after, found.saved) == (
        13,
        4,
        1,
        3,
    )
    first = found.communities[0]
    assert (first.streams, first.inside, first.crossing) == ({"s0": 3, "s1": 1}, 6, 1)
    assert found.modularity_today is not None
    assert found.modularity_found is not None
    assert found.modularity_found > found.modularity_today


def test_where_today_is_as_good_nothing_moves() -> None:
    found = communities(teams([0] * 4 + [1] * 4, TWO_GROUPS))
    assert (found.moves, found.saved, found.agreement) == ((), 0, 1.0)
    assert found.modularity_found == found.modularity_today


def test_a_stream_stands_for_one_community_and_the_other_is_new() -> None:
    found = communities(teams([0] * 8, TWO_GROUPS))
    assert [part.stream for part in found.communities] == ["s0", None]
    assert [(move.key, move.to_stream) for move in found.moves] == [
        ("t5", None),
        ("t6", None),
        ("t7", None),
        ("t4", None),
    ]
    assert [move.saved for move in found.moves] == [0, 0, 0, -1]
    assert found.saved == -1


def test_teams_in_no_stream_are_by_themselves_today_and_may_join_one() -> None:
    found = communities(teams([0, 0, 0, None, 1, 1, 1, 1], TWO_GROUPS))
    (move,) = found.moves
    assert (move.key, move.from_stream, move.to_stream) == ("t3", None, "s0")
    assert found.agreement == 1.0


def test_teams_without_dependencies_and_teams_that_ended_are_left_out() -> None:
    graph = graph_of("""
        Team a
        Team b
        Team lone
        Team gone dissolved=2026-01-01
        a needs b
        a needs gone
    """)
    found = communities(graph, today=date(2026, 2, 1))
    assert (found.team_count, found.unconnected, found.dependencies) == (2, 1, 1)
    assert communities(graph, today=date(2025, 12, 31)).team_count == 3
    none = communities(graph_of("Team a"))
    assert (none.modularity_today, none.modularity_found, none.agreement) == (None, None, None)
    assert none.communities == ()


def test_work_of_the_teams_counts_and_nested_streams_may_be_put_together() -> None:
    graph = graph_of("""
        ValueStream top
        ValueStream sub
        sub part_of top
        Team a
        Team b
        a part_of top
        b part_of sub
        WorkItem x
        WorkItem y
        a delivers x
        b delivers y
        x needs y
        b needs a
    """)
    assert communities(graph).crossing_today == 2
    assert communities(graph, level="outermost").crossing_today == 0


def test_a_higher_resolution_gives_smaller_communities() -> None:
    graph = teams([0] * 8, TWO_GROUPS)
    assert len(groups(communities(graph, resolution=0.01))) == 1
    assert len(groups(communities(graph, resolution=10.0))) == 8


def test_moves_beyond_the_limit_are_counted() -> None:
    found = communities(teams([0] * 8, TWO_GROUPS), limit=1)
    assert (len(found.moves), found.move_count, found.truncated) == (1, 4, True)


def test_what_does_not_fit_is_refused() -> None:
    graph = graph_of("Team a")
    with pytest.raises(BadUsage, match=r"resolution 0\.0"):
        communities(graph, resolution=0.0)
    with pytest.raises(BadUsage, match=r"resolution 1e\+308"):
        communities(graph, resolution=1e308)
    with pytest.raises(BadUsage, match="level 'all'"):
        communities(graph, level="all")
    with pytest.raises(BadUsage, match="limit -1"):
        communities(graph, limit=-1)


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(communities(teams([0] * 8, TWO_GROUPS))))
    assert told["communities"][1]["teams"] == ["t4", "t5", "t6", "t7"]
    assert set(told["moves"][0]) == {
        "key",
        "from_stream",
        "to_stream",
        "community",
        "inside_before",
        "inside_after",
        "saved",
    }


def modularity(weights: Counter[frozenset[int]], parts: list[object], resolution: float) -> float:
    """Newman's sum over all ordered pairs: (A_ij - resolution k_i k_j / 2m) / 2m where together."""
    size = len(parts)
    joined = [
        [float(weights[frozenset({i, j})]) if i != j else 0.0 for j in range(size)]
        for i in range(size)
    ]
    degree = [sum(row) for row in joined]
    twice = sum(degree)
    return (
        sum(
            joined[i][j] - resolution * degree[i] * degree[j] / twice
            for i in range(size)
            for j in range(size)
            if parts[i] == parts[j]
        )
        / twice
    )


HOMES = st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=8, max_size=8)
NEEDS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=24)


@given(HOMES, NEEDS, st.sampled_from([0.5, 1.0, 1.7]), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_the_figures_of_both_cuts_are_those_of_the_formulas(
    homes: list[int | None], needs: list[tuple[int, int]], resolution: float, seed: int
) -> None:
    found = communities(teams(homes, needs), resolution=resolution, seed=seed)
    weights = Counter(frozenset(pair) for pair in needs if pair[0] != pair[1])
    connected = sorted({team for pair in weights for team in pair})
    community = {int(t[1:]): part.number for part in found.communities for t in part.teams}
    assert sorted(community) == connected
    assert found.dependencies == weights.total()
    assert found.crossing_after == sum(
        weight for pair, weight in weights.items() if len({community[t] for t in pair}) == 2
    )
    today = {t: ("alone", t) if homes[t] is None else ("stream", homes[t]) for t in connected}
    assert found.crossing_today == sum(
        weight for pair, weight in weights.items() if len({today[t] for t in pair}) == 2
    )
    if not connected:
        return
    by_place = {team: place for place, team in enumerate(connected)}
    placed = Counter({frozenset(by_place[t] for t in pair): w for pair, w in weights.items()})
    before = modularity(placed, [today[t] for t in connected], resolution)
    after = modularity(placed, [community[t] for t in connected], resolution)
    assert found.modularity_today == pytest.approx(before, abs=1e-9)
    assert found.modularity_found == pytest.approx(after, abs=1e-9)
    assert after >= before - 1e-9
    assert found == communities(teams(homes, needs), resolution=resolution, seed=seed)


LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12)


@given(LABELS)
@settings(max_examples=200, deadline=None)
def test_the_agreement_is_that_of_counting_every_pair(labels: list[tuple[str, str]]) -> None:
    one, other = [a for a, _ in labels], [b for _, b in labels]
    kinds = Counter((a == c, b == d) for (a, b), (c, d) in combinations(labels, 2))
    both, first, second, none = (
        kinds[True, True],
        kinds[True, False],
        kinds[False, True],
        kinds[False, False],
    )
    below = (both + first) * (first + none) + (both + second) * (second + none)
    expected = 2 * (both * none - first * second) / below if below else 1.0
    assert adjusted_rand_index(one, other) == pytest.approx(expected)
