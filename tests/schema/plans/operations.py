"""Operations of all kinds over a whole schema, valid by its rules; whether they succeed is open.

They come of a seeded source, so that a number names one of them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

DEEPEST: Final = 6
"""So deep are selections at most."""
FEW: Final = ("first", "last", "limit", "depth", "maxPaths", "near", "top")
"""Arguments that say how much there is: kept small, so that an operation stays within its cost."""


@dataclass(frozen=True)
class Operation:
    """A document with one operation, and its variables."""

    text: str
    variables: Mapping[str, Any]


@dataclass
class Words:
    """What texts may be: names of things that are there, and others."""

    keys: Sequence[str]
    ids: Sequence[str]
    texts: Sequence[str] = ("", "a", "team", "SIG", "é", "zz-none", '"', "Team/x", "\\u0000", "%")
    days: Sequence[str] = ("2026-01-01", "2026-05-15", "2025-12-31", "2026-02-30")
    instants: Sequence[str] = ("2026-05-15T09:30:00Z", "2020-01-01T00:00:00+01:00", "never")


class Operations:
    """Makes operations on a schema."""

    def __init__(self, schema: GraphQLSchema, words: Words) -> None:
        self._schema = schema
        self._words = words

    def query(self, seed: int) -> Operation:
        """Give the query of a number."""
        return _Making(self._schema, self._words, Random(seed)).query()


@dataclass
class _Making:
    schema: GraphQLSchema
    words: Words
    random: Random
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def query(self) -> Operation:
        root = self.schema.query_type
        assert root is not None
        selected = self._selection(root, DEEPEST, self.random.randint(1, 3))
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        name = self.random.choice(["", "Asked"])
        head = f"query {name}{declared}" if name or declared or self.random.random() < 0.5 else ""
        return Operation("\n".join([f"{head} {selected}", *self.fragments]), self.variables)

    def _selection(
        self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int, most: int
    ) -> str:
        names = list(type_.fields)
        count = min(len(names), self.random.randint(1, most))
        parts = [
            self._field(type_, name, depth)
            for name in self.random.sample(names, count)
            if depth > 0 or is_leaf_type(get_named_type(type_.fields[name].type))
        ]
        if self.random.random() < 0.25:
            parts.append("__typename")
        if parts and self.random.random() < 0.15:
            parts.append(self._again(parts))
        if isinstance(type_, GraphQLInterfaceType) and self.random.random() < 0.7:
            parts += self._kinds(type_, depth)
        elif depth > 0 and self.random.random() < 0.15:
            parts.append(self._fragment(type_, type_, depth))
        self.random.shuffle(parts)
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _again(self, parts: Sequence[str]) -> str:
        """Give a part once more: fields of one name are merged."""
        return self.random.choice([part for part in parts if part])

    def _kinds(self, type_: GraphQLInterfaceType, depth: int) -> list[str]:
        possible = list(self.schema.get_possible_types(type_))
        some = self.random.sample(possible, min(len(possible), self.random.randint(1, 3)))
        return [self._fragment(type_, each, depth) for each in some]

    def _fragment(self, of: GraphQLNamedType, on: GraphQLNamedType, depth: int) -> str:
        assert isinstance(on, GraphQLObjectType | GraphQLInterfaceType)
        # Below other aliases than those around it, fields of one name cannot be in each other's way.
        inside = self._selection(on, depth - 1, 3)
        if self.random.random() < 0.5:
            condition = f"on {on.name} " if of is not on or self.random.random() < 0.5 else ""
            return f"... {condition}{self._decided()}{inside}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {on.name} {inside}")
        return f"...{name} {self._decided()}"

    def _field(self, type_: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
        found: GraphQLField = type_.fields[name]
        given = self._arguments(found.args)
        # An alias of its own for whatever has arguments, or differs between types.
        self.names += 1
        alias = f"{name}_{self.names}: "
        inner = get_named_type(found.type)
        head = f"{alias}{name}{given} {self._decided()}"
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
            return head
        # Told twice, with one selection each, it is one field with both.
        times = 2 if self.random.random() < 0.1 else 1
        return " ".join(head + self._selection(inner, depth - 1, 4) for _ in range(times))

    def _decided(self) -> str:
        if self.random.random() > 0.12:
            return ""
        word = self.random.choice(["skip", "include"])
        value = self.random.random() < 0.5
        if self.random.random() < 0.5:
            return f"@{word}(if: {json.dumps(value)}) "
        return f"@{word}(if: {self._variable('Boolean!', value)}) "

    def _arguments(self, declared: Mapping[str, GraphQLArgument]) -> str:
        given = []
        for name, each in declared.items():
            needed = is_non_null_type(each.type) and each.default_value is Undefined
            few = name in FEW
            if name in {"last", "before"} and self.random.random() < 0.7:
                continue  # one way at a time, as a rule
            if not needed and self.random.random() > (0.8 if few else 0.3):
                continue
            value = self._few() if few else self._value(each.type, 3)
            if self.random.random() < 0.3:
                given.append(f"{name}: {self._variable(str(each.type), _plain(value))}")
            else:
                given.append(f"{name}: {_literal(value)}")
        return f"({', '.join(given)})" if given else ""

    def _variable(self, type_: str, value: object) -> str:
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {type_}")
        self.variables[name] = value
        return f"${name}"

    def _few(self) -> int:
        return self.random.choice(
            [0, 1, 1, 2, 2, 3, 5, *([-1] if self.random.random() < 0.1 else [])]
        )

    def _value(self, type_: GraphQLInputType, depth: int) -> Any:  # noqa: ANN401
        if is_non_null_type(type_):
            return self._present(type_.of_type, depth)
        return None if self.random.random() < 0.05 else self._present(type_, depth)

    def _present(self, type_: Any, depth: int) -> Any:  # noqa: ANN401 - guards narrow it
        if is_list_type(type_):
            return [self._value(type_.of_type, depth) for _ in range(self.random.randint(0, 2))]
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        if isinstance(type_, GraphQLEnumType):
            return _Enum(self.random.choice(list(type_.values)))
        return self._scalar(get_named_type(type_).name)

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> Any:  # noqa: ANN401
        needed = [
            name
            for name, each in type_.fields.items()
            if is_non_null_type(each.type) and each.default_value is Undefined
        ]
        names = [name for name in type_.fields if name not in needed]
        most = 1 if type_.is_one_of or depth < 1 else 2
        some = self.random.sample(
            names, min(len(names), self.random.randint(0 if depth else 1, most))
        )
        plain = [n for n in some if depth > 0 or _is_plain(type_.fields[n].type)]
        chosen = [*needed, *plain]
        return {name: self._value(type_.fields[name].type, depth - 1) for name in chosen}

    def _scalar(self, name: str) -> Any:  # noqa: ANN401
        words, choose = self.words, self.random.choice
        makers: Mapping[str, Callable[[], Any]] = {
            "Int": lambda: choose([0, 1, 2, 3, 7, -1]),
            "Float": lambda: choose([0.0, 0.5, 1.0, -2.5, 3]),
            "Boolean": lambda: choose([True, False]),
            "ID": lambda: choose([choose(words.ids), choose(words.keys), choose(words.texts)]),
            "String": lambda: choose([choose(words.keys), choose(words.texts)]),
            "Date": lambda: choose(words.days),
            "DateTime": lambda: choose(words.instants),
            "Moment": lambda: choose([*words.days, *words.instants]),
        }
        return makers[name]()


class _Enum(str):
    """A value that is written without quotes."""

    __slots__ = ()


def _is_plain(type_: GraphQLInputType) -> bool:
    return is_leaf_type(get_named_type(type_))


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Give a value as a variable holds it."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, _Enum) else value


def _literal(value: Any) -> str:  # noqa: ANN401
    """Give a value as a document holds it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return str(value) if isinstance(value, _Enum) else json.dumps(value, ensure_ascii=False)
