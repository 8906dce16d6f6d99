"""Loops of dependencies between things of one kind, and which to break.

References: docs/definitions.md §6. R. E. Tarjan, Depth-first search and linear graph algorithms,
1972 (strong components, here as in networkx); for feedback arcs see `feedbackarcs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

from graph.analyses.structure.feedbackarcs import EXACT_NODES, Feedback, feedback_arcs
from graph.analyses.structure.needs import KINDS, Needs, Pair, components, needs_of
from graph.model.entities import Team
from graph.model.snapshot import Snapshot

__all__ = ["KINDS", "Cycles", "FeedbackArc", "cycles"]

DEPENDENCIES_LISTED = 20
"""Keys of dependencies listed with an arc to break; all are counted."""


@dataclass(frozen=True, slots=True)
class FeedbackArc:
    """An arc to break: `source` needs `target` (bare keys), through so many dependencies.

    `declared`: at least one dependency joins the two themselves; else all are derived from the
    teams' work, or from contributions between objectives. `dependency_keys` names them, at most
    `DEPENDENCIES_LISTED`.
    """

    source: str
    target: str
    declared: bool
    dependencies: int
    dependency_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycles:
    """Loops among the nodes of a kind.

    `components` are sets of nodes that all need each other (keys), largest first. Without the
    `feedback_arcs` no loop is left; `exact` says that no smaller set does it, nor an equal one with
    fewer dependencies, which is sure for components of up to `exact_to` nodes. In any case none with
    fewer arcs than `lower_bound` does.
    """

    kind: str
    components: tuple[tuple[str, ...], ...]
    feedback_arcs: tuple[FeedbackArc, ...]
    exact: bool
    exact_to: int
    lower_bound: int


def cycles(snapshot: Snapshot, *, kind: str = Team.KIND) -> Cycles:
    """Find the strongly connected components of a kind, and a minimal feedback arc set of them.

    `needs_of` says which arcs there are. A component has more than one node, or a node that needs
    itself. Cost: linear, and that of `feedbackarcs` for each component.
    """
    found = needs_of(snapshot, kind)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(found.needs)
    loops = sorted(components(graph), key=lambda nodes: (-len(nodes), nodes))
    broken = [_broken(nodes, graph, found) for nodes in loops]
    pairs = sorted(
        (nodes[tail], nodes[head])
        for nodes, feedback in zip(loops, broken, strict=True)
        for tail, head in feedback.arcs
    )
    return Cycles(
        kind=kind,
        components=tuple(tuple(found.keys[node] for node in nodes) for nodes in loops),
        feedback_arcs=tuple(_arc(found, pair) for pair in pairs),
        exact=all(feedback.exact for feedback in broken),
        exact_to=EXACT_NODES,
        lower_bound=sum(feedback.lower_bound for feedback in broken),
    )


def _broken(nodes: Sequence[int], graph: "nx.DiGraph[int]", found: Needs) -> Feedback:
    numbers = {node: number for number, node in enumerate(nodes)}
    within = {
        (numbers[tail], numbers[head]): len(found.needs[tail, head].dependencies)
        for tail in nodes
        for head in graph.successors(tail)
        if head in numbers
    }
    return feedback_arcs(len(nodes), within)


def _arc(found: Needs, pair: Pair) -> FeedbackArc:
    need = found.needs[pair]
    tail, head = pair
    return FeedbackArc(
        found.keys[tail],
        found.keys[head],
        need.declared,
        len(need.dependencies),
        need.dependencies[:DEPENDENCIES_LISTED],
    )
