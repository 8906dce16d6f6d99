import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.ordering import LOOPS_LISTED, ordered


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
@settings(max_examples=300, deadline=None)
def test_every_arc_that_is_kept_leads_forward_and_each_dropped_one_closes_a_loop(
    arcs: list[tuple[int, int]],
) -> None:
    successors = [[head for tail, head in arcs if tail == node] for node in range(8)]
    found = ordered(successors)
    assert sorted(found.order) == list(range(8))
    place = {node: number for number, node in enumerate(found.order)}
    kept = set(arcs) - found.dropped
    assert all(place[tail] < place[head] for tail, head in kept)
    graph: nx.DiGraph[int] = nx.DiGraph(sorted(kept))
    graph.add_nodes_from(range(8))
    for tail, head in found.dropped:
        assert (tail, head) in arcs
        assert nx.has_path(graph, head, tail)
    assert {(loop[-1], loop[0]) for loop in found.loops} == found.dropped


def test_many_loops_are_all_dropped_and_some_are_listed() -> None:
    found = ordered([[node] for node in range(500)])
    assert (len(found.dropped), len(found.loops)) == (500, LOOPS_LISTED)
