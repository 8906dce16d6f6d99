"""Relationships: a type of their own each, and fields on the kinds at both of their ends.

A field that walks a relationship is a connection whose edges carry the relationship's own
properties. Its nodes are of the one kind that can stand at the other end; where several can, they
are of the `Node` interface, which leaves it to the client to ask for what each kind has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from strawberry.types.field import StrawberryField

from graph.errors import BadUsage
from graph.model.catalog import RELATIONS, RelationKind
from graph.model.relations import Relation
from graph.model.values import Ref
from schema.building import (
    ID,
    CallField,
    TypeRef,
    argument,
    attribute,
    interface_type,
    many,
    object_type,
    optional,
)
from schema.context import Context
from schema.naming import camel, words
from schema.paging import Page, Rows, window_of
from schema.types.connections import Connections, window_arguments
from schema.types.values import Values
from schema.views import LinkEdge, NodeView, RelationView, link_place


@dataclass(frozen=True, slots=True)
class End:
    """A kind's view of a relationship: which way it walks, and what can stand at the other end."""

    relation: RelationKind[Relation]
    outward: bool
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """The field's name."""
        return camel(self.word)

    @property
    def word(self) -> str:
        """The word for walking it this way."""
        return self.relation.outward if self.outward else self.relation.inward

    @property
    def description(self) -> str:
        """What the field gives."""
        others = " or ".join(f"`{kind}`" for kind in self.kinds)
        way = "from here" if self.outward else "to here"
        return f"{self.relation.description} {self.relation.type} {way}; the other end is {others}."

    def links(self, view: NodeView) -> tuple[Relation, ...]:
        """Give the relationships of a node, sorted by their other end."""
        found = view.snapshot.out if self.outward else view.snapshot.into
        return found(view.entity.ref, self.relation.cls)

    def far(self, link: Relation) -> Ref:
        """Give the other end."""
        return link.target if self.outward else link.source


def ends_of(label: str) -> Iterator[End]:
    """Give every way in which relationships touch a kind."""
    for relation in RELATIONS:
        targets = tuple(dict.fromkeys(b for a, b in relation.ends if a == label))
        sources = tuple(dict.fromkeys(a for a, b in relation.ends if b == label))
        if targets:
            yield End(relation, outward=True, kinds=targets)
        if sources:
            yield End(relation, outward=False, kinds=sources)


def relationship_interface(values: Values, node: type) -> type:
    """Make `Relationship`: what every type of relationship has."""
    return interface_type(
        "Relationship",
        "Joins two nodes. It reads from its source to its target.",
        _head(values, node),
        _type_name,
    )


def _head(values: Values, node: type) -> list[StrawberryField]:
    return [
        attribute("id", ID, "Opaque, unique among all relationships."),
        attribute("relation", values.relation, "The type of relationship."),
        attribute("source", optional(node), "The node it starts at.", source="source_node"),
        attribute("target", optional(node), "The node it ends at.", source="target_node"),
        attribute("revision", int, "The graph's revision at which it was last written."),
    ]


def _type_name(value: object) -> str:
    if not isinstance(value, RelationView):
        msg = f"{type(value).__name__} is not a relationship"
        raise TypeError(msg)
    return type(value.relationship).__name__


def relationship_type(
    kind: RelationKind[Relation], values: Values, node: type, interface: type
) -> type:
    """Make the object type of a type of relationship."""
    own = [values.field(prop) for prop in kind.properties if prop.name != "revision"]
    return object_type(
        kind.cls.__name__,
        f"{kind.type}: {kind.description}",
        [*_head(values, node), *own],
        interfaces=[interface],
        holds=_is(kind.type),
    )


def _is(type_: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, RelationView) and type_ == value.relationship.TYPE


def end_field(
    end: End, values: Values, connections: Connections, node: type, far: TypeRef | None
) -> CallField:
    """Make the field of an end. `far` is the type of the one kind at the other end, if it is one."""
    kinds = end.kinds[0] if far is not None else "Node"
    name = end.relation.cls.__name__ + kinds

    def fields() -> Sequence[StrawberryField]:
        identity = attribute("relationshipId", ID, "The id of the relationship.", source="id")
        return [identity, *map(values.field, end.relation.properties)]

    what = f"{words(kinds)}s at the other end of {end.relation.type}"
    connection = connections.of(name, far if far is not None else node, what, fields)
    arguments = window_arguments()
    if far is None:
        text = "Only nodes of these kinds."
        arguments.append(argument("kinds", optional(many(values.kind)), text))
    return CallField(end.name, optional(connection), end.description, _walk(end), arguments)


def _walk(end: End) -> Callable[..., Page[Relation, LinkEdge]]:
    def place(link: Relation) -> tuple[Ref, str]:
        return end.far(link), link.identity

    def read(cursor: str) -> tuple[Ref, str]:
        found = link_place(cursor)
        if found is None:
            msg = "the cursor is not one of this connection"
            raise BadUsage(msg, "give a cursor as an edge had it")
        return found

    def resolve(
        view: NodeView, context: Context, kinds: list[object] | None = None, **window: object
    ) -> Page[Relation, LinkEdge]:
        del context
        names = None if kinds is None else {str(getattr(kind, "value", kind)) for kind in kinds}
        keep = None if names is None else (lambda link: end.far(link).kind in names)
        return Page(
            Rows(end.links(view), place, keep),
            window_of(window),
            read,
            lambda link: LinkEdge(view.snapshot, link, end.far(link)),
        )

    return resolve
