"""The fields that walk a relationship from a node, one for each end of each relationship.

Such a field is a connection whose edges carry the relationship's own properties. Its nodes are of
the one kind that can stand at the other end; where several can, they are of the `Node` interface,
which leaves it to the client to ask for what each kind has.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from schema.building import ID, CallField, TypeRef, argument, attribute, many, optional
from schema.context import Context
from schema.naming import words
from schema.paging import ALL, Page, Window, window_of
from schema.queries.conditions import Filter, Sight
from schema.queries.filters import Filters
from schema.queries.links import Links, link_page
from schema.queries.listing import Given, listed, sight_of
from schema.queries.ordering import NODE, order_of
from schema.types.connections import Connections, window_arguments
from schema.types.relationships import End
from schema.types.values import Values
from schema.views import LinkEdge, NodeView, node_view


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
    return EndField(Walking(end, label), optional(connection), arguments)


class First(NamedTuple):
    """How many of the first nodes are asked for, and of which kinds; None is all."""

    size: int
    kinds: frozenset[str] | None


def _kinds(given: object) -> frozenset[str]:
    return frozenset(str(getattr(kind, "value", kind)) for kind in cast("list[object]", given))


class EndField(CallField):
    """The field of an end: a plan may walk it without a page."""

    def __init__(
        self, walking: "Walking", type_: TypeRef, arguments: Sequence[StrawberryArgument]
    ) -> None:
        end = walking.end
        super().__init__(end.name, type_, end.description, walking.resolve, arguments)
        self.walking = walking


class Walking:
    """Walks an end from a node. `label` is the kind at the other end, or that of all nodes."""

    def __init__(self, end: End, label: str) -> None:
        self.end = end
        self._found = end.found
        self._cls = end.relation.cls
        self._label = label
        self._unordered = order_of(label, None)
        self._scope = f"{end.relation.type}{'>' if end.outward else '<'}"
        self.far = end.far

    def first(self, given: Mapping[str, object]) -> First | None:
        """Read arguments that ask for the first nodes, of some kinds at most; None for any others.

        BadUsage where they cannot be.
        """
        named = {name: value for name, value in given.items() if value is not None}
        if not named.keys() <= {"first", "kinds"}:
            return None
        kinds = named.get("kinds")
        return First(window_of(named).size(), None if kinds is None else _kinds(kinds))

    def resolve(
        self,
        view: NodeView,
        context: Context,
        kinds: list[object] | None = None,
        filter_: Filter | None = None,
        order_by: Given = None,
        **window: object,
    ) -> object:
        """Give the connection."""
        snapshot, far = view.snapshot, self.far
        rows = self._found(snapshot)(view.entity.ref, self._cls)
        if kinds is not None:
            names = _kinds(kinds)
            rows = tuple(link for link in rows if far(link).kind in names)
        wanted = window_of(window) if window else ALL
        order = order_of(self._label, order_by) if order_by else self._unordered
        if filter_ is None and not order.keys:
            if wanted.begins:
                return FirstLinks(self, snapshot, rows, wanted)
            return self.page(snapshot, rows, wanted)
        sight = sight_of(snapshot, context)
        links = self._links(snapshot)
        return listed(
            sight,
            len(rows),
            filter_,
            order,
            lambda: link_page(links, rows, sight, filter_, order, wanted),
        )

    def page(
        self, snapshot: Snapshot, rows: Sequence[Relation], window: Window
    ) -> Page[Relation, LinkEdge]:
        """Give a page of relationships as they are kept."""
        # Nothing of it goes by the day.
        sight = Sight(snapshot, lambda: date.min)
        return link_page(self._links(snapshot), rows, sight, None, self._unordered, window)

    def _links(self, snapshot: Snapshot) -> Links[Relation, LinkEdge]:
        far = self.far

        def tail(link: Relation) -> tuple[str, str, str]:
            return *far(link), link.identity

        def edge(link: Relation, cursor: str) -> LinkEdge:
            return LinkEdge(snapshot, link, far(link), cursor)

        return Links(self._scope, far, tail, (str, str, str), edge)


class FirstLinks:
    """The first relationships of a node, as they are kept; a page of them where that is asked for."""

    __slots__ = ("_page", "_rows", "_size", "_snapshot", "_walking", "_window")

    def __init__(
        self, walking: Walking, snapshot: Snapshot, rows: Sequence[Relation], window: Window
    ) -> None:
        """Find them. BadUsage when the window cannot be."""
        self._walking = walking
        self._snapshot = snapshot
        self._rows = rows
        self._window = window
        self._size = window.size()
        self._page: Page[Relation, LinkEdge] | None = None

    @property
    def nodes(self) -> list[NodeView | None]:
        """What they lead to."""
        far, snapshot = self._walking.far, self._snapshot
        return [node_view(snapshot, far(link)) for link in self._rows[: self._size]]

    @property
    def total_count(self) -> int:
        """How many there are in all."""
        return len(self._rows)

    @property
    def edges(self) -> list[LinkEdge]:
        """The edges."""
        return self.page_info.edges

    @property
    def page_info(self) -> Page[Relation, LinkEdge]:
        """The page."""
        if self._page is None:
            self._page = self._walking.page(self._snapshot, self._rows, self._window)
        return self._page
