"""What only a work item has: its state as its history has it."""

from strawberry.types.field import StrawberryField

from graph.model.vocabulary import FlowState
from schema.building import attribute, optional
from schema.types.values import Values


def fields(values: Values) -> list[StrawberryField]:
    """Make the fields."""
    return [
        attribute(
            "currentState",
            optional(values.term(FlowState)),
            "The last entry of its history, or the bare state where it has no history.",
            source="current_state",
        )
    ]
