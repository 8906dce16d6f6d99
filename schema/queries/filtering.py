"""Filters: which nodes of a kind to list. Reading an input gives the test that a node must pass.

A null inside a filter is a mistake, except for `eq`, where it asks for nodes without a value.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import TypeAlias, cast

from graph.errors import BadUsage
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Value
from schema.queries.ordering import Comparable, instant

Test: TypeAlias = Callable[[Value], bool]
"""Whether a value of a property passes."""

NodeTest: TypeAlias = Callable[[Snapshot, Entity], bool]
"""Whether a node passes."""


def _same(value: object) -> Comparable:
    """Give a value in the form in which it is compared."""
    if isinstance(value, date):
        return instant(value)
    return cast("Comparable", value.value if isinstance(value, Enum) else value)


def _less(bound: object, value: Value) -> bool:
    return cast("float", _same(value)) < cast("float", _same(bound))


def _equal(bound: object, value: Value) -> bool:
    if bound is None or value is None:
        return bound is value
    return _same(value) == _same(bound)


def _text(value: object) -> str:
    return str(value).casefold()


def _has(value: Value, word: object) -> bool:
    return isinstance(value, tuple) and any(_same(item) == _same(word) for item in value)


def _list(operand: object) -> Sequence[object]:
    return cast("Sequence[object]", operand)


OPERATORS: Mapping[str, Callable[[object], Test]] = {
    "eq": lambda operand: lambda value: _equal(operand, value),
    "in": lambda operand: lambda value: any(_equal(item, value) for item in _list(operand)),
    "lt": lambda operand: lambda value: value is not None and _less(operand, value),
    "lte": lambda operand: (
        lambda value: value is not None and (_less(operand, value) or _equal(operand, value))
    ),
    "gt": lambda operand: (
        lambda value: value is not None and not (_less(operand, value) or _equal(operand, value))
    ),
    "gte": lambda operand: lambda value: value is not None and not _less(operand, value),
    "contains": lambda operand: lambda value: value is not None and _text(operand) in _text(value),
    "startsWith": lambda operand: (
        lambda value: value is not None and _text(value).startswith(_text(operand))
    ),
    "isNull": lambda operand: lambda value: (value is None) is operand,
    "isEmpty": lambda operand: lambda value: (not value) is operand,
    "has": lambda operand: lambda value: _has(value, operand),
    "hasAny": lambda operand: lambda value: any(_has(value, word) for word in _list(operand)),
    "hasAll": lambda operand: lambda value: all(_has(value, word) for word in _list(operand)),
}
"""What each operator of a filter makes of its operand."""


def value_test(given: Mapping[str, object]) -> Test:
    """Give the test of one property: all operators that are given have to pass."""
    for name, operand in given.items():
        if operand is None and name != "eq":
            refuse_null(name)
    tests = [OPERATORS[name](operand) for name, operand in given.items()]
    return lambda value: all(test(value) for test in tests)


def property_test(attribute: str, test: Test) -> NodeTest:
    """Give the test of a node by one of its properties."""
    return lambda _, entity: test(getattr(entity, attribute))


def all_of(tests: Sequence[NodeTest]) -> NodeTest:
    """Give the test that passes when all do."""
    return lambda snapshot, entity: all(test(snapshot, entity) for test in tests)


def any_of(tests: Sequence[NodeTest]) -> NodeTest:
    """Give the test that passes when one does."""
    return lambda snapshot, entity: any(test(snapshot, entity) for test in tests)


def none_of(test: NodeTest) -> NodeTest:
    """Give the test that passes when another does not."""
    return lambda snapshot, entity: not test(snapshot, entity)


def refuse_null(name: str) -> None:
    """Raise BadUsage: a variable that was left out must not widen a filter to everything."""
    msg = f"the filter's {name} is null"
    raise BadUsage(msg, "leave it out, or use isNull")
