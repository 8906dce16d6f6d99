"""The network of a schedule: work items with durations and bounds, and the links between them.

Every link kind comes down to one weight w: the successor starts no earlier than the predecessor's
start + w, where w = lag, plus the predecessor's duration when the link leaves its finish, less the
successor's when it ends at its finish. Times are whole numbers of 1/`UNIT` day, so that sums and
PERT means are exact and equal floats are equal.

References: docs/definitions.md §3. J. E. Kelley and M. R. Walker, Critical-path planning and
scheduling, 1959; W. Crowston and G. L. Thompson, Decision CPM, 1967 (generalised links);
D. G. Malcolm et al., Application of a technique for R&D program evaluation (PERT), 1959.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from graph.analyses.scheduling.arcs import Arcs
from graph.analyses.scheduling.datebounds import DateBounds, bounds_of, is_bound
from graph.analyses.scheduling.summaries import Milestones, Role, parts_among, summaries_among
from graph.analyses.scheduling.workdays import Workdays
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import FlowState, LinkType

UNIT = 6_000_000_000
"""Parts of a day: nine decimals, and a sixth of them, so that a PERT mean is a whole number."""
LONGEST_DAYS = 1e12
"""Longer durations and lags are taken as this long: no calendar reaches as far."""

_GATES = {
    LinkType.FS: Role.START_GATE,
    LinkType.SS: Role.BEGIN_GATE,
    LinkType.FF: Role.FINISH_GATE,
    LinkType.SF: Role.FINISH_GATE,
}
"""The milestone of a summary at the dependent's end of a link."""


@dataclass(frozen=True, slots=True)
class ScheduleViolation:
    """Something that contradicts the schedule or is missing in it.

    `code` is `missing_duration` (scheduled with `days`), `negative_duration` (scheduled with 0
    days), `loop` (the link that closes it is left out; `path` goes along the links, its first key
    again at the end), `needs_cancelled` (the link does not bind), `constraint_broken` (by `days`),
    `constraint_ignored` (`constraint` names it), or `out_of_sequence` (it has begun `days` before
    something that it needs lets it).
    """

    code: str
    key: str
    message: str
    constraint: str | None = None
    days: float | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleNetwork:
    """Nodes 0 to n-1 are `items`; those beyond are milestones that stand for a summary's parts.

    `columns` are the arcs along `order`, which is topological, and `arcs[i]` those of node i as
    (head, w). `stands_for[i]` is the index of the item whose key a node goes by: itself, or the
    summary. `summaries` are not scheduled: nothing is tied to their own nodes.
    """

    items: Sequence[WorkItem]
    durations: list[int]
    columns: Arcs
    order: list[int]
    summaries: frozenset[int]
    bounds: DateBounds
    completed: frozenset[int]
    stands_for: Sequence[int]
    violations: tuple[ScheduleViolation, ...]
    links_left_out: int
    _arcs: list[list[tuple[int, int]]] = field(default_factory=list, repr=False, compare=False)

    @property
    def arcs(self) -> list[list[tuple[int, int]]]:
        """The arcs of each node as (head, w), sorted; made when first asked for."""
        if not self._arcs:
            self._arcs.extend([] for _ in self.durations)
            for tail, head, weight in zip(
                self.columns.tails, self.columns.heads, self.columns.weights, strict=True
            ):
                self._arcs[tail].append((head, weight))
            for heads in self._arcs:
                heads.sort()
        return self._arcs

    @property
    def scheduled(self) -> list[int]:
        """The nodes that are scheduled items, in the order of their keys."""
        return [node for node in range(len(self.items)) if node not in self.summaries]


@lru_cache(maxsize=4096)
def units(days: float) -> int:
    """Turn days into parts of a day."""
    return round(max(-LONGEST_DAYS, min(LONGEST_DAYS, days)) * UNIT)


def in_days(time: int) -> float:
    """Turn parts of a day into days."""
    return time / UNIT


