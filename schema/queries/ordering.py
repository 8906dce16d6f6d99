"""The orders in which nodes can be listed, and the cursors that name places in them.

An order is a list of properties, each up or down, with nulls at either end. What is listed breaks
the ties by its own name, so that every order is total. Texts sort without regard to case and by
their first `CUT` characters, words of a list as the list has them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, total_ordering
from typing import TypeAlias, TypeVar, cast

import orjson

from graph.analyses.goals.computed import Computed, computed_of
from graph.errors import BadUsage
from graph.model.catalog import ENTITY, Property, common_properties
from graph.model.codec import BadValue, dump_value, parse_value
from graph.model.entities import Entity
from graph.model.sorting import sorted_in_runs
from graph.model.values import Json, Moment, Shape, Value
from schema.folding import folded
from schema.identity import MAX_CURSOR_LENGTH, opaque, plain
from schema.queries.conditions import Sight
from schema.queries.filtering import instant

MOST_KEYS = 4
"""An order names at most so many properties."""
CUT = 200
"""Texts sort by so many of their first characters, and cursors hold no more of them."""
NODE = "Node"
"""The label of orders by what every kind has."""

T = TypeVar("T")
Comparable: TypeAlias = object
"""Something that sorts with its like."""
Place: TypeAlias = tuple[object, ...]
"""Where something stands: the values of the order's keys, then what breaks the ties."""
Tail: TypeAlias = tuple[str | bool, ...]
"""What breaks the ties: the name of what is listed."""

_SORTABLE = frozenset(Shape) - {Shape.RECORD}


@total_ordering
@dataclass(frozen=True, slots=True)
class Falling:
    """A value that sorts the other way round."""

    value: Comparable

    def __lt__(self, other: "Falling") -> bool:
        return cast("float", other.value) < cast("float", self.value)


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property by which nodes are sorted, up or down."""

    name: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.name + ("^" if self.nulls_first else "")


@dataclass(frozen=True, eq=False)
class Column:
    """What nodes can be sorted by: a property, or something computed."""

    prop: Property
    computed: Computed | None = None

    def read(self, sight: Sight) -> Callable[[Entity], Value]:
        """Give what reads it off nodes."""
        if self.computed is None or self.computed.own:
            attribute = self.prop.attribute
            return lambda entity: cast("Value", getattr(entity, attribute))
        value = self.computed.read(sight.snapshot, sight.day)
        return lambda entity: value(entity.ref)

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {m.value: at for at, m in enumerate(self.prop.term)} if self.prop.term else {}

    def comparable(self, value: Value) -> Comparable:
        """Give the form in which a value that is there sorts."""
        if self.prop.term is not None:
            return self._ranks[str(value)]
        if self.prop.shape is Shape.TEXT:
            # No text holds a NUL: the folded texts decide, the texts themselves break ties.
            return f"{folded(cut(value))}\0{cut(value)}"
        if self.prop.shape in {Shape.DATE, Shape.INSTANT, Shape.MOMENT}:
            return instant(cast("Moment", value))
        return value


def cut(value: Value) -> str:
    """Give as much of a text as counts for the order."""
    return str(value)[:CUT]


@cache
def columns_of(label: str) -> Mapping[str, Column]:
    """Give what the nodes of a kind, or all nodes, can be sorted by."""
    properties = common_properties() if label == NODE else ENTITY[label].properties
    found = {p.name: Column(p) for p in properties if not p.many and p.shape in _SORTABLE}
    return found | {c.prop.name: Column(c.prop, c) for c in computed_of(label)}


@dataclass(frozen=True, slots=True)
class Order:
    """How the nodes of a kind, or all nodes, are sorted."""

    label: str
    keys: tuple[SortKey, ...] = ()

    @property
    def columns(self) -> list[Column]:
        """The columns of the keys."""
        known = columns_of(self.label)
        return [known[key.name] for key in self.keys]

    @property
    def rolled(self) -> bool:
        """Whether it needs the roll-up."""
        return any(c.computed is not None and c.computed.rolled for c in self.columns)

    @property
    def settled(self) -> bool:
        """Whether a node's place depends on nothing but the node."""
        return all(c.computed is None or c.computed.own for c in self.columns)

    @property
    def name(self) -> str:
        """What cursors know it by."""
        return ",".join([self.label, *map(str, self.keys)])

    def on(self, sight: Sight) -> "Ordering":
        """Give the order on a snapshot."""
        return Ordering(self, sight)


