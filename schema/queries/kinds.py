"""Two fields for each kind: one node by its key, and the connection of all."""

from collections.abc import Callable, Mapping, Sequence

from graph.analyses.goals.rollup import is_rolled_up
from graph.model.catalog import EntityKind
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import CallField, argument, many, optional
from schema.context import Context
from schema.naming import plural, singular, words
from schema.paging import Page, Rows, Window, window_of
from schema.queries.filtering import NodeTest
from schema.queries.filters import Filters
from schema.queries.ordering import Order, order_of
from schema.queries.pin import pinned
from schema.types.connections import Connections, window_arguments
from schema.views import NodeEdge, NodeView, RootView, node_view
from schema.worker import in_worker

AT_ONCE = 1_000
"""Among more nodes than this, filtering and sorting are moved off the event loop.

So they are where a filter may have to roll everything up first.
"""


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
    arguments = [
        argument(
            "filter", optional(filters.of_kind(kind)), "Only those that pass.", source="filter_"
        ),
        argument(
            "orderBy",
            optional(many(filters.order_of_kind(kind))),
            "How to sort; by key if left out. Ties are broken by key.",
            source="order_by",
        ),
        *window_arguments(),
    ]
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
        filter_: NodeTest | None = None,
        order_by: Sequence[Mapping[str, object]] | None = None,
        **window: object,
    ) -> object:
        snapshot, order = pinned(root, context), order_of(kind.label, order_by)
        wanted = window_of(window)
        few = len(snapshot.keys(kind.label)) <= AT_ONCE and is_rolled_up(snapshot)
        if (filter_ is None and not order.keys) or few:
            return _page(snapshot, order, filter_, wanted)
        return in_worker(_page, snapshot, order, filter_, wanted)

    return resolve


def _page(
    snapshot: Snapshot, order: Order, test: NodeTest | None, window: Window
) -> Page[Entity, NodeEdge]:
    rows = order.rows(snapshot)
    if test is not None:
        # All are tested here and now, so that count and page info cost nothing later.
        rows = [entity for entity in rows if test(snapshot, entity)]
    return Page(
        Rows(rows, order.place),
        window,
        order.read,
        lambda entity: NodeEdge(NodeView(snapshot, entity), order.cursor(entity)),
    )
