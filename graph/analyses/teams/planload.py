"""How much of its capacity the plan of a cycle asks of each team.

References: docs/definitions.md §4 (demand by capacity for a plan) and §3 (durations are working days).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graph.analyses.reference import find
from graph.analyses.scheduling.schedule import duration_of, in_days
from graph.analyses.scheduling.workdays import Workdays, workdays
from graph.analyses.scope import parts, spread
from graph.analyses.teams.teamgraph import teams_of
from graph.errors import BadUsage
from graph.model.entities import Cycle, Team, WorkItem
from graph.model.relations import InCycle, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """What a cycle's plan asks of a team, and what the team has, in days of work of one person."""

    cycle: str
    demand_days: float
    capacity_days: float

    @property
    def load(self) -> float | None:
        """Demand by capacity; None where there is no capacity."""
        return self.demand_days / self.capacity_days if self.capacity_days > 0 else None


@dataclass(frozen=True, slots=True)
class Plans:
    """The heaviest load of each team among the cycles looked at.

    `without_capacity` are loads of teams that have none in a cycle and yet work planned for it;
    `unestimated` is the number of planned items that have no duration and count nothing.
    """

    loads: Mapping[str, PlanLoad]
    without_capacity: Mapping[str, PlanLoad]
    unestimated: int


def plans(snapshot: Snapshot, cycle: str | None, today: date | None) -> Plans:
    """Give the load of each team by the plan of a cycle; without one, of the cycles on today.

    A plan is the work of the cycle and of the cycles within it, with all its parts, but what was
    cancelled; of an item with parts the parts count. An item asks one person for its duration, of
    several teams in equal parts. A team has its capacity on each working day of the cycle on which
    it exists. Teams without a capacity, or without estimated work in the plan, have no load.
    NotFound for an unknown cycle, BadUsage for one without a first and last day.
    """
    loads: dict[str, PlanLoad] = {}
    without: dict[str, PlanLoad] = {}
    unestimated: set[str] = set()
    for meant in _cycles(snapshot, cycle, today):
        demands, unknown = _demands(snapshot, meant.ref)
        unestimated.update(unknown)
        for load in _loads(snapshot, meant, demands):
            team, found = load
            if found.load is None:
                without.setdefault(team, found)
            elif team not in loads or found.load > (loads[team].load or 0):
                loads[team] = found
    return Plans(loads, without, len(unestimated))


def _cycles(snapshot: Snapshot, cycle: str | None, today: date | None) -> Sequence[Cycle]:
    if cycle is None:
        return [
            found
            for found in snapshot.ordered(Cycle)
            if today and found.from_ and found.to and found.from_ <= today <= found.to
        ]
    ref = find(snapshot, cycle, Cycle.KIND, (Cycle.KIND,))
    named = snapshot.node(Cycle, ref.key)
    if named is None or named.from_ is None or named.to is None:
        msg = f"{ref} has no first and last day, so that its capacity cannot be told"
        raise BadUsage(msg, "give the cycle `from` and `to`, or name another")
    return [named]


def _demands(snapshot: Snapshot, cycle: Ref) -> tuple[Mapping[str, float], Sequence[str]]:
    """Give the days of work that a plan asks of each team, and the items without a duration."""
    within = spread([cycle], lambda at: parts(snapshot, at))
    begin = [
        link.source
        for at in within
        for link in snapshot.into(at, InCycle)
        if link.source.kind == WorkItem.KIND
    ]
    demands: dict[str, float] = {}
    unknown = []
    for ref in sorted(spread(begin, lambda at: parts(snapshot, at))):
        item = snapshot.node(WorkItem, ref.key)
        if item is None or item.current_state is FlowState.CANCELLED:
            continue
        if snapshot.into(ref, PartOf):
            continue
        duration, teams = duration_of(item), teams_of(snapshot, ref)
        if duration is None:
            unknown.append(item.key)
        for team in teams if duration is not None else ():
            demands[team] = demands.get(team, 0.0) + in_days(duration or 0) / len(teams)
    return demands, unknown


def _loads(
    snapshot: Snapshot, cycle: Cycle, demands: Mapping[str, float]
) -> Iterable[tuple[str, PlanLoad]]:
    assert cycle.from_ is not None
    calendar = workdays(snapshot, cycle.from_, weekdays=True)
    for key, demand in demands.items():
        team = snapshot.node(Team, key)
        if team is not None and team.capacity is not None and demand:
            days = _days(calendar, cycle, team)
            yield key, PlanLoad(cycle.key, demand, team.capacity * days)


def _days(calendar: Workdays, cycle: Cycle, team: Team) -> int:
    """Count the working days of a cycle on which a team exists: not that on which it ended."""
    assert cycle.from_ is not None
    assert cycle.to is not None
    begin = max(cycle.from_, team.founded or cycle.from_)
    end = cycle.to
    if team.dissolved is not None and team.dissolved <= end:
        end = team.dissolved - timedelta(days=1) if team.dissolved > date.min else date.min
    return max(0, calendar.number_after(end) - calendar.number(begin)) if begin <= end else 0
