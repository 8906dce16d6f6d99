"""Nodes of a kind by the value of a property: made when first asked for, moved forward by writes.

What is indexed is what filters mostly ask for: words of closed lists, yes and no, and the texts
that name things. Other texts would cost more memory than looking through them costs time.
"""

from bisect import bisect_left
from collections.abc import Collection, Hashable, Sequence
from contextlib import nullcontext
from functools import cache
from heapq import merge
from operator import attrgetter
from threading import Lock

from graph.model.catalog import ENTITY, Property
from graph.model.changes import Change, NodeChange
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Shape
from schema.paging import AT_ONCE
from schema.queries.filtering import comparable

FEW, MOST_SHARE = 1_000, 4
"""What is found in several places is put together where it is few, or less than this part of all."""
_NAMES = frozenset({"name", "source", "source_id"})
_MAKING = Lock()
"""Fifty requests that ask at once make one index, not fifty."""
_key = attrgetter("key")

Index = dict[Hashable, tuple[Entity, ...]]
"""The nodes that have a value, sorted by key."""


def is_indexed(prop: Property) -> bool:
    """Say whether nodes can be looked up by the value of a property."""
    if prop.many:
        return False
    return prop.shape in {Shape.TERM, Shape.BOOLEAN} or prop.name in _NAMES


def of_values(
    snapshot: Snapshot, label: str, prop: Property, values: Collection[Hashable]
) -> Sequence[Entity] | None:
    """Give the nodes with one of the values, sorted by key; None where that is much of all."""
    rule = _indexed(label, prop.attribute)
    # Who has to wait is in a worker: among few nodes the index is made at once, on the event loop.
    with _MAKING if len(snapshot.keys(label)) > AT_ONCE else nullcontext():
        index = snapshot.evolved(rule)
    found = [index[value] for value in values if value in index]
    if len(found) == 1:
        return found[0]
    if is_much(snapshot, label, sum(map(len, found))):
        return None
    return list(merge(*found, key=_key))


def is_much(snapshot: Snapshot, label: str, found: int) -> bool:
    """Say whether so many nodes of a kind are more than is worth putting together."""
    return found > FEW and found * MOST_SHARE > len(snapshot.keys(label))


class _Indexed:
    """The index of a property of a kind."""

    __slots__ = ("_attribute", "_label")

    def __init__(self, label: str, attribute: str) -> None:
        self._label = label
        self._attribute = attribute

    def _value(self, node: Entity) -> Hashable:
        return comparable(getattr(node, self._attribute))

    def build(self, snapshot: Snapshot) -> Index:
        """Sort all nodes into their values."""
        found: dict[Hashable, list[Entity]] = {}
        for node in snapshot.ordered(ENTITY[self._label].cls):
            found.setdefault(self._value(node), []).append(node)
        return {value: tuple(nodes) for value, nodes in found.items()}

    def advance(self, value: Index, after: Snapshot, changes: Sequence[Change]) -> Index | None:
        """Move what was changed from value to value."""
        del after
        touched: dict[Hashable, list[Entity]] = {}
        for change in changes:
            if isinstance(change, NodeChange) and change.ref.kind == self._label:
                for node, stays in ((change.before, False), (change.after, True)):
                    if node is None:
                        continue
                    at = self._value(node)
                    if at not in touched:
                        touched[at] = list(value.get(at, ()))
                    put(touched[at], node, stays=stays)
        if not touched:
            return value
        return {**value, **{at: tuple(nodes) for at, nodes in touched.items()}}


def put(nodes: list[Entity], node: Entity, *, stays: bool) -> None:
    """Put a node in its place among nodes sorted by key, or take it out."""
    place = bisect_left(nodes, node.key, key=_key)
    stands = place < len(nodes) and nodes[place].key == node.key
    nodes[place : place + stands] = [node] if stays else []


@cache
def _indexed(label: str, attribute: str) -> _Indexed:
    return _Indexed(label, attribute)
