"""Walking the graph from relationship to relationship."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.model.catalog import RELATION
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

Step = tuple[Relation, bool]
"""A relationship, and whether it is walked as it reads."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Over which relationships to walk, and which way."""

    relations: Sequence[str]
    out: bool
    into: bool

    def steps(self, snapshot: Snapshot, ref: Ref) -> Iterator[Step]:
        """Give the steps from a node, in the order of the relationships' names and other ends."""
        for name in self.relations:
            cls = RELATION[name].cls
            if self.out:
                yield from ((link, True) for link in snapshot.out(ref, cls))
            if self.into:
                yield from ((link, False) for link in snapshot.into(ref, cls))


def shortest(
    snapshot: Snapshot, walk: Walk, start: Ref, end: Ref, most: int
) -> Sequence[Step] | None:
    """Give the steps of a shortest way, or None. Breadth first; cost: linear in what is reached."""
    if snapshot.get(start) is None or snapshot.get(end) is None:
        return None
    came: dict[Ref, tuple[Ref, Step] | None] = {start: None}
    front = [start]
    for _ in range(most):
        if end in came or not front:
            break
        front = _advance(snapshot, walk, front, came)
    return _traced(came, end) if end in came else None


def _advance(
    snapshot: Snapshot, walk: Walk, front: list[Ref], came: dict[Ref, tuple[Ref, Step] | None]
) -> list[Ref]:
    reached = []
    for ref in front:
        for link, outward in walk.steps(snapshot, ref):
            far = link.target if outward else link.source
            if far not in came:
                came[far] = (ref, (link, outward))
                reached.append(far)
    return reached


def _traced(came: dict[Ref, tuple[Ref, Step] | None], end: Ref) -> list[Step]:
    steps = []
    back = came[end]
    while back is not None:
        before, step = back
        steps.append(step)
        back = came[before]
    return steps[::-1]
