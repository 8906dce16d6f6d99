"""The design structure matrix: who needs whom, in an order that shows the loops as blocks.

References: docs/definitions.md §6, docs/structure.md. D. V. Steward, The design structure system,
1981; S. D. Eppinger and T. R. Browning, Design Structure Matrix Methods and Applications, 2012;
for the propagation cost see `reachability`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.structure.belonging import belonging
from graph.analyses.structure.feedbackarcs import EXACT_NODES
from graph.analyses.structure.needs import Need, Needs, Pair, needs_of
from graph.analyses.structure.partition import Partition, partitioned
from graph.analyses.structure.reachability import reachable_pairs
from graph.analyses.structure.streams import streams_of
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import Team, ValueStream
from graph.model.relations import PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

PARTITIONED = "partitioned"
ALPHABETICAL = "alphabetical"
ORDERS = (PARTITIONED, ALPHABETICAL)

LIMIT = 500
"""Elements in the matrix unless the caller says otherwise."""
DEPENDENCIES_LISTED = 20
"""Keys of dependencies listed with a mark; its weight counts them all."""
PROPAGATION_ELEMENTS = 100_000
"""Beyond so many elements the propagation cost is not computed."""


@dataclass(frozen=True, slots=True)
class DsmElement:
    """A row, and the column at the same `position` (from 0).

    `block` is the index of its block, null where it is in none; `group` the key of its (first)
    value stream. `inputs` counts the other elements that it needs, `outputs` those that need it.
    """

    key: str
    name: str | None
    position: int
    block: int | None
    group: str | None
    inputs: int
    outputs: int


@dataclass(frozen=True, slots=True)
class DsmMark:
    """The element of the row, `source`, needs that of the column, `target`, by `weight` dependencies.

    `feedback`: what is needed does not come before it; such marks are above the diagonal, or on it
    where an element needs itself. `dependencies` are keys, at most `DEPENDENCIES_LISTED`.
    """

    row: int
    column: int
    source: str
    target: str
    weight: int
    declared: bool
    feedback: bool
    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DsmBlock:
    """Elements that all need each other, from the position `first` on, or one that needs itself."""

    first: int
    size: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dsm:
    """A square matrix: row reads its inputs, so that a mark says *row needs column*.

    `exact`: no order of the elements has fewer `feedback_marks`, which is sure for blocks of up to
    `exact_to` elements. `element_count` elements are there; where `truncated`, those with the most
    marks make the matrix, and `marks_left_out` marks are not in it. `density` is the share of the
    places off the diagonal that have a mark, `propagation_cost` the share of pairs, each with
    itself included, of which one reaches the other; both over all elements, null without any.
    """

    kind: str
    order: str
    elements: tuple[DsmElement, ...]
    marks: tuple[DsmMark, ...]
    blocks: tuple[DsmBlock, ...]
    feedback_marks: int
    exact: bool
    exact_to: int
    element_count: int
    truncated: bool
    mark_count: int
    marks_left_out: int
    density: float | None
    propagation_cost: float | None


def dsm(
    snapshot: Snapshot,
    *,
    kind: str = Team.KIND,
    scope: str | None = None,
    order: str = PARTITIONED,
    limit: int = LIMIT,
) -> Dsm:
    """Lay out what the nodes of a kind need of each other as a matrix.

    `partitioned` puts what is needed before what needs it, so that marks are below the diagonal but
    for loops, which stand together as blocks; within a block as few marks as can be are above it.
    `alphabetical` goes by key and has no blocks. A scope narrows it to what belongs to that.
    NotFound for an unknown scope, BadUsage for parameters that do not fit. Cost: linear, and that
    of `feedbackarcs` for each block and of `reachability`.
    """
    _check(order, limit)
    found = needs_of(snapshot, kind)
    nodes = _within(snapshot, found, kind, scope)
    needs = _among(nodes, found.needs)
    chosen = _chosen(nodes, needs, limit)
    kept = _among(chosen, needs)
    laid = _laid(chosen, kept, order)
    marks = tuple(_marks(found.keys, laid.order, kept))
    return Dsm(
        kind=kind,
        order=order,
        elements=tuple(_elements(snapshot, kind, found, laid, kept)),
        marks=marks,
        blocks=tuple(_blocks(found.keys, laid)),
        feedback_marks=sum(mark.feedback for mark in marks),
        exact=laid.exact,
        exact_to=EXACT_NODES,
        element_count=len(nodes),
        truncated=len(chosen) < len(nodes),
        mark_count=len(needs),
        marks_left_out=len(needs) - len(kept),
        density=_density(nodes, needs),
        propagation_cost=_propagation_cost(nodes, needs),
    )


def _check(order: str, limit: int) -> None:
    if order not in ORDERS:
        msg = f"there is no order {order!r}"
        raise BadUsage(msg, near(order, ORDERS))
    if limit < 1:
        msg = f"limit {limit} is below 1"
        raise BadUsage(msg, f"leave it out to have up to {LIMIT} elements")


def _within(snapshot: Snapshot, found: Needs, kind: str, scope: str | None) -> Sequence[int]:
    if scope is None:
        return range(len(found.keys))
    inside = belonging(snapshot, scope, kind)
    return [node for node, key in enumerate(found.keys) if key in inside]


def _chosen(nodes: Sequence[int], needs: Mapping[Pair, Need], limit: int) -> Sequence[int]:
    """Give the nodes with the most marks, in the order of their keys."""
    if len(nodes) <= limit:
        return nodes
    marks = dict.fromkeys(nodes, 0)
    for row, column in needs:
        marks[row] += 1
        marks[column] += 1
    return sorted(sorted(nodes, key=lambda node: (-marks[node], node))[:limit])


def _among(chosen: Sequence[int], needs: Mapping[Pair, Need]) -> Mapping[Pair, Need]:
    kept = frozenset(chosen)
    return {pair: need for pair, need in needs.items() if kept.issuperset(pair)}


def _laid(chosen: Sequence[int], needs: Mapping[Pair, Need], order: str) -> Partition:
    if order == ALPHABETICAL:
        return Partition(chosen, (), exact=all(column < row for row, column in needs))
    return partitioned(chosen, {pair: len(why.dependencies) for pair, why in needs.items()})


def _elements(
    snapshot: Snapshot, kind: str, found: Needs, laid: Partition, needs: Mapping[Pair, Need]
) -> Iterator[DsmElement]:
    inputs = dict.fromkeys(laid.order, 0)
    outputs = dict.fromkeys(laid.order, 0)
    for row, column in needs:
        if row != column:
            inputs[row] += 1
            outputs[column] += 1
    block = {
        position: number
        for number, (first, size) in enumerate(laid.blocks)
        for position in range(first, first + size)
    }
    for position, node in enumerate(laid.order):
        ref = Ref(kind, found.keys[node])
        there = snapshot.get(ref)
        yield DsmElement(
            ref.key,
            there.name if there else None,
            position,
            block.get(position),
            _group(snapshot, ref),
            inputs[node],
            outputs[node],
        )


def _group(snapshot: Snapshot, ref: Ref) -> str | None:
    if ref.kind != ValueStream.KIND:
        return next(iter(streams_of(snapshot, ref)), None)
    around = (link.target for link in snapshot.out(ref, PartOf))
    return next((at.key for at in around if at.kind == ValueStream.KIND), None)


def _marks(
    keys: Sequence[str], order: Sequence[int], needs: Mapping[Pair, Need]
) -> Iterator[DsmMark]:
    """Give the marks by row and column."""
    place = {node: position for position, node in enumerate(order)}
    columns: list[list[int]] = [[] for _ in order]
    for row, column in needs:
        columns[place[row]].append(place[column])
    for row, marked in enumerate(columns):
        for column in sorted(marked):
            need = needs[order[row], order[column]]
            yield DsmMark(
                row,
                column,
                keys[order[row]],
                keys[order[column]],
                len(need.dependencies),
                need.declared,
                column >= row,
                need.dependencies[:DEPENDENCIES_LISTED],
            )


def _blocks(keys: Sequence[str], laid: Partition) -> Iterator[DsmBlock]:
    for first, size in laid.blocks:
        members = laid.order[first : first + size]
        yield DsmBlock(first, size, tuple(keys[node] for node in members))


def _density(nodes: Sequence[int], needs: Mapping[Pair, Need]) -> float | None:
    places = len(nodes) * (len(nodes) - 1)
    return sum(row != column for row, column in needs) / places if places else None


def _propagation_cost(nodes: Sequence[int], needs: Mapping[Pair, Need]) -> float | None:
    if not nodes or len(nodes) > PROPAGATION_ELEMENTS:
        return None
    return reachable_pairs(nodes, needs) / len(nodes) ** 2
