"""The scalars: days, instants, moments that are either, and plain JSON."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from graph.model.codec import BadValue, dump_value, parse_date, parse_instant, parse_moment
from graph.model.values import Json
from schema.building import TypeRef

T = TypeVar("T")


class MomentValue:
    """Stands for the Moment scalar, which no single class of Python is."""


class JsonValue:
    """Stands for the JSON scalar."""


MOMENT: TypeRef = MomentValue
JSON: TypeRef = JsonValue


def _reader(parse: Callable[[Json], T], name: str) -> Callable[[object], T]:
    def read(raw: object) -> T:
        try:
            return parse(raw if isinstance(raw, str) else None)
        except BadValue as bad:
            msg = f"{name} {bad}"
            raise GraphQLError(msg) from bad

    return read


def _moment(value: object) -> Json:
    if not isinstance(value, date):
        msg = "not a day or an instant"
        raise GraphQLError(msg)
    return dump_value(value)


def _refused(_: object) -> object:
    msg = "JSON is only ever given, never taken"
    raise GraphQLError(msg)


def _as_is(value: object) -> object:
    return value


def scalars() -> Mapping[object, ScalarDefinition]:
    """Give the scalars by what stands for them in Python."""
    return {
        date: strawberry.scalar(
            name="Date",
            description="A day of the calendar, YYYY-MM-DD (ISO 8601).",
            specified_by_url="https://scalars.graphql.org/andimarek/local-date",
            serialize=_moment,
            parse_value=_reader(parse_date, "Date"),
        ),
        datetime: strawberry.scalar(
            name="DateTime",
            description=(
                "An instant, ISO 8601, such as 2026-03-01T09:30:00Z. Given in UTC; taken with any"
                " offset, without one it is UTC."
            ),
            specified_by_url="https://scalars.graphql.org/andimarek/date-time",
            serialize=_moment,
            parse_value=_reader(parse_instant, "DateTime"),
        ),
        MomentValue: strawberry.scalar(
            name="Moment",
            description=(
                "A day or an instant: YYYY-MM-DD, or ISO 8601 such as 2026-03-01T09:30:00Z. It is"
                " given as precisely as it was recorded."
            ),
            serialize=_moment,
            parse_value=_reader(parse_moment, "Moment"),
        ),
        JsonValue: strawberry.scalar(
            name="JSON",
            description="Any JSON value. Only in answers: what the log holds of a property.",
            serialize=_as_is,
            parse_value=_refused,
        ),
    }
