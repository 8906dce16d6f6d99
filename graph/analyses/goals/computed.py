"""What is computed of single nodes and can be asked for, and filtered by, like a property.

To add one: a line in `COMPUTED`; the API's field and filter follow.
"""

from collections.abc import Callable
from dataclasses import dataclass

from graph.analyses.goals.lineage import level_of
from graph.analyses.goals.rollup import rollup
from graph.model.catalog import Property
from graph.model.entities import KeyResult, Objective
from graph.model.snapshot import Snapshot
from graph.model.values import Prop, Ref, Shape, Value
from graph.model.vocabulary import ObjectiveLevel, Term


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """A computed property of a kind: how it looks, and how it is found in a snapshot."""

    kind: str
    prop: Property
    value: Callable[[Snapshot, Ref], Value]


def _property(
    name: str, shape: Shape, text: str, unit: str = "", term: type[Term] | None = None
) -> Property:
    return Property(
        name, name, shape, many=False, required=False, default=None,
        prop=Prop(text, unit, system=True), term=term,
    )  # fmt: skip


def _progress(snapshot: Snapshot, ref: Ref) -> Value:
    return rollup(snapshot).progress(ref)


def _coverage(snapshot: Snapshot, ref: Ref) -> Value:
    return rollup(snapshot).coverage(ref)


def _confidence(snapshot: Snapshot, ref: Ref) -> Value:
    return rollup(snapshot).confidence(ref)


_COST = "Cost: constant, once the roll-up of the revision is there."
_NUMBERS = (
    (
        "progress",
        f"Rolled up from the key results below it; null without data. {_COST}",
        _progress,
    ),
    ("coverage", f"The share of the weights below it that had data. {_COST}", _coverage),
)

COMPUTED: tuple[Computed, ...] = (
    *(
        Computed(kind, _property(name, Shape.NUMBER, text, "ratio 0-1"), value)
        for kind in (Objective.KIND, KeyResult.KIND)
        for name, text, value in _NUMBERS
    ),
    Computed(
        Objective.KIND,
        _property(
            "confidence",
            Shape.NUMBER,
            "The owners' judgements of the key results below it, a weighted mean apart from"
            f" progress; null where nobody gave one. {_COST}",
            "ratio 0-1",
        ),
        _confidence,
    ),
    Computed(
        Objective.KIND,
        _property(
            "level",
            Shape.TERM,
            "Where it stands: that of its owner. Cost: constant.",
            term=ObjectiveLevel,
        ),
        level_of,
    ),
)
"""All computed properties, in the order in which the API lists them."""


def computed_of(kind: str) -> tuple[Computed, ...]:
    """Give the computed properties of a kind."""
    return tuple(found for found in COMPUTED if found.kind == kind)
