"""Which teams hold others up: each sign by itself, a combined rank, and the reasons in words.

References: docs/definitions.md §4. J.-C. de Borda, Mémoire sur les élections au scrutin, 1781; the
components' own sources are named in `teammeasures` and `queueing`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.teams import teammeasures as measures
from graph.analyses.teams.queueing import Queue, queues
from graph.analyses.teams.teamgraph import team_arcs
from graph.analyses.teams.teammeasures import EXACT_TEAMS, FanIn
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import Team
from graph.model.snapshot import Snapshot

__all__ = ["EXACT_TEAMS", "WEIGHTS", "Bottlenecks", "Component", "TeamBottleneck", "bottlenecks"]

WEIGHTS: Mapping[str, float] = {
    "fan_in": 3.0,
    "dependents": 1.0,
    "betweenness": 2.0,
    "single_point_of_failure": 2.0,
    "schedule_share": 3.0,
    "cost_of_delay_held": 3.0,
    "wip_per_member": 1.0,
    "utilisation": 2.0,
    "expected_wait": 2.0,
}
"""The components, with their weights in the combined rank unless the caller gives others."""
CUT_OFF_LISTED = 20
REASONS = 3


@dataclass(frozen=True, slots=True)
class Component:
    """A value and the rank it gives, 1 the highest; equal values share a rank. Null: no value."""

    value: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class TeamBottleneck:
    """A team. `score` is its weighted Borda count, 0-1; `why` says in words what speaks for it.

    `saturated`: more work arrives than is finished, so that no waiting time can be told. `cuts_off`
    lists the teams its loss would cut off, at most `CUT_OFF_LISTED` of `cuts_off_count`.
    """

    key: str
    name: str | None
    rank: int
    score: float
    components: Mapping[str, Component]
    why: str
    saturated: bool
    cuts_off: tuple[str, ...]
    cuts_off_count: int


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """All teams, the worst first. `notes` say what was assumed or could not be told.

    `betweenness_sample` is the number of teams from which betweenness was estimated, null when
    exact.
    """

    teams: tuple[TeamBottleneck, ...]
    weights: Mapping[str, float]
    betweenness_sample: int | None
    notes: tuple[str, ...]


def bottlenecks(
    snapshot: Snapshot, *, weights: Mapping[str, float] | None = None, seed: int = 0
) -> Bottlenecks:
    """Rank the teams by each component and combined.

    In a component a team gets the share of the other teams that it is above, equal ones counting
    half; its score is the mean of these over the components that have a value for it, weighted.
    BadUsage for weights that do not fit. Cost: betweenness prevails, teams times arcs.
    """
    chosen = _chosen(weights)
    found = _Measured(snapshot, seed)
    points = {name: _points(values) for name, values in found.components.items()}
    scores = {key: _score(key, points, chosen) for key in found.keys}
    ranks = _ranks({key: round(score, 12) for key, score in scores.items()})
    places = {name: _ranks(values) for name, values in found.components.items()}
    teams = [
        TeamBottleneck(
            key=key,
            name=found.teams[key].name,
            rank=ranks[key],
            score=scores[key],
            components={
                name: Component(values.get(key), places[name].get(key))
                for name, values in found.components.items()
            },
            why=_why(key, found, points, chosen),
            saturated=key in found.queues and found.queues[key].expected_wait is None,
            cuts_off=tuple(found.cut.get(key, ())[:CUT_OFF_LISTED]),
            cuts_off_count=len(found.cut.get(key, ())),
        )
        for key in found.keys
    ]
    teams.sort(key=lambda team: (team.rank, team.key))
    return Bottlenecks(tuple(teams), chosen, found.sample, found.notes())


def _chosen(weights: Mapping[str, float] | None) -> Mapping[str, float]:
    for name, weight in (weights or {}).items():
        if name not in WEIGHTS:
            msg = f"there is no component {name!r}"
            raise BadUsage(msg, near(name, WEIGHTS))
        if not 0 <= weight < math.inf:
            msg = f"the weight {weight} of {name} is not a number of 0 or more"
            raise BadUsage(msg, "0 leaves the component out of the combined rank")
    chosen = {**WEIGHTS, **(weights or {})}
    if not any(chosen.values()):
        msg = "all weights are 0"
        raise BadUsage(msg, "leave the weight of at least one component above 0")
    return chosen


class _Measured:
    """All that is measured of the teams of a snapshot."""

    def __init__(self, snapshot: Snapshot, seed: int) -> None:
        self.teams = snapshot.nodes(Team)
        self.keys = sorted(self.teams)
        arcs = [
            arc
            for arc in snapshot.derived(team_arcs)
            if arc.source in self.teams and arc.target in self.teams
        ]
        self.fan_in: FanIn = snapshot.derived(measures.fan_in)
        self.queues: Mapping[str, Queue] = snapshot.derived(queues)
        self.cut = measures.cut_off_by(self.keys, arcs)
        between, self.sample = measures.betweenness(self.keys, arcs, seed)
        waits = {key: queue.expected_wait for key, queue in self.queues.items()}
        self.components: dict[str, Mapping[str, float]] = {
            "fan_in": self.fan_in.weights,
            "dependents": measures.dependents(self.keys, arcs),
            "betweenness": between,
            "single_point_of_failure": {
                key: float(len(self.cut.get(key, ()))) for key in self.keys
            },
            "schedule_share": snapshot.derived(measures.schedule_share),
            "cost_of_delay_held": snapshot.derived(measures.cost_of_delay_held),
            "wip_per_member": measures.wip_per_member(snapshot),
            "utilisation": {key: queue.utilisation for key, queue in self.queues.items()},
            "expected_wait": {key: wait for key, wait in waits.items() if wait is not None},
        }

    def notes(self) -> tuple[str, ...]:
        """Say what was assumed, and which components have no value for any team."""
        said = []
        if self.fan_in.unweighted:
            said.append(
                f"{self.fan_in.unweighted} open dependencies name no criticality and count 1 in fan_in"
            )
        if self.sample is not None:
            said.append(f"betweenness is estimated from {self.sample} of {len(self.keys)} teams")
        missing = [name for name, values in self.components.items() if self.keys and not values]
        said.extend(f"{name}: {_MISSING[name]}" for name in missing)
        return tuple(said)


_MISSING: Mapping[str, str] = {
    "schedule_share": "no value, no critical work has a duration",
    "cost_of_delay_held": "no value, no unfinished work has a cost of delay",
    "wip_per_member": "no value, no team has a capacity",
    "utilisation": "no value, no team's work has history enough",
    "expected_wait": "no value, no team's work has history enough, or all are saturated",
}


def _ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Rank from the highest value down; equal values share the better rank."""
    ranks: dict[float, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        ranks.setdefault(value, place)
    return {key: ranks[value] for key, value in values.items()}


def _points(values: Mapping[str, float]) -> dict[str, float]:
    """Give the share of the others that each is above, equal ones counting half."""
    if len(values) < 2:
        return dict.fromkeys(values, 0.5)
    below = {value: place for place, value in reversed([*enumerate(sorted(values.values()))])}
    through = {value: place for place, value in enumerate(sorted(values.values()))}
    return {
        key: (below[value] + through[value]) / 2 / (len(values) - 1)
        for key, value in values.items()
    }


def _score(
    key: str, points: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]
) -> float:
    counted = [(weights[name], found[key]) for name, found in points.items() if key in found]
    total = math.fsum(weight for weight, _ in counted)
    return math.fsum(weight * point for weight, point in counted) / total if total else 0.0


