"""Lists of nodes: the rows that a filter leaves, in an order, with as few nodes looked at as can be.

Where a filter says by itself which nodes come into question (by key, by an indexed value, by what
is at the other end of a relationship), only those are put to it. Else nodes are put to it in their
order, until a page is full.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from graph.analyses.goals.rollup import is_rolled_up
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from schema.context import Context
from schema.paging import AT_ONCE, Page, Rows, Window
from schema.queries.conditions import Filter, Found, Sight, everyone
from schema.queries.keeping import rows_of
from schema.queries.ordering import Order, Ordering
from schema.rolling import once_rolled_up
from schema.views import NodeEdge, NodeView
from schema.worker import stoppable

T = TypeVar("T")

_SHARE = 4
"""A kept order is gone through, rather than what is found sorted, where it finds this part of all."""


def sight_of(snapshot: Snapshot, context: Context) -> Sight:
    """Give what a request looks at."""
    return Sight(snapshot, lambda: context.today(snapshot))


def listed(
    sight: Sight, rows: int, test: Filter | None, order: Order, give: Callable[[], T]
) -> T | Awaitable[T]:
    """Give what `give` gives: at once where that is quick, else from a worker."""
    rolled = order.rolled or (test is not None and test.weight.rolled)
    if rolled and not is_rolled_up(sight.snapshot):
        return once_rolled_up(sight.snapshot, give)
    return give() if rows <= AT_ONCE else stoppable(give)


def node_page(
    sight: Sight, order: Order, test: Filter | None, window: Window
) -> Page[Entity, NodeEdge]:
    """Give a page of the nodes of a kind."""
    ordering = order.on(sight)
    return Page(
        _rows(sight, ordering, test),
        window,
        lambda cursor: ordering.read("", (str,), cursor),
        lambda node: NodeEdge(
            NodeView(sight.snapshot, node), ordering.cursor("", node, (node.key,))
        ),
        lambda node: NodeView(sight.snapshot, node),
    )


def _rows(sight: Sight, ordering: Ordering, test: Filter | None) -> Rows[Entity]:
    order = ordering.order
    if test is None:
        return Rows(_all(sight, ordering), _place(ordering))
    known, check = test.among(sight, order.label), test.bind(sight)
    every = len(sight.snapshot.keys(order.label))
    if order.settled and (known is None or (order.keys and len(known.nodes) * _SHARE > every)):
        count = len(known.nodes) if known is not None and known.exact else None
        return Rows(rows_of(sight, order), _place(ordering), check, count)
    found = known or Found(everyone(sight, order.label), exact=False)
    if not order.keys:
        return Rows(found.nodes, _place(ordering), None if found.exact else check)
    nodes = found.nodes if found.exact else [node for node in found.nodes if check(node)]
    return Rows(ordering.sorted(nodes, _itself), _place(ordering))


def _all(sight: Sight, ordering: Ordering) -> Sequence[Entity]:
    if ordering.order.settled:
        return rows_of(sight, ordering.order)
    return ordering.sorted(everyone(sight, ordering.order.label), _itself)


def _itself(node: Entity) -> Entity:
    return node


def _place(ordering: Ordering) -> Callable[[Entity], tuple[object, ...]]:
    return lambda node: ordering.place(node, (node.key,))


Given = Sequence[Mapping[str, object]] | None
"""An `orderBy` as it was given."""
