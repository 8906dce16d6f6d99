"""Relationships: a type of their own each, and the ways in which they touch the kinds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from strawberry.types.field import StrawberryField

from graph.model.catalog import RELATIONS, RelationKind
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import ID, attribute, interface_type, object_type, optional
from schema.naming import camel
from schema.types.values import Values
from schema.views import RelationView


class Walk(Protocol):
    """Finds the relationships of a type at a node."""

    def __call__(self, ref: Ref, cls: type[Relation], /) -> tuple[Relation, ...]:
        """Give them."""
        ...


@dataclass(frozen=True, slots=True)
class End:
    """A kind's view of a relationship: which way it walks, and what can stand at the other end."""

    label: str
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

    def found(self, snapshot: Snapshot) -> Walk:
        """Give what finds the relationships of a node, sorted by their other end."""
        return snapshot.out if self.outward else snapshot.into

    def back(self, snapshot: Snapshot) -> Walk:
        """Give what finds them from their other end."""
        return snapshot.into if self.outward else snapshot.out

    @property
    def to_one(self) -> bool:
        """Whether there is never more than one, with nothing to tell of the relationship itself."""
        pairs = self.relation.single if self.outward else self.relation.single_target
        plain = all(prop.prop.system for prop in self.relation.properties)
        return plain and all(
            ((self.label, kind) if self.outward else (kind, self.label)) in pairs
            for kind in self.kinds
        )

    def near(self, link: Relation) -> Ref:
        """Give this end."""
        return link.source if self.outward else link.target

    def far(self, link: Relation) -> Ref:
        """Give the other end."""
        return link.target if self.outward else link.source


def ends_of(label: str) -> Iterator[End]:
    """Give every way in which relationships touch a kind."""
    for relation in RELATIONS:
        targets = tuple(dict.fromkeys(b for a, b in relation.ends if a == label))
        sources = tuple(dict.fromkeys(a for a, b in relation.ends if b == label))
        if targets:
            yield End(label, relation, outward=True, kinds=targets)
        if sources:
            yield End(label, relation, outward=False, kinds=sources)


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
