"""Where dependencies stand, team by team: overdue, unanswered, not asked for, promised too late.

References: docs/definitions.md §7 and §8 (dependency life cycle).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from graph.analyses.dependencies.ends import in_days, is_waiting
from graph.analyses.dependencies.piecewise import sorted_in_pieces
from graph.analyses.reference import find
from graph.analyses.teams.teamgraph import teams_of
from graph.errors import BadUsage
from graph.model.days import day_of, zone_of
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import DependencyStatus

DAYS = 7
"""A request that is not answered after so many days is listed."""
WITHIN_DAYS = 14
"""What is needed within so many days should have been asked for."""
LIMIT = 200


@dataclass(frozen=True, slots=True)
class DependencyCase:
    """A dependency that someone has to see to, once for each `team` that has to act.

    `dependent` needs `needed` (KIND/KEY). `team` is null where no team answers for the end that has
    to act. `since` is the day from which the days count, `days` how many have passed, or, of what
    was not asked for, are left (below 0: passed); null where the history does not tell.
    """

    team: str | None
    dependency: str
    dependent: str
    needed: str
    status: str
    criticality: str | None
    needed_by: date | None
    committed_by: date | None
    since: date | None
    days: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class TeamDependencies:
    """How many dependencies a team has, by status: `needs` of its own, `needed` on it.

    A dependency counts for every team that answers for its end. Then the rows of each list in
    which the team has to act.
    """

    key: str
    needs: Mapping[str, int]
    needed: Mapping[str, int]
    overdue: int
    unanswered: int
    unasked: int
    promised_late: int


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The teams by key, then what has to be seen to, by team, the most pressing first.

    `overdue`: the day it is needed, or promised for, is over, and it is not resolved. `unanswered`:
    asked for so many days ago or more, neither agreed nor rejected. `unasked`: identified, needed
    within so many days. `promised_late`: promised for after the day it is needed. Each list has its
    count; `truncated` says that one of them is longer than what is listed.
    """

    today: date
    teams: tuple[TeamDependencies, ...]
    overdue: tuple[DependencyCase, ...]
    overdue_count: int
    unanswered: tuple[DependencyCase, ...]
    unanswered_count: int
    unasked: tuple[DependencyCase, ...]
    unasked_count: int
    promised_late: tuple[DependencyCase, ...]
    promised_late_count: int
    truncated: bool


def dependencies(
    snapshot: Snapshot,
    *,
    today: date | None = None,
    team: str | None = None,
    days: int = DAYS,
    within_days: int = WITHIN_DAYS,
    limit: int = LIMIT,
) -> Dependencies:
    """List what has to be seen to among all dependencies, or those of and on one team.

    Listed are open ones between things that have not ended. The needed side has to act, but for
    what nobody asked for: there it is the dependent's. A request without a day is listed as
    unanswered, with no days. NotFound for an unknown team, BadUsage for numbers below 0. Cost:
    linear in dependencies, times the teams at either end.
    """
    if today is None:
        msg = "today is missing"
        raise BadUsage(msg, "give the day from which it is seen")
    _refuse_negative(days=days, within_days=within_days, limit=limit)
    only = None if team is None else find(snapshot, team, Team.KIND, (Team.KIND,)).key
    seen = _Seen(snapshot, today, days, within_days)
    pairs = [(link, seen.sides(link)) for link in snapshot.relations(DependsOn).values()]
    if only is not None:
        pairs = [pair for pair in pairs if any(only in side for side in pair[1])]
    waiting = [pair for pair in pairs if is_waiting(snapshot, pair[0])]
    looks = (seen.overdue, seen.unanswered, seen.unasked, seen.promised_late)
    found = [
        _sorted((row for pair in waiting for row in seen.rows(*pair, look)), look == seen.unasked)
        for look in looks
    ]
    overdue, unanswered, unasked, late = (tuple(rows[:limit]) for rows in found)
    return Dependencies(
        today,
        _teams(pairs, found, only),
        *(overdue, len(found[0]), unanswered, len(found[1])),
        *(unasked, len(found[2]), late, len(found[3])),
        truncated=any(len(rows) > limit for rows in found),
    )


