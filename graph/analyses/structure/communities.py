"""Which teams hang together by their dependencies, against the value streams they are in today.

References: docs/definitions.md §6, docs/structure.md. V. D. Blondel et al., Fast unfolding of
communities in large networks, 2008 (Louvain); M. E. J. Newman, Analysis of weighted networks, 2004
(modularity); see `agreement` for how partitions are compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import networkx as nx

from graph.analyses.structure.agreement import adjusted_rand_index
from graph.analyses.structure.network import LEVELS, OUTERMOST, OWN
from graph.analyses.structure.streams import outermost, streams_of
from graph.analyses.teams.teamgraph import team_arcs
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import Team
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

LIMIT = 500
MOST_RESOLUTION = 1_000_000
"""Larger ones are refused: every team is by itself long before, and modularity has to be a number."""
"""Moves listed unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class TeamCommunity:
    """Teams that hang together. `stream` is the value stream that it stands for, null for a new one.

    `streams` counts its teams by their stream of today (teams in none are left out). `inside`
    dependencies are between its teams, `crossing` ones between them and teams of other communities.
    """

    number: int
    stream: str | None
    size: int
    teams: tuple[str, ...]
    streams: Mapping[str, int]
    inside: int
    crossing: int


@dataclass(frozen=True, slots=True)
class TeamMove:
    """A team that would leave its value stream for that of its community.

    Null streams: in none today, or a new one. So many of its dependencies are with teams of its
    stream today (`inside_before`) and with teams of its community (`inside_after`); `saved` is the
    difference.
    """

    key: str
    from_stream: str | None
    to_stream: str | None
    community: int
    inside_before: int
    inside_after: int
    saved: int


@dataclass(frozen=True, slots=True)
class Communities:
    """Communities of teams, the largest first, and the moves to get there, the most saving first.

    `dependencies` counts those between different teams; `crossing_today` of them are between teams
    of different value streams, `crossing_after` between communities, `saved` is the difference.
    `modularity_today` and `modularity_found` judge the two cuts at the `resolution`; `agreement` is
    their adjusted Rand index. Null without dependencies. `unconnected` teams have none and stay
    where they are.
    """

    level: str
    resolution: float
    seed: int
    team_count: int
    unconnected: int
    dependencies: int
    crossing_today: int
    crossing_after: int
    saved: int
    modularity_today: float | None
    modularity_found: float | None
    agreement: float | None
    communities: tuple[TeamCommunity, ...]
    moves: tuple[TeamMove, ...]
    move_count: int
    truncated: bool


def communities(
    snapshot: Snapshot,
    *,
    level: str = OWN,
    resolution: float = 1.0,
    seed: int = 0,
    today: date | None = None,
    limit: int = LIMIT,
) -> Communities:
    """Find communities in the undirected graph of teams, weighted by their dependencies.

    A higher `resolution` gives smaller communities. Where today's cut has no lower modularity than
    the one that is found, today's stands. Teams dissolved by `today` are left out. BadUsage for
    parameters that do not fit. Cost: about linear in the dependencies, some rounds of it.
    """
    _check(level, resolution, limit)
    graph = _graph(snapshot, today)
    teams = sorted(graph)
    homes = _homes(snapshot, teams, level)
    cut = _cut(graph, homes, resolution, seed)
    told = _Recut(graph, homes, [*_stands_for(cut, homes)], cut)
    moves = sorted(told.moves(), key=lambda move: (-move.saved, move.key))
    return Communities(
        level=level,
        resolution=resolution,
        seed=seed,
        team_count=len(teams),
        unconnected=_lasting(snapshot, today) - len(teams),
        dependencies=told.total,
        crossing_today=told.crossing_today,
        crossing_after=told.crossing_after,
        saved=told.crossing_today - told.crossing_after,
        modularity_today=_modularity(graph, _parts(homes, teams), resolution),
        modularity_found=_modularity(graph, cut, resolution),
        agreement=told.agreement(teams),
        communities=tuple(told.communities()),
        moves=tuple(moves[:limit]),
        move_count=len(moves),
        truncated=len(moves) > limit,
    )


def _check(level: str, resolution: float, limit: int) -> None:
    if level not in LEVELS:
        msg = f"there is no level {level!r}"
        raise BadUsage(msg, near(level, LEVELS))
    if not 0 < resolution <= MOST_RESOLUTION:
        msg = f"the resolution {resolution} is not a number above 0, up to {MOST_RESOLUTION:,}"
        raise BadUsage(msg, "1 is usual; more gives smaller communities")
    if limit < 0:
        msg = f"limit {limit} is below 0"
        raise BadUsage(msg, f"leave it out to have up to {LIMIT} moves")


def _lasts(team: Team | None, today: date | None) -> bool:
    return team is not None and (
        team.dissolved is None or (today is not None and team.dissolved > today)
    )


def _lasting(snapshot: Snapshot, today: date | None) -> int:
    return sum(_lasts(team, today) for team in snapshot.nodes(Team).values())


def _graph(snapshot: Snapshot, today: date | None) -> "nx.Graph[str]":
    """Join teams that last by an edge that weighs the dependencies between them, both ways."""
    graph: nx.Graph[str] = nx.Graph()
    for arc in snapshot.derived(team_arcs):
        ends = arc.source, arc.target
        if arc.source != arc.target and all(
            _lasts(snapshot.node(Team, end), today) for end in ends
        ):
            before = graph.edges[ends]["weight"] if graph.has_edge(*ends) else 0
            graph.add_edge(*ends, weight=before + len(arc.dependencies))
    return graph


