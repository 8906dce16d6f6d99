"""A schedule whose durations are not yet known: its network, with what each duration may be.

The same network as `schedule.network_of` makes, but a link's weight and a bound by a finish date are
kept apart from the durations in them, so that these can be drawn anew; and an arc knows the
dependency it stems from.

References: docs/definitions.md §3, docs/schedule.md (Risk).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from graph.analyses.ordering import ordered
from graph.analyses.scheduling.schedule import ScheduleNetwork, units
from graph.analyses.scheduling.summaries import Milestones, Role, parts_among
from graph.analyses.scheduling.workdays import Workdays
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import DateConstraint, LinkType

PERT = "pert"
TRIANGULAR = "triangular"
FIXED = "fixed"
DISTRIBUTIONS = (PERT, TRIANGULAR)
NO_LINK = -1

PART_BYTES = 96_000_000
"""So much memory the iterations take that are run at once."""
MOST_IN_A_PART = 2_500
"""Vectors of this length stay in a processor's cache."""
OVERHEAD = 300
"""One operation on vectors takes as long as on so many more elements."""

_FROM_FINISH = frozenset({LinkType.FS, LinkType.FF})
_TO_FINISH = frozenset({LinkType.FF, LinkType.SF})
_FINISH_FROM_BELOW = frozenset(
    {DateConstraint.FINISH_NO_EARLIER_THAN, DateConstraint.MUST_FINISH_ON}
)
_FINISH_FROM_ABOVE = frozenset({DateConstraint.FINISH_NO_LATER_THAN, DateConstraint.MUST_FINISH_ON})


class Spread(NamedTuple):
    """What a duration may be, in parts of a day: an estimate, and what has passed of it already."""

    low: int
    likely: int
    high: int
    floor: int


class Tie(NamedTuple):
    """An arc: the head starts no earlier than the tail's start + weight + durations that vary.

    The tail's duration is added where `tail_varies`, the head's taken off where `head_varies`;
    durations that do not vary are in the weight. `link` is the number of the dependency it stems
    from, `NO_LINK` for arcs between a summary's milestones and its parts.
    """

    head: int
    weight: int
    tail_varies: bool
    head_varies: bool
    link: int


