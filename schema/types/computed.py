"""Fields of what is computed of a node, read off the declarations."""

from datetime import date

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.analyses.goals.computed import Computed, computed_of
from schema.building import CallField, argument, attribute, optional
from schema.context import Context
from schema.naming import camel, described
from schema.rolling import once_rolled_up
from schema.types.values import Values
from schema.views import NodeView


def computed_fields(kind: str, values: Values) -> list[StrawberryField]:
    """Make the fields of a kind."""
    return [_field(found, values) for found in computed_of(kind)]


def _field(found: Computed, values: Values) -> StrawberryField:
    name, type_ = camel(found.prop.name), values.output(found.prop)
    text = described(found.prop.prop)
    if found.own:
        return attribute(name, type_, text, source=found.prop.attribute)

    def resolve(view: NodeView, context: Context, today: date | None = None) -> object:
        def give() -> object:
            day = (lambda: today) if today else (lambda: context.today(view.snapshot))
            return found.read(view.snapshot, day)(view.entity.ref)

        return once_rolled_up(view.snapshot, give) if found.rolled else give()

    return CallField(name, type_, text, resolve, [day_argument()] if found.daily else [])


def day_argument() -> StrawberryArgument:
    """Make the argument that says on which day something is judged."""
    text = "The day at which it is judged; the organisation's day if left out."
    return argument("today", optional(date), text)
