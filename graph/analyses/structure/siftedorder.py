"""A good order of many nodes, by a greedy rule and then by moving nodes to where they fit best.

References: P. Eades, X. Lin and W. F. Smyth, A fast and effective heuristic for the feedback arc set
problem, 1993; R. Rudell, Dynamic variable ordering, 1993 (sifting).
"""

from collections.abc import Mapping, Sequence

from graph.analyses.structure.arcs import Arc

PASSES = 10
"""Times that every node is moved to where it fits best, unless none moves before."""
SHIFTS = 5_000_000
"""Nodes that make room for others, at most; no node moves after that."""


def sifted_order(size: int, arcs: Mapping[Arc, int]) -> list[int]:
    """Order the nodes 0 to size-1 so that the arcs that lead backward weigh little.

    Cost: linear for the greedy order; then for each pass that of sorting each node's neighbours,
    and at most `SHIFTS`.
    """
    order = _greedy_order(size, sorted(arcs))
    sifting = _Sifting(order, arcs)
    for _ in range(PASSES):
        if not sifting.sift():
            break
    return sifting.order


class _Sifting:
    """An order in which nodes are moved, each to where the fewest of its arcs lead backward."""

    def __init__(self, order: list[int], arcs: Mapping[Arc, int]) -> None:
        self.order = order
        self._place = [0] * len(order)
        for place, node in enumerate(order):
            self._place[node] = place
        # For each node: what is won when the neighbour comes before it instead of after it.
        self._near: list[dict[int, int]] = [{} for _ in order]
        for (tail, head), weight in arcs.items():
            self._near[head][tail] = self._near[head].get(tail, 0) + weight
            self._near[tail][head] = self._near[tail].get(head, 0) - weight
        self._left = SHIFTS

    def sift(self) -> bool:
        """Move each node once, and say whether any of them did move."""
        moved = False
        for node in range(len(self.order)):
            place = self._best(node)
            if place != self._place[node] and self._left > 0:
                self._move(node, place)
                moved = True
        return moved

    def _best(self, node: int) -> int:
        """Give the place that wins most; its own if no other wins more."""
        own = self._place[node]
        near = sorted((self._place[other], won) for other, won in self._near[node].items())
        now = sum(won for place, won in near if place < own)
        best, found, total = now, own, 0
        if total > best:
            best, found = 0, near[0][0] - (near[0][0] > own)
        for place, won in near:
            total += won
            if total > best:
                # Right behind this neighbour; the node itself leaves a gap if it was before it.
                best, found = total, place + (place < own)
        return found

    def _move(self, node: int, place: int) -> None:
        own = self._place[node]
        self.order.pop(own)
        self.order.insert(place, node)
        first, last = min(own, place), max(own, place)
        for at in range(first, last + 1):
            self._place[self.order[at]] = at
        self._left -= last - first


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
