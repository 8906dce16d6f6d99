"""Which node of a kind needs which other of the same kind, as numbers: what structure is read from.

References: docs/definitions.md §6.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import networkx as nx

from graph.analyses.structure.streams import stream_arcs
from graph.analyses.teams.teamgraph import team_arcs
from graph.errors import BadUsage
from graph.model.catalog import ENTITY
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

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Need:
    """Why one node needs another: the keys of the dependencies, sorted.

    A contribution between objectives is a dependency too, under its written name. `declared`: at
    least one joins the two themselves; else all are derived from what belongs to them.
    """

    declared: bool
    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """The nodes of a kind, numbered by key, and each pair of them of which the first needs the other."""

    keys: Sequence[str]
    needs: Mapping[Pair, Need]


def needs_of(snapshot: Snapshot, kind: str) -> Needs:
    """Give what the nodes of a kind need of each other; kept for the revision.

    These are the live dependencies; for teams and value streams those declared and those derived
    (see `teamgraph` and `streams`), for objectives also what contributes to them. BadUsage for a
    kind without any. Cost: linear in dependencies.
    """
    if kind not in KINDS:
        msg = f"there are no dependencies between nodes of the kind {kind!r}"
        raise BadUsage(msg, near(kind, KINDS))
    return snapshot.derived(_OF[kind])


def components(graph: "nx.DiGraph[int]") -> list[list[int]]:
    """Give the sets of nodes that all need each other, each sorted, in no particular order.

    A set has more than one node, or a node that needs itself. Cost: linear.
    """
    return [
        sorted(found)
        for found in nx.strongly_connected_components(graph)
        if len(found) > 1 or any(graph.has_edge(node, node) for node in found)
    ]


_Reason: TypeAlias = tuple[tuple[str, str], bool, str]
"""A pair of keys, whether the reason is declared between the two, and the dependency's key."""


def _needs(
    snapshot: Snapshot, kind: str, reasons: Callable[[Snapshot], Iterator[_Reason]]
) -> Needs:
    keys = [node.key for node in snapshot.ordered(ENTITY[kind].cls)]
    numbers = {key: number for number, key in enumerate(keys)}
    found: dict[Pair, list[str]] = {}
    declared: set[Pair] = set()
    for (source, target), direct, dependency in reasons(snapshot):
        tail, head = numbers.get(source), numbers.get(target)
        if tail is None or head is None:
            continue
        found.setdefault((tail, head), []).append(dependency)
        if direct:
            declared.add((tail, head))
    needs = {pair: Need(pair in declared, tuple(sorted(why))) for pair, why in found.items()}
    return Needs(keys, needs)


def _between(snapshot: Snapshot, kind: str) -> Iterator[_Reason]:
    for link in snapshot.relations(DependsOn).values():
        if link.source.kind == link.target.kind == kind and link.is_live:
            yield (link.source.key, link.target.key), True, link.key


def _of_teams(snapshot: Snapshot) -> Iterator[_Reason]:
    for arc in snapshot.derived(team_arcs):
        for link in arc.dependencies:
            yield (arc.source, arc.target), arc.declared, link.key


def _of_streams(snapshot: Snapshot) -> Iterator[_Reason]:
    for arc in snapshot.derived(stream_arcs):
        for link in (*arc.declared, *arc.derived):
            yield (arc.source, arc.target), bool(arc.declared), link.key


def _of_objectives(snapshot: Snapshot) -> Iterator[_Reason]:
    """Give also each (objective, objective it draws progress from), directly or by its key result."""
    yield from _between(snapshot, Objective.KIND)
    for link in snapshot.relations(ContributesTo).values():
        if link.source.kind != Objective.KIND:
            continue
        if link.target.kind == Objective.KIND:
            yield (link.target.key, link.source.key), False, str(link.ref)
        else:
            for measured in snapshot.out(link.target, Measures):
                yield (measured.target.key, link.source.key), False, str(link.ref)


_REASONS: Mapping[str, Callable[[Snapshot], Iterator[_Reason]]] = {
    Team.KIND: _of_teams,
    Product.KIND: partial(_between, kind=Product.KIND),
    ValueStream.KIND: _of_streams,
    WorkItem.KIND: partial(_between, kind=WorkItem.KIND),
    Objective.KIND: _of_objectives,
    KeyResult.KIND: partial(_between, kind=KeyResult.KIND),
}
_OF: Mapping[str, Callable[[Snapshot], Needs]] = {
    kind: partial(_needs, kind=kind, reasons=reasons) for kind, reasons in _REASONS.items()
}
