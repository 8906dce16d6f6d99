"""The arcs of a schedule: one for each link, and those that tie milestones to the parts of summaries.

Kept column by column, so that the passes run over them in one loop, and the garbage collector has
a few lists to look through in place of an object for each arc.

References: docs/definitions.md §3; W. Crowston and G. L. Thompson, Decision CPM, 1967 (generalised
links).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from graph.analyses.ordering import Ordering, ordered
from graph.model.relations import DependsOn
from graph.model.vocabulary import LinkType


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs by their tail (what is needed), head (what needs it) and weight, in parts of a day.

    The head starts no earlier than the tail's start + weight, and the tail starts no later than the
    head's latest start - weight, or than `late` says, by the arc's number: None there means that
    the head does not hold the tail back. `kinds` say which ends an arc joins, and so which durations are
    in its weight: the tail's is added where it leaves its finish, the head's taken off where it
    comes in at its finish. `links` are what the arcs stand for, None for one between a milestone
    and what is under it.
    """

    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    kinds: list[LinkType] = field(default_factory=list)
    links: list[DependsOn | None] = field(default_factory=list)
    late: dict[int, int | None] = field(default_factory=dict)

    def add(
        self, tail: int, head: int, weight: int, kind: LinkType, link: DependsOn | None = None
    ) -> None:
        """Add an arc that weighs the same both ways."""
        self.tails.append(tail)
        self.heads.append(head)
        self.weights.append(weight)
        self.kinds.append(kind)
        self.links.append(link)

    def loosen(self, late: int | None) -> None:
        """Give the last arc another weight backwards."""
        self.late[len(self.tails) - 1] = late

    def late_weights(self) -> list[int] | list[int | None]:
        """Give the weights backwards."""
        if not self.late:
            return self.weights
        return [self.late.get(arc, weight) for arc, weight in enumerate(self.weights)]

    def along(self, nodes: int) -> tuple["Arcs", Ordering]:
        """Give the arcs sorted along a topological order of so many nodes, and that order.

        The arcs that the ordering had to drop, because they close a loop, are left out. Cost:
        linear in nodes and arcs, where there is no loop.
        """
        begins, by_tail = _by_tail(self.tails, nodes)
        waiting = [0] * nodes
        for head in self.heads:
            waiting[head] += 1
        order = [node for node, count in enumerate(waiting) if not count]
        heads, sequence = self.heads, list[int]()
        for node in order:
            leaving = by_tail[begins[node] : begins[node + 1]]
            sequence += leaving
            for arc in leaving:
                head = heads[arc]
                waiting[head] -= 1
                if not waiting[head]:
                    order.append(head)
        if len(order) == nodes:
            return self._sorted(sequence), Ordering(order)
        return self._without_loops(begins, by_tail)

    def _without_loops(
        self, begins: Sequence[int], by_tail: Sequence[int]
    ) -> tuple["Arcs", Ordering]:
        """Order nodes whose arcs lead in a loop; what is dropped does not hang on how they came."""
        nodes = len(begins) - 1
        leaving = [by_tail[begins[node] : begins[node + 1]] for node in range(nodes)]
        found = ordered([sorted(self.heads[arc] for arc in arcs) for arcs in leaving])
        kept = [
            arc
            for node in found.order
            for arc in leaving[node]
            if (node, self.heads[arc]) not in found.dropped
        ]
        return self._sorted(kept), found

    def _sorted(self, sequence: Sequence[int]) -> "Arcs":
        late = self.late
        return Arcs(
            [self.tails[arc] for arc in sequence],
            [self.heads[arc] for arc in sequence],
            [self.weights[arc] for arc in sequence],
            [self.kinds[arc] for arc in sequence],
            [self.links[arc] for arc in sequence],
            {place: late[arc] for place, arc in enumerate(sequence) if arc in late} if late else {},
        )


def _by_tail(tails: Sequence[int], nodes: int) -> tuple[list[int], list[int]]:
    """Group arcs by their tail: node n's are at begins[n] to begins[n + 1] of the second list."""
    counts = [0] * (nodes + 1)
    for tail in tails:
        counts[tail + 1] += 1
    begins = list(accumulate(counts))
    ends = begins[:]
    grouped = [0] * len(tails)
    for arc, tail in enumerate(tails):
        grouped[ends[tail]] = arc
        ends[tail] += 1
    return begins, grouped
