"""Neighbouring fields without fields of their own, written in one go.

Those of a node or a relationship depend on nothing but it, which never changes: a change makes
another. So what was written of it is kept beside it, until a plan's room is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import CoroutineType
from typing import Any, Final, TypeAlias
from weakref import WeakSet

import orjson

from schema.plans.leaves import Give
from schema.plans.running import Path, Run, Write
from schema.plans.writing import Place, Step, attribute_step

CONSTANT: Final = ""
"""The source of a field that is the same for all objects of a type: `__typename`."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field of a block: the attribute it reads, how its value is given, and how it is written."""

    place: Place
    source: str
    give: Give
    write: Write


class Shelf(dict[int, tuple[object, bytes]]):
    """Pieces, each beside what it is of, by its identity."""

    __slots__ = ("__weakref__",)
    __hash__ = object.__hash__  # type: ignore[assignment]


class Room:
    """How much of what was written the plans of a schema may keep together, in bytes, about."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._shelves: WeakSet[Shelf] = WeakSet()
        self.taken = 0

    def shelf(self) -> Shelf:
        """Give a place to keep pieces in."""
        made = Shelf()
        self._shelves.add(made)
        return made

    def keep(self, shelf: Shelf, core: object, piece: bytes) -> None:
        """Keep a piece; where there is no room, all that was kept goes first."""
        taken = len(piece) + OVERHEAD
        if self.taken + taken > self._most:
            for each in list(self._shelves):
                each.clear()
            self.taken = 0
        self.taken += taken
        # It holds on to what it is of, so that nothing else comes to have that identity.
        shelf[id(core)] = core, piece


OVERHEAD: Final = 200
"""Bytes that a kept piece takes beside its text."""


def block_step(leaves: Sequence[Leaf], core: str | None, room: Room) -> Step:
    """Write a block. `core` is the attribute of the parent that all of it depends on, if there is one."""
    write = _block(leaves)
    if core is not None:
        return Kept(write, core, room)

    def step(run: Run, parent: Any, path: Path) -> None:  # noqa: ANN401
        write(run, parent, path)

    return step


class Kept:
    """A block whose pieces are kept: each beside what it is of, by its identity."""

    __slots__ = ("_of", "_room", "_write", "shelf")

    def __init__(self, write: "Writing", core: str, room: Room) -> None:
        self._write = write
        self._of = attrgetter(core)
        self._room = room
        self.shelf = room.shelf()

    def __call__(self, run: Run, parent: Any, path: Path) -> None:  # noqa: ANN401
        """Write the block of a view."""
        thing = self._of(parent)
        kept = self.shelf.get(id(thing))
        if kept is not None and kept[0] is thing:
            run.out.append(kept[1])
        elif self._write(run, parent, path):
            self._room.keep(self.shelf, thing, run.out[-1])


Writing: TypeAlias = Callable[[Run, Any, Path], bool]
"""Writes a block as one piece; False where it had to go field by field."""


def _block(leaves: Sequence[Leaf]) -> Writing:
    fields = [(leaf.place.key, leaf.source, leaf.give) for leaf in leaves]
    lead = leaves[0].place.prefix[:1]
    slowly = [_alone(leaf) for leaf in leaves]

    def write(run: Run, parent: Any, path: Path) -> bool:  # noqa: ANN401
        values: dict[str, Any] = {}
        try:
            for key, source, give in fields:
                value = getattr(parent, source) if source else None
                if type(value) is CoroutineType:
                    value.close()
                    raise TypeError  # noqa: TRY301 - it goes the slow way, as all that is not plain
                values[key] = give(value)
            piece = orjson.dumps(values)
        except Exception:  # noqa: BLE001 - found again, and told, field by field
            for step in slowly:
                step(run, parent, path)
            return False
        run.out.append(lead + piece[1:-1])
        return True

    return write


def _alone(leaf: Leaf) -> Step:
    if leaf.source == CONSTANT:
        piece = leaf.place.prefix + orjson.dumps(leaf.give(None))

        def step(run: Run, parent: Any, path: Path) -> None:  # noqa: ANN401
            del parent, path
            run.out.append(piece)

        return step
    return attribute_step(leaf.place, leaf.source, leaf.write)
