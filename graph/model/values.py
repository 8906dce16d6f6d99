"""The values a property can hold, and the reference that names a node."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self, TypeAlias

from graph.model.vocabulary import DependencyStatus, FlowState, MaturityArea, MaturityStage

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | dict[str, Json]"
"""What a JSON or YAML document can hold: the raw form of every value."""

Moment: TypeAlias = date | datetime
"""A day, or an instant (always aware of its zone, kept in UTC)."""


class Ref(NamedTuple):
    """Names a node: its kind and its key. Written `Team/sig-node`."""

    kind: str
    key: str

    def __str__(self) -> str:
        """Give the written form."""
        return f"{self.kind}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `KIND/KEY`; the key may hold further slashes. ValueError when there is no slash."""
        kind, slash, key = text.partition("/")
        if not slash or not kind or not key:
            msg = f"{text!r} does not name a node"
            raise ValueError(msg)
        return cls(kind, key)


class Estimate(NamedTuple):
    """A three-point estimate in working days: optimistic ≤ likely ≤ pessimistic."""

    optimistic: float
    likely: float
    pessimistic: float


class StateChange(NamedTuple):
    """A work item entered a flow state at a moment."""

    state: FlowState
    at: Moment


class StatusChange(NamedTuple):
    """A dependency entered a status at a moment."""

    status: DependencyStatus
    at: Moment


class SeriesPoint(NamedTuple):
    """A value of a metric at a moment."""

    at: Moment
    value: float


class Tranche(NamedTuple):
    """A part of a budget line, released once a key result stands at a progress (0 to 1)."""

    amount: float
    progress: float
    key_result: str


class AreaRating(NamedTuple):
    """The stage a maturity area was rated at."""

    area: MaturityArea
    stage: MaturityStage


RecordValue: TypeAlias = Estimate | StateChange | StatusChange | SeriesPoint | Tranche | AreaRating
Value: TypeAlias = (
    None
    | bool
    | int
    | float
    | str
    | date
    | datetime
    | RecordValue
    | tuple[str, ...]
    | tuple[date, ...]
    | tuple[RecordValue, ...]
)
"""What a property of an entity or a relation holds in memory."""


class Shape(StrEnum):
    """How a property's value is laid out."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    MOMENT = "moment"
    TERM = "term"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Prop:
    """What a property declares beside its type: meaning, unit, bounds, who may set it.

    `system` properties are stamped by the writer and never taken from a caller; `immutable` ones
    are set once, at creation.
    """

    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    system: bool = False
    immutable: bool = False
