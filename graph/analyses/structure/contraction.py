"""Makes a graph smaller without changing what its lightest feedback arc set weighs.

References: H. Levy and D. W. Low, A contraction algorithm for finding small cycle cutsets, 1988 (here
for arcs with weights).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.analyses.structure.arcs import Arc


@dataclass(slots=True)
class Contraction:
    """What is left of a graph. Each arc that is left stands for arcs of the graph, by `stands_for`.

    `cut` are arcs of the graph that have to be broken whatever else is: with a lightest feedback
    arc set of what is left they are a lightest one of the graph.
    """

    arcs: dict[Arc, int] = field(default_factory=dict)
    stands_for: dict[Arc, list[Arc]] = field(default_factory=dict)
    cut: list[Arc] = field(default_factory=list)


def contracted(arcs: Mapping[Arc, int]) -> Contraction:
    """Merge nodes into others as long as it can be done; weights have to be above 0.

    When one arc alone leads into a node and weighs no less than all that leave it together, then
    those are broken rather than that: the node is merged with where the arc comes from. Likewise
    for the one arc that leaves a node. What becomes a self-loop is cut. Cost: about linear.
    """
    left = _Left(arcs)
    waiting = sorted(left.out, reverse=True)
    while waiting:
        node = waiting.pop()
        if node in left.out:
            waiting.extend(left.merge(node))
    found = Contraction(cut=sorted(left.cut))
    for tail, heads in sorted(left.out.items()):
        for head in sorted(heads):
            found.arcs[tail, head] = heads[head]
            found.stands_for[tail, head] = left.stands_for[tail, head]
    return found


class _Left:
    """The arcs that are left, by tail and by head, with their weights."""

    def __init__(self, arcs: Mapping[Arc, int]) -> None:
        nodes = {node for arc in arcs for node in arc}
        self.out: dict[int, dict[int, int]] = {node: {} for node in nodes}
        self.into: dict[int, dict[int, int]] = {node: {} for node in nodes}
        self.stands_for: dict[Arc, list[Arc]] = {}
        self.cut: list[Arc] = []
        for (tail, head), weight in arcs.items():
            self._add(tail, head, weight, [(tail, head)])

    def merge(self, node: int) -> set[int]:
        """Merge a node if it can be; give those whose arcs have changed by it."""
        into, out = self.into[node], self.out[node]
        free = self._free(node)
        if into and out and free is None:
            return set()
        home = None if free is None else free[0] if free[1] == node else free[1]
        moved = [(node, head) for head in out] + [(tail, node) for tail in into]
        kept = [(arc, self._take(arc)) for arc in moved]
        del self.into[node], self.out[node]
        for (tail, head), (weight, meant) in kept:
            if home is not None and (tail, head) != free:
                ends = home if tail == node else tail, home if head == node else head
                self._add(*ends, weight, meant)
        return {end for arc in moved for end in arc if end != node}

    def _free(self, node: int) -> Arc | None:
        """Give the one arc into a node, or out of it, that need never be broken, if there is one."""
        into, out = self.into[node], self.out[node]
        if len(into) == 1 and out and sum(into.values()) >= sum(out.values()):
            return next(iter(into)), node
        if len(out) == 1 and into and sum(out.values()) >= sum(into.values()):
            return node, next(iter(out))
        return None

    def _take(self, arc: Arc) -> tuple[int, list[Arc]]:
        tail, head = arc
        del self.into[head][tail]
        return self.out[tail].pop(head), self.stands_for.pop(arc)

    def _add(self, tail: int, head: int, weight: int, meant: list[Arc]) -> None:
        if tail == head:
            self.cut.extend(meant)
            return
        self.out[tail][head] = self.into[head][tail] = weight + self.out[tail].get(head, 0)
        self.stands_for.setdefault((tail, head), []).extend(meant)
