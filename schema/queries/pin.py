"""Which snapshot a field of the query root reads, and how to read another."""

from datetime import datetime

from graph.errors import BadUsage
from graph.model.snapshot import Snapshot
from schema.building import CallField, argument, attribute, object_type, optional
from schema.context import Context
from schema.views import RootView
from schema.worker import in_steps


def pinned(root: RootView | None, context: Context) -> Snapshot:
    """Give the snapshot of the root: that of `asOf`, or the one the request pinned."""
    return context.snapshot if root is None else root.snapshot


def as_of_field(query: type) -> CallField:
    """Make `asOf`: the whole query root again, on the past."""

    async def resolve(
        root: RootView | None,
        context: Context,
        revision: int | None = None,
        at: datetime | None = None,
    ) -> RootView:
        del root
        if (revision is None) is (at is None):
            msg = "asOf takes a revision or an instant, one of the two"
            raise BadUsage(msg, "give revision or at")
        moment = at if revision is None else revision
        asked = moment if moment is not None else 0
        past = await in_steps(lambda: context.workspace.as_of(asked))
        return RootView(past)

    return CallField(
        "asOf",
        optional(query),
        "The same queries on the graph as it stood at a revision or an instant: give one of them.",
        resolve,
        [
            argument("revision", optional(int), "The revision: 0 up to the newest."),
            argument("at", optional(datetime), "The instant."),
        ],
    )


class GraphView:
    """The snapshot itself, as the field `graph` shows it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.revision = snapshot.revision
        self.at = snapshot.at
        self.node_count, self.relationship_count = snapshot.count()


def graph_field() -> CallField:
    """Make `graph`: at which revision the answer stands, and how large the graph is."""
    graph = object_type(
        "Graph",
        "The graph that an answer stands on.",
        [
            attribute("revision", int, "Its revision: writes raise it by one each."),
            attribute(
                "at", optional(datetime), "When the revision was written; null on an empty graph."
            ),
            attribute("nodeCount", int, "How many nodes it has.", source="node_count"),
            attribute(
                "relationshipCount",
                int,
                "How many relationships it has.",
                source="relationship_count",
            ),
        ],
    )

    def resolve(root: RootView | None, context: Context) -> GraphView:
        return GraphView(pinned(root, context))

    return CallField("graph", graph, "The graph that this answer stands on.", resolve)
