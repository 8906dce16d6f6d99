"""The critical path method: how early and how late each work item can be, and what holds the end.

References: docs/definitions.md §3; conventions for summaries, dates and actuals in
docs/schedule.md. J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, 1959;
M. Vanhoucke, Integrated Project Management and Control, 2014. Negative float and the floats of
work under way follow MPXJ's MicrosoftSlackCalculator.
"""

from dataclasses import dataclass
from datetime import date

from graph.analyses.scheduling.contradictions import broken_constraints, out_of_sequence
from graph.analyses.scheduling.criticality import Passes, critical_paths, passes_of
from graph.analyses.scheduling.schedule import (
    LONGEST_DAYS,
    ScheduleNetwork,
    ScheduleViolation,
    in_days,
    network_of,
    units,
)
from graph.analyses.scheduling.scheduleditems import Rows, ScheduledItem
from graph.analyses.scheduling.workdays import workdays
from graph.analyses.scope import work_of
from graph.errors import BadUsage, ErrorCode, Refused, Violation
from graph.model.codec import near
from graph.model.snapshot import Snapshot

CONTINUOUS = "continuous"
WEEKDAYS = "weekdays"
CALENDARS = (CONTINUOUS, WEEKDAYS)

ASSUME = "assume"
REFUSE = "refuse"
MISSING = (ASSUME, REFUSE)
"""What is done about an item without a duration."""


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
    missing: str = ASSUME,
    assume_days: float = 0.0,
) -> CriticalPath:
    """Schedule the work items of a scope as early as their links allow, and find what is critical.

    An item is critical when its total float is at most the least total float of all items that
    are not finished facts. Date constraints, actual dates and the status date need a start. An
    item without a duration takes `assume_days`, or is refused, by `missing`; either way it is
    named. NotFound and BadUsage for a scope or parameters that do not fit. Cost: linear in items
    and links, plus the paths listed.
    """
    _check(calendar, start, status_date, missing, assume_days)
    days = None if start is None else workdays(snapshot, start, weekdays=calendar == WEEKDAYS)
    network = network_of(snapshot, work_of(snapshot, scope), days, status_date, assume_days)
    if missing == REFUSE:
        _refuse_missing(network)
    passes = passes_of(network)
    paths, count = critical_paths(network, passes)
    near_critical = _near(network, passes, near_days)
    contradictions = (*broken_constraints(network, passes), *out_of_sequence(network, passes))
    violations, left_out = (*network.violations, *contradictions), network.links_left_out
    rows, finish = Rows.of(network, passes, days), passes.finish
    del network, passes  # the arcs: the collector would look through them with the rows
    return CriticalPath(
        finish_days=in_days(finish),
        start=days.first_day(0) if days else None,
        finish=days.last_day(in_days(finish)) if days else None,
        calendar=calendar,
        items=rows.written(),
        paths=paths,
        path_count=count,
        paths_truncated=count > len(paths),
        near_critical=near_critical,
        violations=violations,
        links_left_out=left_out,
    )


def _check(
    calendar: str, start: date | None, status_date: date | None, missing: str, assume_days: float
) -> None:
    if calendar not in CALENDARS:
        msg = f"there is no calendar {calendar!r}"
        raise BadUsage(msg, near(calendar, CALENDARS))
    if status_date is not None and start is None:
        msg = "a status date needs a start"
        raise BadUsage(msg, "give the start date of the schedule too")
    if missing not in MISSING:
        msg = f"there is no way {missing!r} to take a missing duration"
        raise BadUsage(msg, near(missing, MISSING))
    if not 0 <= assume_days <= LONGEST_DAYS:
        msg = f"an item cannot be taken to last {assume_days:g} days"
        raise BadUsage(msg, f"give 0 to {LONGEST_DAYS:g}")


def _refuse_missing(network: ScheduleNetwork) -> None:
    hint = "give it duration_days or estimate_days, or assume some days for all such items"
    found = [
        Violation(
            ErrorCode.MISSING_VALUE,
            f"WorkItem/{violation.key} has neither duration_days nor estimate_days",
            f"WorkItem/{violation.key}",
            "duration_days",
            hint=hint,
        )
        for violation in network.violations
        if violation.code == "missing_duration"
    ]
    if found:
        raise Refused(found)


def _near(network: ScheduleNetwork, passes: Passes, near_days: float | None) -> tuple[str, ...]:
    if near_days is None:
        return ()
    most = units(near_days)
    return tuple(
        network.items[node].key
        for node in network.scheduled
        if node not in network.bounds.settled and passes.late[node] - passes.early[node] <= most
    )
