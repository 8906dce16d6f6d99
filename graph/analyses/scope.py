"""Which work items belong to something: a work item, an objective, a cycle, a team, a product.

References: docs/definitions.md §3.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from graph.analyses.reference import find
from graph.model.entities import Cycle, KeyResult, Objective, Product, Team, WorkItem
from graph.model.relations import ContributesTo, Delivers, For, InCycle, Measures, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

T = TypeVar("T", bound=Hashable)


def work_of(snapshot: Snapshot, scope: str | None) -> tuple[WorkItem, ...]:
    """Give the work items of a scope, with all their parts, sorted by key. All without a scope.

    A bare key is a work item's. NotFound when the scope is not in the graph, BadUsage when it is
    of a kind that has no work. Cost: linear in what belongs to the scope.
    """
    if scope is None:
        return snapshot.ordered(WorkItem)
    ref = find(snapshot, scope, WorkItem.KIND, _WORK)
    reached = spread(_WORK[ref.kind](snapshot, ref), lambda item: parts(snapshot, item))
    found = (snapshot.node(WorkItem, item.key) for item in reached)
    return tuple(sorted((item for item in found if item), key=lambda item: item.key))


def spread(begin: Iterable[T], step: Callable[[T], Iterable[T]]) -> dict[T, None]:
    """Give everything that is reached by steps from where one begins, in order of discovery."""
    reached = dict.fromkeys(begin)
    queue = list(reached)
    for at in queue:
        for found in step(at):
            if found not in reached:
                reached[found] = None
                queue.append(found)
    return reached


def parts(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give what is directly a part of a node and of the node's own kind."""
    return [link.source for link in snapshot.into(ref, PartOf) if link.source.kind == ref.kind]


def wholes(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give what a node is directly a part of, of its own kind."""
    return [link.target for link in snapshot.out(ref, PartOf) if link.target.kind == ref.kind]


def contributors(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give what progress or work flows directly from into an objective or key result."""
    measured = [link.source for link in snapshot.into(ref, Measures)]
    return measured + [link.source for link in snapshot.into(ref, ContributesTo)]


def _itself(_: Snapshot, ref: Ref) -> list[Ref]:
    return [ref]


def _contributing(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    reached = spread([ref], lambda at: contributors(snapshot, at))
    return [found for found in reached if found.kind == WorkItem.KIND]


def _planned(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    within = spread([ref], lambda at: parts(snapshot, at))
    return [
        link.source
        for cycle in within
        for link in snapshot.into(cycle, InCycle)
        if link.source.kind == WorkItem.KIND
    ]


def _delivered(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [link.target for link in snapshot.out(ref, Delivers)]


def _for_product(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [link.source for link in snapshot.into(ref, For) if link.source.kind == WorkItem.KIND]


_WORK: Mapping[str, Callable[[Snapshot, Ref], list[Ref]]] = {
    WorkItem.KIND: _itself,
    Objective.KIND: _contributing,
    KeyResult.KIND: _contributing,
    Cycle.KIND: _planned,
    Team.KIND: _delivered,
    Product.KIND: _for_product,
}
