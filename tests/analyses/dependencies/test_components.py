import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.analyses.dependencies.components import components_of


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=8, max_size=8))
def test_components_are_those_of_networkx_and_arcs_lead_down(successors: list[list[int]]) -> None:
    found = components_of(successors)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(8))
    graph.add_edges_from((a, b) for a, heads in enumerate(successors) for b in heads)
    groups: dict[int, set[int]] = {}
    for node, component in enumerate(found):
        groups.setdefault(component, set()).add(node)
    wanted = sorted(map(sorted, nx.strongly_connected_components(graph)))
    assert sorted(map(sorted, groups.values())) == wanted
    assert sorted(groups) == list(range(len(groups)))
    assert all(found[b] <= found[a] for a, b in graph.edges)


def test_a_long_chain_and_an_empty_graph_are_no_trouble() -> None:
    count = 50_000
    chain = [[node + 1] for node in range(count - 1)]
    assert components_of([*chain, []]) == list(range(count - 1, -1, -1))
    assert set(components_of([*chain, [0]])) == {0}
    assert components_of([]) == []
