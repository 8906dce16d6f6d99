"""What each value stream has: teams, products, people, work under way, and what it finished.

References: docs/definitions.md §1 and §6, docs/structure.md. M. Kersten, Project to Product, 2018
(flow load, velocity and time).
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import median

from graph.analyses.structure.streams import streams_of
from graph.model.days import day_of, zone_of
from graph.model.entities import Product, Team, ValueStream, WorkItem
from graph.model.relations import PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Moment
from graph.model.vocabulary import FlowState

_UNDER_WAY = frozenset({FlowState.WAITING, FlowState.ACTIVE})
_ENDED = frozenset({FlowState.DONE, FlowState.CANCELLED})
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to before `until`."""

    since: date
    until: date


@dataclass(slots=True)
class StreamFlow:
    """What a stream has and does.

    Its teams that last, products, and capacity in full-time equivalents (None: none is known); of
    its leaf items those not ended, under way, and finished in the period, with their flow times.
    """

    teams: int = 0
    products: int = 0
    capacity: float | None = None
    open_items: int = 0
    load: int = 0
    velocity: int = 0
    times: list[float] = field(default_factory=list)

    def take(self, team: Team) -> None:
        """Count a team, with its capacity where it has one."""
        self.teams += 1
        if team.capacity is not None:
            self.capacity = (self.capacity or 0.0) + team.capacity

    def median_time(self) -> float | None:
        """Give the median flow time in days, None when nothing that was finished shows one."""
        return median(self.times) if self.times else None


def flows_of(
    snapshot: Snapshot, group: Callable[[str], str], today: date | None, period: Period | None
) -> Mapping[str, StreamFlow]:
    """Measure the value streams, put together as `group` maps their keys.

    What is in two streams counts in both. Cost: linear in teams, products, work and its history.
    """
    found = {group(key): StreamFlow() for key in snapshot.nodes(ValueStream)}
    for team in snapshot.ordered(Team):
        if today is None or team.dissolved is None or team.dissolved > today:
            for flow in _of(snapshot, team, group, found):
                flow.take(team)
    for product in snapshot.ordered(Product):
        for flow in _of(snapshot, product, group, found):
            flow.products += 1
    for item in snapshot.ordered(WorkItem):
        if not snapshot.into(item.ref, PartOf):
            _count(snapshot, item, period, [*_of(snapshot, item, group, found)])
    return found


def _of(
    snapshot: Snapshot,
    node: Team | Product | WorkItem,
    group: Callable[[str], str],
    found: Mapping[str, StreamFlow],
) -> Iterator[StreamFlow]:
    for key in sorted({group(stream) for stream in streams_of(snapshot, node.ref)}):
        if key in found:
            yield found[key]


def _count(
    snapshot: Snapshot, item: WorkItem, period: Period | None, flows: list[StreamFlow]
) -> None:
    state = item.current_state
    begun, done = _life(item)
    finished = (
        state is FlowState.DONE
        and done is not None
        and period is not None
        and period.since <= day_of(done, zone_of(snapshot)) < period.until
    )
    spent = _days(snapshot, begun, done) if finished and begun and done else math.nan
    for flow in flows:
        flow.open_items += state not in _ENDED
        flow.load += state in _UNDER_WAY
        flow.velocity += finished
        if spent >= 0:
            flow.times.append(spent)


def _life(item: WorkItem) -> tuple[Moment | None, Moment | None]:
    """Give the first entry to waiting or active, and the last to done; else the actual dates."""
    begun = (change.at for change in item.states if change.state in _UNDER_WAY)
    done = (change.at for change in reversed(item.states) if change.state is FlowState.DONE)
    return next(begun, item.actual_start), next(done, item.actual_finish)


def _days(snapshot: Snapshot, begun: Moment, done: Moment) -> float:
    first, last = (
        at if isinstance(at, datetime) else datetime.combine(at, time(), zone_of(snapshot))
        for at in (begun, done)
    )
    return (last - first).total_seconds() / _DAY_SECONDS
