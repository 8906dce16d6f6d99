"""Walks over relationships, written without the page that a connection is.

That is done where of a connection only its nodes, or how many there are, are asked for, and the
first ones at that, without filter or order: then they are the other ends as the snapshot keeps them.
"""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final, TypeAlias

from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from schema.plans.blocks import Kept
from schema.plans.running import Bubbling, OutOfTime, Path, Run, located
from schema.plans.writing import Arguments, Place, Step
from schema.queries.ends import First, Walking
from schema.views import NodeView

NODES: Final = "nodes"
TOTAL: Final = "totalCount"

Reached: TypeAlias = "Sequence[Entity | None]"
Part: TypeAlias = "Callable[[Run, Snapshot, Reached, int, Path], None]"
"""Writes a field of the connection: of the nodes reached, and how many of them are asked for."""


class Walk:
    """Writes the connection of an end; by `plain` where more of it is asked for."""

    __slots__ = ("_arguments", "_given", "_parts", "_place", "_plain", "_walking")

    def __init__(
        self,
        place: Place,
        walking: Walking,
        arguments: Arguments,
        parts: Sequence[Part],
        plain: Step,
    ) -> None:
        self._place = place
        self._walking = walking
        self._arguments = arguments
        self._parts = parts
        self._plain = plain
        self._given: tuple[object, First | None] = None, None

    def __call__(self, run: Run, view: Any, path: Path) -> None:  # noqa: ANN401
        """Write it."""
        out, place = run.out, self._place
        mark, waiting, at = len(out), len(run.pending), (path, place.key)
        out.append(place.prefix)
        try:
            if monotonic() > run.ends:
                raise OutOfTime  # noqa: TRY301 - it passes by, as no Exception
            first = self._first(self._arguments(run))
            if first is not None:
                self._walked(run, view, first, at)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
            run.failed(raised, mark + 1, waiting, place.nodes, at, nullable=True)
            return
        if first is None:
            del out[mark:]
            self._plain(run, view, path)
        elif len(run.pending) > waiting:
            run.closed(mark + 1, waiting)

    def _walked(self, run: Run, view: Any, first: First, at: Path) -> None:  # noqa: ANN401
        end, snapshot = self._walking.end, view.snapshot
        reached = snapshot.reached(
            view.entity.ref, end.relation.cls, outward=end.outward, kinds=first.kinds
        )
        for part in self._parts:
            part(run, snapshot, reached, first.size, at)
        run.out.append(b"}")

    def _first(self, given: Mapping[str, Any]) -> First | None:
        known, first = self._given
        if known is not given:
            first = self._walking.first(given)
            self._given = given, first
        return first


def constant_part(prefix: bytes, value: bytes) -> Part:
    """Write what is the same for all connections of a type."""
    piece = prefix + value

    def part(run: Run, snapshot: Snapshot, reached: Reached, size: int, path: Path) -> None:
        del snapshot, reached, size, path
        run.out.append(piece)

    return part


def total_part(prefix: bytes) -> Part:
    """Write how many there are in all."""

    def part(run: Run, snapshot: Snapshot, reached: Reached, size: int, path: Path) -> None:
        del snapshot, size, path
        run.out.append(b"%b%d" % (prefix, len(reached)))

    return part


def nodes_part(place: Place, of: Callable[[str], Sequence[Step]]) -> Part:
    """Write the nodes, each by the steps `of` its kind."""
    opening, key = place.prefix + b"[", place.key
    known: dict[str, _One] = {}
    missing = f"Cannot return null for non-nullable field {place.parent}.{place.name}."

    def part(run: Run, snapshot: Snapshot, reached: Reached, size: int, path: Path) -> None:
        append, at, index = run.out.append, (path, key), 0
        append(opening)
        try:
            for index, entity in enumerate(reached if len(reached) <= size else reached[:size]):
                if index:
                    append(b",")
                if entity is None:
                    raise TypeError(missing)  # noqa: TRY301 - located below, as all are
                write = known.get(entity.KIND)
                if write is None:
                    write = known[entity.KIND] = _one(of(entity.KIND))
                write(run, snapshot, entity, at, index)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
            raise Bubbling(located(raised, place.nodes, (at, index))) from None
        append(b"]")

    return part


_One: TypeAlias = Callable[[Run, Snapshot, Entity, Path, int], None]
"""Writes a node, with its place in the list."""


def _one(steps: Sequence[Step]) -> _One:
    if not steps or not isinstance(steps[0], Kept):
        return _all(steps)
    return _only(steps[0]) if len(steps) == 1 else _first(steps[0], steps[1:])


def _all(steps: Sequence[Step]) -> _One:
    def one(run: Run, snapshot: Snapshot, entity: Entity, path: Path, index: int) -> None:
        view, at = NodeView(snapshot, entity), (path, index)
        for step in steps:
            step(run, view, at)
        run.out.append(b"}" if steps else b"{}")

    return one


def _only(block: Kept) -> _One:
    shelf = block.shelf

    def one(run: Run, snapshot: Snapshot, entity: Entity, path: Path, index: int) -> None:
        kept = shelf.get(id(entity))
        if kept is not None and kept[0] is entity:
            run.out.append(kept[1])
        else:
            block(run, NodeView(snapshot, entity), (path, index))
        run.out.append(b"}")

    return one


def _first(block: Kept, rest: Sequence[Step]) -> _One:
    shelf = block.shelf

    def one(run: Run, snapshot: Snapshot, entity: Entity, path: Path, index: int) -> None:
        view, at = NodeView(snapshot, entity), (path, index)
        kept = shelf.get(id(entity))
        if kept is not None and kept[0] is entity:
            run.out.append(kept[1])
        else:
            block(run, view, at)
        for step in rest:
            step(run, view, at)
        run.out.append(b"}")

    return one
