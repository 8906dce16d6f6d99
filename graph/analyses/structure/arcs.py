"""Arcs between numbered nodes, and the parts of a graph in which its loops are."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import networkx as nx

Arc: TypeAlias = tuple[int, int]


def looping_parts(arcs: Mapping[Arc, int]) -> Iterator[dict[Arc, int]]:
    """Give the arcs of each part that shares no loop with another, apart from self-loops.

    These are the biconnected components of the strongly connected ones: a loop lies within one.
    Cost: linear.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(arc for arc in arcs if arc[0] != arc[1])
    for strong in nx.strongly_connected_components(graph):
        if len(strong) == 1:
            continue
        joined = graph.subgraph(strong).to_undirected()
        for edges in nx.biconnected_component_edges(joined):
            pairs = [pair for one, other in edges for pair in ((one, other), (other, one))]
            yield {pair: arcs[pair] for pair in sorted(pairs) if pair in arcs}
