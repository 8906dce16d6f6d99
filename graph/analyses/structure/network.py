"""The value stream network: which stream needs which, how much hangs on it, and how loaded both are.

References: docs/definitions.md §6, docs/structure.md. M. Kersten, Project to Product, 2018 (value
stream network).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from itertools import product

from graph.analyses.structure.streamflow import Period, StreamFlow, flows_of
from graph.analyses.structure.streams import outermost, placed
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import ValueStream
from graph.model.relations import DependsOn, PartOf
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import Criticality

OWN = "own"
OUTERMOST = "outermost"
LEVELS = (OWN, OUTERMOST)

PERIOD_DAYS = 90
"""The period of velocity and flow time, up to today, unless the caller says otherwise."""
LIMIT = 500
"""Edges listed unless the caller says otherwise."""
DEPENDENCIES_LISTED = 20
UNRATED = "unrated"
"""Under this name dependencies count that name no criticality."""


@dataclass(frozen=True, slots=True)
class NetworkStream:
    """A value stream with what it has, does and needs.

    `teams` that last, `products`, `capacity` in full-time equivalents (null where none is known).
    Of its work items without parts: `open_items` have not ended, `load` are waiting or active,
    `velocity` were done in the period and took `time_days` at the median (both null without a
    period, the latter also without data). `needs` and `needed` count the open dependencies on other
    streams and of other streams on it, `internal` those between things within it.
    """

    key: str
    name: str | None
    type: str | None
    parent: str | None
    teams: int
    products: int
    capacity: float | None
    open_items: int
    load: int
    velocity: int | None
    time_days: float | None
    needs: int
    needed: int
    internal: int


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """Stream `source` needs stream `target`, by `count` live dependencies, `open` of them unresolved.

    `declared` join the two streams themselves, `derived` what is in them. Of the open ones: how many
    there are of each criticality, `promised_late` (committed after needed) and `overdue` (needed
    before today). The loads and velocities are those of the two streams. `reason` says it in words.
    `dependencies` are keys of open ones, then of others, at most `DEPENDENCIES_LISTED`.
    """

    source: str
    target: str
    count: int
    open: int
    declared: int
    derived: int
    criticality: Mapping[str, int]
    promised_late: int
    overdue: int
    source_load: int
    source_velocity: int | None
    target_load: int
    target_velocity: int | None
    reason: str
    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The streams by key, and the edges, the most open dependencies first.

    The period goes from `since` to before `until`. `unplaced` live dependencies have an end that is
    in no value stream, and are in no edge. `edge_count` edges are there, listed or not.
    """

    level: str
    since: date | None
    until: date | None
    streams: tuple[NetworkStream, ...]
    edges: tuple[NetworkEdge, ...]
    edge_count: int
    truncated: bool
    unplaced: int


def network(
    snapshot: Snapshot,
    *,
    level: str = OWN,
    since: date | None = None,
    until: date | None = None,
    today: date | None = None,
    limit: int = LIMIT,
) -> Network:
    """Give the value streams and the dependencies between them, their teams, products and work.

    On the level `own` each stream stands for itself, on `outermost` with all that are nested in it.
    The period ends with yesterday and has `PERIOD_DAYS` unless `since` and `until` say otherwise;
    without any of the three days there is none. BadUsage for parameters that do not fit. Cost:
    linear in dependencies and work, times the streams that one thing is in.
    """
    _check(level, limit)
    period = _period(since, until, today)
    group: Callable[[str], str] = cache(partial(outermost, snapshot)) if level == OUTERMOST else str
    flows = flows_of(snapshot, group, today, period)
    found = _joined(snapshot, group)
    told = _Told(flows, period is not None, today)
    edges = sorted(
        (told.edge(pair, links) for pair, links in found.between.items()),
        key=lambda edge: (-edge.open, -edge.count, edge.source, edge.target),
    )
    return Network(
        level=level,
        since=period.since if period else None,
        until=period.until if period else None,
        streams=tuple(_streams(snapshot, flows, found, period)),
        edges=tuple(edges[:limit]),
        edge_count=len(edges),
        truncated=len(edges) > limit,
        unplaced=found.unplaced,
    )


def _check(level: str, limit: int) -> None:
    if level not in LEVELS:
        msg = f"there is no level {level!r}"
        raise BadUsage(msg, near(level, LEVELS))
    if limit < 0:
        msg = f"limit {limit} is below 0"
        raise BadUsage(msg, f"leave it out to have up to {LIMIT} edges")


def _period(since: date | None, until: date | None, today: date | None) -> Period | None:
    last = until or today
    if last is None:
        if since is None:
            return None
        msg = f"the period from {since} has no end"
        raise BadUsage(msg, "give the day before which it ends, too")
    try:
        first = since or last - timedelta(PERIOD_DAYS)
    except OverflowError:
        first = date.min
    if first >= last:
        msg = f"the period from {first} to before {last} has no day"
        raise BadUsage(msg, "it has to begin before it ends")
    return Period(first, last)