def _refuse_negative(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 0:
            msg = f"{name} {value} is below 0"
            raise BadUsage(msg, "give 0 or more")


Sides = tuple[tuple[str, ...], tuple[str, ...]]
"""The teams that need, and those that are needed."""

Look = Callable[[DependsOn], "tuple[date | None, int | None, str] | None"]
"""Gives since when, how many days and why a dependency has to be seen to; None where it has not."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The graph as it is seen from a day."""

    snapshot: Snapshot
    today: date
    days: int
    within_days: int

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.snapshot)

    def sides(self, link: DependsOn) -> Sides:
        return teams_of(self.snapshot, link.source), teams_of(self.snapshot, link.target)

    def rows(self, link: DependsOn, sides: Sides, look: Look) -> Iterator[DependencyCase]:
        found = look(link)
        if found is None:
            return
        since, days, reason = found
        acting = sides[0] if link.status is DependencyStatus.IDENTIFIED else sides[1]
        for team in acting or (None,):
            yield DependencyCase(
                team,
                link.key,
                *(str(link.source), str(link.target), str(link.status)),
                str(link.criticality) if link.criticality else None,
                link.needed_by,
                link.committed_by,
                since,
                days,
                reason,
            )

    def overdue(self, link: DependsOn) -> tuple[date | None, int | None, str] | None:
        dates = ((link.needed_by, "was needed by"), (link.committed_by, "was promised for"))
        passed = sorted((day, words) for day, words in dates if day and day < self.today)
        if not passed:
            return None
        told = " and ".join(f"{words} {day}" for day, words in passed)
        count = (self.today - passed[0][0]).days
        asked = ", and nobody asked for it" if link.status is DependencyStatus.IDENTIFIED else ""
        reason = f"{link.target} {told}, {in_days(count)} ago, and is {link.status}{asked}"
        return passed[0][0], count, reason

    def unanswered(self, link: DependsOn) -> tuple[date | None, int | None, str] | None:
        if link.status is not DependencyStatus.REQUESTED:
            return None
        asked = f"{link.source} asked for {link.target}"
        if link.status_since is None:
            return None, None, f"{asked}, nobody knows when, and has no answer"
        since = day_of(link.status_since, self.zone)
        count = (self.today - since).days
        if count < self.days:
            return None
        return since, count, f"{asked} on {since}, {in_days(count)} ago, and has no answer"

    def unasked(self, link: DependsOn) -> tuple[date | None, int | None, str] | None:
        if link.status is not DependencyStatus.IDENTIFIED or link.needed_by is None:
            return None
        left = (link.needed_by - self.today).days
        if left > self.within_days:
            return None
        when = f"in {in_days(left)}" if left >= 0 else f"{in_days(-left)} ago"
        words = f"{link.source} needs {link.target} by {link.needed_by}, {when}, and nobody asked"
        return None, left, words

    def promised_late(self, link: DependsOn) -> tuple[date | None, int | None, str] | None:
        need, promise = link.needed_by, link.committed_by
        if need is None or promise is None or promise <= need:
            return None
        count = (promise - need).days
        words = f"{link.target} is promised for {promise}, {in_days(count)} after {need}"
        return need, count, f"{words}, when {link.source} needs it"


def _sorted(rows: Iterator[DependencyCase], days_are_left: bool) -> list[DependencyCase]:
    """Sort by team, then the most pressing first: the most days passed, or the fewest left."""
    sign = 1 if days_are_left else -1
    return sorted_in_pieces(
        rows,
        lambda row: (
            row.team is None,
            row.team or "",
            row.days is None,
            sign * (row.days or 0),
            row.dependency,
        ),
    )


def _teams(
    pairs: Sequence[tuple[DependsOn, Sides]],
    found: Sequence[Sequence[DependencyCase]],
    only: str | None,
) -> tuple[TeamDependencies, ...]:
    counts: tuple[dict[str, Counter[str]], dict[str, Counter[str]]] = ({}, {})
    for link, sides in pairs:
        for side, teams in zip(counts, sides, strict=True):
            for team in teams:
                side.setdefault(team, Counter())[str(link.status)] += 1
    acting = [Counter(row.team for row in rows) for rows in found]
    keys = sorted({*counts[0], *counts[1]}) if only is None else [only]
    return tuple(
        TeamDependencies(
            key,
            _by_status(counts[0].get(key)),
            _by_status(counts[1].get(key)),
            *(rows[key] for rows in acting),
        )
        for key in keys
    )


def _by_status(counts: Mapping[str, int] | None) -> dict[str, int]:
    """Give the counts in the order of the life of a dependency, without zeros."""
    found = counts or {}
    return {str(status): found[status] for status in DependencyStatus if found.get(status)}
