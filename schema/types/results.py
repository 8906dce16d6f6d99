"""The types of what analyses give, read off their result classes.

A mapping becomes a list of entries with a `name`; a row that names a node by kind and key, or by a
key whose kind is known, gets a field `node` that leads back into the graph.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import UnionType
from typing import Union, cast, get_args, get_origin, get_type_hints

from strawberry.types.field import StrawberryField

from graph.model.catalog import ENTITY
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import CallField, TypeRef, attribute, extend, many, object_type, optional
from schema.context import Context
from schema.naming import camel, pascal
from schema.scalars import MOMENT
from schema.types.resultwords import KINDS, LARGE, WORDS
from schema.views import NodeView, node_view

_PLAIN = (str, int, float, bool, date, datetime)


class ResultView:
    """A result, or a row of one, with the snapshot that it was computed on."""

    __slots__ = ("result", "snapshot")

    def __init__(self, snapshot: Snapshot, result: object) -> None:
        self.snapshot = snapshot
        self.result = result

    def __getattr__(self, name: str) -> object:
        return _viewed(self.snapshot, getattr(self.result, name))


class EntryView:
    """An entry of a mapping: its name beside the value, or beside the fields of the value."""

    __slots__ = ("item", "name")

    def __init__(self, name: str, item: object) -> None:
        self.name = name
        self.item = item

    def __getattr__(self, name: str) -> object:
        if isinstance(self.item, ResultView):
            return getattr(self.item, name)
        if name == "value":
            return self.item
        raise AttributeError(name)


def _viewed(snapshot: Snapshot, value: object) -> object:
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return [ResultView(snapshot, item) for item in value]
    if isinstance(value, Mapping):
        return [EntryView(str(k), _viewed(snapshot, v)) for k, v in value.items()]
    return ResultView(snapshot, value) if is_dataclass(value) else value


class Results:
    """Makes each result type once. `nodes` are the types of the kinds, `node` their interface."""

    def __init__(self, node: type, nodes: Mapping[str, type]) -> None:
        self._node = node
        self._nodes = nodes
        self._made: dict[str, type] = {}

    def of(self, cls: type) -> type:
        """Give the type of a result class."""
        if cls.__name__ not in self._made:
            # Made before its fields are read: a tree's rows are of its own type.
            made = object_type(cls.__name__, _text(cls), [])
            self._made[cls.__name__] = made
            extend(made, self._fields(cls))
        return self._made[cls.__name__]

    def _fields(self, cls: type) -> list[StrawberryField]:
        hints = get_type_hints(cls)
        found: list[StrawberryField] = [
            attribute(
                camel(field.name),
                self._type(hints[field.name], cls.__name__, field.name),
                description(cls.__name__, field.name),
                source=field.name,
            )
            for field in fields(cls)
            if not field.name.startswith("_")
        ]
        if "kind" in hints and "key" in hints:
            found.append(CallField("node", optional(self._node), "The node itself.", _by_kind))
        elif cls.__name__ in KINDS:
            kind = KINDS[cls.__name__]
            text = "The node itself."
            found.append(CallField("node", optional(self._nodes[kind]), text, _by_key(kind)))
        return found

    def _type(self, hint: object, owner: str, name: str) -> TypeRef:
        if get_origin(hint) in {Union, UnionType}:
            return self._union(hint, owner, name)
        if get_origin(hint) is tuple:
            return many(self._type(get_args(hint)[0], owner, name))
        if get_origin(hint) is not None:
            return many(self._entry(get_args(hint)[1], owner, name))
        if is_dataclass(hint):
            return self.of(cast("type", hint))
        if hint is int and name in LARGE:
            return float
        return cast("type", hint) if hint in _PLAIN else str

    def _union(self, hint: object, owner: str, name: str) -> TypeRef:
        rest = [part for part in get_args(hint) if part is not type(None)]
        if set(rest) == {date, datetime}:
            single: TypeRef = MOMENT
        elif set(rest) == {int, float}:
            single = float
        else:
            single = self._type(rest[0], owner, name)
        return optional(single) if len(rest) < len(get_args(hint)) else single

    def _entry(self, hint: object, owner: str, name: str) -> type:
        """Give the type of a mapping's entries."""
        title = f"{owner}{pascal(name)}Entry"
        if title not in self._made:
            own: list[StrawberryField] = [attribute("name", str, "What the entry is about.")]
            if is_dataclass(hint):
                own += self._fields(cast("type", hint))
            else:
                type_ = self._type(hint, owner, name)
                own.append(attribute("value", type_, description(owner, name)))
            text = f"An entry of `{camel(name)}`: {description(owner, name)}"
            self._made[title] = object_type(title, text, own)
        return self._made[title]


def _by_kind(row: ResultView, context: Context) -> NodeView | None:
    del context
    kind, key = str(row.kind), str(row.key)
    return node_view(row.snapshot, Ref(kind, key)) if kind in ENTITY else None


def _by_key(kind: str) -> Callable[[ResultView, Context], NodeView | None]:
    def resolve(row: ResultView, context: Context) -> NodeView | None:
        del context
        return node_view(row.snapshot, Ref(kind, str(row.key)))

    return resolve


def description(owner: str, name: str) -> str:
    """Give the words for a field of a result class; empty where nobody wrote them."""
    return WORDS.get(f"{owner}.{name}") or WORDS.get(name) or ""


def _text(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split("\n\n")[0].split())
