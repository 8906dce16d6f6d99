"""When work begins and ends from a day on, with what had to be assumed where dates are missing.

References: docs/definitions.md §3 and §5; conventions in docs/schedule.md and docs/impact.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from graph.analyses.dependencies.workreach import needed
from graph.analyses.scheduling.criticality import forward
from graph.analyses.scheduling.milestonedays import endings
from graph.analyses.scheduling.schedule import (
    ScheduleNetwork,
    duration_of,
    is_completed,
    network_of,
)
from graph.analyses.scheduling.workdays import Workdays
from graph.analyses.scope import spread, wholes
from graph.model.changes import Change, NodeChange
from graph.model.cycles import own_cycle
from graph.model.entities import Cycle, WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DateConstraint, FlowState


@dataclass(frozen=True, slots=True)
class SlipAssumption:
    """Something that the graph does not say and that was assumed.

    `subject` is what it is about: KIND/KEY, or the key of a dependency. `code` is
    `missing_duration`, `arrival` (the day on which something is to be there), `waiting` (which work
    waits for it), `standstill` (a goal without work) or `loop`; `value` is the day or number taken.
    """

    code: str
    subject: str
    message: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """When an item begins and ends, in parts of a day from the start; `begun` and `done` are facts.

    `opens`: it takes no time, and comes when its day begins.
    """

    start: int
    end: int
    finish: date | None
    begun: bool
    done: bool
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Timetable:
    """The items that are scheduled by themselves, by key, on the snapshot they were read from.

    `assumed` tells by key what was assumed for items without a duration.
    """

    snapshot: Snapshot
    days: Workdays
    items: Mapping[str, Timing]
    assumed: Mapping[str, SlipAssumption] = field(default_factory=dict)
    loops: tuple[SlipAssumption, ...] = ()


def timetable(snapshot: Snapshot, items: Iterable[Ref], days: Workdays) -> Timetable:
    """Schedule items with all they need, nothing unfinished before the first of `days`.

    An unfinished item without a duration is taken to be finished when its cycle is.
    Cost: linear in these items and in the graph's dependencies, n log n for their order.
    """
    work = needed(snapshot, items)
    network = network_of(snapshot, work, days, days.start)
    lacking = [found.key for found in network.violations if found.code == "missing_duration"]
    assumed: dict[str, SlipAssumption] = {}
    changes: list[Change] = []
    for key in lacking:
        node = snapshot.node(WorkItem, key)
        if node is None or is_completed(node):
            continue
        cycle = planned_for(snapshot, node.ref)
        taken, assumed[key] = _without_duration(node, cycle, days.start)
        changes.append(NodeChange(node.ref, node, taken))
    if changes:
        snapshot = snapshot.apply(changes)
        network = network_of(
            snapshot, needed(snapshot, [item.ref for item in work]), days, days.start
        )
    return Timetable(snapshot, days, _timings(network, days), assumed, _loops(network))


def moved_on(before: Timetable, changes: Sequence[Change], items: Iterable[Ref]) -> Timetable:
    """Schedule items again, after changes to the graph that a timetable was made of."""
    snapshot = before.snapshot.apply(changes)
    network = network_of(snapshot, needed(snapshot, items), before.days, before.days.start)
    return Timetable(snapshot, before.days, _timings(network, before.days), before.assumed)


def planned_for(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    """Give the cycle a work item is planned for: its own, else that of the nearest whole."""
    for at in spread([ref], lambda item: wholes(snapshot, item)):
        cycle = own_cycle(snapshot, at)
        if cycle is not None:
            return cycle
    return None


def _without_duration(
    item: WorkItem, cycle: Cycle | None, today: date
) -> tuple[WorkItem, SlipAssumption]:
    """Give the item as it is taken, and say so.

    It takes no time of its own, and is finished at the end of its cycle, or of today where that is
    past or it has none: so it has a day, and a slip shows as so many days after it. Where it has
    begun, when is left aside: without a duration that says nothing about its end, which still waits
    for what it needs.
    """
    free = replace(item, duration_days=0.0, actual_start=None, states=(), state=None)
    lacks = f"{item.key} has neither duration_days nor estimate_days"
    if item.constraint not in {None, DateConstraint.AS_SOON_AS_POSSIBLE}:
        message = f"{lacks}: 0 days assumed, where its {item.constraint.value} puts it"
        return free, SlipAssumption("missing_duration", str(item.ref), message, "0")
    ends, why = today, "today, or when what it needs lets it"
    if cycle is not None and cycle.to is not None:
        if cycle.to >= ends:
            ends, why = cycle.to, f"when its cycle {cycle.key} ends"
        else:
            why += f"; its cycle {cycle.key} ended on {cycle.to}"
    message = f"{lacks}: taken to be finished on {ends}, {why}"
    found = SlipAssumption("missing_duration", str(item.ref), message, ends.isoformat())
    last = DateConstraint.FINISH_NO_EARLIER_THAN
    return replace(free, constraint=last, constraint_date=ends), found


def _timings(network: ScheduleNetwork, days: Workdays) -> dict[str, Timing]:
    early, drivers = forward(network)
    found = {}
    for node, finish, closes in endings(network, early, drivers, days, network.completed):
        item, done = network.items[node], node in network.completed
        if done and node not in network.bounds.settled and duration_of(item) is None:
            continue  # done, nobody knows when
        start, duration = early[node], network.durations[node]
        found[item.key] = Timing(
            *(start, start + duration, finish),
            *(item.current_state is FlowState.ACTIVE or node in network.bounds.fixed, done),
            opens=not duration and not closes,
        )
    return found


def _loops(network: ScheduleNetwork) -> tuple[SlipAssumption, ...]:
    return tuple(
        SlipAssumption("loop", str(Ref(WorkItem.KIND, found.key)), found.message)
        for found in network.violations
        if found.code == "loop"
    )