def duration_of(item: WorkItem) -> int | None:
    """Give an item's duration in parts of a day: fixed, else the PERT mean; None without either."""
    if item.duration_days is not None:
        return units(item.duration_days)
    if item.estimate_days is None:
        return None
    low, likely, high = map(units, item.estimate_days)
    return (low + 4 * likely + high + 3) // 6


def _weight(link: DependsOn, needed: int, needing: int) -> int:
    """Give the weight of a link between starts, from the durations at its two ends."""
    weight, ends = units(link.lag_days), link.link
    if ends is LinkType.FS:
        return weight + needed
    if ends is LinkType.SS:
        return weight
    return weight - needing + (needed if ends is LinkType.FF else 0)


def _is_timed(item: WorkItem) -> bool:
    return item.duration_days is not None or item.estimate_days is not None


def is_completed(item: WorkItem) -> bool:
    """Say whether an item is done."""
    return item.actual_finish is not None or item.current_state is FlowState.DONE


def network_of(
    snapshot: Snapshot,
    work: Sequence[WorkItem],
    calendar: Workdays | None = None,
    status_date: date | None = None,
    assume_days: float = 0.0,
) -> ScheduleNetwork:
    """Make the network of work items sorted by key. Cancelled ones are left out.

    Without a calendar (no start is known) date constraints and actual dates are left aside, and
    the constraints reported. An item without a duration takes `assume_days` and is reported.
    Cost: linear in items and links.
    """
    return _Builder(snapshot, work, assume_days).build(calendar, status_date)


