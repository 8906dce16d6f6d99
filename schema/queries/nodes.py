"""`node` and `nodes`: anything by its id, as Relay asks for it; and relationships likewise."""

from graph.errors import BadUsage
from graph.model.codec import shown
from graph.model.snapshot import Snapshot
from schema.building import ID, CallField, argument, many, optional
from schema.context import Context
from schema.identity import node_ref, relation_ref
from schema.paging import PAGE_MOST
from schema.queries.pin import pinned
from schema.views import NodeView, RelationView, RootView, node_view


def node_fields(node: type, relationship: type) -> list[CallField]:
    """Make the fields that look things up by their ids."""
    return [
        CallField(
            "node",
            optional(node),
            "The node of an id; null where there is none, or the id is not one of ours.",
            _node,
            [argument("id", ID, "The id.", source="id_")],
        ),
        CallField(
            "nodes",
            many(optional(node)),
            "The nodes of ids, in their order, each as often as it is given. Null in the place of"
            " each that names none; an error beside it where it is no id at all.",
            _nodes,
            [argument("ids", many(ID), f"The ids: at most {PAGE_MOST}.")],
        ),
        CallField(
            "relationship",
            optional(relationship),
            "The relationship of an id; null where there is none, or the id is not one of ours.",
            _relationship,
            [argument("id", ID, "The id.", source="id_")],
        ),
    ]


def _node(root: RootView | None, context: Context, id_: str) -> NodeView | None:
    ref = node_ref(id_)
    return None if ref is None else node_view(pinned(root, context), ref)


def _nodes(
    root: RootView | None, context: Context, ids: list[str]
) -> list[NodeView | BadUsage | None]:
    if len(ids) > PAGE_MOST:
        msg = f"{len(ids)} ids were given: the limit is {PAGE_MOST}"
        raise BadUsage(msg, "ask in several requests")
    snapshot = pinned(root, context)
    return [_one(snapshot, id_) for id_ in ids]


def _one(snapshot: Snapshot, id_: str) -> NodeView | BadUsage | None:
    """Give a node, or the error that stands for it alone."""
    ref = node_ref(id_)
    if ref is None:
        return BadUsage(f"{shown(id_)} is not the id of a node", "give an id as `id` had it")
    return node_view(snapshot, ref)


def _relationship(root: RootView | None, context: Context, id_: str) -> RelationView | None:
    ref, snapshot = relation_ref(id_), pinned(root, context)
    found = None if ref is None else snapshot.relation(ref)
    return None if found is None else RelationView(snapshot, found)