@dataclass(frozen=True, slots=True)
class UncertainNetwork:
    """The network with `spreads` by item, for the items whose duration varies.

    Nodes from `len(network.items)` on are milestones. `earliest` and `latest` bind starts,
    `finish_earliest` and `finish_latest` the finishes of items that vary. `links` are the
    dependencies that bind, in the order given; a link that closes a loop is not among them.
    """

    network: ScheduleNetwork
    spreads: Mapping[int, Spread]
    ties: Sequence[Sequence[Tie]]
    order: Sequence[int]
    links: Sequence[DependsOn]
    earliest: Mapping[int, int]
    latest: Mapping[int, int]
    finish_earliest: Mapping[int, int]
    finish_latest: Mapping[int, int]

    @property
    def part_size(self) -> int:
        """How many iterations are run at once: fewer of a large network, to bound the memory."""
        nodes = len(self.ties)
        for_each = 8 * (3 * nodes + len(self.spreads)) + nodes + 1
        return min(MOST_IN_A_PART, max(1, PART_BYTES // for_each))

    @property
    def steps(self) -> float:
        """How much work an iteration is: nodes and arcs, and the overhead that a part shares."""
        arcs = sum(map(len, self.ties))
        return max(1, len(self.ties) + arcs) * (1 + OVERHEAD / self.part_size)


def uncertain(
    snapshot: Snapshot,
    network: ScheduleNetwork,
    links: Sequence[DependsOn],
    calendar: Workdays | None = None,
    status_date: date | None = None,
) -> UncertainNetwork:
    """Find out of a network what varies in it; `links` are the dependencies between its items.

    An estimate varies where the item has no `duration_days` and is not done. Cost: linear in items
    and links.
    """
    status = (
        None if calendar is None or status_date is None else units(calendar.number(status_date))
    )
    spreads = _spreads(network, status)
    ties, order = _Tying(snapshot, network, spreads).tied(links)
    kept = sorted({tie.link for heads in ties for tie in heads} - {NO_LINK})
    if len(kept) < len(links):
        ties = _renumbered(ties, kept)
    ends = {} if calendar is None else _finish_bounds(network, spreads, calendar)
    bounds, items = network.bounds, network.items
    below = {
        node: end for node, end in ends.items() if items[node].constraint in _FINISH_FROM_BELOW
    }
    above = {
        node: end for node, end in ends.items() if items[node].constraint in _FINISH_FROM_ABOVE
    }
    return UncertainNetwork(
        network,
        spreads,
        ties,
        order,
        [links[link] for link in kept],
        {at: status or 0 if at in below else bound for at, bound in bounds.earliest.items()},
        {node: bound for node, bound in bounds.latest.items() if node not in above},
        below,
        above,
    )


def _renumbered(ties: list[list[Tie]], kept: Sequence[int]) -> list[list[Tie]]:
    numbers = {link: number for number, link in enumerate(kept)} | {NO_LINK: NO_LINK}
    return [[tie._replace(link=numbers[tie.link]) for tie in heads] for heads in ties]


def _spreads(network: ScheduleNetwork, status: int | None) -> dict[int, Spread]:
    found = {}
    for node in network.scheduled:
        item = network.items[node]
        if item.duration_days is not None or item.estimate_days is None:
            continue
        low, likely, high = map(units, item.estimate_days)
        if low < high and node not in network.completed:
            begun = network.bounds.fixed.get(node)
            floor = 0 if begun is None or status is None else max(0, status - begun)
            found[node] = Spread(low, likely, high, floor)
    return found


def _finish_bounds(
    network: ScheduleNetwork, spreads: Mapping[int, Spread], calendar: Workdays
) -> dict[int, int]:
    """Give the days that bind the finish of an item that varies, as the end of the day."""
    found = {}
    for node in spreads:
        item = network.items[node]
        if item.constraint_date and item.constraint in _FINISH_FROM_BELOW | _FINISH_FROM_ABOVE:
            found[node] = units(calendar.number_after(item.constraint_date))
    return found


class _Tying:
    """Makes the arcs, in the way and the order of `schedule.network_of`."""

    def __init__(
        self, snapshot: Snapshot, network: ScheduleNetwork, spreads: Mapping[int, Spread]
    ) -> None:
        self.network = network
        self.spreads = spreads
        self.index = {item.key: node for node, item in enumerate(network.items)}
        # Items of length 1: the weight of a milestone's arc then says whose duration is in it.
        self.milestones = Milestones(
            parts_among(snapshot, self.index), network.summaries, [1] * len(network.items)
        )

    def tied(self, links: Sequence[DependsOn]) -> tuple[list[list[Tie]], list[int]]:
        found = [self._of_link(number, link) for number, link in enumerate(links)]
        ties: list[list[Tie]] = [
            [self._of_milestone(tail, head, sign) for head, sign in heads]
            for tail, heads in enumerate(self.milestones.arcs)
        ]
        for tail, tie in found:
            ties[tail].append(tie)
        for heads in ties:
            heads.sort(key=lambda tie: tie.head)
        ordering = ordered([[tie.head for tie in heads] for heads in ties])
        if ordering.dropped:
            ties = [
                [tie for tie in heads if (tail, tie.head) not in ordering.dropped]
                for tail, heads in enumerate(ties)
            ]
        return ties, ordering.order

    def _of_link(self, number: int, link: DependsOn) -> tuple[int, Tie]:
        tail, head = self.index[link.target.key], self.index[link.source.key]
        adds, takes = link.link in _FROM_FINISH, link.link in _TO_FINISH
        start, end = tail, head
        if tail in self.network.summaries:
            start = self.milestones.node(tail, Role.ALL_FINISHED if adds else Role.ALL_STARTED)
        if head in self.network.summaries:
            end = self.milestones.node(head, Role.FINISH_GATE if takes else Role.START_GATE)
        own = self._tie(start, end, adds and start == tail, takes and end == head, number)
        return start, own._replace(weight=own.weight + units(link.lag_days))

    def _of_milestone(self, tail: int, head: int, sign: int) -> Tie:
        return self._tie(tail, head, sign > 0, sign < 0, NO_LINK)

    def _tie(self, tail: int, head: int, adds: bool, takes: bool, link: int) -> Tie:
        """Give an arc that adds the tail's duration or takes off the head's, varying or not."""
        weight = 0
        if adds and tail not in self.spreads:
            weight += self.network.durations[tail]
        if takes and head not in self.spreads:
            weight -= self.network.durations[head]
        return Tie(
            head, weight, adds and tail in self.spreads, takes and head in self.spreads, link
        )


def links_among(snapshot: Snapshot, items: Sequence[WorkItem]) -> list[DependsOn]:
    """Give the live dependencies between work items, in the order of the graph."""
    known = {item.key for item in items}
    return [
        link
        for link in snapshot.relations(DependsOn).values()
        if link.is_live
        and link.source.kind == link.target.kind == WorkItem.KIND
        and link.source.key in known
        and link.target.key in known
    ]
