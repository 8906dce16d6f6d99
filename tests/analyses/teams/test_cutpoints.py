import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.teams.cutpoints import Cut, cut_off

PAIRS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25)


@given(PAIRS)
@settings(max_examples=300, deadline=None)
def test_cut_points_and_what_they_cut_off_are_those_found_by_removing_each_node(
    arcs: set[tuple[int, int]],
) -> None:
    graph: nx.Graph[int] = nx.Graph(sorted(arcs))
    graph.add_nodes_from(range(9))
    neighbours = [sorted(graph.neighbors(n)) for n in range(9)]
    found = cut_off(neighbours, 9)
    plain = graph.copy()
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    assert set(found) == set(nx.articulation_points(plain))
    for point, cut in found.items():
        component = nx.node_connected_component(plain, point) - {point}
        parts = sorted(
            nx.connected_components(plain.subgraph(component)),
            key=lambda part: (-len(part), min(part)),
        )
        lost = sorted(component - parts[0])
        assert cut == Cut(len(lost), tuple(lost))
        assert cut_off(neighbours, 2)[point] == Cut(len(lost), tuple(lost[:2]))


def test_a_chain_of_ten_thousand_is_cut_at_each_inner_node() -> None:
    count = 10_000
    chain = [[n for n in (at - 1, at + 1) if 0 <= n < count] for at in range(count)]
    found = cut_off(chain, 2)
    assert len(found) == count - 2
    assert found[2] == Cut(2, (0, 1))
    assert found[9_000] == Cut(999, (9_001, 9_002))
    assert found[1] == Cut(1, (0,))


def test_of_two_equal_parts_the_one_with_the_smallest_node_is_left() -> None:
    assert cut_off([[2], [2], [0, 1]], 5) == {2: Cut(1, (1,))}
