"""Which teams hold others up: each sign by itself, a combined rank, and the reasons in words.

References: docs/definitions.md §4; the components' own sources are named where each is computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from graph.analyses.teams.betweenness import EXACT_TEAMS
from graph.analyses.teams.ranking import points, ranks, score
from graph.analyses.teams.signs import Signs, signs
from graph.analyses.teams.signwords import notes, reason, warnings
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.snapshot import Snapshot

__all__ = ["EXACT_TEAMS", "WEIGHTS", "Bottlenecks", "Component", "TeamBottleneck", "bottlenecks"]

WEIGHTS: Mapping[str, float] = {
    "fan_in": 3.0,
    "dependents": 1.0,
    "betweenness": 2.0,
    "single_point_of_failure": 2.0,
    "schedule_share": 1.5,
    "criticality_share": 1.5,
    "cost_of_delay_held": 3.0,
    "wip_per_member": 1.0,
    "wip_age_p85_days": 1.0,
    "proposed_per_completed": 1.0,
    "utilisation": 2.0,
    "expected_wait": 2.0,
}
"""The components, with their weights in the combined rank unless the caller gives others.

The two shares of the schedule are two views of one thing, and weigh 3 together.
"""
MOST_WEIGHT = 1_000_000
"""Larger weights are refused: weights are shares of each other, and their sum has to be a number."""
REASONS = 3
HISTORY, PLAN = "history", "plan"


@dataclass(frozen=True, slots=True)
class Component:
    """A value and the rank it gives, 1 the highest; equal values share a rank. Null: no value."""

    value: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class TeamBottleneck:
    """A team. `score` is its weighted Borda count, 0-1; `why` says in words what speaks for it.

    `warnings` say in words what to see to, whatever the rank. `saturated`: utilisation is 1 or
    more, so that no waiting time can be told; `utilisation_basis` is what it was read off, history
    or plan, null without a value. `declared_dependencies` and `derived_dependencies` count the open
    ones on the team: those between teams, and those of their work, products and goals. `cuts_off`
    lists the teams its loss would cut off, at most `CUT_OFF_LISTED` of `cuts_off_count`.
    """

    key: str
    name: str | None
    rank: int
    score: float
    why: str
    warnings: tuple[str, ...]
    components: Mapping[str, Component]
    saturated: bool
    utilisation_basis: str | None
    declared_dependencies: int
    derived_dependencies: int
    concurrent_epics: int
    dissolved: date | None
    cuts_off: tuple[str, ...]
    cuts_off_count: int


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """All teams, the worst first. `notes` say what was assumed or could not be told.

    `declared_dependencies` and `derived_dependencies` count the open dependencies that were looked
    at, each once. `betweenness_sample` is the number of teams from which betweenness was estimated,
    null when exact.
    """

    teams: tuple[TeamBottleneck, ...]
    weights: Mapping[str, float]
    declared_dependencies: int
    derived_dependencies: int
    betweenness_sample: int | None
    notes: tuple[str, ...]


def bottlenecks(
    snapshot: Snapshot,
    *,
    weights: Mapping[str, float] | None = None,
    dependencies: str | None = None,
    cycle: str | None = None,
    today: date | None = None,
    seed: int = 0,
) -> Bottlenecks:
    """Rank the teams by each component and combined.

    In a component a team gets the share of the other teams that it is above, equal ones counting
    half; its score is the mean of these over the components that have a value for it, weighted.
    `dependencies` narrows to those declared between teams or derived for them; `cycle` names the
    plan that utilisation is read off; without `today` ages, intake and the plans of today have no
    value, and no team counts as dissolved. BadUsage for weights that do not fit or a cycle without
    days, NotFound for an unknown one. Cost: betweenness prevails, teams times arcs.
    """
    chosen = _chosen(weights)
    found = signs(snapshot, dependencies=dependencies, cycle=cycle, today=today, seed=seed)
    shares = {name: points(values) for name, values in found.components.items()}
    scores = {key: score(key, shares, chosen) for key in found.roll.teams}
    places = {name: ranks(values) for name, values in found.components.items()}
    rank = ranks(scores)
    teams = [
        _row(key, rank[key], scores[key], found, _Standing(places, shares, chosen))
        for key in found.roll.teams
    ]
    teams.sort(key=lambda team: (team.rank, team.key))
    fan_in = found.needs.fan_in
    return Bottlenecks(
        tuple(teams), chosen, fan_in.declared, fan_in.derived, found.needs.sample, notes(found)
    )


def _chosen(weights: Mapping[str, float] | None) -> Mapping[str, float]:
    for name, weight in (weights or {}).items():
        if name not in WEIGHTS:
            msg = f"there is no component {name!r}"
            raise BadUsage(msg, near(name, WEIGHTS))
        if not 0 <= weight <= MOST_WEIGHT:
            msg = f"the weight {weight:g} of {name} is not a number of 0 to {MOST_WEIGHT:,}"
            raise BadUsage(msg, "0 leaves the component out of the combined rank")
    chosen = {**WEIGHTS, **(weights or {})}
    if not any(chosen.values()):
        msg = "all weights are 0"
        raise BadUsage(msg, "leave the weight of at least one component above 0")
    return chosen


@dataclass(frozen=True, slots=True)
class _Standing:
    """Ranks and points of the teams by component, and the weights of the components."""

    ranks: Mapping[str, Mapping[str, int]]
    points: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]


def _row(key: str, rank: int, score: float, found: Signs, standing: _Standing) -> TeamBottleneck:
    fan_in, cut = found.needs.fan_in, found.needs.cut.get(key)
    utilisation = found.components["utilisation"].get(key)
    declared = fan_in.declared_counts[key]
    return TeamBottleneck(
        key=key,
        name=found.roll.teams[key].name,
        rank=rank,
        score=score,
        why=_why(key, found, standing),
        warnings=warnings(key, found),
        components={
            name: Component(found.components[name].get(key), standing.ranks[name].get(key))
            for name in WEIGHTS
        },
        saturated=utilisation is not None and utilisation >= 1,
        utilisation_basis=None
        if utilisation is None
        else PLAN
        if key in found.utilisation.planned
        else HISTORY,
        declared_dependencies=declared,
        derived_dependencies=fan_in.counts[key] - declared,
        concurrent_epics=found.epics.get(key, 0),
        dissolved=found.roll.teams[key].dissolved,
        cuts_off=cut.teams if cut else (),
        cuts_off_count=cut.count if cut else 0,
    )


def _why(key: str, found: Signs, standing: _Standing) -> str:
    """Say what speaks most for a team being a bottleneck: its strongest components above zero."""
    strong = sorted(
        (-standing.weights[name] * standing.points[name][key], name)
        for name, values in found.components.items()
        if values.get(key) and standing.weights[name]
    )
    said = [reason(name, key, found) for _, name in strong[:REASONS]]
    return "; ".join(said) if said else "nothing that was measured points to it"
