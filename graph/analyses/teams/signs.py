"""All signs of a bottleneck, measured of every team of a snapshot.

References: docs/definitions.md §4; the sources of each are named where it is computed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.analyses.teams import teammeasures as measures
from graph.analyses.teams import teamwork
from graph.analyses.teams.scheduleshares import ScheduleShares, schedule_shares
from graph.analyses.teams.teamgraph import comes_from, narrowed, team_arcs, teams_of
from graph.analyses.teams.teammeasures import CutOff, FanIn, Values, Wait
from graph.analyses.teams.utilisation import Utilisation, utilisation_of
from graph.model.days import zone_of
from graph.model.entities import Team
from graph.model.snapshot import Snapshot

CUT_OFF_LISTED = 20


@dataclass(frozen=True, slots=True)
class Held:
    """What is left for a team: open dependencies on it and of it, and unfinished items."""

    owed: int
    asked: int
    items: int

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is left."""
        return not (self.owed or self.asked or self.items)


@dataclass(frozen=True, slots=True)
class Roll:
    """The teams that are looked at, by key in order.

    Dissolved ones that hold nothing any more are left out and counted: they hold nobody up.
    """

    teams: Mapping[str, Team]
    held: Mapping[str, Held]
    day: date | None
    left_out: int

    def ended(self, key: str) -> bool:
        """Say whether a team is dissolved today."""
        return _ended(self.teams[key], self.day)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the dependencies between teams say of each. `sample`: see `betweenness`."""

    fan_in: FanIn
    cut: Mapping[str, CutOff]
    sample: int | None
    components: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Signs:
    """What was measured. `components` has the values by name, then by key of the team.

    `intake` has the items proposed and completed, `epics` the epics under way of each team.
    """

    roll: Roll
    needs: Needs
    schedule: ScheduleShares
    utilisation: Utilisation
    intake: Mapping[str, tuple[int, int]]
    epics: Mapping[str, int]
    components: Mapping[str, Values]


def signs(
    snapshot: Snapshot,
    *,
    dependencies: str | None,
    cycle: str | None,
    today: date | None,
    seed: int,
) -> Signs:
    """Measure the teams. Errors: see `plans`. Cost: see `betweenness`."""
    work = snapshot.derived(teamwork.work_by_team)
    roll = _roll(snapshot, work, today)
    needs = _needs(snapshot, tuple(roll.teams), dependencies, seed)
    schedule = schedule_shares(snapshot, seed)
    load = utilisation_of(snapshot, cycle, today)
    zone = zone_of(snapshot)
    intake = teamwork.intake(work, today, zone) if today else {}
    components: Mapping[str, Values] = {
        **needs.components,
        "schedule_share": schedule.duration,
        "criticality_share": schedule.criticality,
        "wip_per_member": teamwork.wip_per_member(roll.teams, work),
        "wip_age_p85_days": teamwork.wip_ages(work, today, zone) if today else {},
        "proposed_per_completed": teamwork.proposed_per_completed(intake),
        "utilisation": load.values,
        "expected_wait": load.waits,
    }
    return Signs(
        roll,
        needs,
        schedule,
        load,
        intake,
        teamwork.concurrent_epics(snapshot, work),
        {name: _of(roll.teams, values) for name, values in components.items()},
    )


def _of(keys: Iterable[str], values: Values) -> Values:
    return {key: values[key] for key in keys if key in values}


def _roll(snapshot: Snapshot, work: teamwork.Work, today: date | None) -> Roll:
    teams = snapshot.nodes(Team)
    held = _held(snapshot, snapshot.derived(measures.open_waits), work)
    kept = {
        key: teams[key]
        for key in sorted(teams)
        if not (_ended(teams[key], today) and held[key].is_nothing)
    }
    return Roll(kept, held, today, len(teams) - len(kept))


def _ended(team: Team, today: date | None) -> bool:
    return team.dissolved is not None and today is not None and team.dissolved <= today


def _held(snapshot: Snapshot, waits: Sequence[Wait], work: teamwork.Work) -> Mapping[str, Held]:
    owed = dict.fromkeys(snapshot.nodes(Team), 0)
    asked = dict.fromkeys(owed, 0)
    for wait in waits:
        owed[wait.team] += 1
    for link in {wait.link.key: wait.link for wait in waits}.values():
        for team in teams_of(snapshot, link.source):
            if team in asked:
                asked[team] += 1
    items = teamwork.unfinished(work)
    return {key: Held(owed[key], asked[key], items.get(key, 0)) for key in owed}


def _needs(snapshot: Snapshot, keys: Sequence[str], dependencies: str | None, seed: int) -> Needs:
    """Measure by the dependencies that are meant.

    Fan-in, dependents and cost of delay held look at what is open; betweenness and points of
    failure at all that is live, resolved or not, by which the teams hang together.
    """
    meant, known = comes_from(dependencies), set(keys)
    arcs = [
        arc
        for arc in narrowed(snapshot.derived(team_arcs), meant)
        if arc.source in known and arc.target in known
    ]
    waits = [wait for wait in snapshot.derived(measures.open_waits) if meant(wait.link)]
    still = {wait.link.key for wait in waits}
    fan_in = measures.fan_in(keys, waits)
    cut = measures.cut_off_by(keys, arcs, CUT_OFF_LISTED)
    between, sample = measures.between(keys, arcs, seed)
    failures = {key: float(cut[key].count if key in cut else 0) for key in keys}
    components = {
        "fan_in": fan_in.weights,
        "dependents": measures.dependents(keys, narrowed(arcs, lambda link: link.key in still)),
        "betweenness": between,
        "single_point_of_failure": failures,
        "cost_of_delay_held": measures.cost_of_delay_held(snapshot, keys, waits),
    }
    return Needs(fan_in, cut, sample, components)
