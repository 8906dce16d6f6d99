"""On which day a milestone falls: work without duration lies between two days of the calendar.

References: docs/schedule.md (days and dates).
"""

import math
from collections.abc import Container, Iterator, Sequence
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


def endings(
    network: ScheduleNetwork,
    early: Sequence[int],
    drivers: Sequence[int | None],
    days: Workdays,
    ended: Container[int],
) -> Iterator[tuple[int, date | None, bool]]:
    """Give each scheduled node with its last day, and whether it is a milestone that closes a day.

    The status date is no matter to what has `ended`. Cost: linear.
    """
    closing, status = closing_of(network, early, drivers), network.bounds.status
    for node in network.scheduled:
        closes = node in closing
        at = None if node in ended else status
        start, duration = early[node], network.durations[node]
        yield node, days_of(start, duration, days, closes=closes, status=at)[1], closes


def finish_day(network: ScheduleNetwork, days: Workdays) -> tuple[float, date | None]:
    """Give when all is finished, in days from the start, and the day on which that is."""
    early, drivers = forward(network)
    ends = {node: early[node] + network.durations[node] for node in network.scheduled}
    finish = max(ends.values(), default=0)
    found = endings(network, early, drivers, days, network.bounds.settled)
    last = [day for node, day, _ in found if ends[node] == finish]
    return in_days(finish), latest(last, in_days(finish), days)


def latest(last: Sequence[date | None], finish: float, days: Workdays) -> date | None:
    """Give the day of a finish from the last days of what ends then.

    A milestone there may fall on the day that begins.
    """
    known = [day for day in last if day is not None]
    return max(known) if last and len(known) == len(last) else days.last_day(finish)
