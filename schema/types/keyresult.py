"""What only a key result has: how far it has come by its own value."""

from datetime import date
from typing import cast

from strawberry.types.field import StrawberryField

from graph.analyses.goals.progress import Reading, reading_of
from graph.model.entities import KeyResult
from schema.building import CallField, optional
from schema.context import Context
from schema.views import NodeView


def fields() -> list[StrawberryField]:
    """Make the fields."""
    return [
        CallField(
            "rawProgress",
            optional(float),
            "Progress by its latest check-in, or else its current value, as it is, below 0 or above"
            " 1 too; null without data of its own.",
            lambda view, context: _reading(view, context).raw,
        ),
        CallField(
            "checkedIn",
            optional(date),
            "The organisation's day of its last check-in; null where there is none.",
            lambda view, context: _reading(view, context).checked_in,
        ),
    ]


def _reading(view: NodeView, _: Context) -> Reading:
    return reading_of(view.snapshot, cast("KeyResult", view.entity))
