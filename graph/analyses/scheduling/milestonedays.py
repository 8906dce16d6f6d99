"""On which day a milestone falls: work without duration lies between two days of the calendar.

References: docs/schedule.md (days and dates).
"""

import math
from collections.abc import Sequence
from datetime import date

from graph.analyses.scheduling.criticality import driving_links, forward
from graph.analyses.scheduling.schedule import ScheduleNetwork, in_days
from graph.analyses.scheduling.workdays import Workdays
from graph.model.relations import DependsOn
from graph.model.vocabulary import DateConstraint, LinkType

_FROM_FINISH = frozenset({LinkType.FS, LinkType.FF})
_BY_FINISH = frozenset({DateConstraint.FINISH_NO_EARLIER_THAN, DateConstraint.MUST_FINISH_ON})


def closing(
    network: ScheduleNetwork,
    early: Sequence[int],
    drivers: Sequence[int | None],
    links: Sequence[DependsOn | None],
) -> frozenset[int]:
    """Give the milestones among the items that come when a day ends; the others come when one begins.

    Such is one that waits for the end of work, or whose finish a date holds; one that waits for
    another milestone comes when that does. `links` are those by which the drivers hold. Cost:
    linear in nodes.
    """
    found: set[int] = set()
    bounds, begin = network.bounds, max(0, network.bounds.status or 0)
    for node in network.order:
        if node >= len(network.items) or network.durations[node] or node in bounds.fixed:
            continue
        driver, link = drivers[node], links[node]
        if early[node] <= begin:  # nothing unfinished comes before that day
            continue
        if driver is None or link is None:
            ends = network.items[node].constraint in _BY_FINISH
            ends = ends and bounds.earliest.get(node) == early[node]
        elif network.durations[driver]:
            ends = link.link in _FROM_FINISH
        else:
            ends = driver in found
        if ends:
            found.add(node)
    return frozenset(found)


def closing_of(
    network: ScheduleNetwork, early: Sequence[int], drivers: Sequence[int | None]
) -> frozenset[int]:
    """Give the closing milestones where it is not known yet by which links the drivers hold."""
    if all(network.durations[node] for node in network.scheduled):
        return frozenset()
    return closing(network, early, drivers, driving_links(network, early, drivers))


def days_of(
    start: int, duration: int, days: Workdays, *, closes: bool, status: int | None
) -> tuple[date | None, date | None]:
    """Give the first and last day of what starts at a time.

    A milestone that `closes` falls on the day that ends then. `status` is given for what is
    unfinished: it ends no earlier than on that day, though nothing may be left of it.
    """
    first, ended = days.first_day(in_days(start)), math.ceil(in_days(start + duration)) - 1
    if not duration:
        day = days.day(ended) if closes else first
        return day, day
    return first, days.day(ended if status is None else max(ended, round(in_days(status))))


def finish_day(network: ScheduleNetwork, days: Workdays) -> tuple[float, date | None]:
    """Give when all is finished, in days from the start, and the day on which that is.

    A milestone at the very end may fall on the day that begins then. Cost: linear.
    """
    early, drivers = forward(network)
    ends = {node: early[node] + network.durations[node] for node in network.scheduled}
    finish = max(ends.values(), default=0)
    closing, bounds = closing_of(network, early, drivers), network.bounds
    found = [
        days_of(
            early[node],
            network.durations[node],
            days,
            closes=node in closing,
            status=None if node in bounds.settled else bounds.status,
        )[1]
        for node, end in ends.items()
        if end == finish
    ]
    known = [day for day in found if day is not None]
    complete = found and len(known) == len(found)
    return in_days(finish), max(known) if complete else days.last_day(in_days(finish))
