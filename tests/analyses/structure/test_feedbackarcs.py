from itertools import permutations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.arcs import Arc, looping_parts
from graph.analyses.structure.contraction import contracted
from graph.analyses.structure.cyclepacking import least_weight
from graph.analyses.structure.feedbackarcs import EXACT_NODES, feedback_arcs
from graph.analyses.structure.siftedorder import sifted_order
from graph.analyses.structure.subsetorder import best_order

SIZE = 6
NODE = st.integers(0, SIZE - 1)
WEIGHED = st.dictionaries(st.tuples(NODE, NODE), st.integers(1, 4), max_size=18)
LARGE = st.dictionaries(
    st.tuples(st.integers(0, 39), st.integers(0, 39)), st.integers(1, 4), max_size=160
)
"""Arcs of graphs, with weights; among the large ones are some beyond what is surely exact."""


def weight(order: list[int] | tuple[int, ...], arcs: dict[Arc, int]) -> int:
    """Sum what leads backward."""
    place = {node: number for number, node in enumerate(order)}
    return sum(value for (tail, head), value in arcs.items() if place[head] <= place[tail])


def least(arcs: dict[Arc, int], size: int = SIZE) -> int:
    return min(weight(order, arcs) for order in permutations(range(size)))


def without_loops(arcs: dict[Arc, int]) -> dict[Arc, int]:
    return {arc: value for arc, value in arcs.items() if arc[0] != arc[1]}


@given(WEIGHED)
@settings(max_examples=150, deadline=None)
def test_the_fewest_arcs_are_found_and_of_those_the_ones_that_weigh_least(
    arcs: dict[Arc, int],
) -> None:
    found = feedback_arcs(SIZE, arcs)
    assert found.exact
    fewest, lightest = min(
        (
            weight(order, dict.fromkeys(arcs, 1)),
            weight(order, arcs),
        )
        for order in permutations(range(SIZE))
    )
    assert (len(found.arcs), sum(arcs[arc] for arc in found.arcs)) == (fewest, lightest)
    assert found.lower_bound == fewest
    assert weight(found.order, arcs) == lightest


@given(LARGE)
@settings(max_examples=150, deadline=None)
def test_in_the_order_just_the_feedback_arcs_lead_backward_and_no_loop_is_left(
    arcs: dict[Arc, int],
) -> None:
    found = feedback_arcs(40, arcs)
    place = {node: number for number, node in enumerate(found.order)}
    assert sorted(place) == list(range(40))
    assert [arc for arc in sorted(arcs) if place[arc[1]] <= place[arc[0]]] == list(found.arcs)
    graph: nx.DiGraph[int] = nx.DiGraph(sorted(arcs))
    graph.remove_edges_from(found.arcs)
    assert nx.is_directed_acyclic_graph(graph)
    assert found.lower_bound <= len(found.arcs)
    assert not found.exact or found.lower_bound == len(found.arcs)
    assert found == feedback_arcs(40, dict(reversed(arcs.items())))


@given(WEIGHED.map(without_loops))
@settings(max_examples=150, deadline=None)
def test_the_order_over_subsets_weighs_what_the_best_of_all_orders_does(
    arcs: dict[Arc, int],
) -> None:
    assert weight(best_order(SIZE, arcs), arcs) == least(arcs)


def test_the_order_over_subsets_takes_more_nodes_than_one_table_has() -> None:
    ring = {(n, (n + 1) % 13): 2 for n in range(13)} | {(12, 0): 1}
    assert best_order(13, ring) == list(range(13))


@given(WEIGHED.map(without_loops))
@settings(max_examples=150, deadline=None)
def test_sifting_and_packing_stay_on_either_side_of_the_least(arcs: dict[Arc, int]) -> None:
    order = sifted_order(SIZE, arcs)
    assert sorted(order) == list(range(SIZE))
    assert least_weight(SIZE, arcs) <= least(arcs) <= weight(order, arcs)


@given(LARGE.map(without_loops).map(dict.keys))
@settings(max_examples=100, deadline=None)
def test_in_a_sifted_order_no_more_than_half_of_the_arcs_lead_backward(
    keys: frozenset[Arc],
) -> None:
    arcs = dict.fromkeys(sorted(keys), 1)
    order = sifted_order(40, arcs)
    assert weight(order, arcs) <= len(arcs) / 2


@given(WEIGHED.map(without_loops))
@settings(max_examples=150, deadline=None)
def test_contraction_leaves_the_least_weight_as_it_is(arcs: dict[Arc, int]) -> None:
    rest = contracted(arcs)
    assert sum(arcs[arc] for arc in rest.cut) + least(rest.arcs) == least(arcs)
    meant = [arc for found in rest.stands_for.values() for arc in found]
    assert len({*meant, *rest.cut}) == len(meant) + len(rest.cut)
    for arc, value in rest.arcs.items():
        assert value == sum(arcs[each] for each in rest.stands_for[arc])


@given(WEIGHED)
@settings(max_examples=150, deadline=None)
def test_the_parts_hold_every_loop_once(arcs: dict[Arc, int]) -> None:
    parts = list(looping_parts(arcs))
    whole = without_loops(arcs)
    assert sum(least(part) for part in parts) == least(whole)
    graph: nx.DiGraph[int] = nx.DiGraph(sorted(whole))
    looping = {
        (tail, head)
        for found in nx.strongly_connected_components(graph)
        for tail, head in graph.subgraph(found).edges
    }
    assert sorted(arc for part in parts for arc in part) == sorted(looping)


def test_packing_finds_every_loop_that_shares_no_arc_until_its_steps_are_used_up() -> None:
    arcs = {(0, ring): 3 for ring in range(1, 8)} | {(ring, 0): ring for ring in range(1, 8)}
    assert least_weight(8, arcs) == 1 + 2 + 3 + 3 + 3 + 3 + 3
    assert least_weight(8, arcs, steps=0) == 0


def test_rings_that_share_one_node_are_taken_apart_and_exact_at_any_size() -> None:
    arcs = {}
    for ring in range(40):
        nodes = [0, *range(1 + 3 * ring, 4 + 3 * ring)]
        arcs.update(dict.fromkeys(zip(nodes, [*nodes[1:], 0], strict=True), 1))
    found = feedback_arcs(121, arcs)
    assert (len(found.arcs), found.exact, found.lower_bound) == (40, True, 40)


def test_a_ring_of_ten_thousand_is_broken_at_its_lightest_arc() -> None:
    size = 10_000
    ring = {(n, (n + 1) % size): 2 for n in range(size)} | {(7_000, 7_001): 1}
    found = feedback_arcs(size, ring)
    assert (found.arcs, found.exact) == (((7_000, 7_001),), True)
    assert size > EXACT_NODES
