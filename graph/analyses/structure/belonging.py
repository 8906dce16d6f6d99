"""Which nodes of a kind belong to something: the elements of a matrix that is narrowed to a scope.

References: docs/definitions.md §6. docs/structure.md says what belongs to what.
"""

from collections.abc import Callable, Iterable, Mapping

from graph.analyses.reference import find
from graph.analyses.scope import contributors, spread, work_of
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import (
    Company,
    Cycle,
    KeyResult,
    Objective,
    Product,
    Team,
    ValueStream,
    WorkItem,
)
from graph.model.relations import Builds, InCycle, Measures, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

SCOPES = (
    Company.KIND,
    ValueStream.KIND,
    Product.KIND,
    Team.KIND,
    Cycle.KIND,
    Objective.KIND,
    KeyResult.KIND,
    WorkItem.KIND,
)
_WITH_WORK = frozenset({Product.KIND, Team.KIND, Cycle.KIND, Objective.KIND, KeyResult.KIND})
_PLANNED = frozenset({Cycle.KIND, Objective.KIND, KeyResult.KIND, WorkItem.KIND})
"""Scopes that hold work, whose teams are those that deliver it."""


def belonging(snapshot: Snapshot, scope: str, kind: str) -> frozenset[str]:
    """Give the keys of the nodes of a kind that belong to a scope.

    NotFound when the scope is not in the graph, BadUsage when it is of a kind that nothing belongs
    to. Cost: linear in what belongs to it.
    """
    ref = find(snapshot, scope, kinds=SCOPES)
    inside = spread([ref], lambda at: [link.source for link in snapshot.into(at, PartOf)])
    return frozenset(_BELONGING[kind](snapshot, [*inside]))


def _of_kind(inside: Iterable[Ref], kind: str) -> set[str]:
    return {ref.key for ref in inside if ref.kind == kind}


def _streams(_: Snapshot, inside: list[Ref]) -> set[str]:
    return _of_kind(inside, ValueStream.KIND)


def _products(snapshot: Snapshot, inside: list[Ref]) -> set[str]:
    team = inside[0] if inside[0].kind == Team.KIND else None
    built = {link.target.key for link in snapshot.out(team, Builds)} if team else set()
    return _of_kind(inside, Product.KIND) | built


def _teams(snapshot: Snapshot, inside: list[Ref]) -> set[str]:
    found = _of_kind(inside, Team.KIND)
    if inside[0].kind == Product.KIND:
        found.update(link.source.key for link in snapshot.into(inside[0], Builds))
    if inside[0].kind in _PLANNED:
        for key in _work(snapshot, inside):
            found.update(teams_of(snapshot, Ref(WorkItem.KIND, key)))
        for key in _objectives(snapshot, inside):
            found.update(teams_of(snapshot, Ref(Objective.KIND, key)))
    return found


def _work(snapshot: Snapshot, inside: list[Ref]) -> set[str]:
    found = _of_kind(inside, WorkItem.KIND)
    for ref in inside:
        if ref.kind in _WITH_WORK:
            found.update(item.key for item in work_of(snapshot, str(ref)))
    return found


def _objectives(snapshot: Snapshot, inside: list[Ref]) -> set[str]:
    below = spread(
        [ref for ref in inside if ref.kind in {Objective.KIND, KeyResult.KIND}],
        lambda at: contributors(snapshot, at),
    )
    found = _of_kind(below, Objective.KIND)
    for ref in inside:
        found.update(link.target.key for link in snapshot.out(ref, Owns))
        planned = (link.source for link in snapshot.into(ref, InCycle))
        found.update(_of_kind(planned, Objective.KIND))
    return found


def _key_results(snapshot: Snapshot, inside: list[Ref]) -> set[str]:
    return _of_kind(inside, KeyResult.KIND) | {
        link.source.key
        for key in _objectives(snapshot, inside)
        for link in snapshot.into(Ref(Objective.KIND, key), Measures)
    }


_BELONGING: Mapping[str, Callable[[Snapshot, list[Ref]], set[str]]] = {
    ValueStream.KIND: _streams,
    Product.KIND: _products,
    Team.KIND: _teams,
    WorkItem.KIND: _work,
    Objective.KIND: _objectives,
    KeyResult.KIND: _key_results,
}
