"""The log: commits, and the changes that each consists of."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from strawberry.types.field import StrawberryField

from graph.errors import BadUsage
from graph.model.changes import Change, Commit, NodeChange, RelationChange
from graph.model.codec import dump_properties
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from schema.building import CallField, attribute, object_type, optional
from schema.context import Context
from schema.identity import opaque, plain
from schema.naming import camel
from schema.paging import Page, Rows, window_of
from schema.scalars import JSON
from schema.types.connections import Connections, window_arguments
from schema.types.enums import Operation
from schema.types.values import Values
from schema.views import NodeView, RelationView, node_view


class ChangeView:
    """One change of a commit."""

    def __init__(self, snapshot: Snapshot, change: Change) -> None:
        self.snapshot = snapshot
        self.change = change
        self.subject = str(change.ref)

    @property
    def operation(self) -> Operation:
        """What it did."""
        if self.change.before is None:
            return Operation.CREATED
        return Operation.DELETED if self.change.after is None else Operation.UPDATED

    @property
    def kind(self) -> str | None:
        """The kind of the node that was changed."""
        return self.change.ref.kind if isinstance(self.change, NodeChange) else None

    @property
    def relation(self) -> str | None:
        """The type of the relationship that was changed."""
        return self.change.ref.type if isinstance(self.change, RelationChange) else None

    @property
    def node(self) -> NodeView | None:
        """The node as it stands in the snapshot of the request."""
        if isinstance(self.change, RelationChange):
            return None
        return node_view(self.snapshot, self.change.ref)

    @property
    def relationship(self) -> RelationView | None:
        """The relationship as it stands in the snapshot of the request."""
        if isinstance(self.change, NodeChange):
            return None
        found = self.snapshot.relation(self.change.ref)
        return None if found is None else RelationView(self.snapshot, found)

    @property
    def before(self) -> Mapping[str, Json] | None:
        """The changed properties before."""
        return self._sides[0]

    @property
    def after(self) -> Mapping[str, Json] | None:
        """The changed properties after."""
        return self._sides[1]

    @cached_property
    def _sides(self) -> tuple[Mapping[str, Json] | None, Mapping[str, Json] | None]:
        old, new = _dumped(self.change.before), _dumped(self.change.after)
        if old is None or new is None:
            return old, new
        changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        return {n: old.get(n) for n in changed}, {n: new.get(n) for n in changed}


def _dumped(thing: Entity | Relation | None) -> dict[str, Json] | None:
    if thing is None:
        return None
    return {camel(name): raw for name, raw in dump_properties(thing, system=False).items()}


class ChangeEdge:
    """An edge to a change: its place in the commit."""

    def __init__(self, snapshot: Snapshot, place: int, change: Change) -> None:
        self.cursor = opaque(f"change:{place}")
        self.node = ChangeView(snapshot, change)


class CommitView:
    """One write, as the log has it."""

    def __init__(self, snapshot: Snapshot, commit: Commit) -> None:
        self.snapshot = snapshot
        self.commit = commit

    def __getattr__(self, name: str) -> object:
        return getattr(self.commit, name)


class CommitEdge:
    """An edge to a commit."""

    def __init__(self, snapshot: Snapshot, commit: Commit) -> None:
        self.cursor = opaque(f"commit:{commit.revision}")
        self.node = CommitView(snapshot, commit)


def read_cursor(cursor: str, word: str) -> int:
    """Give the place that a cursor of this word names. BadUsage when it is no such cursor."""
    head, _, place = (plain(cursor) or "").partition(":")
    if head != word or not place.isdecimal() or len(place) > 18:
        msg = "the cursor is not one of this connection"
        raise BadUsage(msg, "give a cursor as an edge had it")
    return int(place)


def commit_type(values: Values, connections: Connections, node: type, relationship: type) -> type:
    """Make `Commit`, with the connection of its changes."""
    changes = connections.of("Change", _change_type(values, node, relationship), "changes")
    return object_type(
        "Commit",
        "One write: all of it happened at once.",
        [
            attribute("revision", int, "The graph's revision that it led to."),
            attribute("at", datetime, "When it was written."),
            attribute("actor", str, "Who wrote it."),
            attribute("command", str, "The command that was carried out."),
            attribute(
                "idempotencyKey",
                optional(str),
                "The caller's own name for the write; null where he gave none.",
                source="idempotency_key",
            ),
            CallField(
                "changes", optional(changes), "What it changed.", _changes, window_arguments()
            ),
        ],
    )


def _changes(
    view: CommitView, context: Context, **window: object
) -> Page[tuple[int, Change], ChangeEdge]:
    del context
    return Page(
        Rows(list(enumerate(view.commit.changes)), lambda row: row[0]),
        window_of(window),
        lambda cursor: read_cursor(cursor, "change"),
        lambda row: ChangeEdge(view.snapshot, *row),
    )


def _change_type(values: Values, node: type, relationship: type) -> type:
    side = (
        "Properties by name, their values in the raw form of documents; of an update only the"
        " changed ones. Null where there was nothing"
    )
    fields: list[StrawberryField] = [
        attribute("operation", values.fixed[Operation], "What was done."),
        attribute("subject", str, "What was changed: KIND/KEY, or a relationship's type and ends."),
        attribute("kind", optional(values.kind), "The node's kind; null for a relationship."),
        attribute(
            "relation",
            optional(values.relation),
            "The relationship's type; null for a node.",
        ),
        attribute("node", optional(node), "The node as it is now; null where it is gone."),
        attribute(
            "relationship",
            optional(relationship),
            "The relationship as it is now; null where it is gone.",
        ),
        attribute("before", optional(JSON), f"{side} before."),
        attribute("after", optional(JSON), f"{side} after."),
    ]
    return object_type("Change", "A node or relationship was made, altered or removed.", fields)
