"""Carrying changes out on the graph: few statements, for thousands of things each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, TypeVar

from graph.model.catalog import ENTITY, RELATION
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import Entity
from graph.model.relations import Relation, RelationRef
from graph.model.values import Ref
from graph.store import statements
from graph.store.encoding import Row, encode
from graph.store.together import Runner

BATCH: Final = 2_000
"""Rows in one statement: the size both engines take best."""

T = TypeVar("T")
K = TypeVar("K")


def apply(tx: Runner, changes: Sequence[Change]) -> None:
    """Carry changes out: relationships go before nodes do, nodes come before relationships do."""
    nodes = [change for change in changes if isinstance(change, NodeChange)]
    relations = [change for change in changes if isinstance(change, RelationChange)]
    _delete_relations(tx, [c.before for c in relations if c.before is not None and _leaves(c)])
    _delete_nodes(tx, [c.before for c in nodes if c.before is not None and c.after is None])
    put_nodes(tx, [c.after for c in nodes if c.after is not None and c.before is None], new=True)
    put_nodes(tx, [c.after for c in nodes if c.after is not None and c.before], new=False)
    fresh = [c.after for c in relations if c.after is not None and _arrives(c)]
    put_relations(tx, fresh, new=True)
    kept = [c.after for c in relations if c.after is not None and not _arrives(c)]
    put_relations(tx, kept, new=False)


def net(changes: Sequence[Change]) -> list[Change]:
    """Give what some changes come to that follow each other: one at most for each thing."""
    came: dict[Ref | RelationRef, Change] = {}
    for change in changes:
        earlier = came.get(change.ref)
        came[change.ref] = change if earlier is None else _since(earlier, change)
    return [c for c in came.values() if c.before is not None or c.after is not None]


def _since(earlier: Change, change: Change) -> Change:
    if isinstance(change, NodeChange) and isinstance(earlier, NodeChange):
        return replace(change, before=earlier.before)
    if isinstance(change, RelationChange) and isinstance(earlier, RelationChange):
        return replace(change, before=earlier.before)
    return change


def _leaves(change: RelationChange) -> bool:
    """Whether the relationship is taken away from where it was: removed, or given other ends."""
    return change.after is None or _arrives(change)


def _arrives(change: RelationChange) -> bool:
    before, after = change.before, change.after
    if after is None:
        return False
    return before is None or (before.source, before.target) != (after.source, after.target)


def put_nodes(tx: Runner, nodes: Iterable[Entity], *, new: bool) -> None:
    """Make nodes, or put all properties of those that are there anew."""
    for label, group in _grouped(nodes, lambda node: node.KIND).items():
        kind = ENTITY[label]
        statement = statements.create_nodes(kind) if new else statements.replace_nodes(kind)
        _run_rows(tx, statement, (encode(kind.properties, node) for node in group))


def _delete_nodes(tx: Runner, nodes: Iterable[Entity]) -> None:
    for label, group in _grouped(nodes, lambda node: node.KIND).items():
        for batch in batched((node.key for node in group), BATCH):
            tx.run(statements.delete_nodes(ENTITY[label]), keys=batch)


def put_relations(tx: Runner, relations: Iterable[Relation], *, new: bool) -> None:
    """Make relationships, or put all properties of those that are there anew."""
    for (name, source, target), group in _grouped(relations, _joint).items():
        kind = RELATION[name]
        make = statements.create_relations if new else statements.replace_relations
        _run_rows(tx, make(kind, source, target), map(_row, group))


def _delete_relations(tx: Runner, relations: Iterable[Relation]) -> None:
    for (name, source, target), group in _grouped(relations, _joint).items():
        statement = statements.delete_relations(RELATION[name], source, target)
        _run_rows(tx, statement, map(_row, group))


def _joint(relation: Relation) -> tuple[str, str, str]:
    return relation.TYPE, relation.source.kind, relation.target.kind


def _row(relation: Relation) -> dict[str, str | Row]:
    return {
        "source": relation.source.key,
        "target": relation.target.key,
        "key": relation.identity,
        "properties": encode(RELATION[relation.TYPE].properties, relation),
    }


def _grouped(things: Iterable[T], name: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(name(thing), []).append(thing)
    return groups


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the rows in lists of at most so many."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _run_rows(tx: Runner, statement: str, rows: Iterable[Row | dict[str, str | Row]]) -> None:
    for batch in batched(rows, BATCH):
        tx.run(statement, rows=batch)
