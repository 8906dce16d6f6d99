"""Articulation points: nodes whose loss tears an undirected graph apart, and what they cut off.

References: docs/definitions.md §4. J. Hopcroft and R. Tarjan, Algorithm 447: efficient algorithms
for graph manipulation, 1973. `networkx.articulation_points` names the points; what each cuts off
would take one search a point more, hence this single search.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import chain, pairwise


@dataclass(frozen=True, slots=True)
class Cut:
    """How many nodes the loss of an articulation point cuts off, and the first of them."""

    count: int
    first: tuple[int, ...]


def cut_off(neighbours: Sequence[Sequence[int]], most: int) -> dict[int, Cut]:
    """Give for each articulation point what it would cut off, the `most` smallest nodes of it.

    These are all nodes of its connected component but those in the largest part that is left; of
    equally large parts the one with the smallest node counts as left. `neighbours` of 0 to n-1 must
    be symmetric; self-loops mean nothing. Cost: linear, plus what is cut off.
    """
    search = _Search(neighbours, most, [-1] * len(neighbours), [0] * len(neighbours))
    found: dict[int, Cut] = {}
    for root in range(len(neighbours)):
        if search.entered[root] < 0:
            found.update(search.component(root))
    return found


@dataclass(slots=True)
class _Search:
    neighbours: Sequence[Sequence[int]]
    most: int
    entered: list[int]
    low: list[int]
    order: list[int] = field(default_factory=list)

    def component(self, root: int) -> dict[int, Cut]:
        """Search the component of a root depth first; a subtree is a stretch of `order`."""
        begin = len(self.order)
        severed: dict[int, list[tuple[int, int]]] = {}
        self._enter(root)
        path = [root]
        ahead = [iter(self.neighbours[root])]
        while path:
            node = path[-1]
            head = next(ahead[-1], None)
            if head is None:
                path.pop()
                ahead.pop()
                if path:
                    self._leave(node, path[-1], root, severed)
            elif self.entered[head] < 0:
                self._enter(head)
                path.append(head)
                ahead.append(iter(self.neighbours[head]))
            else:
                self.low[node] = min(self.low[node], self.entered[head])
        return {
            node: self._lost(node, stretches, begin)
            for node, stretches in severed.items()
            if node != root or len(stretches) > 1
        }

    def _enter(self, node: int) -> None:
        self.entered[node] = self.low[node] = len(self.order)
        self.order.append(node)

    def _leave(
        self, node: int, above: int, root: int, severed: dict[int, list[tuple[int, int]]]
    ) -> None:
        self.low[above] = min(self.low[above], self.low[node])
        if above == root or self.low[node] >= self.entered[above]:
            severed.setdefault(above, []).append((self.entered[node], len(self.order)))

    def _lost(self, node: int, stretches: list[tuple[int, int]], begin: int) -> Cut:
        """Look at what is not in the largest part: the severed subtrees, and all the rest as one."""
        ends = [(begin, begin), *stretches, (len(self.order), len(self.order))]
        rest = [(left[1], right[0]) for left, right in pairwise(ends) if left[1] < right[0]]
        rest = [piece for at in rest for piece in _without(at, self.entered[node])]
        parts = [[at] for at in stretches] + ([rest] if rest else [])
        sizes = [sum(end - first for first, end in part) for part in parts]
        size = max(sizes)
        largest = [part for part, own in zip(parts, sizes, strict=True) if own == size]
        kept = largest[0] if len(largest) == 1 else min(largest, key=self._smallest)
        lost = (self.order[first:end] for part in parts if part is not kept for first, end in part)
        listed = nsmallest(self.most, chain.from_iterable(lost))
        return Cut(sum(sizes) - size, tuple(listed))

    def _smallest(self, part: list[tuple[int, int]]) -> int:
        return min(min(self.order[first:end]) for first, end in part)


def _without(stretch: tuple[int, int], place: int) -> list[tuple[int, int]]:
    """Give what is left of a stretch without one of its places."""
    first, end = stretch
    if not first <= place < end:
        return [stretch]
    return [piece for piece in ((first, place), (place + 1, end)) if piece[0] < piece[1]]