def _homes(snapshot: Snapshot, teams: Sequence[str], level: str) -> Mapping[str, str | None]:
    """Give the value stream of each team, the first of several, None for teams in none."""
    group: Callable[[str], str] = partial(outermost, snapshot) if level == OUTERMOST else str
    found: dict[str, str | None] = {}
    for team in teams:
        streams = streams_of(snapshot, Ref(Team.KIND, team))
        found[team] = min(map(group, streams), default=None)
    return found


def _parts(homes: Mapping[str, str | None], teams: Iterable[str]) -> list[set[str]]:
    """Give the teams of each value stream; each team that is in none is by itself."""
    found: dict[tuple[str, str], set[str]] = {}
    for team in teams:
        home = homes[team]
        found.setdefault(("", team) if home is None else ("stream", home), set()).add(team)
    return [*found.values()]


def _cut(
    graph: "nx.Graph[str]", homes: Mapping[str, str | None], resolution: float, seed: int
) -> list[set[str]]:
    """Give the communities, the largest first, of equal ones that with the smallest key."""
    numbered: nx.Graph[int] = nx.Graph()
    keys = sorted(graph)
    numbers = {key: number for number, key in enumerate(keys)}
    numbered.add_nodes_from(range(len(keys)))
    for one, other, weight in sorted(_edges(graph)):
        numbered.add_edge(numbers[one], numbers[other], weight=weight)
    found = nx.community.louvain_communities(numbered, resolution=resolution, seed=seed)
    cut = [{keys[number] for number in part} for part in found]
    kept = _parts(homes, keys)
    if graph and _worth(graph, kept, resolution) >= _worth(graph, cut, resolution):
        cut = kept
    return sorted(cut, key=lambda part: (-len(part), min(part)))


def _edges(graph: "nx.Graph[str]") -> Iterator[tuple[str, str, int]]:
    return ((one, other, joined["weight"]) for one, other, joined in graph.edges(data=True))


def _worth(graph: "nx.Graph[str]", parts: Sequence[set[str]], resolution: float) -> float:
    """Give the modularity, in figures that stand for the same when they are the same."""
    return round(nx.community.modularity(graph, parts, resolution=resolution), 12)


def _modularity(
    graph: "nx.Graph[str]", parts: Sequence[set[str]], resolution: float
) -> float | None:
    return nx.community.modularity(graph, parts, resolution=resolution) if graph else None


def _stands_for(cut: Sequence[set[str]], homes: Mapping[str, str | None]) -> Iterator[str | None]:
    """Give the value stream that each community stands for: each stream is taken once.

    The most shared teams come first; of as many the larger community, then the smaller key.
    """
    shared: dict[tuple[int, str], int] = {}
    for number, part in enumerate(cut):
        for team in part:
            home = homes[team]
            if home is not None:
                shared[number, home] = shared.get((number, home), 0) + 1
    found: dict[int, str] = {}
    taken: set[str] = set()
    for number, home in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if number not in found and home not in taken:
            found[number] = home
            taken.add(home)
    return (found.get(number) for number in range(len(cut)))


class _Recut:
    """Two cuts of the teams: their streams of today, and communities that stand for streams."""

    def __init__(
        self,
        graph: "nx.Graph[str]",
        homes: Mapping[str, str | None],
        streams: Sequence[str | None],
        cut: Sequence[set[str]],
    ) -> None:
        self._graph = graph
        self._homes = homes
        self._streams = streams
        self._cut = cut
        self._number = {team: number for number, part in enumerate(cut) for team in part}
        self._inside = [0] * len(cut)
        self._crossing = [0] * len(cut)
        self.total = self.crossing_today = self.crossing_after = 0
        for one, other, weight in _edges(graph):
            self._add(one, other, weight)

    def _add(self, one: str, other: str, weight: int) -> None:
        ends = self._number[one], self._number[other]
        self.total += weight
        self.crossing_today += 0 if self._together(one, other) else weight
        if ends[0] == ends[1]:
            self._inside[ends[0]] += weight
            return
        self.crossing_after += weight
        for end in ends:
            self._crossing[end] += weight

    def _together(self, one: str, other: str) -> bool:
        home = self._homes[one]
        return home is not None and home == self._homes[other]

    def agreement(self, teams: Sequence[str]) -> float | None:
        """Compare the two cuts over the teams that are in a stream."""
        placed = [(home, str(self._number[team])) for team in teams if (home := self._homes[team])]
        if not placed:
            return None
        return adjusted_rand_index([home for home, _ in placed], [part for _, part in placed])

    def communities(self) -> Iterator[TeamCommunity]:
        """Give each community with its figures."""
        for number, part in enumerate(self._cut):
            streams: dict[str, int] = {}
            for home in sorted(home for team in part if (home := self._homes[team])):
                streams[home] = streams.get(home, 0) + 1
            yield TeamCommunity(
                number,
                self._streams[number],
                len(part),
                tuple(sorted(part)),
                streams,
                self._inside[number],
                self._crossing[number],
            )

    def moves(self) -> Iterator[TeamMove]:
        """Give each team whose community does not stand for the stream it is in."""
        for team, number in self._number.items():
            home, stream = self._homes[team], self._streams[number]
            if home == stream and (home is not None or len(self._cut[number]) == 1):
                continue
            before = after = 0
            for other, joined in self._graph[team].items():
                before += joined["weight"] if self._together(team, other) else 0
                after += joined["weight"] if self._number[other] == number else 0
            yield TeamMove(team, home, stream, number, before, after, after - before)
