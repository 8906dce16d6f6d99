"""Counts over many runs of a schedule: what was critical, which links, and for which groups of items.

References: docs/definitions.md §3 (criticality index) and docs/schedule.md (Risk). R. M. Van Slyke,
Monte Carlo methods and the PERT problem, 1963.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.analyses.scheduling.sampling import Times
from graph.analyses.scheduling.uncertainty import NO_LINK, Tie, UncertainNetwork

_EXACT = 2.0**51
"""Below, sums of whole parts of a day are exact in floats, and equal floats are equal."""
_ROUNDING = 2.0**-46
"""Beyond, a total float counts as equal to another within this share of the finish."""

Flags: TypeAlias = NDArray[np.bool_]
Group: TypeAlias = Sequence[tuple[int, float]]
"""Items by node, each with the part of it that counts for the group."""


@dataclass(frozen=True, slots=True)
class Moments:
    """A part of the iterations, scheduled: a row for each node, an element for each iteration.

    Durations that vary, what of them is waiting for a date, earliest and latest starts, where to
    note what is critical, and the finish.
    """

    spans: Mapping[int, Times]
    waits: Mapping[int, Times]
    early: Sequence[Times]
    late: Sequence[Times]
    critical: Sequence[Flags]
    finish: Times

    def allowed(self, moment: Times, tie: Tie) -> Times:
        """Give the starts that an arc allows its head, from the moments at which the tail frees it."""
        allowed = moment + float(tie.weight) if tie.weight else moment
        return allowed - self.spans[tie.head] if tie.head_varies else allowed


class Counting:
    """The counts so far.

    `critical` and `links` are the iterations in which a node was critical, or a dependency on a
    critical path; `groups` those in which an item of the group was critical. `shares` sums the
    group's share of the critical duration of each iteration.
    """

    def __init__(self, uncertain: UncertainNetwork, groups: Sequence[Group]) -> None:
        self.critical = np.zeros(len(uncertain.ties), np.int64)
        self.links = np.zeros(len(uncertain.links), np.int64)
        self.groups = np.zeros(len(groups), np.int64)
        self.shares = np.zeros(len(groups))
        self._uncertain, self._members = uncertain, groups
        self._items = len(uncertain.network.items)
        arcs = [(node, tie) for node in uncertain.order for tie in uncertain.ties[node]]
        self._to_milestones = [(node, tie) for node, tie in arcs if tie.head >= self._items]
        self._from_milestones = [(node, tie) for node, tie in arcs if node >= self._items][::-1]
        self._of_links = [(node, tie) for node, tie in arcs if tie.link != NO_LINK]

    def count(self, at: Moments) -> None:
        """Count a part of the iterations."""
        room = _room(at)
        found = self.count_nodes(at)
        self._count_links(at, found, room)
        self._count_groups(at, found)

    def count_nodes(self, at: Moments) -> NDArray[np.int64]:
        """Count what is critical in a part: a total float of at most the least of the iteration.

        A milestone only passes on what it ties together, and is taken as critical.
        """
        network = self._uncertain.network
        idle = network.bounds.settled | network.summaries
        least = np.full(len(at.finish), np.inf)
        for node in range(self._items):
            if node not in idle:
                np.minimum(least, at.late[node] - at.early[node], out=least)
        np.add(np.where(np.isinf(least), 0.0, least), _room(at), out=least)
        for node, flags in enumerate(at.critical):
            if node in idle or node >= self._items:
                flags.fill(node >= self._items)
            else:
                np.less_equal(at.late[node] - at.early[node], least, out=flags)
        found = np.array([np.count_nonzero(flags) for flags in at.critical], np.int64)
        self.critical += found
        return found

    def _count_links(self, at: Moments, found: NDArray[np.int64], room: Times) -> None:
        """Count where a dependency is on a critical path: its ends critical, no room between.

        A milestone is on one only where it leads from an item and to one.
        """
        behind = self._passing(at, room, self._to_milestones, forward=True)
        ahead = self._passing(at, room, self._from_milestones, forward=False)
        for node, tie in self._of_links:
            if not (found[node] and found[tie.head]):
                continue
            tight = self._tight(at, room, node, tie)
            if node >= self._items:
                tight &= behind.get(node, False)
            if tie.head >= self._items:
                tight &= ahead.get(tie.head, False)
            self.links[tie.link] += np.count_nonzero(tight)

    def _passing(
        self, at: Moments, room: Times, arcs: Sequence[tuple[int, Tie]], *, forward: bool
    ) -> dict[int, Flags]:
        """Say where a milestone is tied without room to a critical item behind it, or ahead of it."""
        found: dict[int, Flags] = {}
        for node, tie in arcs:
            near, far = (tie.head, node) if forward else (node, tie.head)
            tight = self._tight(at, room, node, tie)
            if far >= self._items:
                tight &= found.get(far, False)
            known = found.setdefault(near, tight)
            np.logical_or(known, tight, out=known)
        return found

    def _tight(self, at: Moments, room: Times, node: int, tie: Tie) -> Flags:
        freed = at.early[node] + at.spans[node] if tie.tail_varies else at.early[node]
        between = np.abs(at.allowed(freed, tie) - at.early[tie.head])
        return (between <= room) & at.critical[node] & at.critical[tie.head]

    def _count_groups(self, at: Moments, found: NDArray[np.int64]) -> None:
        if not self._members:
            return
        durations = self._uncertain.network.durations
        total = np.zeros(len(at.finish))
        lengths: dict[int, Times] = {}
        for node in np.flatnonzero(found[: self._items]).tolist():
            span = at.spans[node] if node in at.spans else float(durations[node])
            lengths[node] = np.where(at.critical[node], span, 0.0)
            np.add(total, lengths[node], out=total)
        total[total == 0] = 1.0
        for number, members in enumerate(self._members):
            hit = np.zeros(len(total), np.bool_)
            held = np.zeros(len(total))
            for node, part in members:
                if node in lengths:
                    hit |= at.critical[node]
                    held += lengths[node] * part
            self.groups[number] += np.count_nonzero(hit)
            # Summed one after the other, so that it is the same whatever the size of the parts.
            self.shares[number] = np.cumsum(np.append(self.shares[number], held / total))[-1]


def _room(at: Moments) -> Times:
    """Give how far floats may lie apart that count as equal."""
    return np.where(np.abs(at.finish) < _EXACT, 0.0, np.abs(at.finish) * _ROUNDING)
