"""Two fields for each kind: one node by its key, and the connection of all."""

from collections.abc import Callable

from graph.model.catalog import EntityKind
from graph.model.entities import Entity
from graph.model.values import Ref
from schema.building import CallField, argument, optional
from schema.context import Context
from schema.naming import plural, singular, words
from schema.paging import window_of
from schema.queries.conditions import Filter
from schema.queries.filters import Filters
from schema.queries.listing import Given, listed, node_page, sight_of
from schema.queries.ordering import order_of
from schema.queries.pin import pinned
from schema.types.connections import Connections, window_arguments
from schema.views import NodeView, RootView, node_view


def node_field(kind: EntityKind[Entity], type_: type) -> CallField:
    """Make the field that gives a node by its key."""

    def resolve(root: RootView | None, context: Context, key: str) -> NodeView | None:
        return node_view(pinned(root, context), Ref(kind.label, key))

    what = words(kind.label)
    return CallField(
        singular(kind),
        optional(type_),
        f"The {what} of a key; null where there is none.",
        resolve,
        [argument("key", str, f"The {what}'s key.")],
    )


def connection_field(
    kind: EntityKind[Entity], type_: type, connections: Connections, filters: Filters
) -> CallField:
    """Make the field that lists the nodes of a kind."""
    what = words(kind.label)
    arguments = [*filters.arguments(kind.label), *window_arguments()]
    return CallField(
        plural(kind),
        optional(connections.of(kind.label, type_, f"{what}s")),
        f"All {what}s, page by page. {kind.description}",
        _list(kind),
        arguments,
    )


def _list(kind: EntityKind[Entity]) -> Callable[..., object]:
    def resolve(
        root: RootView | None,
        context: Context,
        filter_: Filter | None = None,
        order_by: Given = None,
        **window: object,
    ) -> object:
        snapshot, order = pinned(root, context), order_of(kind.label, order_by)
        wanted, sight = window_of(window), sight_of(snapshot, context)
        nodes = len(snapshot.keys(kind.label))
        if filter_ is None and not order.keys and snapshot.is_ordered(kind.label):
            return node_page(sight, order, filter_, wanted)
        return listed(
            sight, nodes, filter_, order, lambda: node_page(sight, order, filter_, wanted)
        )

    return resolve