@dataclass(slots=True)
class _Builder:
    snapshot: Snapshot
    work: Sequence[WorkItem]
    assume_days: float
    items: Sequence[WorkItem] = field(init=False)
    index: dict[str, int] = field(init=False)
    parts: dict[int, list[int]] = field(init=False)
    summaries: frozenset[int] = field(init=False)
    violations: list[ScheduleViolation] = field(default_factory=list)
    left_out: int = 0

    def build(self, calendar: Workdays | None, status_date: date | None) -> ScheduleNetwork:
        self._choose()
        durations = self._durations()
        completed = frozenset(i for i, item in enumerate(self.items) if is_completed(item))
        bounds = bounds_of(self.items, durations, completed, calendar, status_date, UNIT)
        self._report_ignored({**bounds.ignored, **self._bound_summaries()})
        milestones = Milestones(self.parts, self.summaries, durations, bounds.elapsed)
        self._link(milestones)
        columns, ordering = milestones.arcs.along(len(durations))
        self._report_loops(ordering.loops, milestones.stands_for)
        self.violations.sort(key=lambda found: (found.code, found.key, found.path))
        return ScheduleNetwork(
            self.items,
            durations,
            columns,
            ordering.order,
            self.summaries,
            bounds,
            completed,
            milestones.stands_for,
            tuple(self.violations),
            self.left_out,
        )

    def _choose(self) -> None:
        """Take what is scheduled by itself: neither cancelled nor a summary."""
        cancelled = FlowState.CANCELLED
        active = [item for item in self.work if item.current_state is not cancelled]
        # The snapshot's own list, where it will do, is out of the garbage collector's sight.
        self.items = self.work if len(active) == len(self.work) else active
        self.index = {item.key: number for number, item in enumerate(active)}
        self.parts = parts_among(self.snapshot, self.index)
        timed = [_is_timed(item) for item in active] if self.parts else ()
        self.summaries = summaries_among(self.parts, timed)

    def _durations(self) -> list[int]:
        durations = []
        for number, item in enumerate(self.items):
            duration = duration_of(item)
            if duration is None:
                duration = 0 if number in self.summaries else self._assumed(item)
            elif duration < 0:
                self._report_negative(item, duration)
                duration = 0
            durations.append(duration)
        return durations

    def _assumed(self, item: WorkItem) -> int:
        days = self.assume_days
        message = f"{item.key} has neither duration_days nor estimate_days: {days:g} days assumed"
        self.violations.append(
            ScheduleViolation("missing_duration", item.key, message, days=float(days))
        )
        return units(days)

    def _report_negative(self, item: WorkItem, duration: int) -> None:
        message = f"{item.key}: a duration of {in_days(duration):g} days cannot be: 0 days taken"
        self.violations.append(ScheduleViolation("negative_duration", item.key, message))

    def _link(self, milestones: Milestones) -> None:
        known, kind, durations = self.index, WorkItem.KIND, milestones.durations
        special = self.summaries.union(milestones.elapsed)
        add, plain = milestones.arcs.add, LinkType.FS
        for link in self.snapshot.relations(DependsOn).values():
            (of, source), (to, target) = link.source, link.target
            if of != kind or to != kind or not link.is_live:
                continue
            head, tail = known.get(source), known.get(target)
            if head is None or tail is None:
                self._leave_out(link, head is not None, tail is not None)
            elif head in special or tail in special:
                self._tie(milestones, tail, head, link)
            elif link.link is plain:  # most are, and there may be very many
                add(tail, head, units(link.lag_days) + durations[tail], plain, link)
            else:
                add(tail, head, _weight(link, durations[tail], durations[head]), link.link, link)

    def _tie(self, milestones: Milestones, tail: int, head: int, link: DependsOn) -> None:
        """Add the arc of a link; a summary's end of it is a milestone."""
        end = link.link
        from_finish = end is LinkType.FS or end is LinkType.FF
        to_finish = end is LinkType.FF or end is LinkType.SF
        held = None if head in self.summaries else milestones.elapsed.get(head)
        going = tail not in self.summaries and tail in milestones.elapsed
        if tail in self.summaries:
            tail = milestones.node(tail, Role.ALL_FINISHED if from_finish else Role.ALL_STARTED)
        if head in self.summaries:
            head = milestones.node(head, _GATES[end])
        weight = _weight(link, milestones.durations[tail], milestones.durations[head])
        milestones.arcs.add(tail, head, weight, end, link)
        if going and not from_finish:
            milestones.arcs.loosen(None)  # its start can no longer slip
        elif held is not None and not to_finish:
            # What is left of work that has begun may wait; a start that has come to pass cannot.
            milestones.arcs.loosen(weight - held if from_finish else None)

    def _leave_out(self, link: DependsOn, *ends_known: bool) -> None:
        if not any(ends_known):
            return
        self.left_out += 1
        needed = self.snapshot.node(WorkItem, link.target.key)
        if ends_known[0] and needed and needed.current_state is FlowState.CANCELLED:
            message = f"{link.source.key} needs {link.target.key}, which is cancelled"
            self.violations.append(ScheduleViolation("needs_cancelled", link.source.key, message))

    def _bound_summaries(self) -> dict[int, str]:
        found = sorted(number for number in self.summaries if is_bound(self.items[number]))
        return dict.fromkeys(found, "it has no duration, and its parts are scheduled in its stead")

    def _report_ignored(self, ignored: Mapping[int, str]) -> None:
        for number, reason in ignored.items():
            item = self.items[number]
            word = item.constraint.value if item.constraint else None
            message = f"{item.key}: {word} is left aside, {reason}"
            self.violations.append(ScheduleViolation("constraint_ignored", item.key, message, word))

    def _report_loops(self, loops: Sequence[Sequence[int]], stands_for: Sequence[int]) -> None:
        for loop in loops:
            keys = [self.items[stands_for[node]].key for node in (*loop, loop[0])]
            path = [key for key, before in zip(keys, [None, *keys], strict=False) if key != before]
            if len(path) == 1:
                path *= 2
            shown = " → ".join(path if len(path) <= 12 else [*path[:10], "…", path[-1]])
            message = f"the schedule runs in a loop, {shown}; its last link is left out"
            self.violations.append(ScheduleViolation("loop", path[0], message, path=tuple(path)))
