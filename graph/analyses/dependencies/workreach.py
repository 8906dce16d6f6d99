"""Which work a slip can move, and which work has to be scheduled to know.

A part's end may move the whole's, and what needs a whole waits for all its parts: so an item is
looked at in two ways, as what moves itself and as what merely ends later because of a part.

References: docs/definitions.md §3 and §5; the conventions for parts are in docs/schedule.md.
"""

from collections.abc import Iterable, Iterator

from graph.analyses.scope import parts, spread, wholes
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


def is_schedule_link(link: DependsOn) -> bool:
    """Say whether a dependency binds the schedule: live, and between two work items."""
    return link.is_live and link.source.kind == link.target.kind == WorkItem.KIND


def dependents(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give the work items that need a work item directly, sorted by key."""
    links = snapshot.into(ref, DependsOn)
    return list(dict.fromkeys(link.source for link in links if is_schedule_link(link)))


def movable(snapshot: Snapshot, begin: Iterable[Ref]) -> list[Ref]:
    """Give the work items that may move when some do, these included. Cost: linear in them."""

    def step(at: tuple[Ref, bool]) -> Iterator[tuple[Ref, bool]]:
        ref, moves = at
        if moves:
            yield ref, False
            yield from ((part, True) for part in parts(snapshot, ref))
        else:
            yield from ((whole, False) for whole in wholes(snapshot, ref))
            yield from ((dependent, True) for dependent in dependents(snapshot, ref))

    reached = spread([(ref, True) for ref in begin], step)
    return [ref for ref, moves in reached if moves]


def needed(snapshot: Snapshot, items: Iterable[Ref]) -> list[WorkItem]:
    """Give items with their parts, all they need, and the wholes whose links bind them, by key.

    The early dates of these depend on nothing else. Cost: linear in what is found.
    """

    def step(at: tuple[Ref, bool]) -> Iterator[tuple[Ref, bool]]:
        ref, whole = at
        if whole:
            yield from (
                (link.target, False)
                for link in snapshot.out(ref, DependsOn)
                if is_schedule_link(link)
            )
            yield from ((above, True) for above in wholes(snapshot, ref))
        else:
            yield ref, True
            yield from ((part, False) for part in parts(snapshot, ref))

    reached = dict.fromkeys(ref for ref, _ in spread([(ref, False) for ref in items], step))
    found = (snapshot.node(WorkItem, ref.key) for ref in reached)
    return sorted((item for item in found if item is not None), key=lambda item: item.key)
