"""What a team means to other teams, by the dependencies on it and its place among them.

A measure gives no value for a team about which the graph does not say enough.

References: docs/definitions.md §4.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx

from graph.analyses.teams.betweenness import betweenness
from graph.analyses.teams.cutpoints import cut_off
from graph.analyses.teams.teamgraph import TeamArc, joins_teams, teams_of
from graph.model.entities import Team, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import Criticality, FlowState

CRITICALITY_WEIGHT: Mapping[Criticality | None, float] = {
    None: 1.0,
    Criticality.LOW: 1.0,
    Criticality.MEDIUM: 2.0,
    Criticality.HIGH: 4.0,
    Criticality.CRITICAL: 8.0,
}
ENDED = frozenset({FlowState.DONE, FlowState.CANCELLED})

_NEAREST = 720_720
"""The distance of an arc that stands for one dependency. Twice as many are half as far; up to 16
the division leaves nothing over, so that equally long ways are seen as equal."""

Values: TypeAlias = Mapping[str, float]
"""By key of the team."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An open dependency, and a team it is on."""

    link: DependsOn
    team: str


@dataclass(frozen=True, slots=True)
class FanIn:
    """Open dependencies on each team: how many, how many of them declared, and their weight.

    `declared` and `derived` count distinct dependencies, each once however many teams it is on;
    `unweighted` those of them that name no criticality.
    """

    counts: Mapping[str, int]
    declared_counts: Mapping[str, int]
    weights: Values
    declared: int
    derived: int
    unweighted: int


def open_waits(snapshot: Snapshot) -> tuple[Wait, ...]:
    """Give each open dependency with each team it is on. What a team owes itself is left out.

    Nothing waits for work that has ended, nor does such work wait, whatever the dependency's status.
    """
    return tuple(_open_waits(snapshot))


def _open_waits(snapshot: Snapshot) -> Iterator[Wait]:
    teams = snapshot.nodes(Team)
    for link in snapshot.relations(DependsOn).values():
        if link.is_open and not (_ended(snapshot, link.source) or _ended(snapshot, link.target)):
            waiting = teams_of(snapshot, link.source)
            for team in teams_of(snapshot, link.target):
                if waiting != (team,) and team in teams:
                    yield Wait(link, team)


def _ended(snapshot: Snapshot, ref: Ref) -> bool:
    node = snapshot.get(ref)
    return isinstance(node, WorkItem) and node.current_state in ENDED


def fan_in(keys: Sequence[str], waits: Iterable[Wait]) -> FanIn:
    """Sum the open dependencies on each team, weighted by criticality (none given counts 1)."""
    counts, declared = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    weights = dict.fromkeys(keys, 0.0)
    links: dict[str, DependsOn] = {}
    for wait in waits:
        counts[wait.team] += 1
        declared[wait.team] += joins_teams(wait.link)
        weights[wait.team] += CRITICALITY_WEIGHT[wait.link.criticality]
        links[wait.link.key] = wait.link
    direct = sum(map(joins_teams, links.values()))
    unweighted = sum(link.criticality is None for link in links.values())
    return FanIn(counts, declared, weights, direct, len(links) - direct, unweighted)


def dependents(keys: Sequence[str], arcs: Sequence[TeamArc]) -> Values:
    """Count the teams that need each team, directly or through others. Sets are bits of a number."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(keys)
    graph.add_edges_from((arc.source, arc.target) for arc in arcs)
    condensed = nx.condensation(graph)
    place = {key: 1 << number for number, key in enumerate(keys)}
    reaching: dict[int, int] = {}
    for component in nx.topological_sort(condensed):
        members = sum(place[key] for key in condensed.nodes[component]["members"])
        for above in condensed.predecessors(component):
            members |= reaching[above]
        reaching[component] = members
    return {
        key: float(reaching[component].bit_count() - 1)
        for key, component in condensed.graph["mapping"].items()
    }


def between(keys: Sequence[str], arcs: Sequence[TeamArc], seed: int) -> tuple[Values, int | None]:
    """Give the share of shortest ways between other teams that lead through each team (0-1).

    The more dependencies an arc stands for, the shorter it is. The second value is the size of the
    sample, None when exact. Cost: see `betweenness`.
    """
    numbers = {key: number for number, key in enumerate(keys)}
    distances = {
        (numbers[arc.source], numbers[arc.target]): max(1, round(_NEAREST / len(arc.dependencies)))
        for arc in arcs
    }
    found, sample = betweenness(len(keys), distances, seed)
    return dict(zip(keys, found, strict=True)), sample


@dataclass(frozen=True, slots=True)
class CutOff:
    """How many teams the loss of a team would cut off from the largest part; the first of them."""

    count: int
    teams: tuple[str, ...]


def cut_off_by(keys: Sequence[str], arcs: Sequence[TeamArc], most: int) -> Mapping[str, CutOff]:
    """Give what the loss of each articulation point would cut off, at most so many by key."""
    numbers = {key: number for number, key in enumerate(keys)}
    neighbours: list[set[int]] = [set() for _ in keys]
    for arc in arcs:
        if arc.source != arc.target:
            neighbours[numbers[arc.source]].add(numbers[arc.target])
            neighbours[numbers[arc.target]].add(numbers[arc.source])
    found = cut_off([sorted(near) for near in neighbours], most)
    return {
        keys[point]: CutOff(cut.count, tuple(keys[lost] for lost in cut.first))
        for point, cut in found.items()
    }


def shared_out(snapshot: Snapshot, amounts: Iterable[tuple[Ref, float]]) -> Values:
    """Give the share of each team in amounts of work (0-1); empty where they come to nothing.

    What several teams deliver counts for each in equal parts, what none delivers for none.
    """
    shares = dict.fromkeys(snapshot.nodes(Team), 0.0)
    total = 0.0
    for ref, amount in amounts:
        total += amount
        teams = teams_of(snapshot, ref) if amount else ()
        for team in teams:
            shares[team] = shares.get(team, 0.0) + amount / len(teams)
    return {key: share / total for key, share in shares.items()} if total else {}


def cost_of_delay_held(snapshot: Snapshot, keys: Sequence[str], waits: Iterable[Wait]) -> Values:
    """Sum the cost of delay a day of the unfinished items that have an open dependency on each team.

    Empty when no unfinished item has a cost of delay.
    """
    costs = {
        key: item.cost_of_delay or 0.0
        for key, item in snapshot.nodes(WorkItem).items()
        if item.current_state not in ENDED
    }
    if not any(costs.values()):
        return {}
    held: dict[str, set[str]] = {key: set() for key in keys}
    for wait in waits:
        if wait.link.source.kind == WorkItem.KIND and wait.link.source.key in costs:
            held[wait.team].add(wait.link.source.key)
    return {team: math.fsum(map(costs.__getitem__, sorted(items))) for team, items in held.items()}
