"""Tests of single values: what each operator of a filter makes of its operand.

A null inside a filter is a mistake, except for `eq`, where it asks for what has no value.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import TypeAlias, cast

from graph.errors import BadUsage
from graph.model.values import Moment, Value
from schema.folding import folded
from schema.naming import camel

Check: TypeAlias = Callable[[Value], bool]
"""Whether a value of a property passes."""


@dataclass(frozen=True, slots=True)
class ValueTest:
    """A test of a value: the operators that have to pass, and how many they are.

    `values` are what a value must be one of to pass, where the operators alone say so.
    """

    passes: Check
    operators: int = 1
    values: frozenset[Hashable] | None = None


def instant(moment: Moment) -> datetime:
    """Give the instant at which a moment begins: a day begins at midnight UTC."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(moment, time(), UTC)


def comparable(value: object) -> Hashable:
    """Give a value in the form in which it is compared and looked up."""
    if isinstance(value, date):
        return instant(value)
    return cast("Hashable", value.value if isinstance(value, Enum) else value)


def _equal(operand: object) -> Check:
    bound = comparable(operand)
    if isinstance(bound, datetime):
        return lambda value: value is not None and comparable(value) == bound
    return lambda value: value == bound


def _among(operand: object) -> Check:
    bounds = _set(operand)
    return lambda value: comparable(value) in bounds


def _set(operand: object) -> frozenset[Hashable]:
    return frozenset(map(comparable, cast("Sequence[object]", operand)))


def _ranged(holds: Callable[[float, float], bool]) -> Callable[[object], Check]:
    def read(operand: object) -> Check:
        bound = cast("float", comparable(operand))

        def check(value: Value) -> bool:
            return value is not None and holds(cast("float", comparable(value)), bound)

        return check

    return read


def _texts(holds: Callable[[str, str], bool]) -> Callable[[object], Check]:
    def read(operand: object) -> Check:
        wanted = folded(str(operand))
        return lambda value: value is not None and holds(folded(str(value)), wanted)

    return read


def _entries(value: Value) -> frozenset[Hashable]:
    return frozenset(map(comparable, value)) if isinstance(value, tuple) else frozenset()


def _has(operand: object) -> Check:
    wanted = comparable(operand)
    return lambda value: wanted in _entries(value)


def _has_any(operand: object) -> Check:
    wanted = _set(operand)
    return lambda value: not wanted.isdisjoint(_entries(value))


def _has_all(operand: object) -> Check:
    wanted = _set(operand)
    return lambda value: wanted <= _entries(value)


OPERATORS: Mapping[str, Callable[[object], Check]] = {
    "eq": _equal,
    "in": _among,
    "lt": _ranged(lambda value, bound: value < bound),
    "lte": _ranged(lambda value, bound: value <= bound),
    "gt": _ranged(lambda value, bound: value > bound),
    "gte": _ranged(lambda value, bound: value >= bound),
    "contains": _texts(lambda text, part: part in text),
    "startsWith": _texts(lambda text, part: text.startswith(part)),
    "endsWith": _texts(lambda text, part: text.endswith(part)),
    "isNull": lambda operand: lambda value: (value is None) is operand,
    "isEmpty": lambda operand: lambda value: (not value) is operand,
    "has": _has,
    "hasAny": _has_any,
    "hasAll": _has_all,
}
"""What each operator of a filter makes of its operand."""


def value_test(given: Mapping[str, object]) -> ValueTest:
    """Read the test of a value: all operators that are given have to pass."""
    refuse_nulls(given, but="eq")
    checks = [OPERATORS[name](operand) for name, operand in given.items()]
    values = [_set([given[name]] if name == "eq" else given[name]) for name in _EXACT & {*given}]
    known = frozenset.intersection(*values) if values else None
    return ValueTest(_all(checks), max(1, len(checks)), known)


_EXACT = {"eq", "in"}


def _all(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def record_test(given: Mapping[str, object]) -> ValueTest:
    """Read the test of a record by its parts; one that is not there has no parts either."""
    refuse_nulls(given)
    parts = {name: cast("ValueTest", test) for name, test in given.items() if name != "isNull"}
    checks = [_part(name, test.passes) for name, test in parts.items()]
    if "isNull" in given:
        checks.append(OPERATORS["isNull"](given["isNull"]))
    return ValueTest(_all(checks), max(1, sum(test.operators for test in parts.values())))


def _part(name: str, check: Check) -> Check:
    return lambda value: check(getattr(value, name, None))


def records_test(given: Mapping[str, object]) -> ValueTest:
    """Read the test of a list of records: by some, every or none of them."""
    refuse_nulls(given)
    tests = {name: cast("ValueTest", test) for name, test in given.items() if name != "isEmpty"}
    checks = [_quantified(name, test.passes) for name, test in tests.items()]
    if "isEmpty" in given:
        checks.append(OPERATORS["isEmpty"](given["isEmpty"]))
    return ValueTest(_all(checks), max(1, sum(test.operators for test in tests.values())))


def _quantified(name: str, check: Check) -> Check:
    def passes(value: Value) -> bool:
        items = cast("Sequence[Value]", value or ())
        if name == "every":
            return all(map(check, items))
        return any(map(check, items)) is (name == "some")

    return passes


def refuse_nulls(given: Mapping[str, object], *, but: str = "") -> None:
    """Raise BadUsage: a variable that was left out must not widen a filter to everything."""
    for name, operand in given.items():
        if operand is None and name != but:
            msg = f"the filter's {camel(name)} is null"
            raise BadUsage(msg, "leave it out, or use isNull")
