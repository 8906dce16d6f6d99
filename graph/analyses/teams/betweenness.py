"""How many shortest ways between others lead through each node of a directed graph.

Exact betweenness is networkx's on small graphs and NetworKit's on larger ones, where it is some
twenty times as fast and lets other threads run meanwhile; both give the same values but for the last
bits. Beyond a declared size it is estimated from the ways that begin at a sample of the nodes.

References: docs/definitions.md §4. L. C. Freeman, A set of measures of centrality based on
betweenness, 1977; U. Brandes, A faster algorithm for betweenness centrality, 2001; U. Brandes and
C. Pich, Centrality estimation in large networks, 2007 (sampling).
"""

from collections.abc import Mapping, Sequence
from random import Random

import networkx as nx

from graph.analyses.teams.sampledways import through_from

EXACT_TEAMS = 6_000
"""Up to so many nodes betweenness is exact."""
SAMPLED_TEAMS = 500
"""Beyond, it is estimated from the shortest ways that begin at so many of them."""
NETWORKIT_FROM = 200
"""From so many nodes on NetworKit's import, a third of a second, pays."""
_DECIMALS = 12
"""Of the share. Beyond are only the traces of the order in which fractions were added, and equal
nodes shall rank equal."""

Distances = Mapping[tuple[int, int], int]
"""The length of each arc, a whole number above 0, by tail and head. Self-loops mean nothing."""


def betweenness(
    count: int,
    arcs: Distances,
    seed: int,
    *,
    exact: int = EXACT_TEAMS,
    sample: int = SAMPLED_TEAMS,
) -> tuple[list[float], int | None]:
    """Give the share of shortest ways between other nodes that lead through each (0-1).

    Nodes are 0 to count-1. Of several equally short ways between two nodes each counts in equal
    parts; pairs without a way count as not led through any. Graphs of more than `exact` nodes are
    sampled: the second value is the size of the sample, None when exact. The estimate has no bias:
    each node begins ways with equal chance. Cost: nodes times arcs (5,000 times 30,000 in some four
    seconds), or sample times arcs.
    """
    pairs = (count - 1) * (count - 2)
    if pairs <= 0:
        return [0.0] * count, None
    if count > exact:
        begins = sorted(Random(seed).sample(range(count), sample))  # noqa: S311 - no secret
        through = through_from(count, arcs, begins)
        scale = count / sample / pairs
        return [round(value * scale, _DECIMALS) for value in through], sample
    found = _by_networkx(count, arcs) if count < NETWORKIT_FROM else _by_networkit(count, arcs)
    return [round(value / pairs, _DECIMALS) for value in found], None


def _by_networkx(count: int, arcs: Distances) -> list[float]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((tail, head, {"distance": far}) for (tail, head), far in arcs.items())
    weight = "distance" if _is_weighted(arcs) else None
    found = nx.betweenness_centrality(graph, weight=weight, normalized=False)
    return [found[node] for node in range(count)]


def _by_networkit(count: int, arcs: Distances) -> list[float]:
    """Compute it on one thread: several would add the fractions in an order of their own each time.

    The number of threads is set for the calling thread alone, and set back.
    """
    import networkit as nk  # noqa: PLC0415 - takes a third of a second

    weighted = _is_weighted(arcs)
    graph = nk.Graph(count, weighted=weighted, directed=True)
    for (tail, head), far in arcs.items():
        if tail != head:
            graph.addEdge(tail, head, float(far))
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    try:
        measure = nk.centrality.Betweenness(graph)
        measure.run()
    finally:
        nk.setNumberOfThreads(threads)
    found: Sequence[float] = measure.scores()
    return list(found)


def _is_weighted(arcs: Distances) -> bool:
    return len(set(arcs.values())) > 1
