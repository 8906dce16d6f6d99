"""The critical path method: how early and how late each work item can be, and what holds the end.

References: docs/definitions.md §3; conventions for summaries, dates and actuals in
docs/schedule.md. J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, 1959;
M. Vanhoucke, Integrated Project Management and Control, 2014. Negative float and the floats of
work under way follow MPXJ's MicrosoftSlackCalculator.
"""

from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import add, sub

from graph.analyses.scheduling.criticality import Passes, critical_paths, passes_of
from graph.analyses.scheduling.schedule import (
    ScheduleNetwork,
    ScheduleViolation,
    in_days,
    network_of,
    units,
)
from graph.analyses.scheduling.workdays import Workdays, workdays
from graph.analyses.scope import work_of
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.snapshot import Snapshot

CONTINUOUS = "continuous"
WEEKDAYS = "weekdays"
CALENDARS = (CONTINUOUS, WEEKDAYS)


@dataclass(frozen=True, slots=True)
class ScheduledItem:
    """A work item in the schedule. Times and floats are days of the calendar from the start.

    `driver` is the key of the predecessor that holds its start, null if none does. `start` and
    `finish` are its first and last day by the early dates; null without a project start.
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
    driver: str | None
    start: date | None
    finish: date | None


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """A schedule. `items` come by key, `paths` hold keys of work items, first to last.

    At most `PATHS_LISTED` paths with `PATH_KEYS_LISTED` keys in all are listed (always one);
    `path_count` counts them all, up to 10^15. `near_critical` are the keys of the items whose total
    float is within the asked days, the critical ones among them. `links_left_out` counts the live
    links that end outside the scope or at a cancelled item.
    """

    finish_days: float
    start: date | None
    finish: date | None
    calendar: str
    items: tuple[ScheduledItem, ...]
    paths: tuple[tuple[str, ...], ...]
    path_count: int
    paths_truncated: bool
    near_critical: tuple[str, ...]
    violations: tuple[ScheduleViolation, ...]
    links_left_out: int


def critical_path(
    snapshot: Snapshot,
    *,
    scope: str | None = None,
    start: date | None = None,
    calendar: str = CONTINUOUS,
    near_days: float | None = None,
    status_date: date | None = None,
) -> CriticalPath:
    """Schedule the work items of a scope as early as their links allow, and find what is critical.

    An item is critical when its total float is at most the least total float of all items that
    are not finished facts. Date constraints, actual dates and the status date need a start.
    NotFound and BadUsage for a scope or parameters that do not fit. Cost: linear in items and
    links (n log n for their order), plus the paths listed.
    """
    if calendar not in CALENDARS:
        msg = f"there is no calendar {calendar!r}"
        raise BadUsage(msg, near(calendar, CALENDARS))
    if status_date is not None and start is None:
        msg = "a status date needs a start"
        raise BadUsage(msg, "give the start date of the schedule too")
    days = None if start is None else workdays(snapshot, start, weekdays=calendar == WEEKDAYS)
    network = network_of(snapshot, work_of(snapshot, scope), days, status_date)
    passes = passes_of(network)
    paths, count = critical_paths(network, passes)
    return CriticalPath(
        finish_days=in_days(passes.finish),
        start=days.first_day(0) if days else None,
        finish=days.last_day(in_days(passes.finish)) if days else None,
        calendar=calendar,
        items=_rows(network, passes, days),
        paths=paths,
        path_count=count,
        paths_truncated=count > len(paths),
        near_critical=_near(network, passes, near_days),
        violations=(*network.violations, *_broken(network, passes)),
        links_left_out=network.links_left_out,
    )


def _rows(
    network: ScheduleNetwork, passes: Passes, days: Workdays | None
) -> tuple[ScheduledItem, ...]:
    """Write the items, column by column: with many of them that takes half the time."""
    nodes = network.scheduled
    items = [network.items[node] for node in nodes]
    early = [passes.early[node] for node in nodes]
    late = [passes.late[node] for node in nodes]
    durations = [network.durations[node] for node in nodes]
    drivers = [passes.drivers[node] for node in nodes]
    dates = (
        [_dates(*row, days) for row in zip(early, durations, drivers, strict=True)]
        if days
        else None
    )
    return tuple(
        map(
            ScheduledItem,
            [item.key for item in items],
            [item.name for item in items],
            map(in_days, durations),
            map(in_days, early),
            map(in_days, map(add, early, durations)),
            map(in_days, late),
            map(in_days, map(add, late, durations)),
            map(in_days, map(sub, late, early)),
            [in_days(passes.free[node]) for node in nodes],
            map(passes.is_critical, nodes),
            [None if driver is None else network.items[driver].key for driver in drivers],
            repeat(None) if dates is None else [begins for begins, _ in dates],
            repeat(None) if dates is None else [ends for _, ends in dates],
        )
    )


def _dates(
    early: int, duration: int, driver: int | None, days: Workdays
) -> tuple[date | None, date | None]:
    """Give the first and last day. A milestone falls on the day on which what drives it ends."""
    starts = in_days(early)
    if duration:
        return days.first_day(starts), days.last_day(in_days(early + duration))
    day = days.first_day(starts) if driver is None else days.last_day(starts)
    return day, day


def _near(network: ScheduleNetwork, passes: Passes, near_days: float | None) -> tuple[str, ...]:
    if near_days is None:
        return ()
    most = units(near_days)
    return tuple(
        network.items[node].key
        for node in network.scheduled
        if node not in network.bounds.settled and passes.late[node] - passes.early[node] <= most
    )


def _broken(network: ScheduleNetwork, passes: Passes) -> list[ScheduleViolation]:
    """Name the constraints that cannot be kept: where negative float comes from."""
    found = []
    for node, latest in sorted(network.bounds.latest.items()):
        over = passes.early[node] - latest
        item = network.items[node]
        if over > 0 and item.constraint is not None and node not in network.summaries:
            word, days = item.constraint.value, in_days(over)
            message = f"{item.key}: {word} {item.constraint_date} cannot be kept, it is {days:g} days over"
            found.append(ScheduleViolation("constraint_broken", item.key, message, word, days))
    return found
