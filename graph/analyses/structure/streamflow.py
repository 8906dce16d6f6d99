"""What each value stream has: teams, products, people, work under way, and what it finished.

References: docs/definitions.md §1 and §6, docs/structure.md. M. Kersten, Project to Product, 2018
(flow load, velocity and time).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import median

from graph.analyses.structure.streams import streams_of
from graph.analyses.teams.teamgraph import teams_of
from graph.model.days import day_of, zone_of
from graph.model.entities import Product, Team, ValueStream, WorkItem
from graph.model.relations import PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Moment, Ref
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

    def of(refs: Iterable[Ref]) -> Sequence[StreamFlow]:
        keys = {group(stream) for ref in refs for stream in streams_of(snapshot, ref)}
        return [found[key] for key in sorted(keys) if key in found]

    for team in snapshot.ordered(Team):
        if today is None or team.dissolved is None or team.dissolved > today:
            for flow in of([team.ref]):
                flow.take(team)
    for product in snapshot.ordered(Product):
        for flow in of([product.ref]):
            flow.products += 1
    _count_work(snapshot, period, of)
    return found


def _count_work(
    snapshot: Snapshot,
    period: Period | None,
    of: Callable[[Iterable[Ref]], Sequence[StreamFlow]],
) -> None:
    by_teams: dict[tuple[str, ...], Sequence[StreamFlow]] = {}
    for item in snapshot.ordered(WorkItem):
        if snapshot.into(item.ref, PartOf):
            continue
        teams = teams_of(snapshot, item.ref)
        if teams not in by_teams:
            by_teams[teams] = of(Ref(Team.KIND, team) for team in teams)
        _count(snapshot, item, period, by_teams[teams] or of([item.ref]))


def _count(
    snapshot: Snapshot, item: WorkItem, period: Period | None, flows: Sequence[StreamFlow]
) -> None:
    state = item.current_state
    spent = _spent(snapshot, item, period) if state is FlowState.DONE and period else None
    for flow in flows:
        flow.open_items += state not in _ENDED
        flow.load += state in _UNDER_WAY
        flow.velocity += spent is not None
        if spent is not None and spent >= 0:
            flow.times.append(spent)


def _spent(snapshot: Snapshot, item: WorkItem, period: Period) -> float | None:
    """Give the flow time in days of an item done in the period, NaN where nothing tells it.

    None for one that was done at another time.
    """
    begun, done = _life(item)
    if done is None or not period.since <= day_of(done, zone_of(snapshot)) < period.until:
        return None
    return math.nan if begun is None else _days(snapshot, begun, done)


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
