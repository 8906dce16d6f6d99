"""Sequences nodes so that each comes after what it needs, and loops stand together as blocks.

References: docs/definitions.md §6. J. N. Warfield, Binary matrices in system modeling, 1973 (levels);
D. V. Steward, The design structure system, 1981 (partitioning); R. E. Tarjan, Depth-first search and
linear graph algorithms, 1972 (blocks); see `feedbackarcs` for the order within a block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from graph.analyses.structure.feedbackarcs import feedback_arcs
from graph.analyses.structure.needs import Pair


@dataclass(frozen=True, slots=True)
class Partition:
    """An order of nodes, and in it the blocks of nodes that all need each other: (first, size).

    A block has more than one node, or one that needs itself. `exact`: no other order has fewer
    pairs of which the first needs the second and does not come after it.
    """

    order: Sequence[int]
    blocks: Sequence[tuple[int, int]]
    exact: bool


def partitioned(nodes: Sequence[int], needs: Mapping[Pair, int]) -> Partition:
    """Order nodes by level: those that need nothing, then those that need only them, and so on.

    Nodes that all need each other have one level and stand together, sequenced so that few needs
    lead forward; what is on one level comes by its smallest node. `needs` gives a weight for each
    pair (what needs, what is needed) of the nodes. Cost: linear, and that of `feedbackarcs`.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(needs)
    condensed = nx.condensation(graph)
    members = {number: sorted(condensed.nodes[number]["members"]) for number in condensed}
    level: dict[int, int] = {}
    for number in reversed([*nx.topological_sort(condensed)]):
        level[number] = max((1 + level[need] for need in condensed.successors(number)), default=0)
    order: list[int] = []
    blocks: list[tuple[int, int]] = []
    exact = True
    for number in sorted(condensed, key=lambda at: (level[at], members[at][0])):
        found, sure = _sequence(members[number], graph, needs)
        exact = exact and sure
        if len(found) > 1 or (found[0], found[0]) in needs:
            blocks.append((len(order), len(found)))
        order.extend(found)
    return Partition(order, blocks, exact)


def _sequence(
    block: Sequence[int], graph: "nx.DiGraph[int]", needs: Mapping[Pair, int]
) -> tuple[Sequence[int], bool]:
    if len(block) == 1:
        return block, True
    numbers = {node: number for number, node in enumerate(block)}
    within = {
        (numbers[tail], numbers[head]): needs[tail, head]
        for tail in block
        for head in graph.successors(tail)
        if head in numbers
    }
    found = feedback_arcs(len(block), within)
    return [block[number] for number in reversed(found.order)], found.exact
