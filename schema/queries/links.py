"""Pages of relationships: filtered and sorted by the nodes they lead to."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from graph.model.entities import Entity
from graph.model.sorting import sorted_in_runs
from graph.model.values import Ref
from schema.paging import Edge, Page, Rows, Window
from schema.queries.conditions import Filter, Sight
from schema.queries.ordering import Order, Tail
from schema.views import node_view

L = TypeVar("L")
E = TypeVar("E", bound=Edge)


@dataclass(frozen=True, slots=True)
class Links(Generic[L, E]):
    """How relationships are listed.

    `scope` names the connection in its cursors; `far` gives the node that one leads to; `tail` what
    tells one from the others, of the types `shape`, by which they are sorted; `edge` makes the edge
    of one with its cursor. `sort` says that they do not come sorted.
    """

    scope: str
    far: Callable[[L], Ref]
    tail: Callable[[L], Tail]
    shape: tuple[type, ...]
    edge: Callable[[L, str], E]
    sort: bool = False


def link_page(
    links: Links[L, E],
    rows: Sequence[L],
    sight: Sight,
    test: Filter | None,
    order: Order,
    window: Window,
) -> Page[L, E]:
    """Give a page of relationships. What leads to no node is left out of a filter and an order."""
    ordering, far, tail = order.on(sight), links.far, links.tail

    def node(row: L) -> Entity:
        return cast("Entity", sight.snapshot.get(far(row)))

    if links.sort:
        rows = sorted_in_runs(rows, tail)
    if test is not None or order.keys:
        passing = _passing({far(row) for row in rows}, sight, test)
        rows = [row for row in rows if far(row) in passing]
    return Page(
        Rows(ordering.sorted(rows, node), lambda row: ordering.place(node(row), tail(row))),
        window,
        lambda cursor: ordering.read(links.scope, links.shape, cursor),
        lambda row: links.edge(row, ordering.cursor(links.scope, node(row), tail(row))),
        lambda row: node_view(sight.snapshot, far(row)),
    )


def _passing(refs: Collection[Ref], sight: Sight, test: Filter | None) -> set[Ref]:
    check = (lambda _: True) if test is None else test.bind(sight)
    nodes = ((ref, sight.snapshot.get(ref)) for ref in refs)
    return {ref for ref, node in nodes if node is not None and check(node)}