class Ordering:
    """An order on a snapshot: sorts, and knows places."""

    def __init__(self, order: Order, sight: Sight) -> None:
        self.order = order
        self._columns = order.columns
        self._readers = [column.read(sight) for column in self._columns]

    def place(self, entity: Entity, tail: Tail) -> Place:
        """Give a place."""
        return self._place([read(entity) for read in self._readers], tail)

    def _place(self, values: Sequence[Value], tail: Tail) -> Place:
        parts: list[object] = []
        for column, key, value in zip(self._columns, self.order.keys, values, strict=True):
            if value is None:
                parts.append((0 if key.nulls_first else 2, 0))
            else:
                found = column.comparable(value)
                parts.append((1, Falling(found) if key.descending else found))
        return (*parts, *tail)

    def sorted(self, rows: Sequence[T], entity: Callable[[T], Entity]) -> Sequence[T]:
        """Sort rows that are sorted by their tails. Cost: a sort for each key, in short steps."""
        for column, key, read in reversed(
            list(zip(self._columns, self.order.keys, self._readers, strict=True))
        ):
            empty = [row for row in rows if read(entity(row)) is None]
            full = [row for row in rows if read(entity(row)) is not None] if empty else rows

            def value(row: T, column: Column = column, read: _Read = read) -> Comparable:
                return column.comparable(read(entity(row)))

            found = sorted_in_runs(full, value, reverse=key.descending)
            rows = [*empty, *found] if key.nulls_first else [*found, *empty]
        return rows

    def cursor(self, scope: str, entity: Entity, tail: Tail) -> str:
        """Name a place. `scope` is the connection that the cursor belongs to."""
        values = [dump_value(_short(read(entity))) for read in self._readers]
        return opaque(orjson.dumps([scope + self.order.name, *values, *tail]).decode())

    def read(self, scope: str, shape: Sequence[type], cursor: str) -> Place:
        """Give the place that a cursor names. BadUsage when it is none of this connection."""
        head, *raw = _parsed(cursor) or [None]
        begin = len(self._columns)
        tail = raw[begin:]
        if head != scope + self.order.name or [type(part) for part in tail] != list(shape):
            msg = "the cursor is not one of this connection in this order"
            raise BadUsage(msg, "give a cursor as an edge had it, with the same orderBy")
        try:
            values = [
                None if value is None else parse_value(column.prop, value)
                for column, value in zip(self._columns, raw[:begin], strict=True)
            ]
        except BadValue as bad:
            msg = "the cursor holds a value that its property cannot have"
            raise BadUsage(msg, "give a cursor as an edge had it") from bad
        return self._place(values, cast("Tail", tuple(tail)))


_Read: TypeAlias = Callable[[Entity], Value]


def _short(value: Value) -> Value:
    return value[:CUT] if isinstance(value, str) else value


def _parsed(cursor: str) -> Sequence[Json]:
    try:
        found = orjson.loads(plain(cursor, MAX_CURSOR_LENGTH) or "")
    except orjson.JSONDecodeError:
        return []
    return found if isinstance(found, list) else []


def order_of(label: str, given: Sequence[Mapping[str, object]] | None) -> Order:
    """Read the order that a caller asks for. BadUsage when it names too many properties."""
    keys = tuple(
        SortKey(
            str(_word(item["field"])),
            _word(item.get("direction")) == "desc",
            _word(item.get("nulls")) == "first",
        )
        for item in given or ()
    )
    if len(keys) > MOST_KEYS:
        msg = f"orderBy has {len(keys)} entries: the limit is {MOST_KEYS}"
        raise BadUsage(msg, "a key breaks the ties anyway")
    return Order(label, keys)


def _word(value: object) -> object:
    return getattr(value, "value", value)
