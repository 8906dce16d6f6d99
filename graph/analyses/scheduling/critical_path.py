"""The critical path method: how early and how late each work item can be, and what holds the end.

References: docs/definitions.md §3; conventions for summaries, dates and actuals in
docs/schedule.md. J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, 1959;
M. Vanhoucke, Integrated Project Management and Control, 2014. Negative float and the floats of
work under way follow MPXJ's MicrosoftSlackCalculator.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graph.analyses.scheduling.contradictions import contradictions
from graph.analyses.scheduling.criticality import Passes, critical_paths, passes_of
from graph.analyses.scheduling.milestonedays import latest
from graph.analyses.scheduling.missing import ASSUME, check_missing, refuse_missing
from graph.analyses.scheduling.schedule import (
    ScheduleNetwork,
    ScheduleViolation,
    in_days,
    network_of,
    units,
)
from graph.analyses.scheduling.scheduleditems import Rows, ScheduledItem
from graph.analyses.scheduling.workdays import CONTINUOUS, Workdays, planned_days
from graph.analyses.scope import work_of
from graph.errors import BadUsage
from graph.model.snapshot import Snapshot


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
    """Schedule the work of a scope as early as its links allow, and find what is critical.

    Dates count with a start. Items without a duration take `assume_days`, or are Refused. NotFound
    and BadUsage for what does not fit. Cost: linear in items and links, plus the paths listed.
    """
    _check(near_days, missing, assume_days)
    days = planned_days(snapshot, start, calendar, status_date)
    network = network_of(snapshot, work_of(snapshot, scope), days, status_date, assume_days)
    refuse_missing(network.violations, missing)
    passes = passes_of(network)
    paths, count = critical_paths(network, passes)
    rows, near_critical = Rows.of(network, passes, days), _near(network, passes, near_days)
    violations = (*network.violations, *contradictions(network, passes))
    left_out, finish = network.links_left_out, in_days(passes.finish)
    del network, passes  # with their arcs, which the collector would look through with the rows
    items = rows.written()
    return CriticalPath(
        finish_days=finish,
        start=days.first_day(0) if days else None,
        finish=_last_day(items, finish, days),
        calendar=calendar,
        items=items,
        paths=paths,
        path_count=count,
        paths_truncated=count > len(paths),
        near_critical=near_critical,
        violations=violations,
        links_left_out=left_out,
    )


def _last_day(items: Sequence[ScheduledItem], finish: float, days: Workdays | None) -> date | None:
    if days is None:
        return None
    return latest([item.finish for item in items if item.ef == finish], finish, days)


def _check(near_days: float | None, missing: str, assume_days: float) -> None:
    if near_days is not None and math.isnan(near_days):
        msg = "near takes a number of days"
        raise BadUsage(msg, "0 lists what is critical")
    check_missing(missing, assume_days)


def _near(network: ScheduleNetwork, passes: Passes, near_days: float | None) -> tuple[str, ...]:
    if near_days is None:
        return ()
    most = units(near_days)
    return tuple(
        network.items[node].key
        for node in network.scheduled
        if node not in network.bounds.settled and passes.late[node] - passes.early[node] <= most
    )
