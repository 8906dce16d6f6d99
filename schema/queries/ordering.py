"""The orders in which the nodes of a kind can be listed, and the cursors that name places in them.

An order is a list of properties, each up or down; ties are broken by key, so that every order is
total. Nulls come last. Texts sort without regard to case, words of a list as the list has them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache, total_ordering
from typing import TypeAlias, cast

import orjson

from graph.errors import BadUsage
from graph.model.catalog import ENTITY, EntityKind, Property
from graph.model.codec import BadValue, dump_value, parse_value
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Moment, Shape, Value
from schema.identity import opaque, plain
from schema.paging import Ordered

MOST_KEYS = 4
"""An order names at most so many properties."""

Comparable: TypeAlias = "str | float | datetime | tuple[str, str]"
_SORTABLE = frozenset(Shape) - {Shape.RECORD}


@total_ordering
@dataclass(frozen=True, slots=True)
class Falling:
    """A value that sorts the other way round."""

    value: Comparable

    def __lt__(self, other: "Falling") -> bool:
        return cast("float", other.value) < cast("float", self.value)


Place: TypeAlias = "tuple[tuple[bool, Comparable | Falling] | str, ...]"


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property by which nodes are sorted, up or down."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.name


def sortable(kind: EntityKind[Entity]) -> tuple[Property, ...]:
    """Give the properties of a kind by which its nodes can be sorted."""
    return tuple(p for p in kind.properties if not p.many and p.shape in _SORTABLE)


def instant(moment: Moment) -> datetime:
    """Give the instant at which a moment begins: a day begins at midnight UTC."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(moment, time(), UTC)


def _comparable(prop: Property, value: Value) -> Comparable:
    if prop.term is not None:
        return [member.value for member in prop.term].index(str(value))
    if prop.shape is Shape.TEXT:
        text = str(value)
        return text.casefold(), text
    if prop.shape in {Shape.DATE, Shape.INSTANT, Shape.MOMENT}:
        return instant(cast("Moment", value))
    return cast("float", value)


@dataclass(frozen=True, slots=True)
class Order:
    """How the nodes of a kind are sorted."""

    label: str
    keys: tuple[SortKey, ...] = ()

    def place(self, entity: Entity) -> Ordered:
        """Give a node's place in the order."""
        return self._place([getattr(entity, p.attribute) for p in self._properties()], entity.key)

    def _place(self, values: Sequence[Value], key: str) -> Place:
        parts: list[tuple[bool, Comparable | Falling] | str] = []
        for prop, sort, value in zip(self._properties(), self.keys, values, strict=True):
            if value is None:
                parts.append((True, 0))
            else:
                found = _comparable(prop, value)
                parts.append((False, Falling(found) if sort.descending else found))
        return (*parts, key)

    def _properties(self) -> list[Property]:
        known = ENTITY[self.label].by_name
        return [known[sort.name] for sort in self.keys]

    def rows(self, snapshot: Snapshot) -> Sequence[Entity]:
        """Give all nodes in order; sorted once per revision, except by several properties."""
        if len(self.keys) > 1:
            cls = ENTITY[self.label].cls
            return sorted(snapshot.ordered(cls), key=cast("Callable[[Entity], Place]", self.place))
        return snapshot.derived(_sorting(self))

    def cursor(self, entity: Entity) -> str:
        """Name a node's place."""
        values = [dump_value(getattr(entity, p.attribute)) for p in self._properties()]
        return opaque(orjson.dumps([self._name(), *values, entity.key]).decode())

    def read(self, cursor: str) -> Ordered:
        """Give the place that a cursor names. BadUsage when it is none of this order."""
        raw = _parsed(cursor)
        if len(raw) != len(self.keys) + 2 or raw[0] != self._name() or not isinstance(raw[-1], str):
            msg = "the cursor is not one of this connection in this order"
            raise BadUsage(msg, "give a cursor as an edge had it, with the same orderBy")
        try:
            values = [
                None if value is None else parse_value(prop, value)
                for prop, value in zip(self._properties(), raw[1:-1], strict=True)
            ]
        except BadValue as bad:
            msg = "the cursor holds a value that its property cannot have"
            raise BadUsage(msg, "give a cursor as an edge had it") from bad
        return self._place(values, raw[-1])

    def _name(self) -> str:
        return ",".join([self.label, *map(str, self.keys)])


def _parsed(cursor: str) -> Sequence[Json]:
    try:
        found = orjson.loads(plain(cursor) or "")
    except orjson.JSONDecodeError:
        return []
    return found if isinstance(found, list) else []


@lru_cache(maxsize=1_000)
def _sorting(order: Order) -> Callable[[Snapshot], Sequence[Entity]]:
    """Give the function that sorts by an order: one and the same each time, as a cache key is."""

    def rows(snapshot: Snapshot) -> Sequence[Entity]:
        found = snapshot.ordered(ENTITY[order.label].cls)
        if not order.keys or order.keys == (SortKey("key"),):
            return found
        return sorted(found, key=cast("Callable[[Entity], Place]", order.place))

    return rows


def order_of(label: str, given: Sequence[Mapping[str, object]] | None) -> Order:
    """Read the order that a caller asks for. BadUsage when it names too many properties."""
    keys = tuple(
        SortKey(str(_word(item["field"])), _word(item.get("direction")) == "desc")
        for item in given or ()
    )
    if len(keys) > MOST_KEYS:
        msg = f"orderBy has {len(keys)} entries: the limit is {MOST_KEYS}"
        raise BadUsage(msg, "a key breaks the ties anyway")
    return Order(label, keys)


def _word(value: object) -> object:
    return getattr(value, "value", value)