@dataclass(slots=True)
class _Joined:
    """The live dependencies between streams, and how many open ones each has on others and within.

    `needs`, `needed` and `internal` count an open dependency once for each stream, to however many
    others it leads.
    """

    between: dict[tuple[str, str], list[DependsOn]] = field(default_factory=dict)
    needs: dict[str, int] = field(default_factory=dict)
    needed: dict[str, int] = field(default_factory=dict)
    internal: dict[str, int] = field(default_factory=dict)
    unplaced: int = 0


def _joined(snapshot: Snapshot, group: Callable[[str], str]) -> _Joined:
    found = _Joined()
    for link, sources, targets in placed(snapshot):
        if not (sources and targets):
            found.unplaced += 1
        pairs = sorted({(group(a), group(b)) for a, b in product(sources, targets)})
        leading = [pair for pair in pairs if pair[0] != pair[1]]
        for pair in leading:
            found.between.setdefault(pair, []).append(link)
        if link.is_open:
            _count(found.needs, {source for source, _ in leading})
            _count(found.needed, {target for _, target in leading})
            _count(found.internal, {source for source, target in pairs if source == target})
    return found


def _count(counts: dict[str, int], streams: Iterable[str]) -> None:
    for stream in streams:
        counts[stream] = counts.get(stream, 0) + 1


def _streams(
    snapshot: Snapshot, flows: Mapping[str, StreamFlow], found: _Joined, period: Period | None
) -> Iterator[NetworkStream]:
    for stream in snapshot.ordered(ValueStream):
        flow = flows.get(stream.key)
        if flow is None:
            continue
        around = (link.target for link in snapshot.out(stream.ref, PartOf))
        yield NetworkStream(
            stream.key,
            stream.name,
            stream.type,
            next((at.key for at in around if at.kind == ValueStream.KIND), None),
            flow.teams,
            flow.products,
            flow.capacity,
            flow.open_items,
            flow.load,
            flow.velocity if period else None,
            flow.median_time(),
            found.needs.get(stream.key, 0),
            found.needed.get(stream.key, 0),
            found.internal.get(stream.key, 0),
        )


class _Told:
    """Tells edges of streams whose flow is known."""

    def __init__(
        self, flows: Mapping[str, StreamFlow], has_period: bool, today: date | None
    ) -> None:
        self._flows = flows
        self._has_period = has_period
        self._today = today

    def edge(self, pair: tuple[str, str], links: Sequence[DependsOn]) -> NetworkEdge:
        """Tell the edge that stands for some dependencies."""
        source, target = (self._flows.get(key, StreamFlow()) for key in pair)
        still = [link for link in links if link.is_open]
        declared = sum(_joins_streams(link) for link in links)
        late = sum(_promised_late(link) for link in still)
        overdue = sum(self._overdue(link) for link in still)
        return NetworkEdge(
            source=pair[0],
            target=pair[1],
            count=len(links),
            open=len(still),
            declared=declared,
            derived=len(links) - declared,
            criticality=_by_criticality(still),
            promised_late=late,
            overdue=overdue,
            source_load=source.load,
            source_velocity=self._velocity(source),
            target_load=target.load,
            target_velocity=self._velocity(target),
            reason=self._reason(pair, still, target, late, overdue),
            dependencies=tuple(
                link.key for link in sorted(links, key=lambda link: (not link.is_open, link.key))
            )[:DEPENDENCIES_LISTED],
        )

    def _velocity(self, flow: StreamFlow) -> int | None:
        return flow.velocity if self._has_period else None

    def _overdue(self, link: DependsOn) -> bool:
        return (
            self._today is not None and link.needed_by is not None and link.needed_by < self._today
        )

    def _reason(
        self,
        pair: tuple[str, str],
        still: Sequence[DependsOn],
        target: StreamFlow,
        late: int,
        overdue: int,
    ) -> str:
        critical = sum(link.criticality is Criticality.CRITICAL for link in still)
        marked = [(critical, "critical"), (late, "promised too late"), (overdue, "overdue")]
        words = ", ".join(f"{number} {word}" for number, word in marked if number)
        done = f" and finished {target.velocity} in the period" if self._has_period else ""
        return (
            f"{pair[0]} waits on {pair[1]} by {len(still)} open"
            + (" dependency" if len(still) == 1 else " dependencies")
            + (f" ({words})" if words else "")
            + f"; {pair[1]} has {target.load} item{'' if target.load == 1 else 's'} under way{done}"
        )


def _joins_streams(link: DependsOn) -> bool:
    return link.source.kind == link.target.kind == ValueStream.KIND


def _promised_late(link: DependsOn) -> bool:
    needed, promised = link.needed_by, link.committed_by
    return needed is not None and promised is not None and promised > needed


def _by_criticality(links: Sequence[DependsOn]) -> Mapping[str, int]:
    """Count by criticality, the highest first; all names are there."""
    found = {**{str(level): 0 for level in reversed(Criticality)}, UNRATED: 0}
    for link in links:
        found[link.criticality or UNRATED] += 1
    return found
