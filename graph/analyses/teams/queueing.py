"""How busy a team is and how long work waits for it, read off the histories of its work.

The team is seen as one server: it serves while at least one of its items is active, and its mean
service time is that busy time by item finished. Arrivals are first commitments (first `waiting` or
`active`).

References: docs/definitions.md §4. J. F. C. Kingman, The single server queue in heavy traffic, 1961.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise

from graph.analyses.teams.teamwork import COMMITTED, work_by_team
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Moment
from graph.model.vocabulary import FlowState

FEWEST_ARRIVALS = 3
FEWEST_FINISHED = 2
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Queue:
    """Utilisation (arrival rate by service rate) and expected wait in days; None when saturated."""

    utilisation: float
    expected_wait: float | None


def queues(snapshot: Snapshot) -> Mapping[str, Queue]:
    """Give the queue of each team whose work has history enough.

    That is `FEWEST_ARRIVALS` arrivals, not all at once, and `FEWEST_FINISHED` finished items that
    were active. Of an item with parts the parts count. Cost: n log n in the histories.
    """
    work = snapshot.derived(work_by_team)
    found = ((team, queue_of(items)) for team, items in sorted(work.items()))
    return {team: queue for team, queue in found if queue is not None}


def queue_of(items: Iterable[WorkItem]) -> Queue | None:
    """Give the queue that a team's items formed, None where they show too little.

    Kingman: wait = u / (1 - u) times (Ca² + Cs²) / 2 times the mean service time, where the C² are
    the squared coefficients of variation of the times between arrivals and of the items' active
    times.
    """
    arrivals: list[float] = []
    active: list[float] = []
    busy: list[tuple[float, float]] = []
    for item in items:
        arrivals.extend(_arrival(item))
        stretches = _active(item)
        busy.extend(stretches)
        if item.current_state is FlowState.DONE and stretches:
            active.append(sum(end - begin for begin, end in stretches))
    arrivals.sort()
    observed = arrivals[-1] - arrivals[0] if arrivals else 0.0
    if len(arrivals) < FEWEST_ARRIVALS or len(active) < FEWEST_FINISHED or not observed:
        return None
    service = _covered(busy) / len(active)
    utilisation = (len(arrivals) - 1) / observed * service
    if utilisation >= 1 or not service:
        return Queue(utilisation, None if service else 0.0)
    between = [later - earlier for earlier, later in pairwise(arrivals)]
    variation = (_variation(between) + _variation(active)) / 2
    return Queue(utilisation, utilisation / (1 - utilisation) * variation * service)


def _arrival(item: WorkItem) -> list[float]:
    return [_days(change.at) for change in item.states if change.state in COMMITTED][:1]


def _active(item: WorkItem) -> list[tuple[float, float]]:
    """Give the stretches in which an item was active; one that has not ended is left out."""
    return [
        (_days(change.at), _days(after.at))
        for change, after in pairwise(item.states)
        if change.state is FlowState.ACTIVE
    ]


def _covered(stretches: Sequence[tuple[float, float]]) -> float:
    """Give the length of time that stretches cover together."""
    total, reached = 0.0, -math.inf
    for begin, end in sorted(stretches):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _variation(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    if not mean:
        return 0.0
    return math.fsum((value - mean) ** 2 for value in values) / len(values) / mean**2


def _days(at: Moment) -> float:
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    return moment.timestamp() / _DAY
