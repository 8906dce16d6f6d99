"""A schedule whose durations are not yet known: its network, with what each duration may be.

The arcs are those of the network. Of their weights, and of bounds by a finish date, the durations
that vary are taken out again, so that these can be drawn anew.

References: docs/definitions.md §3, docs/schedule.md (Risk).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.analyses.scheduling.schedule import ScheduleNetwork, units
from graph.analyses.scheduling.workdays import Workdays
from graph.model.relations import DependsOn
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
    """What a duration may be, in parts of a day: an estimate, and what has passed of it already.

    Nothing takes less than `floor`.
    """

    low: int
    likely: int
    high: int
    floor: int


class Tie(NamedTuple):
    """An arc: the head starts no earlier than the tail's start + weight + durations that vary.

    The tail's duration is added where `tail_varies`, the head's taken off where `head_varies`;
    durations that do not vary are in the weight. Backwards it weighs `eased` less, and less by what
    the head waits for (`UncertainNetwork.waits`) where `eased_by_wait`; with None for `eased` the
    head does not hold the tail back. `link` is the number of the dependency it stems from,
    `NO_LINK` for arcs between a summary's milestones and its parts.
    """

    head: int
    weight: int
    tail_varies: bool
    head_varies: bool
    eased: int | None
    eased_by_wait: bool
    link: int


@dataclass(frozen=True, slots=True)
class UncertainNetwork:
    """The network with `spreads` by item, for the items whose duration varies.

    Nodes from `len(network.items)` on are milestones. `earliest` and `latest` bind starts,
    `finish_earliest` and `finish_latest` the finishes of items that vary. `waits` are the least
    durations of those of them that have begun and whose finish a constraint draws out: their start
    cannot move. `links` are the dependencies that bind; one that closes a loop is not among them.
    """

    network: ScheduleNetwork
    spreads: Mapping[int, Spread]
    ties: Sequence[Sequence[Tie]]
    links: Sequence[DependsOn]
    earliest: Mapping[int, int]
    latest: Mapping[int, int]
    finish_earliest: Mapping[int, int]
    finish_latest: Mapping[int, int]
    waits: Mapping[int, int]

    @property
    def order(self) -> Sequence[int]:
        """The nodes, each after those that it needs."""
        return self.network.order

    @property
    def part_size(self) -> int:
        """How many iterations are run at once: fewer of a large network, to bound the memory."""
        nodes = len(self.ties)
        for_each = 8 * (3 * nodes + len(self.spreads) + len(self.waits)) + nodes + 1
        return min(MOST_IN_A_PART, max(1, PART_BYTES // for_each))

    @property
    def steps(self) -> float:
        """How much work an iteration is: nodes and arcs, and the overhead that a part shares."""
        arcs = sum(map(len, self.ties))
        return max(1, len(self.ties) + arcs) * (1 + OVERHEAD / self.part_size)


def uncertain(network: ScheduleNetwork, calendar: Workdays | None = None) -> UncertainNetwork:
    """Find out of a network what varies in it; the calendar is the one that it was made on.

    An estimate varies where the item has no `duration_days` and is not done. Cost: linear in items
    and links.
    """
    spreads = dict(_spreads(network))
    ties, links = _ties(network, spreads)
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
        links,
        {at: bounds.status or 0 if at in below else bound for at, bound in bounds.earliest.items()},
        {node: bound for node, bound in bounds.latest.items() if node not in above},
        below,
        above,
        {at: end - bounds.fixed[at] for at, end in below.items() if at in bounds.elapsed},
    )


def varies(network: ScheduleNetwork) -> bool:
    """Say whether any duration of a network varies."""
    return next(_spreads(network), None) is not None


def _spreads(network: ScheduleNetwork) -> Iterator[tuple[int, Spread]]:
    status, fixed = network.bounds.status, network.bounds.fixed
    for node in network.scheduled:
        item = network.items[node]
        if item.duration_days is not None or item.estimate_days is None:
            continue
        low, likely, high = map(units, item.estimate_days)
        if low < high and node not in network.completed:
            begun = fixed.get(node)
            floor = 0 if begun is None or status is None else max(0, status - begun)
            yield node, Spread(low, likely, high, floor)


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


def _ties(
    network: ScheduleNetwork, spreads: Mapping[int, Spread]
) -> tuple[list[list[Tie]], list[DependsOn]]:
    """Take out of the weights of a network's arcs what varies; number the dependencies."""
    arcs, durations = network.columns, network.durations
    ties: list[list[Tie]] = [[] for _ in durations]
    links: list[DependsOn] = []
    columns = zip(arcs.tails, arcs.heads, arcs.weights, arcs.kinds, arcs.links, strict=True)
    for number, (tail, head, weight, kind, link) in enumerate(columns):
        adds = kind in _FROM_FINISH and tail in spreads
        takes = kind in _TO_FINISH and head in spreads
        base = weight - (durations[tail] if adds else 0) + (durations[head] if takes else 0)
        late = arcs.late.get(number, weight)
        # What has passed of a head does not vary; what its finish waits for hangs on its duration.
        varies = late is not None and number in arcs.late and head in spreads
        eased = None if late is None else spreads[head].floor if varies else weight - late
        of = NO_LINK if link is None else len(links)
        ties[tail].append(Tie(head, base, adds, takes, eased, varies, of))
        if link is not None:
            links.append(link)
    return ties, links
