"""Pages of sorted rows: what a Relay connection shows, whatever its rows are.

A cursor names a place in the order, not a row: it stays good when rows come and go around it.
References: the GraphQL Cursor Connections specification of Relay.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from graph.errors import BadUsage
from schema.worker import stoppable

PAGE_DEFAULT = 50
PAGE_MOST = 500
AT_ONCE = 1_000
"""What has to look at more rows than this is moved off the event loop."""

R = TypeVar("R")


class Ordered(Protocol):
    """Something that sorts."""

    def __lt__(self, other: Any, /) -> bool:  # noqa: ANN401 - whatever it sorts with
        """Say whether it comes before another."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a connection a caller asks for; cursors as they were given."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def begins(self) -> bool:
        """Whether it is the first part of a connection."""
        return self.after is None and self.before is None and self.last is None

    def size(self) -> int:
        """Give how many rows to show. BadUsage when that is none or more than may be shown."""
        if self.first is not None and self.last is not None:
            msg = "first and last do not go together"
            raise BadUsage(msg, "give first with after, or last with before")
        asked = self.last if self.first is None else self.first
        name = "first" if self.last is None else "last"
        if asked is None:
            return PAGE_DEFAULT
        if asked < 0:
            msg = f"{name} is {asked}"
            raise BadUsage(msg, f"give 0 to {PAGE_MOST}")
        if asked > PAGE_MOST:
            msg = f"{name} is {asked}, more than a page may hold: the limit is {PAGE_MOST}"
            raise BadUsage(msg, "ask for more pages, with after: endCursor")
        return asked


ALL = Window()
"""The window of who asks for none."""


def window_of(given: Mapping[str, object]) -> Window:
    """Read the arguments of a connection."""
    first, last = given.get("first"), given.get("last")
    after, before = given.get("after"), given.get("before")
    return Window(
        first if isinstance(first, int) else None,
        after if isinstance(after, str) else None,
        last if isinstance(last, int) else None,
        before if isinstance(before, str) else None,
    )


_UNKNOWN, _KEPT, _LEFT_OUT = 0, 1, 2


class Rows(Generic[R]):
    """Rows in their order. `place` gives a row's place in it, `keep` leaves rows out.

    No row is put to `keep` twice. `count` is how many are kept, where that is known beforehand.
    """

    def __init__(
        self,
        rows: Sequence[R],
        place: Callable[[R], Ordered],
        keep: Callable[[R], bool] | None = None,
        count: int | None = None,
    ) -> None:
        self.rows = rows
        self.place = place
        self._keep = keep
        self._known = bytearray(0 if keep is None else len(rows))
        self._count = len(rows) if keep is None else count

    def kept(self, places: range) -> Iterator[int]:
        """Give the places of a range whose rows are shown."""
        if self._keep is None:
            return iter(places)
        return filter(self._is_kept, places)

    def _is_kept(self, place: int) -> bool:
        if self._known[place] == _UNKNOWN:
            keep = self._keep is None or self._keep(self.rows[place])
            self._known[place] = _KEPT if keep else _LEFT_OUT
        return self._known[place] == _KEPT

    def any(self, places: range) -> bool:
        """Say whether any row of a range is shown."""
        return next(self.kept(places), None) is not None

    @property
    def is_counted(self) -> bool:
        """Whether `count` costs little: few rows are left to be looked at."""
        return self._count is not None or self._known.count(_UNKNOWN) <= AT_ONCE

    def count(self) -> int:
        """Give how many rows are shown in all."""
        if self._count is None:
            self._count = sum(1 for _ in self.kept(range(len(self.rows))))
        return self._count


class Edge(Protocol):
    """What a connection's edge has at least."""

    @property
    def cursor(self) -> str:
        """Its place in the order."""
        ...

    @property
    def node(self) -> object:
        """What it leads to."""
        ...


E = TypeVar("E", bound=Edge)


class Page(Generic[R, E]):
    """A connection: the edges of a window of rows. What nobody asks for is not computed."""

    def __init__(
        self,
        rows: Rows[R],
        window: Window,
        read: Callable[[str], Ordered],
        edge: Callable[[R], E],
        node: Callable[[R], object] | None = None,
    ) -> None:
        """Find the window. BadUsage when it cannot be.

        `node` gives what an edge leads to at less cost than that of its edge.

        Cost: the rows looked at until it is full, and to the next on either side.
        """
        self._rows = rows
        self._edge = edge
        self._node = node
        every = len(rows.rows)
        low, high = 0, every
        if window.after is not None:
            low = bisect_right(rows.rows, read(window.after), key=rows.place)
        if window.before is not None:
            high = bisect_left(rows.rows, read(window.before), key=rows.place)
        size = window.size()
        inside = range(low, max(low, high))
        if window.last is None:
            self._places = _take(rows.kept(inside), size)
        else:
            self._places = _take(rows.kept(inside[::-1]), size)[::-1]
        anchor = low if window.last is None else max(low, high)
        begin, end = (self._places[0], self._places[-1] + 1) if self._places else (anchor, anchor)
        self.has_next_page = rows.any(range(end, every))
        self.has_previous_page = rows.any(range(begin)[::-1])

    @cached_property
    def edges(self) -> list[E]:
        """The edges of the window."""
        return [self._edge(self._rows.rows[place]) for place in self._places]

    @property
    def nodes(self) -> list[object]:
        """What the edges lead to."""
        node, rows = self._node, self._rows.rows
        if node is None:
            return [edge.node for edge in self.edges]
        return [node(rows[place]) for place in self._places]

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first edge."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last edge."""
        return self.edges[-1].cursor if self.edges else None

    @property
    def total_count(self) -> int | Awaitable[int]:
        """How many rows there are beyond the window too; counted in a worker if that takes long."""
        rows = self._rows
        return rows.count() if rows.is_counted else stoppable(rows.count)

    @property
    def page_info(self) -> "Page[R, E]":
        """Where the window stands."""
        return self


def _take(places: Iterator[int], size: int) -> list[int]:
    return [place for _, place in zip(range(size), places, strict=False)]
