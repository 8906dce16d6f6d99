"""Articulation points: nodes whose loss tears an undirected graph apart, and what they cut off.

References: docs/definitions.md §4. J. Hopcroft and R. Tarjan, Algorithm 447: efficient algorithms
for graph manipulation, 1973. `networkx.articulation_points` names the points; what each cuts off
would take one search a point more, hence this single search.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


def cut_off(neighbours: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Give for each articulation point the nodes it would cut off, sorted.

    These are all nodes of its connected component but those in the largest part that is left; of
    equally large parts the one with the smallest node counts as left. `neighbours` of 0 to n-1 must
    be symmetric; self-loops mean nothing. Cost: linear, plus the size of the answer.
    """
    search = _Search(neighbours, [-1] * len(neighbours), [0] * len(neighbours))
    found: dict[int, list[int]] = {}
    for root in range(len(neighbours)):
        if search.entered[root] < 0:
            found.update(search.component(root))
    return found


@dataclass(slots=True)
class _Search:
    neighbours: Sequence[Sequence[int]]
    entered: list[int]
    low: list[int]
    order: list[int] = field(default_factory=list)

    def component(self, root: int) -> dict[int, list[int]]:
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

    def _lost(self, node: int, stretches: list[tuple[int, int]], begin: int) -> list[int]:
        """Give what is not in the largest part: the severed subtrees, and all the rest as one."""
        parts = [self.order[first:last] for first, last in stretches]
        inside = {node, *(member for part in parts for member in part)}
        rest = [member for member in self.order[begin:] if member not in inside]
        parts = [sorted(part) for part in (*parts, rest) if part]
        kept = max(parts, key=lambda part: (len(part), -part[0]))
        return sorted(member for part in parts if part is not kept for member in part)