def _why(
    key: str,
    found: _Measured,
    points: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
) -> str:
    """Say what speaks most for a team being a bottleneck: its strongest components above zero."""
    strong = sorted(
        (-weights[name] * points[name][key], name)
        for name, values in found.components.items()
        if values.get(key) and weights[name]
    )
    said = [_WORDS[name](key, found) for _, name in strong[:REASONS]]
    return "; ".join(said) if said else "nothing that was measured points to it"


def _count(number: float, one: str, more: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:g} {more}"


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


_WORDS: Mapping[str, Callable[[str, _Measured], str]] = {
    "fan_in": lambda key, found: (
        _count(found.fan_in.counts[key], "open dependency waits", "open dependencies wait")
        + f" on it (weighted by criticality: {found.fan_in.weights[key]:g})"
    ),
    "dependents": lambda key, found: (
        _count(found.components["dependents"][key], "team needs", "teams need")
        + " it, directly or through others"
    ),
    "betweenness": lambda key, found: (
        f"{found.components['betweenness'][key]:.0%} of the ways between other teams lead through it"
    ),
    "single_point_of_failure": lambda key, found: (
        f"without it {_listed(found.cut[key])} would be cut off"
    ),
    "schedule_share": lambda key, found: (
        f"it delivers {found.components['schedule_share'][key]:.0%} of the critical path"
    ),
    "cost_of_delay_held": lambda key, found: (
        f"work that costs {found.components['cost_of_delay_held'][key]:g} a day waits on it"
    ),
    "wip_per_member": lambda key, found: (
        f"it has {found.components['wip_per_member'][key]:.1f} items under way per member"
    ),
    "utilisation": lambda key, found: (
        f"work arrives at {found.components['utilisation'][key]:.0%} of the rate it can finish"
    ),
    "expected_wait": lambda key, found: (
        f"work waits {found.components['expected_wait'][key]:.1f} days for it"
    ),
}
