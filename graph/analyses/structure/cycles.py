"""Loops of dependencies between things of one kind, and which to break.

References: docs/definitions.md §6. R. E. Tarjan, Depth-first search and linear graph algorithms,
1972 (strong components, here as in networkx); for feedback arcs see `feedbackarcs`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx

from graph.analyses.structure.feedbackarcs import EXACT_NODES, feedback_arcs
from graph.analyses.teams.teamgraph import team_arcs
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import KeyResult, Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import ContributesTo, DependsOn, Measures
from graph.model.snapshot import Snapshot

KINDS = (
    Team.KIND,
    Product.KIND,
    ValueStream.KIND,
    WorkItem.KIND,
    Objective.KIND,
    KeyResult.KIND,
)

_Weight: TypeAlias = tuple[bool, int]
"""Whether an arc is declared, and how many dependencies it stands for."""


@dataclass(frozen=True, slots=True)
class FeedbackArc:
    """An arc to break: `source` needs `target` (bare keys), through so many dependencies.

    `declared`: at least one dependency joins the two themselves; else all are derived from the
    teams' work, or from contributions between objectives.
    """

    source: str
    target: str
    declared: bool
    dependencies: int


@dataclass(frozen=True, slots=True)
class Cycles:
    """Loops among the nodes of a kind.

    `components` are sets of nodes that all need each other (keys), largest first. Without the
    `feedback_arcs` no loop is left; `exact` says that no smaller set does it, nor an equal one with
    fewer dependencies, which is sure for components of up to `exact_to` nodes.
    """

    kind: str
    components: tuple[tuple[str, ...], ...]
    feedback_arcs: tuple[FeedbackArc, ...]
    exact: bool
    exact_to: int


def cycles(snapshot: Snapshot, *, kind: str = Team.KIND) -> Cycles:
    """Find the strongly connected components of a kind, and a minimal feedback arc set of them.

    Arcs are live dependencies; for teams those declared and those derived (see `teamgraph`), for
    objectives also what contributes to them. A component has more than one node, or a node that
    needs itself. Cost: linear, plus 2^n times n for each component of n up to `exact_to` nodes.
    """
    if kind not in KINDS:
        msg = f"there are no dependencies between nodes of the kind {kind!r}"
        raise BadUsage(msg, near(kind, KINDS))
    arcs = _arcs(snapshot, kind)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(sorted(arcs))
    components = sorted(
        (
            tuple(sorted(found))
            for found in nx.strongly_connected_components(graph)
            if len(found) > 1 or any((node, node) in arcs for node in found)
        ),
        key=lambda found: (-len(found), found),
    )
    broken = sorted(arc for found in components for arc in _broken(found, graph, arcs))
    return Cycles(
        kind=kind,
        components=tuple(components),
        feedback_arcs=tuple(FeedbackArc(*arc, *arcs[arc]) for arc in broken),
        exact=all(len(found) <= EXACT_NODES for found in components),
        exact_to=EXACT_NODES,
    )


def _broken(
    component: tuple[str, ...], graph: "nx.DiGraph[str]", arcs: Mapping[tuple[str, str], _Weight]
) -> Iterable[tuple[str, str]]:
    numbers = {key: number for number, key in enumerate(component)}
    within = {
        (numbers[tail], numbers[head]): arcs[tail, head][1]
        for tail in component
        for head in graph.successors(tail)
        if head in numbers
    }
    for tail, head in feedback_arcs(len(component), within):
        yield component[tail], component[head]


def _arcs(snapshot: Snapshot, kind: str) -> Mapping[tuple[str, str], _Weight]:
    """Give each arc from what needs to what is needed."""
    if kind == Team.KIND:
        return {
            (arc.source, arc.target): (arc.declared, len(arc.dependencies))
            for arc in snapshot.derived(team_arcs)
        }
    found: dict[tuple[str, str], _Weight] = {}
    for link in snapshot.relations(DependsOn).values():
        if link.source.kind == link.target.kind == kind and link.is_live:
            pair = link.source.key, link.target.key
            found[pair] = True, found.get(pair, (True, 0))[1] + 1
    if kind == Objective.KIND:
        for pair in _contributions(snapshot):
            declared, count = found.get(pair, (False, 0))
            found[pair] = declared, count + 1
    return found


def _contributions(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    """Give (objective, objective it draws progress from), directly or through its key result."""
    for link in snapshot.relations(ContributesTo).values():
        if link.source.kind != Objective.KIND:
            continue
        if link.target.kind == Objective.KIND:
            yield link.target.key, link.source.key
        else:
            for measured in snapshot.out(link.target, Measures):
                yield measured.target.key, link.source.key
