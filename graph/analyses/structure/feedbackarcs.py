"""Feedback arc sets: the fewest arcs whose removal leaves no loop.

References: docs/definitions.md §6. E. L. Lawler, A comment on minimum feedback arc sets, 1964 (the
exact method, over subsets); P. Eades, X. Lin and W. F. Smyth, A fast and effective heuristic for
the feedback arc set problem, 1993.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Arc = tuple[int, int]

EXACT_NODES = 14
"""Up to so many nodes in a loop the answer is exact: the work doubles with each."""


@dataclass(frozen=True, slots=True)
class Sequencing:
    """An order of nodes in which few arcs lead backward.

    `exact`: no order has fewer, nor as few that weigh less together.
    """

    order: Sequence[int]
    exact: bool


def sequenced(size: int, arcs: Mapping[Arc, int]) -> Sequencing:
    """Order the nodes 0 to size-1 so that few arcs lead backward.

    As few as can be up to `EXACT_NODES` nodes, and of those orders one with the least sum of the
    arcs' numbers; by a heuristic beyond. Cost: 2^size times size when exact, linear otherwise.
    """
    between = {arc: number for arc, number in arcs.items() if arc[0] != arc[1]}
    if size <= EXACT_NODES:
        return Sequencing(_best_order(size, between), exact=True)
    return Sequencing(_greedy_order(size, sorted(between)), exact=False)


def feedback_arcs(size: int, arcs: Mapping[Arc, int]) -> list[Arc]:
    """Give the arcs that lead backward in that order, sorted: without them no loop is left.

    Self-loops are always among them.
    """
    place = {node: number for number, node in enumerate(sequenced(size, arcs).order)}
    return sorted((tail, head) for tail, head in arcs if place[head] <= place[tail])


def _best_order(size: int, arcs: Mapping[Arc, int]) -> list[int]:
    """Order the nodes so that the fewest arcs lead backward, one subset after the other.

    `cost[S]` is the least cost of the backward arcs when the nodes of S come first; the last of
    them adds the arcs that lead from it back into S, `back[node][S]`.
    """
    one = 1 + sum(arcs.values())
    back = [[0] * (1 << size) for _ in range(size)]
    cost = [0] * (1 << size)
    last = [0] * (1 << size)
    for chosen in range(1, 1 << size):
        rest, lowest = chosen & (chosen - 1), (chosen & -chosen).bit_length() - 1
        best = -1
        for node in range(size):
            number = arcs.get((node, lowest), 0)
            back[node][chosen] = back[node][rest] + (one + number if number else 0)
            if chosen >> node & 1:
                found = cost[chosen ^ (1 << node)] + back[node][chosen]
                if best < 0 or found < best:
                    best, last[chosen] = found, node
        cost[chosen] = best
    order = []
    chosen = (1 << size) - 1
    while chosen:
        order.append(last[chosen])
        chosen ^= 1 << last[chosen]
    return order[::-1]


def _greedy_order(size: int, arcs: Sequence[Arc]) -> list[int]:
    """Take sinks to the end and sources to the front; between them the node with most arcs out."""
    graph = _Shrinking(size, arcs)
    front: list[int] = []
    back: list[int] = []
    while graph.left:
        if (node := graph.pop(graph.sinks, graph.out)) is not None:
            back.append(node)
        elif (node := graph.pop(graph.sources, graph.into)) is not None:
            front.append(node)
        else:
            front.append(graph.pop_richest())
    return front + back[::-1]


class _Shrinking:
    """A graph from which nodes are taken; nodes are kept in buckets by arcs out less arcs in."""

    def __init__(self, size: int, arcs: Sequence[Arc]) -> None:
        self.left = set(range(size))
        self.heads: list[list[int]] = [[] for _ in range(size)]
        self.tails: list[list[int]] = [[] for _ in range(size)]
        for tail, head in arcs:
            self.heads[tail].append(head)
            self.tails[head].append(tail)
        self.out = [len(found) for found in self.heads]
        self.into = [len(found) for found in self.tails]
        self.sinks = [node for node in range(size) if not self.out[node]]
        self.sources = [node for node in range(size) if not self.into[node]]
        self.buckets: dict[int, set[int]] = {}
        for node in range(size):
            self.buckets.setdefault(self.out[node] - self.into[node], set()).add(node)
        self.richest = max(self.buckets, default=0)

    def pop(self, queue: list[int], degree: list[int]) -> int | None:
        while queue:
            node = queue.pop()
            if node in self.left and not degree[node]:
                self._take(node)
                return node
        return None

    def pop_richest(self) -> int:
        while not self.buckets.get(self.richest):
            self.richest -= 1
        node = min(self.buckets[self.richest])
        self._take(node)
        return node

    def _take(self, node: int) -> None:
        self.left.discard(node)
        self.buckets[self.out[node] - self.into[node]].discard(node)
        for head in self.heads[node]:
            self._shift(head, self.into, self.sources)
        for tail in self.tails[node]:
            self._shift(tail, self.out, self.sinks)

    def _shift(self, node: int, degree: list[int], queue: list[int]) -> None:
        if node not in self.left:
            return
        self.buckets[self.out[node] - self.into[node]].discard(node)
        degree[node] -= 1
        value = self.out[node] - self.into[node]
        self.buckets.setdefault(value, set()).add(node)
        self.richest = max(self.richest, value)
        if not degree[node]:
            queue.append(node)
