"""`neighbors`, `path`, `upstream` and `downstream`: how any node hangs together with others."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeAlias, cast

from graph.analyses.parameters import Parameter
from graph.analyses.registry import analysis
from graph.errors import BadUsage
from graph.model.catalog import RELATION
from graph.model.values import Ref
from schema.building import (
    ID,
    CallField,
    argument,
    attribute,
    many,
    object_type,
    optional,
)
from schema.context import Context
from schema.identity import given_ref
from schema.paging import Page, window_of
from schema.queries.analyses import Analyses
from schema.queries.conditions import Filter
from schema.queries.filters import Filters
from schema.queries.links import Links, link_page
from schema.queries.listing import Given, listed, sight_of
from schema.queries.ordering import NODE, Tail, order_of
from schema.queries.pin import pinned
from schema.queries.walking import Step, Walk, shortest
from schema.types.connections import Connections, window_arguments
from schema.types.enums import Direction
from schema.types.results import ResultView
from schema.types.values import Values
from schema.views import NeighborEdge, NodeView, RelationView, RootView, node_view
from schema.worker import stoppable

MOST_STEPS = 100

_Neighbors: TypeAlias = Page[Step, NeighborEdge]


class PathView:
    """A way through the graph: nodes, and the relationship between each and the next."""

    def __init__(self, nodes: list[NodeView | None], relationships: list[RelationView]) -> None:
        self.nodes = nodes
        self.relationships = relationships
        self.length = len(relationships)


def topology_fields(
    values: Values,
    connections: Connections,
    filters: Filters,
    node: type,
    relationship: type,
    analyses: Analyses,
) -> list[CallField]:
    """Make the fields."""
    narrowing = [
        argument(
            "relations",
            optional(many(values.relation)),
            "Only over relationships of these types; all if left out.",
        ),
        argument(
            "direction",
            values.fixed[Direction],
            "Which way to walk them.",
            default=Direction.BOTH.value,
        ),
    ]
    return [
        _neighbors(values, connections, filters, node, relationship, narrowing),
        _path(node, relationship, narrowing),
        _reach("upstream", "What a node needs", analyses),
        _reach("downstream", "Who is hit when a node slips or fails", analyses),
    ]


def _neighbors(
    values: Values,
    connections: Connections,
    filters: Filters,
    node: type,
    relationship: type,
    narrowing: Sequence[object],
) -> CallField:
    connection = connections.of(
        "Neighbor",
        node,
        "neighbors",
        lambda: [
            attribute(
                "relationship",
                relationship,
                "The relationship that joins them.",
                source="relationship_view",
            ),
            attribute(
                "direction",
                values.fixed[Direction],
                "OUT where the relationship leads to the neighbor, IN where it comes from it.",
            ),
        ],
    )
    return CallField(
        "neighbors",
        optional(connection),
        "What is joined to a node by one relationship. Null where there is no such node.",
        _resolve_neighbors,
        [
            argument("of", ID, "The node: its id, or KIND/KEY."),
            *cast("list", narrowing),  # type: ignore[type-arg]
            *filters.arguments(NODE),
            *window_arguments(),
        ],
    )


def _walk(relations: list[object] | None, direction: object) -> Walk:
    names = tuple(RELATION) if relations is None else tuple(_word(r) for r in relations)
    way = _word(direction)
    return Walk(names, out=way != "in", into=way != "out")


def _word(value: object) -> str:
    return str(getattr(value, "value", value))


def _resolve_neighbors(
    root: RootView | None,
    context: Context,
    of: str,
    relations: list[object] | None = None,
    direction: object = "both",
    filter_: Filter | None = None,
    order_by: Given = None,
    **window: object,
) -> _Neighbors | Awaitable[_Neighbors] | None:
    snapshot, ref = pinned(root, context), given_ref(of)
    if snapshot.get(ref) is None:
        return None
    steps = list(_walk(relations, direction).steps(snapshot, ref))
    order, wanted, sight = order_of(NODE, order_by), window_of(window), sight_of(snapshot, context)
    links = Links(
        "",
        _far,
        _tail,
        (str, bool, str, str, str),
        lambda step, cursor: NeighborEdge(snapshot, *step, cursor),
        sort=True,
    )
    return listed(
        sight,
        len(steps),
        filter_,
        order,
        lambda: link_page(links, steps, sight, filter_, order, wanted),
    )


def _far(step: Step) -> Ref:
    link, outward = step
    return link.target if outward else link.source


def _tail(step: Step) -> Tail:
    link, outward = step
    return link.TYPE, not outward, *_far(step), link.identity


def _path(node: type, relationship: type, narrowing: Sequence[object]) -> CallField:
    path = object_type(
        "Path",
        "A shortest way from one node to another.",
        [
            attribute("nodes", many(node), "The nodes on the way, first to last."),
            attribute(
                "relationships",
                many(relationship),
                "What joins each node to the next; one fewer than the nodes.",
            ),
            attribute("length", int, "How many relationships it has."),
        ],
    )
    return CallField(
        "path",
        optional(path),
        "A shortest way between two nodes, the same one each time. Null where there is none.",
        _resolve_path,
        [
            argument("from", ID, "Where to begin: a node's id, or KIND/KEY.", source="start"),
            argument("to", ID, "Where to end: a node's id, or KIND/KEY.", source="end"),
            *cast("list", narrowing),  # type: ignore[type-arg]
            argument(
                "maxLength",
                int,
                f"Ways longer than this are not looked for; at most {MOST_STEPS}.",
                default=20,
                source="max_length",
            ),
        ],
    )


async def _resolve_path(
    root: RootView | None,
    context: Context,
    start: str,
    end: str,
    relations: list[object] | None = None,
    direction: object = "both",
    max_length: int = 20,
) -> PathView | None:
    if not 0 <= max_length <= MOST_STEPS:
        msg = f"maxLength is {max_length}"
        raise BadUsage(msg, f"give 0 to {MOST_STEPS}")
    snapshot = pinned(root, context)
    walk, source, target = _walk(relations, direction), given_ref(start), given_ref(end)
    steps = await stoppable(lambda: shortest(snapshot, walk, source, target, max_length))
    if steps is None:
        return None
    refs = [source, *(link.target if outward else link.source for link, outward in steps)]
    return PathView(
        [node_view(snapshot, ref) for ref in refs],
        [RelationView(snapshot, link) for link, _ in steps],
    )


def _reach(direction: str, text: str, analyses: Analyses) -> CallField:
    """Make a field that runs the impact analysis in one direction."""
    found = analysis("impact")

    async def resolve(
        root: RootView | None, context: Context, /, of: str, **given: object
    ) -> ResultView:
        fixed: Mapping[str, object] = {**given, "root": of, "direction": direction}
        return await analyses.run(found, root, context, fixed)

    def free(parameter: Parameter) -> bool:
        return parameter.name not in {"root", "direction"}

    return CallField(
        direction,
        optional(analyses.results.of(found.result)),
        f"{text}, with a shortest path to each. {found.summary}",
        resolve,
        [
            argument("of", ID, "The node: its id, or KIND/KEY."),
            *analyses.arguments(found, free),
        ],
    )
