"""Reading: the whole graph in columns, the ledger, and pages of the log."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import Final, NamedTuple

from neo4j import ManagedTransaction, Record

from graph.errors import StoreForeign, StoreReplaced
from graph.model.catalog import ENTITIES, EntityKind, Property, RelationKind
from graph.model.changes import Commit
from graph.model.codec import parse_instant
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref, Shape, Value
from graph.store import statements
from graph.store.changelog import load_changes
from graph.store.encoding import Stored, decoder

PAGE: Final = 200_000
"""Nodes in one row of columns; both engines answer rows of this size well."""


class Ledger(NamedTuple):
    """Where a store stands, when it was last written, and which of its histories that is.

    A database that is put back from a backup begins another history.
    """

    revision: int
    at: datetime | None
    history: str


def read_ledger(tx: ManagedTransaction) -> Ledger:
    """Read the ledger."""
    record = tx.run(statements.READ_LEDGER, key=statements.LEDGER_KEY).single()
    if record is None:
        message = "the database's ledger is gone"
        raise StoreForeign(message, "restore a backup, or start on an empty database")
    at = parse_instant(record["at"]) if record["at"] else None
    return Ledger(int(record["revision"]), at, str(record["history"]))


def read_graph(tx: ManagedTransaction) -> Snapshot:
    """Load everything, at the ledger's revision at the end of the load.

    Writes that come in between are put over what was loaded: each logged change carries the whole
    state after it, so the result is the graph at that revision, exactly.
    """
    before, at, history = read_ledger(tx)
    nodes = [node for kind in ENTITIES for node in _nodes(tx, kind)]
    refs: dict[Ref, Ref] = {}
    relations = [
        relation
        for kind, source, target in statements.load_pairs()
        for relation in _relations(tx, kind, source, target, refs)
    ]
    snapshot = Snapshot.build(nodes, relations, revision=before, at=at)
    snapshot.history = history
    now = read_ledger(tx)
    if now.history != history:
        raise StoreReplaced
    for commit in read_commits(tx, before, now.revision):
        snapshot = snapshot.apply(commit.changes, revision=commit.revision, at=commit.at)
    return snapshot


def _nodes(tx: ManagedTransaction, kind: EntityKind[Entity]) -> list[Entity]:
    """Load a kind at once, or, where it is larger than a page, page by page."""
    at_once = tx.run(statements.load_nodes(kind, paged=False), limit=PAGE).single(strict=True)
    found = list(_made(kind, at_once))
    if len(found) < PAGE:
        return found
    found = []
    statement = statements.load_nodes(kind, paged=True)
    after = ""
    while True:
        record = tx.run(statement, after=after, limit=PAGE).single(strict=True)
        page = list(_made(kind, record))
        found += page
        if len(page) < PAGE:
            return found
        after = page[-1].key


def _made(kind: EntityKind[Entity], record: Record) -> Iterator[Entity]:
    return map(kind.make, _rows(kind.properties, record, len(record["key"])))


def _relations(
    tx: ManagedTransaction,
    kind: RelationKind[Relation],
    source: str,
    target: str,
    refs: dict[Ref, Ref],
) -> Iterator[Relation]:
    record = tx.run(statements.load_relations(kind, source, target)).single(strict=True)
    starts = _ends(record, "source", source, refs)
    ends = _ends(record, "target", target, refs)
    for start, end, row in zip(
        starts, ends, _rows(kind.properties, record, len(starts)), strict=True
    ):
        yield kind.make(start, end, row)


def _ends(record: Record, side: str, kind: str, refs: dict[Ref, Ref]) -> list[Ref]:
    """Give one end of each relationship; thousands that name the same node share one object."""
    keys: list[str] = record[f"{side} key"]
    kinds = repeat(kind, len(keys)) if kind else record[f"{side} kind"]
    return [refs.setdefault(ref, ref) for ref in map(Ref, kinds, keys)]


def _rows(properties: Sequence[Property], record: Record, count: int) -> Iterator[dict[str, Value]]:
    """Turn columns into rows that name the properties set somewhere in the columns."""
    columns = [(p.attribute, _column(p, record[p.name])) for p in properties]
    names = [name for name, column in columns if column is not None]
    values = [column for _, column in columns if column is not None]
    if not values:
        return iter([{} for _ in range(count)])
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def _column(prop: Property, stored: list[Stored]) -> list[Value] | None:
    """Decode a column; None when nothing in it is set."""
    if prop.shape is Shape.BOOLEAN:
        absent = [value == "" for value in stored]
    else:
        absent = [value is False for value in stored]  # by identity, since 0 == False
    if all(absent):
        return None
    decode, default = decoder(prop), prop.default
    return [default if no else decode(value) for no, value in zip(absent, stored, strict=True)]


def read_commits(tx: ManagedTransaction, since: int, until: int) -> list[Commit]:
    """Give the commits after `since` up to `until`, oldest first."""
    if until <= since:
        return []
    heads = list(tx.run(statements.READ_CHANGES, since=since, until=until))
    parts: dict[int, list[tuple[int, str]]] = {}
    for record in tx.run(statements.READ_PARTS, since=since, until=until):
        parts.setdefault(record["revision"], []).append((record["part"], record["body"]))
    return [
        Commit(
            head["revision"],
            parse_instant(head["at"]),
            head["actor"],
            head["command"],
            tuple(
                change
                for _, body in sorted(parts.get(head["revision"], []))
                for change in load_changes(body)
            ),
            head["idempotency_key"] or None,
        )
        for head in heads
    ]
