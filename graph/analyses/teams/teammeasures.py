"""The components of the bottleneck analysis, each a value per team.

A component gives no value (None) for a team about which the graph does not say enough.

References: docs/definitions.md §4. U. Brandes, A faster algorithm for betweenness centrality, 2001;
U. Brandes and C. Pich, Centrality estimation in large networks, 2007 (sampling).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from graph.analyses.scheduling.criticality import passes_of
from graph.analyses.scheduling.schedule import network_of
from graph.analyses.teams.cutpoints import cut_off
from graph.analyses.teams.teamgraph import TeamArc, teams_of
from graph.model.entities import Team, WorkItem
from graph.model.relations import DependsOn, PartOf
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
EXACT_TEAMS = 500
"""Up to so many teams betweenness is exact."""
SAMPLED_TEAMS = 250
"""Beyond, it is estimated from the shortest paths that start at so many teams."""

_NEAREST = 720_720
"""The distance of an arc that stands for one dependency. Twice as many are half as far; up to 16
the division leaves nothing over, so that equally long ways are seen as equal."""
_ENDED = frozenset({FlowState.DONE, FlowState.CANCELLED})
_UNDER_WAY = frozenset({FlowState.WAITING, FlowState.ACTIVE})

Values = Mapping[str, float]
"""By key of the team."""


@dataclass(frozen=True, slots=True)
class FanIn:
    """Open dependencies on each team: how many, their weight, and how many named no criticality."""

    counts: Mapping[str, int]
    weights: Values
    unweighted: int


def fan_in(snapshot: Snapshot) -> FanIn:
    """Sum the open dependencies on each team, weighted by criticality (none given counts 1)."""
    counts = dict.fromkeys(snapshot.nodes(Team), 0)
    weights = dict.fromkeys(counts, 0.0)
    unweighted = set()
    for link, team in _waiting_on(snapshot):
        counts[team] += 1
        weights[team] += CRITICALITY_WEIGHT[link.criticality]
        if link.criticality is None:
            unweighted.add(link.key)
    return FanIn(counts, weights, len(unweighted))


def _waiting_on(snapshot: Snapshot) -> Iterator[tuple[DependsOn, str]]:
    """Give each open dependency with each team it is on. What a team owes itself is left out.

    Nothing waits for work that has ended, nor does such work wait, whatever the dependency's status.
    """
    teams = snapshot.nodes(Team)
    for link in snapshot.relations(DependsOn).values():
        if link.is_open and not (_ended(snapshot, link.source) or _ended(snapshot, link.target)):
            waiting = teams_of(snapshot, link.source)
            for team in teams_of(snapshot, link.target):
                if waiting != (team,) and team in teams:
                    yield link, team


def _ended(snapshot: Snapshot, ref: Ref) -> bool:
    node = snapshot.get(ref)
    return isinstance(node, WorkItem) and node.current_state in _ENDED


def dependents(keys: Sequence[str], arcs: Sequence[TeamArc]) -> Values:
    """Count the teams that need each team, directly or through others. Sets are bits of a number."""
    graph = _needs(keys, arcs)
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


def betweenness(
    keys: Sequence[str], arcs: Sequence[TeamArc], seed: int
) -> tuple[Values, int | None]:
    """Give the share of shortest ways between other teams that lead through each team (0-1).

    The more dependencies an arc stands for, the shorter it is. The second value is the size of the
    sample, None when exact. Cost: teams times arcs, or sample times arcs.
    """
    graph = _needs(keys, arcs)
    sample = SAMPLED_TEAMS if len(keys) > EXACT_TEAMS else None
    weight = "distance" if any(len(arc.dependencies) > 1 for arc in arcs) else None
    return nx.betweenness_centrality(graph, k=sample, weight=weight, seed=seed), sample


def _needs(keys: Sequence[str], arcs: Sequence[TeamArc]) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(keys)
    for arc in arcs:
        distance = max(1, round(_NEAREST / len(arc.dependencies)))
        graph.add_edge(arc.source, arc.target, distance=distance)
    return graph


def cut_off_by(keys: Sequence[str], arcs: Sequence[TeamArc]) -> Mapping[str, list[str]]:
    """Give the teams that the loss of each articulation point would cut off from the largest part."""
    numbers = {key: number for number, key in enumerate(keys)}
    neighbours: list[set[int]] = [set() for _ in keys]
    for arc in arcs:
        if arc.source != arc.target:
            neighbours[numbers[arc.source]].add(numbers[arc.target])
            neighbours[numbers[arc.target]].add(numbers[arc.source])
    found = cut_off([sorted(near) for near in neighbours])
    return {keys[point]: [keys[lost] for lost in cut] for point, cut in found.items()}


def schedule_share(snapshot: Snapshot) -> Values:
    """Give the share of critical duration that each team delivers (0-1); empty without any.

    All work is scheduled from day 0 by its links alone. An item of several teams counts for each
    in equal parts.
    """
    network = network_of(snapshot, snapshot.ordered(WorkItem))
    passes = passes_of(network)
    shares = dict.fromkeys(snapshot.nodes(Team), 0.0)
    total = 0
    for node in network.scheduled:
        duration = network.durations[node]
        if duration and passes.is_critical(node):
            total += duration
            teams = teams_of(snapshot, network.items[node].ref)
            for team in teams:
                shares[team] = shares.get(team, 0.0) + duration / len(teams)
    return {key: share / total for key, share in shares.items()} if total else {}


def cost_of_delay_held(snapshot: Snapshot) -> Values:
    """Sum the cost of delay a day of the unfinished items that have an open dependency on each team.

    Empty when no unfinished item has a cost of delay.
    """
    costs = {
        key: item.cost_of_delay or 0.0
        for key, item in snapshot.nodes(WorkItem).items()
        if item.current_state not in _ENDED
    }
    if not any(costs.values()):
        return {}
    held: dict[str, set[str]] = {key: set() for key in snapshot.nodes(Team)}
    for link, team in _waiting_on(snapshot):
        if link.source.kind == WorkItem.KIND and link.source.key in costs:
            held[team].add(link.source.key)
    return {team: math.fsum(map(costs.__getitem__, items)) for team, items in held.items()}


def wip_per_member(snapshot: Snapshot) -> Values:
    """Count the waiting and active items of each team by full-time equivalent of its capacity.

    Of an item with parts the parts count. Teams without a capacity have no value.
    """
    under_way = dict.fromkeys(snapshot.nodes(Team), 0)
    for item in snapshot.nodes(WorkItem).values():
        if item.current_state in _UNDER_WAY and not snapshot.into(item.ref, PartOf):
            for team in teams_of(snapshot, item.ref):
                under_way[team] = under_way.get(team, 0) + 1
    return {
        key: under_way[key] / team.capacity
        for key, team in snapshot.nodes(Team).items()
        if team.capacity
    }
