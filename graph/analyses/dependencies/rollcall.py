"""The roll call of a planning event: every dependency of a cycle, by pair of teams.

References: docs/definitions.md §7 and §8 (dependency life cycle).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from graph.analyses.dependencies.ends import cycle_of
from graph.analyses.dependencies.piecewise import sorted_in_pieces
from graph.analyses.reference import find
from graph.analyses.scope import parts, spread
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import Cycle, Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus

PAIRS_LISTED = 1_000
KEYS_LISTED = 20
"""Keys of dependencies for each pair of teams."""
ENDS_LISTED = 200

WORST_FIRST = (
    DependencyStatus.REJECTED,
    DependencyStatus.IDENTIFIED,
    DependencyStatus.REQUESTED,
    DependencyStatus.AGREED,
    DependencyStatus.IN_PROGRESS,
    DependencyStatus.RESOLVED,
    DependencyStatus.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class RollCallPair:
    """A cell of the matrix: what `dependent_team` needs of `needed_team`.

    A team is null where none answers for that end. `worst` is the status that is farthest from
    delivery: rejected, identified, requested, agreed, in_progress, resolved, cancelled. `keys` are
    those of the dependencies, the worst first, at most `KEYS_LISTED` of `count`.
    """

    dependent_team: str | None
    needed_team: str | None
    count: int
    statuses: Mapping[str, int]
    worst: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollCallTeam:
    """A team in the roll call: how much it needs, how much is needed of it, and how it answered.

    `unanswered` are requests to it without an answer, `unasked` those of its needs that it has not
    asked for. `dissolved` is the day the team ends, where that is before the cycle does.
    """

    key: str
    needs: int
    needed: int
    unanswered: int
    unasked: int
    dissolved: date | None


@dataclass(frozen=True, slots=True)
class RollCall:
    """The matrix of a cycle, row by row: `pairs` sorted by the team that needs, then the needed.

    `count` are the dependencies; one between several teams stands in several cells. `silent` are
    the teams that have requests and answered none. `unteamed` are the ends for which no team
    answers, KIND/KEY, at most `ENDS_LISTED` of `unteamed_count`.
    """

    cycle: str | None
    begins: date | None
    ends: date | None
    count: int
    statuses: Mapping[str, int]
    teams: tuple[RollCallTeam, ...]
    silent: tuple[str, ...]
    unteamed: tuple[str, ...]
    unteamed_count: int
    pairs: tuple[RollCallPair, ...]
    pair_count: int
    truncated: bool


def roll_call(snapshot: Snapshot, *, cycle: str | None = None) -> RollCall:
    """Call up every dependency of a cycle and of the cycles within it; without one, all.

    A dependency is the cycle's when one of its ends is planned for it, or when it is needed or
    promised within its days. All statuses are counted. NotFound for an unknown cycle. Cost: linear
    in dependencies, times the teams at either end and the depth of parts and of objectives.
    """
    calling = _calling(snapshot, cycle)
    links = sorted_in_pieces(
        (link for link in snapshot.relations(DependsOn).values() if calling.is_meant(link)),
        lambda link: (WORST_FIRST.index(link.status), link.key),
    )
    called = [
        _Called(link, teams_of(snapshot, link.source), teams_of(snapshot, link.target))
        for link in links
    ]
    cells: dict[tuple[str | None, str | None], list[DependsOn]] = {}
    for one in called:
        for pair in one.pairs():
            cells.setdefault(pair, []).append(one.link)
    pairs = sorted_in_pieces(cells, lambda pair: [(team is None, team or "") for team in pair])
    teams = tuple(calling.teams(called))
    bare = sorted({end for one in called for end in one.without_team()})
    return RollCall(
        calling.cycle.key if calling.cycle else None,
        calling.cycle.from_ if calling.cycle else None,
        calling.cycle.to if calling.cycle else None,
        *(len(links), _counted(links), teams),
        tuple(sorted(_silent(called))),
        *(tuple(map(str, bare[:ENDS_LISTED])), len(bare)),
        tuple(_cell(pair, cells[pair]) for pair in pairs[:PAIRS_LISTED]),
        len(pairs),
        truncated=len(pairs) > PAIRS_LISTED or len(bare) > ENDS_LISTED,
    )


def _cell(pair: tuple[str | None, str | None], links: list[DependsOn]) -> RollCallPair:
    keys = tuple(link.key for link in links[:KEYS_LISTED])
    return RollCallPair(*pair, len(links), _counted(links), str(links[0].status), keys)


def _counted(links: list[DependsOn]) -> dict[str, int]:
    """Count by status, in the order of the life of a dependency."""
    found = Counter(link.status for link in links)
    return {str(status): found[status] for status in DependencyStatus if found[status]}


@dataclass(frozen=True, slots=True)
class _Called:
    """A dependency of the cycle, the teams that need and those that are needed."""

    link: DependsOn
    needing: tuple[str, ...]
    needed: tuple[str, ...]

    def pairs(self) -> Iterator[tuple[str | None, str | None]]:
        for needing in self.needing or (None,):
            for needed in self.needed or (None,):
                yield needing, needed

    def without_team(self) -> Iterator[Ref]:
        if not self.needing:
            yield self.link.source
        if not self.needed:
            yield self.link.target


def _silent(called: list[_Called]) -> set[str]:
    """Give the teams that have requests and answered none."""
    asked, answered = set[str](), set[str]()
    for one in called:
        if one.link.status is DependencyStatus.REQUESTED:
            asked.update(one.needed)
        elif one.link.status not in {DependencyStatus.IDENTIFIED, DependencyStatus.CANCELLED}:
            answered.update(one.needed)
    return asked - answered


def _calling(snapshot: Snapshot, cycle: str | None) -> "_Calling":
    if cycle is None:
        return _Calling(snapshot, frozenset(), None)
    root = find(snapshot, cycle, Cycle.KIND, (Cycle.KIND,))
    within = frozenset(spread([root], lambda at: parts(snapshot, at)))
    return _Calling(snapshot, within, snapshot.node(Cycle, root.key))


@dataclass(frozen=True, slots=True)
class _Calling:
    """The graph, the cycles that are meant, and the cycle that was asked for."""

    snapshot: Snapshot
    cycles: frozenset[Ref]
    cycle: Cycle | None

    def is_meant(self, link: DependsOn) -> bool:
        if self.cycle is None:
            return True
        days = (link.needed_by, link.committed_by)
        return any(map(self._is_planned, (link.source, link.target))) or any(
            map(self._within, days)
        )

    def _is_planned(self, ref: Ref) -> bool:
        found = cycle_of(self.snapshot, ref)
        return found is not None and found.ref in self.cycles

    def _within(self, day: date | None) -> bool:
        begins = self.cycle.from_ if self.cycle else None
        ends = self.cycle.to if self.cycle else None
        return day is not None and begins is not None and ends is not None and begins <= day <= ends

    def teams(self, called: list[_Called]) -> Iterator[RollCallTeam]:
        needs, needed = Counter[str](), Counter[str]()
        unanswered, unasked = Counter[str](), Counter[str]()
        for one in called:
            needs.update(one.needing)
            needed.update(one.needed)
            if one.link.status is DependencyStatus.REQUESTED:
                unanswered.update(one.needed)
            if one.link.status is DependencyStatus.IDENTIFIED:
                unasked.update(one.needing)
        for key in sorted({*needs, *needed}):
            counts = (needs[key], needed[key], unanswered[key], unasked[key])
            yield RollCallTeam(key, *counts, self._ending(key))

    def _ending(self, key: str) -> date | None:
        team = self.snapshot.node(Team, key)
        end, last = team.dissolved if team else None, self.cycle.to if self.cycle else None
        return end if end and last and end < last else None
