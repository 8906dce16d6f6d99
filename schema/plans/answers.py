"""Whole answers, kept for as long as the graph they were read from is the newest.

What may be kept is found out, not declared: a resolver that looks at anything but the graph and the
day (at the log, or at who asks) is seen to, and its answer is made anew each time.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final, TypeAlias

import orjson

from graph.model.principals import Role
from graph.model.snapshot import Snapshot
from schema.admission import Price
from schema.context import Context
from schema.plans.reading import Reading

ROOM_BYTES: Final = 24_000_000
"""So much all kept answers take together at most, about."""
LARGEST_BYTES: Final = 8_000_000
"""An answer that is larger is not kept."""
MOST_VARIABLES: Final = 4_000
"""Bytes of variables beyond which an answer is not looked for."""
_OVERHEAD: Final = 500

Key: TypeAlias = tuple[str, str | None, bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer without errors: its data as JSON, its price, for whom, and for which day if for one."""

    text: bytes
    price: Price
    role: Role
    day: date | None


class Answers:
    """The answers of one schema, of the newest graph that was asked."""

    def __init__(self, room: int = ROOM_BYTES) -> None:
        self._room = room
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.taken = 0

    def find(self, key: Key, context: Context) -> Kept | None:
        """Give the answer to an operation, as it would be made now."""
        with self._lock:
            found = self._kept.get(key) if context.snapshot is self._snapshot else None
            if found is None:
                return None
            self._kept.move_to_end(key)
        if found.role is not context.principal.role:
            return None
        if found.day is not None and found.day != context.today(context.snapshot):
            return None
        return found

    def keep(self, key: Key, context: Context, text: bytes, price: Price, seen: Reading) -> None:
        """Keep an answer, if it may be."""
        if seen.by_more or len(text) > LARGEST_BYTES:
            return
        snapshot = context.snapshot
        day = context.today(snapshot) if seen.by_day else None
        made = Kept(text, price, context.principal.role, day)
        with self._lock:
            if snapshot is not self._snapshot and not self._moved(snapshot):
                return
            replaced = self._kept.pop(key, None)
            if replaced is not None:
                self.taken -= _size(key, replaced)
            self._kept[key] = made
            self.taken += _size(key, made)
            while self.taken > self._room:
                self.taken -= _size(*self._kept.popitem(last=False))

    def _moved(self, snapshot: Snapshot) -> bool:
        """Begin anew with a newer graph; False where it is an older one, which few ask for."""
        known = self._snapshot
        if known is not None and known.history == snapshot.history and _earlier(snapshot, known):
            return False
        self._kept.clear()
        self.taken, self._snapshot = 0, snapshot
        return True


def _earlier(snapshot: Snapshot, known: Snapshot) -> bool:
    return snapshot.revision < known.revision or snapshot.seen_at is not None


def key_of(text: str, name: str | None, variables: Mapping[str, object] | None) -> Key | None:
    """Give what an operation's answer is kept under; None where it is not worth it."""
    if not variables:
        return text, name, b""
    try:
        written = orjson.dumps(variables)
    except orjson.JSONEncodeError:
        return None
    return (text, name, written) if len(written) <= MOST_VARIABLES else None


def _size(key: Key, kept: Kept) -> int:
    return len(kept.text) + 2 * len(key[0]) + len(key[2]) + _OVERHEAD
