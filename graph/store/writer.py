"""Writing: one managed transaction that locks the ledger, applies, advances and logs.

`DriverStore` is the store on any server the driver reaches: the embedded engine and Neo4j alike.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from time import sleep
from typing import Final, Self, TypeVar

from neo4j import Driver, ManagedTransaction, Session
from neo4j.exceptions import ConstraintError

from graph.errors import Contended, StoreNewer
from graph.model.catalog import ENTITY, RELATION
from graph.model.changes import Change, Commit, NodeChange, RelationChange, stamped
from graph.model.codec import dump_value, parse_instant
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.store import statements
from graph.store.access import DriverBook
from graph.store.changelog import dump_changes
from graph.store.connection import Connection
from graph.store.driver import open_driver, translated
from graph.store.encoding import Row, encode
from graph.store.migrations import VERSION, migrate
from graph.store.protocol import Known, Moved, Write
from graph.store.reader import read_commits, read_graph, read_ledger

BATCH: Final = 2_000
"""Rows in one statement: the size both engines take best."""

CONFLICT_TRIES: Final = 5

T = TypeVar("T")


class DriverStore:
    """A store on a server that speaks Bolt. Safe to share by threads."""

    def __init__(self, driver: Driver, connection: Connection) -> None:
        self._driver = driver
        self._connection = connection
        self.access = DriverBook(self._read, self._write)

    @classmethod
    def connect(cls, connection: Connection) -> Self:
        """Connect, check that the database is ours, and bring it up to date."""
        driver = open_driver(connection)
        try:
            with translated(connection):
                migrate(driver, connection.database, connection.uri)
        except BaseException:
            driver.close()
            raise
        return cls(driver, connection)

    def load(self) -> Snapshot:
        """Load the whole graph in columns. Cost: about 60 statements whatever the size."""
        return self._read(read_graph)

    def revision(self) -> int:
        """Read the ledger's revision."""
        return self._read(read_ledger)[0]

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Read the commits after a revision, oldest first."""

        def work(tx: ManagedTransaction) -> list[Commit]:
            until, _ = read_ledger(tx)
            return read_commits(tx, since, until if limit is None else min(until, since + limit))

        return self._read(work)

    def find(self, idempotency_key: str) -> Commit | None:
        """Look a commit up by its idempotency key."""
        return self._read(lambda tx: _find(tx, idempotency_key))

    def append(self, write: Write) -> Commit:
        """Apply, advance and log in one transaction. Raises Known or Moved; see `protocol`."""
        return self._write(lambda tx: _append(tx, write))

    def close(self) -> None:
        """Close the driver's connections. Idempotent."""
        self._driver.close()

    def _session(self) -> Session:
        # One chain of bookmarks for all sessions: in a cluster a read sees what was written here.
        return self._driver.session(
            database=self._connection.database,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
        )

    def _read(self, work: Callable[[ManagedTransaction], T]) -> T:
        with translated(self._connection), self._session() as session:
            result: T = session.execute_read(work)
            return result

    def _write(self, work: Callable[[ManagedTransaction], T]) -> T:
        with translated(self._connection), self._session() as session:
            for attempt in range(CONFLICT_TRIES):
                try:
                    result: T = session.execute_write(work)
                except ConstraintError:
                    # Raised at the commit, outside the driver's own retries, where two writers
                    # made the same key: what the other one wrote is seen by the next turn.
                    sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter
                else:
                    return result
        message = f"the write met a conflict {CONFLICT_TRIES} times"
        raise Contended(message, "nothing was written; try again")


def _find(tx: ManagedTransaction, idempotency_key: str) -> Commit | None:
    record = tx.run(statements.FIND_IDEMPOTENCY, idempotency_key=idempotency_key).single()
    if record is None:
        return None
    revision = int(record["revision"])
    found = read_commits(tx, revision - 1, revision)
    return found[0] if found else None


