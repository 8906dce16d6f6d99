"""How many pairs of nodes are connected by a way, over one or more steps or none.

References: docs/definitions.md §6. A. MacCormack, J. Rusnak and C. Y. Baldwin, Exploring the structure
of complex software designs, 2006 (visibility matrix, propagation cost).
"""

from collections.abc import Iterable, Sequence

import networkx as nx

CHUNK = 4096
"""Nodes that are looked for at once: so many bits has a number."""


def reachable_pairs(
    nodes: Sequence[int], needs: Iterable[tuple[int, int]], chunk: int = CHUNK
) -> int:
    """Count the ordered pairs of nodes of which the first reaches the second; each reaches itself.

    `chunk` nodes are looked for at once. Cost: nodes and arcs times the number of chunks. No more than one number a node is held at once.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(needs)
    condensed = nx.condensation(graph)
    ahead = {number: [*condensed.successors(number)] for number in condensed}
    sinks_first = [*reversed([*nx.topological_sort(condensed)])]
    home: dict[int, int] = condensed.graph["mapping"]
    size = dict.fromkeys(condensed, 0)
    for node in nodes:
        size[home[node]] += 1
    total = 0
    for first in range(0, len(nodes), chunk):
        reached = dict.fromkeys(condensed, 0)
        for place, node in enumerate(nodes[first : first + chunk]):
            reached[home[node]] |= 1 << place
        for number in sinks_first:
            for head in ahead[number]:
                reached[number] |= reached[head]
            total += reached[number].bit_count() * size[number]
    return total
