"""From the counts of a simulation to the rows of its result.

References: docs/definitions.md §3 and §8.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from graph.analyses.scheduling.milestonedays import finish_day
from graph.analyses.scheduling.pathsum import path_sum
from graph.analyses.scheduling.rankcorrelation import rank_correlation, ranks
from graph.analyses.scheduling.riskresult import (
    DependencyRisk,
    FinishQuantile,
    FinishRisk,
    ItemRisk,
    ScheduleRisk,
    TeamRisk,
)
from graph.analyses.scheduling.sampling import Streams, Times
from graph.analyses.scheduling.schedule import UNIT, ScheduleNetwork, in_days
from graph.analyses.scheduling.simulation import Outcome, simulate
from graph.analyses.scheduling.uncertainty import FIXED, UncertainNetwork
from graph.analyses.scheduling.workdays import Workdays
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import Team
from graph.model.snapshot import Snapshot

DEPENDENCIES_LISTED = 10_000
_SORTED_AT_ONCE = 5_000
"""Longer lists are sorted in pieces: one call that sorts all would hold up other threads."""

R = TypeVar("R", ItemRisk, TeamRisk, DependencyRisk)


@dataclass(frozen=True, slots=True)
class Draws:
    """How often durations are drawn, where chance begins, and how they are distributed."""

    iterations: int
    seed: int
    distribution: str


def risk_of(
    snapshot: Snapshot,
    plan: UncertainNetwork,
    draws: Draws,
    days: Workdays | None,
    calendar: str,
) -> ScheduleRisk:
    """Simulate, and give the answer."""
    keys = [plan.network.items[node].key for node in plan.spreads]
    streams = Streams(keys, tuple(plan.spreads.values()), draws.distribution, draws.seed)
    groups = groups_of(snapshot, plan.network)
    teams = [team for team in snapshot.ordered(Team) if team.key in groups]
    members = [groups[team.key] for team in teams]
    outcome = simulate(plan, streams, draws.iterations, members)
    rows, sums = Rows(plan, outcome, draws.distribution), path_sum(plan)
    rising, days_of = np.sort(outcome.finishes), FinishDays(plan.network, days)
    dependencies = rows.dependencies()
    return ScheduleRisk(
        finish=finish_of(rising, days_of),
        start=days.first_day(0) if days else None,
        calendar=calendar,
        distribution=draws.distribution,
        iterations=draws.iterations,
        sensitivity_iterations=rows.kept,
        seed=draws.seed,
        deterministic_days=sums.mean,
        deterministic_date=days_of.day(sums.mean),
        deterministic_probability=_share_by(rising, sums.mean),
        path_sum=sums,
        quantiles=quantiles_of(rising, days_of),
        items=rows.items(),
        teams=rows.teams(teams, members),
        dependencies=dependencies,
        dependency_count=len(plan.links),
        dependencies_truncated=len(plan.links) > len(dependencies),
        violations=plan.network.violations,
        links_left_out=plan.network.links_left_out,
    )


def groups_of(
    snapshot: Snapshot, network: ScheduleNetwork
) -> Mapping[str, Sequence[tuple[int, float]]]:
    """Give the items that each team answers for, with its part of each."""
    found: dict[str, list[tuple[int, float]]] = {}
    for node in network.scheduled:
        teams = teams_of(snapshot, network.items[node].ref)
        for team in teams:
            found.setdefault(team, []).append((node, 1 / len(teams)))
    return found


class FinishDays:
    """Tells the day of a finish: at that of the schedule itself the one that critical-path tells."""

    def __init__(self, network: ScheduleNetwork, calendar: Workdays | None) -> None:
        self._calendar = calendar
        self._known = None if calendar is None else finish_day(network, calendar)

    def day(self, at: float) -> date | None:
        """Give the day; None without a calendar."""
        if self._calendar is None or self._known is None:
            return None
        return self._known[1] if at == self._known[0] else self._calendar.last_day(at)


def _share_by(rising: Times, days: float) -> float:
    """Give the share of the iterations that are finished by then."""
    return int(rising.searchsorted(round(days * UNIT), "right")) / len(rising)


def finish_of(rising: Times, days: FinishDays) -> FinishRisk:
    """Give the figures of the finishes, which come in rising order."""
    p50, p80, p95 = (_reached(rising, percent) for percent in (50, 80, 95))
    least, most = float(rising[0]), float(rising[-1])
    over = (rising - least) / UNIT  # equal finishes have exactly that mean, and no deviation
    mean = least / UNIT + float(over.mean())
    dates = map(days.day, (p50, p80, p95, mean))
    return FinishRisk(p50, p80, p95, mean, float(over.std()), least / UNIT, most / UNIT, *dates)


def quantiles_of(rising: Times, days: FinishDays) -> tuple[FinishQuantile, ...]:
    """Give the finishes from the first to the last at every twentieth of the iterations."""
    reached = [(percent, _reached(rising, percent)) for percent in range(0, 101, 5)]
    return tuple(FinishQuantile(percent, at, days.day(at)) for percent, at in reached)


def _reached(rising: Times, percent: int) -> float:
    """Give the time by which so many in a hundred are done: the nearest rank."""
    return float(rising[max(0, -(-percent * len(rising) // 100) - 1)]) / UNIT


class Rows:
    """The rows of items, teams and dependencies."""

    def __init__(self, uncertain: UncertainNetwork, outcome: Outcome, distribution: str) -> None:
        self.uncertain, self.outcome, self.distribution = uncertain, outcome, distribution
        self.iterations = len(outcome.finishes)
        self.kept = outcome.kept.iterations
        self._finishes = ranks(outcome.finishes[: self.kept])

    def items(self) -> tuple[ItemRisk, ...]:
        """Give the rows of all items that are scheduled."""
        nodes = self.uncertain.network.scheduled
        return _by_risk([self._item(node) for node in nodes])

    def _item(self, node: int) -> ItemRisk:
        item = self.uncertain.network.items[node]
        duration = in_days(self.uncertain.network.durations[node])
        row = self.outcome.kept.rows.get(node)
        drawn = None if row is None else self.outcome.kept.lengths[row]
        return ItemRisk(
            item.key,
            item.name,
            FIXED if drawn is None else self.distribution,
            duration,
            duration if drawn is None else float(drawn.mean()) / UNIT,
            duration if drawn is None else _reached(np.sort(drawn), 80),
            int(self.outcome.counting.critical[node]) / self.iterations,
            self._sensitivity(drawn),
        )

    def teams(
        self, teams: Sequence[Team], groups: Sequence[Sequence[tuple[int, float]]]
    ) -> tuple[TeamRisk, ...]:
        """Give the rows of teams with the items that each answers for."""
        counting, found = self.outcome.counting, []
        for number, (team, members) in enumerate(zip(teams, groups, strict=True)):
            drawn = np.zeros(self.kept)
            for node, _ in members:
                row = self.outcome.kept.rows.get(node)
                if row is not None:
                    drawn += self.outcome.kept.lengths[row]
            criticality = int(counting.groups[number]) / self.iterations
            share = min(1.0, float(counting.shares[number]) / self.iterations)
            found.append(
                TeamRisk(
                    *(team.key, team.name, len(members)),
                    *(criticality, share, self._sensitivity(drawn)),
                )
            )
        return _by_risk(found)

    def dependencies(self) -> tuple[DependencyRisk, ...]:
        """Give the first of them; each moment is ranked once for all who wait for it."""
        kept, known = self.outcome.kept, dict[int, float | None]()
        criticality = (self.outcome.counting.links / self.iterations).tolist()
        found = []
        for tail, ties in enumerate(self.uncertain.ties):
            for tie in ties:
                if tie.link < 0:
                    continue
                row = kept.freed_rows[tail, tie.tail_varies]
                if row not in known:
                    known[row] = self._sensitivity(kept.freed[row])
                link = self.uncertain.links[tie.link]
                found.append(
                    DependencyRisk(
                        key=link.key,
                        source=link.source.key,
                        target=link.target.key,
                        link=link.link.value,
                        lag_days=link.lag_days,
                        criticality=criticality[tie.link],
                        sensitivity=known[row],
                    )
                )
        return _by_risk(found)[:DEPENDENCIES_LISTED]

    def _sensitivity(self, drawn: Times | None) -> float | None:
        if drawn is None or self._finishes is None:
            return None
        return rank_correlation(ranks(drawn), self._finishes)


def _by_risk(rows: list[R]) -> tuple[R, ...]:
    """Order rows by criticality, then sensitivity, highest first, then by key."""
    slices = (rows[at : at + _SORTED_AT_ONCE] for at in range(0, len(rows), _SORTED_AT_ONCE))
    ordered = list(heapq.merge(*(sorted(part, key=_rank) for part in slices), key=_rank))
    return tuple(ordered)


def _rank(row: ItemRisk | TeamRisk | DependencyRisk) -> tuple[float, float, str]:
    sensitivity = -math.inf if row.sensitivity is None else row.sensitivity
    return (-row.criticality, -sensitivity, row.key)
