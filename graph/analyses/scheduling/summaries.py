"""Work items with parts in a schedule, and links that are tied to them.

A work item that has parts and no duration of its own is a *summary*: it is not scheduled, its
parts are. A link on a summary is the same link on every item under it. So that a summary of m
items that needs one of n costs m + n arcs and not m times n, such links run through milestones
without duration, which the results do not show.

References: docs/definitions.md §3.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto

from graph.analyses.scheduling.arcs import Arcs
from graph.model.entities import WorkItem
from graph.model.relations import PartOf
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import LinkType


class Role(Enum):
    """What a milestone of a summary marks."""

    START_GATE = auto()
    """No part starts before it, and what waits for it is the work."""
    BEGIN_GATE = auto()
    """No part begins before it: nothing is left of that once a part has begun."""
    FINISH_GATE = auto()
    """No part finishes before it."""
    ALL_STARTED = auto()
    """Every part has started."""
    ALL_FINISHED = auto()
    """Every part has finished."""


def parts_among(snapshot: Snapshot, index: Mapping[str, int]) -> dict[int, list[int]]:
    """Give the direct parts of each indexed work item that has any, by index."""
    parts: dict[int, list[int]] = {}
    for link in snapshot.relations(PartOf).values():
        if link.source.kind == WorkItem.KIND:
            part, whole = index.get(link.source.key), index.get(link.target.key)
            if part is not None and whole is not None:
                parts.setdefault(whole, []).append(part)
    return parts


def summaries_among(parts: Mapping[int, Sequence[int]], timed: Sequence[bool]) -> frozenset[int]:
    """Give the items that have parts but no time of their own.

    Something under a summary has to be scheduled: an item whose parts lead back to itself alone is
    none. Cost: linear in the parts.
    """
    wholes: dict[int, list[int]] = {}
    for whole, found in parts.items():
        for part in found:
            wholes.setdefault(part, []).append(whole)
    queue = [item for item, own in enumerate(timed) if own or item not in parts]
    holding = set(queue)
    summaries = set()
    for item in queue:
        for whole in wholes.get(item, ()):
            if whole not in holding:
                holding.add(whole)
                summaries.add(whole)
                queue.append(whole)
    return frozenset(summaries)


class Milestones:
    """The nodes and arcs of a schedule, to which milestones are added as links ask for them.

    `elapsed` are the items that have begun, with the part of their durations that has passed.
    """

    def __init__(
        self,
        parts: Mapping[int, Sequence[int]],
        summaries: Collection[int],
        durations: list[int],
        elapsed: Mapping[int, int],
    ) -> None:
        self.durations = durations
        self.arcs = Arcs()
        self.stands_for = list(range(len(durations)))
        self._parts = parts
        self._summaries = summaries
        self.elapsed = elapsed
        self._nodes: dict[tuple[int, Role], int] = {}

    def node(self, summary: int, role: Role) -> int:
        """Give the milestone of a summary; makes it, and those of the parts that have parts."""
        if (summary, role) not in self._nodes:
            queue = [summary]
            self._make(summary, role)
            for whole in queue:
                queue.extend(self._join_parts(whole, role))
        return self._nodes[summary, role]

    def _make(self, whole: int, role: Role) -> None:
        self._nodes[whole, role] = len(self.durations)
        self.durations.append(0)
        self.stands_for.append(whole)

    def _join_parts(self, whole: int, role: Role) -> list[int]:
        """Tie a milestone to what is directly under it; give the parts that got a new milestone."""
        made = []
        for part in self._parts[whole]:
            if part not in self._summaries:
                self._join(self._nodes[whole, role], part, role)
            if part in self._parts:
                if (part, role) not in self._nodes:
                    self._make(part, role)
                    made.append(part)
                self._join(self._nodes[whole, role], self._nodes[part, role], role)
        return made

    def _join(self, milestone: int, node: int, role: Role) -> None:
        duration, elapsed = self.durations[node], self.elapsed.get(node)
        if role is Role.ALL_STARTED:
            self.arcs.add(node, milestone, 0, LinkType.SS)
        elif role is Role.ALL_FINISHED:
            self.arcs.add(node, milestone, duration, LinkType.FS)
        elif role is Role.FINISH_GATE:
            self.arcs.add(milestone, node, -duration, LinkType.SF)
        else:
            self.arcs.add(milestone, node, 0, LinkType.SS)
        if elapsed is None:
            return
        if role in {Role.ALL_STARTED, Role.BEGIN_GATE}:
            self.arcs.loosen(None)
        elif role is Role.START_GATE:
            self.arcs.loosen(-elapsed)
