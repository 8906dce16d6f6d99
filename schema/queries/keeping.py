"""Orders of all nodes of a kind that were asked for, kept, and moved forward by writes.

To sort 200,000 nodes takes a second; to move one of them to its new place, next to nothing.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from threading import Lock

from graph.model.catalog import ENTITY
from graph.model.changes import Change, NodeChange
from graph.model.entities import Entity
from graph.model.snapshot import MOST_CARRIED, Snapshot
from schema.queries.conditions import Sight
from schema.queries.ordering import Order, Ordering, Place, SortKey

MOST_KEPT = 8
"""So many orders of a kind are kept; the one that was not asked for longest goes first."""

_Entry = tuple[Sequence[Entity], tuple[Change, ...]]
"""Nodes in an order, and what has changed since."""


def rows_of(sight: Sight, order: Order) -> Sequence[Entity]:
    """Give all nodes of a kind in a settled order."""
    if order.keys in {(), (SortKey("key"),)}:
        return sight.snapshot.ordered(ENTITY[order.label].cls)
    return sight.snapshot.evolved(_keeping(order.label)).rows(sight, order)


class _Kept:
    """The orders of a snapshot's nodes of a kind."""

    def __init__(self, entries: dict[Order, _Entry]) -> None:
        self.entries = entries
        self._making = Lock()

    def rows(self, sight: Sight, order: Order) -> Sequence[Entity]:
        """Give the nodes in an order; sorted by one caller at a time."""
        with self._making:
            held = self.entries.get(order)
            rows = _moved(sight, order, *held) if held is not None else None
            if rows is None:
                every = sight.snapshot.ordered(ENTITY[order.label].cls)
                rows = order.on(sight).sorted(every, lambda entity: entity)
            # Put anew, never altered: another thread may be handing it on.
            others = {known: entry for known, entry in self.entries.items() if known != order}
            latest = list(others.items())[-(MOST_KEPT - 1) :]
            self.entries = {**dict(latest), order: (rows, ())}
        return rows


def _moved(
    sight: Sight, order: Order, rows: Sequence[Entity], changes: Sequence[Change]
) -> Sequence[Entity] | None:
    """Move what was changed to its place; None where that is too much to be worth it."""
    own = [c for c in changes if isinstance(c, NodeChange) and c.ref.kind == order.label]
    if len(own) > max(8, len(rows) // 100):
        return None
    if not own:
        return rows
    ordering, moved = order.on(sight), list(rows)
    for change in own:
        if change.before is not None:
            place = _at(ordering, moved, change.before)
            if place == len(moved) or moved[place].key != change.ref.key:
                return None
            del moved[place]
        if change.after is not None:
            moved.insert(_at(ordering, moved, change.after), change.after)
    return moved


def _at(ordering: Ordering, rows: Sequence[Entity], node: Entity) -> int:
    def place(entity: Entity) -> Place:
        return ordering.place(entity, (entity.key,))

    return bisect_left(rows, place(node), key=place)


class _Keeping:
    """Keeps the orders of a kind from snapshot to snapshot."""

    def build(self, _: Snapshot) -> _Kept:
        """Begin with none."""
        return _Kept({})

    def advance(self, value: _Kept, after: Snapshot, changes: Sequence[Change]) -> _Kept:
        """Note what has changed; nothing is moved before somebody asks."""
        del after
        return _Kept(
            {
                order: (rows, (*since, *changes))
                for order, (rows, since) in value.entries.items()
                if len(since) + len(changes) <= MOST_CARRIED
            }
        )


@cache
def _keeping(label: str) -> _Keeping:
    del label  # one object for each kind, as a cache key has to be
    return _Keeping()
