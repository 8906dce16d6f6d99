"""What a dependency has beyond its properties: the moves that its status allows."""

from graph.model.dependencylife import DependencyMove, moves_from
from graph.model.relations import DependsOn
from schema.building import CallField, many
from schema.context import Context
from schema.types.values import Values
from schema.views import RelationView


def fields(values: Values) -> list[CallField]:
    """Make the fields."""
    text = "The moves that its status allows now; each is a mutation, such as `agreeDependency`."
    return [CallField("moves", many(values.term(DependencyMove)), text, _moves)]


def _moves(view: RelationView, context: Context) -> list[DependencyMove]:
    del context
    link = view.relationship
    return list(moves_from(link.status)) if isinstance(link, DependsOn) else []
