"""The `Node` interface and the object type of each kind, read off the catalogue."""

from collections.abc import Callable, Iterable, Sequence

from strawberry.types.field import StrawberryField

from graph.model.catalog import EntityKind, common_properties
from graph.model.entities import Entity
from schema.building import ID, attribute, interface_type, object_type
from schema.types.values import Values
from schema.views import NodeView


def _head(values: Values) -> list[StrawberryField]:
    return [
        attribute("id", ID, "Opaque, unique among all nodes, made of kind and key."),
        attribute("kind", values.kind, "The kind of node."),
        attribute("title", str, "What to show a person: the name, or the key where it has none."),
    ]


def node_interface(values: Values) -> type:
    """Make `Node`: what every kind has."""
    return interface_type(
        "Node",
        "A thing of the graph. Its key is readable and unique within its kind.",
        [*_head(values), *map(values.field, common_properties())],
        _type_name,
    )


def _type_name(value: object) -> str:
    if not isinstance(value, NodeView):
        msg = f"{type(value).__name__} is not a node"
        raise TypeError(msg)
    return value.kind


def kind_type(
    kind: EntityKind[Entity], values: Values, node: type, more: Iterable[StrawberryField] = ()
) -> type:
    """Make the object type of a kind, without its relationships. `more` are fields of its own."""
    fields: Sequence[StrawberryField] = [
        *_head(values),
        *map(values.field, kind.properties),
        *more,
    ]
    return object_type(
        kind.label, kind.description, fields, interfaces=[node], holds=_is(kind.label)
    )


def _is(label: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, NodeView) and label == value.entity.KIND
