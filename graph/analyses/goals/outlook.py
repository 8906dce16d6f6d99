"""When the work that contributes to something will be finished, by the schedule as it stands.

References: docs/definitions.md §2 and §3; conventions in docs/schedule.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.analyses.scheduling.criticality import forward
from graph.analyses.scheduling.milestonedays import endings
from graph.analyses.scheduling.schedule import duration_of, is_completed, network_of
from graph.analyses.scheduling.workdays import Workdays, workdays
from graph.analyses.scope import parts, spread, wholes
from graph.model.entities import WorkItem
from graph.model.relations import ContributesTo, DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState

LATE_LISTED = 20


@dataclass(frozen=True, slots=True)
class WorkOutlook:
    """What contributing work promises. Cancelled items are left out.

    Of `items`, `done` are done and `unscheduled` have no duration. `finish` is the last day of all
    of them, null while some are unscheduled. `in_time` is their share, by the weights of their
    contributions, that is done by the cycle's end (0-1; unscheduled ones are not), and `late` the
    keys of the others, latest first, at most `LATE_LISTED`; `late_days` are the calendar days
    from the cycle's end to `finish`, 0 when it is in time. Both are null without a cycle's end.
    """

    items: int
    done: int
    unscheduled: int
    finish: date | None
    in_time: float | None
    late_days: int | None
    late: tuple[str, ...]


class Outlook:
    """The finish dates of work items, scheduled from a day on with all that they wait for.

    `finish_days` are the last days of what has a duration or is done, by key.
    """

    def __init__(self, snapshot: Snapshot, items: Iterable[Ref], today: date) -> None:
        """Schedule the items, their parts and all they need. Cost: linear in these, n log n."""
        self._snapshot = snapshot
        self.finish_days: dict[str, date | None] = {}
        wanted = list(items)
        if wanted:
            self._schedule(_needed(snapshot, wanted), workdays(snapshot, today, weekdays=True))

    def _schedule(self, work: Sequence[WorkItem], days: Workdays) -> None:
        network = network_of(self._snapshot, work, days, days.start)
        early, drivers = forward(network)
        for node, day, _ in endings(network, early, drivers, days, network.completed):
            item = network.items[node]
            if duration_of(item) is not None or node in network.completed:
                self.finish_days[item.key] = day

    def of(self, links: Iterable[ContributesTo], ends: date | None) -> WorkOutlook | None:
        """Tell what the items of some contributions promise; None where there are none."""
        weights: dict[str, float] = {}
        for link in links:
            weight = 1.0 if link.weight is None else link.weight
            weights[link.source.key] = max(weight, weights.get(link.source.key, 0.0))
        known = {
            key: _Finish(*self._finish_of(key))
            for key in sorted(weights)
            if self._state(key) is not FlowState.CANCELLED
        }
        return _outlook(known, weights, ends) if known else None

    def is_done(self, key: str) -> bool:
        """Say whether nothing of an item is left: it is done or cancelled, or all its parts are."""
        return self._state(key) is FlowState.CANCELLED or self._finish_of(key)[0]

    def _state(self, key: str) -> FlowState | None:
        node = self._snapshot.node(WorkItem, key)
        return node.current_state if node else FlowState.CANCELLED

    def _finish_of(self, key: str) -> tuple[bool, bool, date | None]:
        """Say whether an item is done, is scheduled, and when it and its parts are finished."""
        node = self._snapshot.node(WorkItem, key)
        if node and is_completed(node):
            return True, True, self.finish_days.get(key)
        if key in self.finish_days:
            return False, self.finish_days[key] is not None, self.finish_days[key]
        # Without a duration of its own: its parts tell, where it has some.
        below = spread(
            parts(self._snapshot, Ref(WorkItem.KIND, key)), lambda at: parts(self._snapshot, at)
        )
        leaves = [ref.key for ref in below if not parts(self._snapshot, ref)]
        open_ = [leaf for leaf in leaves if not self._is_settled(leaf)]
        days = [self.finish_days.get(leaf) for leaf in open_]
        known = [day for day in days if day is not None]
        if not leaves or len(known) < len(days):
            return False, False, None
        return not open_, True, max(known, default=None)

    def _is_settled(self, key: str) -> bool:
        node = self._snapshot.node(WorkItem, key)
        return node is None or is_completed(node) or node.current_state is FlowState.CANCELLED


@dataclass(frozen=True, slots=True)
class _Finish:
    done: bool
    scheduled: bool
    day: date | None

    def is_in_time(self, ends: date) -> bool:
        return self.done or (self.day is not None and self.day <= ends)


def _outlook(
    known: Mapping[str, _Finish], weights: Mapping[str, float], ends: date | None
) -> WorkOutlook:
    unscheduled = sum(not found.scheduled for found in known.values())
    days = [found.day for found in known.values() if found.day is not None and not found.done]
    finish = max(days, default=None) if not unscheduled else None
    late: list[str] = []
    in_time = late_days = None
    if ends is not None:
        late = [key for key, found in known.items() if not found.is_in_time(ends)]
        late.sort(key=lambda key: (-(known[key].day or date.max).toordinal(), key))
        heaviest = max(weights[key] for key in known) or 1.0
        total = math.fsum(weights[key] / heaviest for key in known)
        missed = math.fsum(weights[key] / heaviest for key in late)
        in_time = 1.0 - missed / total if total else None
        late_days = _days_late(finish, ends, known)
    return WorkOutlook(
        items=len(known),
        done=sum(found.done for found in known.values()),
        unscheduled=unscheduled,
        finish=finish,
        in_time=in_time,
        late_days=late_days,
        late=tuple(late[:LATE_LISTED]),
    )


def _days_late(finish: date | None, ends: date, known: Mapping[str, _Finish]) -> int | None:
    if finish is not None:
        return max(0, (finish - ends).days)
    return 0 if all(found.done for found in known.values()) else None


def _needed(snapshot: Snapshot, items: Sequence[Ref]) -> list[WorkItem]:
    """Give items with their parts, all they need, and the wholes whose links bind them too."""
    needed = spread(items, lambda at: _needs(snapshot, at))
    above = spread(needed, lambda at: wholes(snapshot, at))
    found = (snapshot.node(WorkItem, ref.key) for ref in above)
    return sorted((item for item in found if item is not None), key=lambda item: item.key)


def _needs(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    found = parts(snapshot, ref)
    for at in spread([ref], lambda item: wholes(snapshot, item)):
        found += [
            link.target
            for link in snapshot.out(at, DependsOn)
            if link.is_live and link.target.kind == WorkItem.KIND
        ]
    return found
