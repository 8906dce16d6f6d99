"""Between values and what both engines can hold: texts, numbers, booleans and lists of one type.

Days and instants are ISO 8601 texts in UTC: they sort as texts, and neither engine rewrites them.
One property has one type, always: a number is a float even where it is whole.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeAlias, cast

from graph.model.catalog import Property
from graph.model.codec import dump_value, parse_value
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Json, Shape, Value

Stored: TypeAlias = bool | int | float | str | list[float] | list[str]
Row: TypeAlias = dict[str, Stored]


def encode(properties: tuple[Property, ...], thing: Entity | Relation) -> Row:
    """Give a thing's properties as the database holds them; what is not set is left out."""
    row: Row = {}
    for prop in properties:
        value: Value = getattr(thing, prop.attribute)
        if value is None or value == ():
            continue
        row[prop.name] = _encode(prop, value)
    return row


def _encode(prop: Property, value: Value) -> Stored:
    if prop.many:
        items = cast("tuple[Value, ...]", value)
        return [_text(prop, item) for item in items]
    if prop.record is not None:
        return [float(part) for part in cast("tuple[float, ...]", value)]
    if isinstance(value, bool | int | float) and prop.shape is not Shape.INTEGER:
        return value if isinstance(value, bool) else float(value)
    return _plain(value)


def _plain(value: Value) -> Stored:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else cast("Stored", value)


def _text(prop: Property, item: Value) -> str:
    """Write an element of a list as one text; the fields of a record stand between blanks.

    Only a record's last field may hold blanks itself: that is how it is read back.
    """
    if prop.record is None:
        return str(dump_value(item))
    return " ".join(str(_plain(part)) for part in cast("tuple[Value, ...]", item))


def decoder(prop: Property) -> Callable[[Stored], Value]:
    """Give the function that makes values of what the database held of a property.

    It trusts what it reads: only this module wrote it. Equal texts give the same value object, so
    that a column of a few states or days costs a few values.
    """
    item = _item_decoder(prop)
    if prop.many:
        return lambda stored: cast("Value", tuple(map(item, cast("list[str]", stored))))
    return item


def _item_decoder(prop: Property) -> Callable[[Stored], Value]:
    if prop.record is not None:
        return _record_decoder(prop, prop.record)
    if prop.shape in _AS_IT_IS:
        return lambda stored: cast("Value", stored)
    known: dict[Stored, Value] = {}

    def read(stored: Stored) -> Value:
        value = known.get(stored)
        if value is None:
            value = known[stored] = parse_value(replace(prop, many=False), cast("Json", stored))
        return value

    return read


_AS_IT_IS = frozenset({Shape.TEXT, Shape.NUMBER, Shape.INTEGER, Shape.BOOLEAN})


def _record_decoder(prop: Property, record: type[tuple[Value, ...]]) -> Callable[[Stored], Value]:
    make = cast("Callable[..., Value]", record)
    if not prop.many:
        return lambda stored: make(*cast("list[float]", stored))
    parts = [float if part.shape is Shape.NUMBER else _item_decoder(part) for part in prop.parts]
    known: dict[str, Value] = {}

    def read(stored: Stored) -> Value:
        text = cast("str", stored)
        value = known.get(text)
        if value is None:
            texts = text.split(" ", len(parts) - 1)
            value = make(*(part(word) for part, word in zip(parts, texts, strict=True)))
            known[text] = value
        return value

    return read
