"""What is computed of single nodes and can be asked for, filtered and sorted by, like a property.

To add one: a line in `COMPUTED`; the API's field, filter and order follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from graph.analyses.goals.lineage import level_of
from graph.analyses.goals.pace import Pace, cycle_of, pace_of
from graph.analyses.goals.progress import reading_of
from graph.analyses.goals.rollup import rollup
from graph.model.catalog import Property
from graph.model.entities import KeyResult, Objective, WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Prop, Ref, Shape, Value
from graph.model.vocabulary import FlowState, ObjectiveLevel, PaceStatus, Term

_FIRST = date.min


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """A computed property of a kind: how it looks, and how it is found in a snapshot on a day.

    `rolled` says that it needs the roll-up, `daily` that it depends on the day, `own` that it
    depends on nothing but the node, which has it as an attribute.
    """

    kind: str
    prop: Property
    value: Callable[[Snapshot, Ref, date], Value]
    rolled: bool = False
    daily: bool = False
    own: bool = False

    def read(self, snapshot: Snapshot, day: Callable[[], date]) -> Callable[[Ref], Value]:
        """Give what finds it for many nodes; the day is asked for where it is needed."""
        value, at = self.value, day() if self.daily else _FIRST
        return lambda ref: value(snapshot, ref, at)


def _property(
    name: str, shape: Shape, text: str, unit: str = "", term: type[Term] | None = None
) -> Property:
    return Property(
        name, name, shape, many=False, required=False, default=None,
        prop=Prop(text, unit, system=True), term=term,
    )  # fmt: skip


def _progress(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return rollup(snapshot).progress(ref)


def _coverage(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return rollup(snapshot).coverage(ref)


def _confidence(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return rollup(snapshot).confidence(ref)


def _paced(snapshot: Snapshot, ref: Ref, today: date) -> Pace:
    return pace_of(rollup(snapshot).progress(ref), cycle_of(snapshot, ref), today)


def _expected(snapshot: Snapshot, ref: Ref, today: date) -> Value:
    return _paced(snapshot, ref, today).expected


_PACES = {str(member): member for member in PaceStatus}


def _pace(snapshot: Snapshot, ref: Ref, today: date) -> Value:
    word = _paced(snapshot, ref, today).pace
    return None if word is None else _PACES[word]


def _level(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return level_of(snapshot, ref)


def _raw_progress(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return reading_of(snapshot, cast("KeyResult", snapshot.get(ref))).raw


def _checked_in(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return reading_of(snapshot, cast("KeyResult", snapshot.get(ref))).checked_in


def _current_state(snapshot: Snapshot, ref: Ref, _: date) -> Value:
    return cast("WorkItem", snapshot.get(ref)).current_state


_COST = "Cost: constant, once the roll-up of the revision is there."
_RATIO = "ratio 0-1"


_PROGRESS = f"Rolled up from the key results below it; null without data. {_COST}"
_COVERAGE = f"The share of the weights below it that had data. {_COST}"
_EXPECTED = (
    "The progress that the day asks for: linear from the first day of its cycle to the last; null"
    " without a dated cycle. The cycle is its own, else that of the nearest objective above. Cost:"
    " the steps up to that."
)
_PACE = (
    "How its progress compares with what the day asks for; null where it has progress but no dated"
    " cycle. Cost: that of `progress` and `expected`."
)


def _of_goals(kind: str) -> tuple[Computed, ...]:
    progress = _property("progress", Shape.NUMBER, _PROGRESS, _RATIO)
    coverage = _property("coverage", Shape.NUMBER, _COVERAGE, _RATIO)
    expected = _property("expected", Shape.NUMBER, _EXPECTED, _RATIO)
    pace = _property("pace", Shape.TERM, _PACE, term=PaceStatus)
    return (
        Computed(kind, progress, _progress, rolled=True),
        Computed(kind, coverage, _coverage, rolled=True),
        Computed(kind, expected, _expected, rolled=True, daily=True),
        Computed(kind, pace, _pace, rolled=True, daily=True),
    )


COMPUTED: tuple[Computed, ...] = (
    *_of_goals(Objective.KIND),
    Computed(
        Objective.KIND,
        _property(
            "confidence",
            Shape.NUMBER,
            "The owners' judgements of the key results below it, a weighted mean apart from"
            f" progress; null where nobody gave one. {_COST}",
            _RATIO,
        ),
        _confidence,
        rolled=True,
    ),
    Computed(
        Objective.KIND,
        _property(
            "level",
            Shape.TERM,
            "Where it stands: that of its owner. Cost: constant.",
            term=ObjectiveLevel,
        ),
        _level,
    ),
    *_of_goals(KeyResult.KIND),
    Computed(
        KeyResult.KIND,
        _property(
            "raw_progress",
            Shape.NUMBER,
            "Progress by its latest check-in, or else its current value, as it is, below 0 or above"
            " 1 too; null without data of its own.",
        ),
        _raw_progress,
    ),
    Computed(
        KeyResult.KIND,
        _property(
            "checked_in",
            Shape.DATE,
            "The organisation's day of its last check-in; null where there is none.",
        ),
        _checked_in,
    ),
    Computed(
        WorkItem.KIND,
        _property(
            "current_state",
            Shape.TERM,
            "The last entry of its history, or the bare state where it has no history.",
            term=FlowState,
        ),
        _current_state,
        own=True,
    ),
)
"""All computed properties, in the order in which the API lists them."""


def computed_of(kind: str) -> tuple[Computed, ...]:
    """Give the computed properties of a kind."""
    return tuple(found for found in COMPUTED if found.kind == kind)
