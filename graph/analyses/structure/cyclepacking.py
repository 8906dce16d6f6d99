"""How much every feedback arc set weighs at least, by loops that share no weight.

References: R. Bar-Yehuda and S. Even, A local-ratio theorem for approximating the weighted vertex cover
problem, 1985 (here on the arcs of loops).
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from graph.analyses.structure.arcs import Arc

STEPS = 10_000_000
"""Arcs looked at, at most; the bound is lower for what is not found by then."""


def least_weight(size: int, arcs: Mapping[Arc, int], steps: int = STEPS) -> int:
    """Give a weight that no feedback arc set of nodes 0 to size-1 is below.

    Again and again a short loop is found, and the weight of its lightest arc is taken from all of
    its arcs: every feedback arc set pays for each loop at least that. Arcs without weight left are
    gone. Cost: at most about `steps`.
    """
    packing = _Packing(size, arcs, steps)
    total = 0
    for start in range(size):
        while loop := packing.loop(start):
            total += packing.take(loop)
    return total


_Tree: TypeAlias = dict[int, int]
"""For each node that was reached the one from which it was; the start is its own."""


class _Packing:
    """The weights that are left on the arcs, by tail and by head."""

    def __init__(self, size: int, arcs: Mapping[Arc, int], steps: int) -> None:
        self._ahead: list[dict[int, int]] = [{} for _ in range(size)]
        self._behind: list[dict[int, None]] = [{} for _ in range(size)]
        for (tail, head), weight in sorted(arcs.items()):
            self._ahead[tail][head] = weight
            self._behind[head][tail] = None
        self._steps = steps

    def take(self, loop: Sequence[Arc]) -> int:
        """Take the weight of a loop's lightest arc from all of its arcs, and give it."""
        least = min(self._ahead[tail][head] for tail, head in loop)
        for tail, head in loop:
            self._ahead[tail][head] -= least
            if not self._ahead[tail][head]:
                del self._ahead[tail][head], self._behind[head][tail]
        return least

    def loop(self, start: int) -> list[Arc]:
        """Give the arcs of a short loop through a node; none where none is left, or no step.

        It is looked for from both ends, along the arcs and against them, till the two meet.
        """
        trees: tuple[_Tree, _Tree] = {start: start}, {start: start}
        edges = [[start], [start]]
        while all(edges) and self._steps > 0:
            side = len(edges[0]) > len(edges[1])
            near = self._behind if side else self._ahead
            level: list[int] = []
            for node in edges[side]:
                self._steps -= len(near[node])
                for found in near[node]:
                    if found in trees[not side]:
                        return _joined(trees, (found, node) if side else (node, found))
                    if found not in trees[side]:
                        trees[side][found] = node
                        level.append(found)
            edges[side] = level
        return []


def _joined(trees: tuple[_Tree, _Tree], arc: Arc) -> list[Arc]:
    """Give the arcs from the start to the arc in which the two trees meet, and on to the start."""
    tail, head = arc
    loop = [arc]
    while trees[0][tail] != tail:
        loop.append((trees[0][tail], tail))
        tail = trees[0][tail]
    while trees[1][head] != head:
        loop.append((head, trees[1][head]))
        head = trees[1][head]
    return loop
