"""The rows of a schedule: each work item with its times, floats, dates, and what holds it.

References: docs/definitions.md §3; conventions in docs/schedule.md.
"""

from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import add, sub

from graph.analyses.scheduling.criticality import Passes, driving_links
from graph.analyses.scheduling.datebounds import DateBounds
from graph.analyses.scheduling.milestonedays import closing, days_of
from graph.analyses.scheduling.schedule import ScheduleNetwork, in_days
from graph.analyses.scheduling.workdays import Workdays
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn

BY_START, BY_LINK, BY_CONSTRAINT, BY_STATUS, BY_FACT = HELD_BY = (
    "start",
    "link",
    "constraint",
    "status_date",
    "actual_start",
)
"""What can hold an item's earliest start: day 0, a link, a date constraint, the status date, a fact."""

BLOCK = 1_000
"""So many items are written at once."""


@dataclass(frozen=True, slots=True)
class ScheduledItem:
    """A work item in the schedule. Times and floats are days of the calendar from the start.

    `held_by` is the reason for its earliest start, one of `HELD_BY`. Where a link holds it,
    `driver` is the key of the predecessor, and `driver_link` and `driver_lag_days` are the link's
    kind and lag; else null. `start` and `finish` are its first and last day by the early dates;
    null without a project start.
    """

    key: str
    name: str | None
    duration_days: float
    es: float
    ef: float
    ls: float
    lf: float
    total_float: float
    free_float: float
    critical: bool
    held_by: str
    driver: str | None
    driver_link: str | None
    driver_lag_days: float | None
    start: date | None
    finish: date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows are made of, by node; `written` makes them."""

    items: Sequence[WorkItem]
    scheduled: Sequence[int]
    durations: Sequence[int]
    early: Sequence[int]
    late: Sequence[int]
    free: Sequence[int]
    critical: Sequence[bool]
    drivers: Sequence[int | None]
    links: Sequence[DependsOn | None]
    closing: Container[int]
    bounds: DateBounds
    calendar: Workdays | None
    shared: "_Days"

    @classmethod
    def of(cls, network: ScheduleNetwork, passes: Passes, calendar: Workdays | None) -> "Rows":
        """Take what the rows need, and no more, from a network and its passes."""
        items, links = len(network.items), driving_links(network, passes.early, passes.drivers)
        return cls(
            network.items,
            _packed(network.scheduled),
            _packed(network.durations),
            _packed(passes.early[:items]),
            _packed(passes.late[:items]),
            _packed(passes.free[:items]),
            passes.critical,
            passes.drivers,
            links,
            closing(network, passes.early, passes.drivers, links),
            network.bounds,
            calendar,
            _Days(),
        )

    def written(self) -> tuple[ScheduledItem, ...]:
        """Write the items, block by block.

        The garbage collector looks through every new list: were the columns as long as all the
        items, it would stop all threads for a tenth of a second.
        """
        rows = list[ScheduledItem]()
        for begin in range(0, len(self.scheduled), BLOCK):
            rows += self._block(self.scheduled[begin : begin + BLOCK])
        return tuple(rows)

    def _block(self, nodes: Sequence[int]) -> Iterator[ScheduledItem]:
        """Write some items, column by column, which takes half the time of one by one."""
        days = self.shared
        items = [self.items[node] for node in nodes]
        drivers = [self.drivers[node] for node in nodes]
        links = [self.links[node] for node in nodes]
        durations = [self.durations[node] for node in nodes]
        early = [self.early[node] for node in nodes]
        late = [self.late[node] for node in nodes]
        begins, ends = self._dates(nodes, early, durations)
        return map(
            ScheduledItem,
            [item.key for item in items],
            [item.name for item in items],
            [days[time] for time in durations],
            [days[time] for time in early],
            [days[time] for time in map(add, early, durations)],
            [days[time] for time in late],
            [days[time] for time in map(add, late, durations)],
            [days[time] for time in map(sub, late, early)],
            [days[self.free[node]] for node in nodes],
            [self.critical[node] for node in nodes],
            _held_by(self.bounds, nodes, early, drivers),
            [None if driver is None else self.items[driver].key for driver in drivers],
            [None if link is None else link.link.value for link in links],
            [None if link is None else link.lag_days for link in links],
            begins,
            ends,
        )

    def _dates(
        self, nodes: Sequence[int], starts: Sequence[int], durations: Sequence[int]
    ) -> tuple[Iterable[date | None], Iterable[date | None]]:
        """Give first and last days. Facts may lie before day 0."""
        days = self.calendar
        if days is None:
            return repeat(None), repeat(None)
        begins, ends = list[date | None](), list[date | None]()
        for node, start, duration in zip(nodes, starts, durations, strict=True):
            status = None if node in self.bounds.settled else self.bounds.status
            closes = node in self.closing
            first, last = days_of(start, duration, days, closes=closes, status=status)
            begins.append(first)
            ends.append(last)
        return begins, ends


def _packed(times: Sequence[int]) -> Sequence[int]:
    """Give whole numbers as a block of memory, which the collector need not look through."""
    try:
        return array("q", times)
    except OverflowError:  # beyond 10^9 days
        return times


class _Days(dict[int, float]):
    """Parts of a day in days. One object for each value: many rows then hold few of them."""

    def __missing__(self, time: int) -> float:
        self[time] = days = in_days(time)
        return days


def _held_by(
    bounds: DateBounds,
    nodes: Sequence[int],
    early: Sequence[int],
    drivers: Sequence[int | None],
) -> list[str]:
    """Say of each item what holds its start."""
    found = [BY_START if driver is None else BY_LINK for driver in drivers]
    if not bounds.earliest and not bounds.fixed:
        return found
    for row, node in enumerate(nodes):
        if node in bounds.fixed:
            found[row] = BY_FACT
        elif drivers[row] is None and early[row] > 0:
            found[row] = BY_STATUS if early[row] == bounds.status else BY_CONSTRAINT
    return found
