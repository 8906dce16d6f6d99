"""On which day a milestone falls: work without duration lies between two days of the calendar.

References: docs/schedule.md (days and dates).
"""

from collections.abc import Sequence

from graph.analyses.scheduling.schedule import ScheduleNetwork
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
