"""What resolvers hand to each other: a thing of the domain together with the snapshot it is of.

So every answer stays on the revision it was asked at, also below `asOf`.
"""

from dataclasses import dataclass

from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.identity import node_id, relation_id


class NodeView:
    """A node in a snapshot. Has all attributes of the entity."""

    __slots__ = ("entity", "snapshot")

    def __init__(self, snapshot: Snapshot, entity: Entity) -> None:
        self.snapshot = snapshot
        self.entity = entity

    @property
    def id(self) -> str:
        """The opaque id."""
        return node_id(self.entity.ref)

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.entity.KIND

    def __getattr__(self, name: str) -> object:
        return getattr(self.entity, name)


def node_view(snapshot: Snapshot, ref: Ref) -> NodeView | None:
    """Give the node that a reference names, or None."""
    entity = snapshot.get(ref)
    return None if entity is None else NodeView(snapshot, entity)


class RelationView:
    """A relationship in a snapshot. Has all attributes of the relationship."""

    __slots__ = ("relationship", "snapshot")

    def __init__(self, snapshot: Snapshot, relationship: Relation) -> None:
        self.snapshot = snapshot
        self.relationship = relationship

    @property
    def id(self) -> str:
        """The opaque id."""
        return relation_id(self.relationship.ref)

    @property
    def relation(self) -> str:
        """The type's name."""
        return self.relationship.TYPE

    @property
    def source_node(self) -> NodeView | None:
        """The node it starts at."""
        return node_view(self.snapshot, self.relationship.source)

    @property
    def target_node(self) -> NodeView | None:
        """The node it ends at."""
        return node_view(self.snapshot, self.relationship.target)

    def __getattr__(self, name: str) -> object:
        return getattr(self.relationship, name)


class LinkEdge(RelationView):
    """An edge from a node over a relationship to the node at its other end."""

    __slots__ = ("cursor", "far")

    def __init__(self, snapshot: Snapshot, relationship: Relation, far: Ref, cursor: str) -> None:
        super().__init__(snapshot, relationship)
        self.far = far
        self.cursor = cursor

    @property
    def node(self) -> NodeView | None:
        """The node at the other end."""
        return node_view(self.snapshot, self.far)


@dataclass(frozen=True, slots=True)
class NodeEdge:
    """An edge of the connection of a kind."""

    node: NodeView
    cursor: str


@dataclass(frozen=True, slots=True)
class RootView:
    """The query root, pinned at a snapshot."""

    snapshot: Snapshot


class NeighborEdge(LinkEdge):
    """An edge to a neighbor, over a relationship of any type."""

    __slots__ = ("outward",)

    def __init__(
        self, snapshot: Snapshot, relationship: Relation, outward: bool, cursor: str
    ) -> None:
        far = relationship.target if outward else relationship.source
        super().__init__(snapshot, relationship, far, cursor)
        self.outward = outward

    @property
    def relationship_view(self) -> RelationView:
        """The relationship as a thing of its own."""
        return RelationView(self.snapshot, self.relationship)

    @property
    def direction(self) -> str:
        """Which way it was walked."""
        return "out" if self.outward else "in"
