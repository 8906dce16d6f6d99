"""Which relationships of a type a node has: sorted by their other ends, and kept so by changes."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from graph.model.changes import RelationChange
from graph.model.layers import Layered
from graph.model.relations import Relation
from graph.model.values import Ref

End = Callable[[Relation], Ref]
Index = Layered[Ref, tuple[Relation, ...]]
NOTHING: Final[Index] = Layered({})

ONE_BY_ONE: Final = 8
"""So many relationships that change at a node are put in their places; more are sorted anew."""


def source_of(relation: Relation) -> Ref:
    """Give the end where a relationship starts."""
    return relation.source


def target_of(relation: Relation) -> Ref:
    """Give the end where a relationship ends."""
    return relation.target


def adjacent(relations: Iterable[Relation], near: End, far: End) -> Index:
    """Sort relationships under their near ends."""
    found: dict[Ref, list[Relation]] = {}
    for relation in relations:
        found.setdefault(near(relation), []).append(relation)
    return Layered({ref: _by_far_end(group, far) for ref, group in found.items()})


def _by_far_end(group: Iterable[Relation], far: End) -> tuple[Relation, ...]:
    return tuple(sorted(group, key=_placing(far)))


def _placing(far: End) -> Callable[[Relation], tuple[Ref, str]]:
    return lambda relation: (far(relation), relation.identity)


def readjusted(index: Index, changes: Sequence[RelationChange], near: End, far: End) -> Index:
    """Give the index after changes. Cost: that of the changes, and of the nodes' other links."""
    touched: dict[Ref, list[tuple[Relation, bool]]] = {}
    for change in changes:
        if change.before is not None:
            touched.setdefault(near(change.before), []).append((change.before, False))
        if change.after is not None:
            touched.setdefault(near(change.after), []).append((change.after, True))
    moved: dict[Ref, tuple[Relation, ...] | None] = {}
    for ref, steps in touched.items():
        put = _sorted_anew if len(steps) > ONE_BY_ONE else _put_in_place
        moved[ref] = put(index.get(ref, ()), steps, far) or None
    return index.changed(moved)


def _put_in_place(
    group: tuple[Relation, ...], steps: Iterable[tuple[Relation, bool]], far: End
) -> tuple[Relation, ...]:
    rows, placing = list(group), _placing(far)
    for relation, stays in steps:
        place = bisect_left(rows, placing(relation), key=placing)
        if place < len(rows) and rows[place].identity == relation.identity:
            del rows[place]
        if stays:
            insort(rows, relation, key=placing)
    return tuple(rows)


def _sorted_anew(
    group: tuple[Relation, ...], steps: Iterable[tuple[Relation, bool]], far: End
) -> tuple[Relation, ...]:
    rows = {relation.identity: relation for relation in group}
    for relation, stays in steps:
        rows.pop(relation.identity, None)
        if stays:
            rows[relation.identity] = relation
    return _by_far_end(rows.values(), far)