def _append(tx: ManagedTransaction, write: Write) -> Commit:
    ledger = tx.run(statements.LOCK_LEDGER, key=statements.LEDGER_KEY).single(strict=True)
    known = _find(tx, write.idempotency_key) if write.idempotency_key else None
    if known is not None:
        raise Known(known)
    if int(ledger["version"]) != VERSION:
        message = f"the store was brought to form {ledger['version']} by another Headwater"
        raise StoreNewer(message, "restart with that version")
    if int(ledger["revision"]) != write.base_revision:
        raise Moved(int(ledger["revision"]))
    revision = write.base_revision + 1
    last = parse_instant(ledger["at"]) if ledger["at"] else None
    now = datetime.now(UTC)
    at = max(now, last) if last else now
    commit = Commit(
        revision,
        at,
        write.actor,
        write.command,
        stamped(write.changes, revision, at),
        write.idempotency_key,
    )
    with ThreadPoolExecutor(1, "log") as aside:
        # The log's texts are made while the engine is busy with the changes.
        parts = aside.submit(lambda: list(dump_changes(commit.changes)))
        _apply(tx, commit.changes)
        _log(tx, commit, parts.result())
    return commit


def _log(tx: ManagedTransaction, commit: Commit, parts: Sequence[str]) -> None:
    head = {
        "revision": commit.revision,
        "at": dump_value(commit.at),
        "actor": commit.actor,
        "command": commit.command,
        "idempotency_key": commit.idempotency_key or "",
        "count": len(commit.changes),
    }
    tx.run(statements.APPEND_CHANGE, head).consume()
    rows = (
        {
            "key": f"{commit.revision}/{part}",
            "revision": commit.revision,
            "part": part,
            "body": body,
        }
        for part, body in enumerate(parts)
    )
    for batch in _batched(rows, 50):
        tx.run(statements.APPEND_PARTS, rows=batch).consume()
    if commit.idempotency_key:
        tx.run(
            statements.APPEND_IDEMPOTENCY,
            idempotency_key=commit.idempotency_key,
            revision=commit.revision,
        ).consume()
    tx.run(
        statements.ADVANCE_LEDGER,
        key=statements.LEDGER_KEY,
        revision=commit.revision,
        at=head["at"],
    ).consume()


def _apply(tx: ManagedTransaction, changes: Sequence[Change]) -> None:
    """Carry changes out: relationships go before nodes do, nodes come before relationships do."""
    nodes = [change for change in changes if isinstance(change, NodeChange)]
    relations = [change for change in changes if isinstance(change, RelationChange)]
    _delete_relations(tx, [c.before for c in relations if c.before is not None and _leaves(c)])
    _delete_nodes(tx, [c.before for c in nodes if c.before is not None and c.after is None])
    _put_nodes(tx, [c.after for c in nodes if c.after is not None and c.before is None], new=True)
    _put_nodes(tx, [c.after for c in nodes if c.after is not None and c.before], new=False)
    fresh = [c.after for c in relations if c.after is not None and _arrives(c)]
    _put_relations(tx, fresh, new=True)
    kept = [c.after for c in relations if c.after is not None and not _arrives(c)]
    _put_relations(tx, kept, new=False)


def _leaves(change: RelationChange) -> bool:
    """Whether the relationship is taken away from where it was: removed, or given other ends."""
    return change.after is None or _arrives(change)


def _arrives(change: RelationChange) -> bool:
    before, after = change.before, change.after
    if after is None:
        return False
    return before is None or (before.source, before.target) != (after.source, after.target)


def _put_nodes(tx: ManagedTransaction, nodes: Iterable[Entity], *, new: bool) -> None:
    for label, group in _grouped(nodes, lambda node: node.KIND).items():
        kind = ENTITY[label]
        statement = statements.create_nodes(kind) if new else statements.replace_nodes(kind)
        _run_rows(tx, statement, (encode(kind.properties, node) for node in group))


def _delete_nodes(tx: ManagedTransaction, nodes: Iterable[Entity]) -> None:
    for label, group in _grouped(nodes, lambda node: node.KIND).items():
        for batch in _batched((node.key for node in group), BATCH):
            tx.run(statements.delete_nodes(ENTITY[label]), keys=batch).consume()


def _put_relations(tx: ManagedTransaction, relations: Iterable[Relation], *, new: bool) -> None:
    for (name, source, target), group in _grouped(relations, _joint).items():
        kind = RELATION[name]
        make = statements.create_relations if new else statements.replace_relations
        _run_rows(tx, make(kind, source, target), map(_row, group))


def _delete_relations(tx: ManagedTransaction, relations: Iterable[Relation]) -> None:
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


K = TypeVar("K")


def _grouped(things: Iterable[T], name: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(name(thing), []).append(thing)
    return groups


def _batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _run_rows(
    tx: ManagedTransaction, statement: str, rows: Iterable[Row | dict[str, str | Row]]
) -> None:
    for batch in _batched(rows, BATCH):
        tx.run(statement, rows=batch).consume()
