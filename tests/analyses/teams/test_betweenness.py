from collections.abc import Mapping
from itertools import permutations
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.teams.betweenness import NETWORKIT_FROM, betweenness
from graph.analyses.teams.sampledways import through_from

Arcs = Mapping[tuple[int, int], int]

NODES = st.integers(0, 8)
ARCS = st.dictionaries(st.tuples(NODES, NODES), st.sampled_from([1, 2, 3]), max_size=30)


def by_networkx(count: int, arcs: Arcs) -> list[float]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from((tail, head, far) for (tail, head), far in arcs.items())
    found = nx.betweenness_centrality(graph, weight="weight")
    return [found[node] for node in range(count)]


def by_listing_the_ways(count: int, arcs: Arcs) -> list[float]:
    """List all shortest ways between all pairs, and count on how many of them each node lies."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from((tail, head, far) for (tail, head), far in arcs.items())
    found = [0.0] * count
    for begin, end in permutations(range(count), 2):
        if nx.has_path(graph, begin, end):
            ways = list(nx.all_shortest_paths(graph, begin, end, weight="weight"))
            for way in ways:
                for node in way[1:-1]:
                    found[node] += 1 / len(ways)
    return [value / (count - 1) / (count - 2) for value in found]


def random_arcs(seed: int, count: int, size: int, lengths: list[int]) -> Arcs:
    pick = Random(seed)
    return {
        (pick.randrange(count), pick.randrange(count)): pick.choice(lengths) for _ in range(size)
    }


@given(ARCS)
@settings(max_examples=100, deadline=None)
def test_betweenness_is_what_listing_all_shortest_ways_gives(arcs: Arcs) -> None:
    """With loops, nodes apart and ways of equal length."""
    found, sample = betweenness(9, arcs, 0)
    assert sample is None
    assert found == pytest.approx(by_listing_the_ways(9, arcs), abs=1e-11)


@pytest.mark.parametrize("lengths", [[1], [1, 2, 3], [720_720, 360_360, 240_240]])
def test_larger_graphs_give_what_networkx_gives(lengths: list[int]) -> None:
    """By another library: some nodes stand apart, some arcs lead from a node to itself."""
    count = NETWORKIT_FROM + 40
    arcs = {**random_arcs(3, count - 20, 700, lengths), (5, 5): 1, (count - 1, count - 1): 2}
    assert betweenness(count, arcs, 0)[0] == pytest.approx(by_networkx(count, arcs), abs=1e-11)


def test_exact_values_are_the_same_each_time() -> None:
    arcs = random_arcs(4, 300, 1_500, [1, 2, 3])
    assert betweenness(300, arcs, 0) == betweenness(300, arcs, 1)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_none_lies_between_others(count: int) -> None:
    arcs = {(0, 1): 1} if count == 2 else {}
    assert betweenness(count, arcs, 0) == ([0.0] * count, None)


@given(ARCS)
@settings(max_examples=50, deadline=None)
def test_a_sample_of_all_nodes_gives_the_exact_values(arcs: Arcs) -> None:
    found, sample = betweenness(9, arcs, 0, exact=8, sample=9)
    assert sample == 9
    assert found == pytest.approx(by_listing_the_ways(9, arcs), abs=1e-11)


def test_the_mean_over_all_samples_of_one_is_the_exact_value() -> None:
    """The estimate has no bias."""
    arcs = random_arcs(5, 40, 130, [1, 2])
    sums = [0.0] * 40
    for begin in range(40):
        for node, value in enumerate(through_from(40, arcs, [begin])):
            sums[node] += value / 39 / 38
    assert sums == pytest.approx(by_networkx(40, arcs), abs=1e-11)


def test_a_sample_is_decided_by_the_seed_and_comes_near() -> None:
    arcs = random_arcs(6, 400, 2_400, [1, 2])
    found = betweenness(400, arcs, 1, exact=399, sample=200)
    assert found == betweenness(400, arcs, 1, exact=399, sample=200)
    assert found != betweenness(400, arcs, 2, exact=399, sample=200)
    exact = by_networkx(400, arcs)
    assert max(abs(one - other) for one, other in zip(found[0], exact, strict=True)) < 0.01


def test_more_shortest_ways_than_a_float_can_count_are_survived() -> None:
    """A row of 1,500 diamonds has 2^1500 shortest ways from end to end: half through each side."""
    arcs: dict[tuple[int, int], int] = {}
    for at in range(1_500):
        top, left, right, bottom = 3 * at, 3 * at + 1, 3 * at + 2, 3 * at + 3
        arcs |= {(top, left): 1, (top, right): 1, (left, bottom): 1, (right, bottom): 1}
    count = 4_501
    exact, _ = betweenness(count, arcs, 0)
    left = 3 * 700 + 1
    before, after = 3 * 700 + 1, count - left - 2
    assert exact[left] == pytest.approx(before * after / 2 / (count - 1) / (count - 2), rel=1e-6)
    assert exact[left] == exact[left + 1]
    (from_first,) = {through_from(count, arcs, [0])[left + at] for at in (0, 1)}
    assert from_first == pytest.approx(after / 2)


def test_a_chain_of_ten_thousand_is_sampled() -> None:
    count = 10_000
    arcs = {(n, n + 1): 1 for n in range(count - 1)}
    through = through_from(count, arcs, [0, 5_000])
    assert (through[0], through[4_000], through[5_000]) == (0, 5_999, 4_999)
    assert through[6_000] == 2 * 3_999
