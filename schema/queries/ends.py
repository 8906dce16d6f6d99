"""The fields that walk a relationship from a node, one for each end of each relationship.

Such a field is a connection whose edges carry the relationship's own properties. Its nodes are of
the one kind that can stand at the other end; where several can, they are of the `Node` interface,
which leaves it to the client to ask for what each kind has.
"""

from collections.abc import Awaitable, Callable, Sequence

from strawberry.types.field import StrawberryField

from graph.model.relations import Relation
from schema.building import ID, CallField, TypeRef, argument, attribute, many, optional
from schema.context import Context
from schema.naming import words
from schema.paging import Page, window_of
from schema.queries.conditions import Filter
from schema.queries.filters import Filters
from schema.queries.links import Links, link_page
from schema.queries.listing import Given, listed, sight_of
from schema.queries.ordering import NODE, order_of
from schema.types.connections import Connections, window_arguments
from schema.types.relationships import End
from schema.types.values import Values
from schema.views import LinkEdge, NodeView


def end_field(
    end: End,
    values: Values,
    connections: Connections,
    filters: Filters,
    node: type,
    far: TypeRef | None,
) -> CallField:
    """Make the field of an end. `far` is the type of the one kind at the other end, if it is one."""
    label = end.kinds[0] if far is not None else NODE
    name = end.relation.cls.__name__ + label

    def fields() -> Sequence[StrawberryField]:
        identity = attribute("relationshipId", ID, "The id of the relationship.", source="id")
        return [identity, *map(values.field, end.relation.properties)]

    what = f"{words(label)}s at the other end of {end.relation.type}"
    connection = connections.of(name, far if far is not None else node, what, fields)
    arguments = window_arguments()
    if far is None:
        text = "Only nodes of these kinds."
        arguments.append(argument("kinds", optional(many(values.kind)), text))
    arguments += filters.arguments(label)
    return CallField(end.name, optional(connection), end.description, _walk(end, label), arguments)


def _walk(end: End, label: str) -> Callable[..., object]:
    scope = f"{end.relation.type}{'>' if end.outward else '<'}"

    def tail(link: Relation) -> tuple[str, str, str]:
        return *end.far(link), link.identity

    def resolve(
        view: NodeView,
        context: Context,
        kinds: list[object] | None = None,
        filter_: Filter | None = None,
        order_by: Given = None,
        **window: object,
    ) -> Page[Relation, LinkEdge] | Awaitable[Page[Relation, LinkEdge]]:
        snapshot, order, wanted = view.snapshot, order_of(label, order_by), window_of(window)
        rows = end.found(snapshot)(view.entity.ref, end.relation.cls)
        if kinds is not None:
            names = {str(getattr(kind, "value", kind)) for kind in kinds}
            rows = tuple(link for link in rows if end.far(link).kind in names)
        links = Links(
            scope,
            end.far,
            tail,
            (str, str, str),
            lambda link, cursor: LinkEdge(snapshot, link, end.far(link), cursor),
        )
        sight = sight_of(snapshot, context)

        def give() -> Page[Relation, LinkEdge]:
            return link_page(links, rows, sight, filter_, order, wanted)

        if filter_ is None and not order.keys:
            return give()
        return listed(sight, len(rows), filter_, order, give)

    return resolve
