"""Putting a database back from a backup: as a whole, or it says that it is not done."""

from collections.abc import Callable
from functools import partial

from neo4j import ManagedTransaction, Session

from graph.errors import StoreNotEmpty
from graph.model.access import AccessToken, RefusedWrite
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.snapshot import Snapshot
from graph.store import statements
from graph.store.access import DriverBook
from graph.store.appending import PARTS_AT_ONCE, advance, append_log
from graph.store.applying import BATCH, batched, put_nodes, put_relations
from graph.store.backups import Backup, Checked
from graph.store.changelog import Entry
from graph.store.connection import Connection
from graph.store.driver import open_driver, translated
from graph.store.migrations import (
    RESTORING,
    VERSION,
    begin_history,
    migrate,
    set_version,
    version_of,
)
from graph.store.reader import read_ledger
from graph.store.room import expect_room, watched_room
from graph.store.together import Runner, Together


def restore(connection: Connection, backup: Backup, checked: Checked) -> None:
    """Put a backup, which was `checked`, into an empty database.

    StoreNotEmpty where there is something in it. Until it is done the database says so to whoever
    opens it; restoring again begins anew. Cost: a statement for 2,000 things, and for 50 parts of the
    log.
    """
    with watched_room(connection.folder), translated(connection):
        driver = open_driver(connection)
        try:
            with driver.session(database=connection.database) as session:
                if session.execute_read(version_of) == RESTORING:
                    _cleared(session)
                migrate(driver, connection.database, connection.uri)
                expect_room(connection.folder, sum(checked.snapshot.count()))
                session.execute_write(_claim, str(connection.folder or connection.uri))
                _write_graph(session, checked.snapshot)
                _write_log(session, backup)
                session.execute_write(_finish, checked.snapshot)
        finally:
            driver.close()


def _cleared(session: Session) -> None:
    """Take away what a restore left that was not finished."""
    while session.execute_write(_removed):
        pass
    session.execute_write(
        lambda tx: tx.run(statements.RESET_LEDGER, key=statements.LEDGER_KEY, version=0).consume()
    )


def _removed(tx: ManagedTransaction) -> int:
    return int(tx.run(statements.REMOVE_SOME, limit=10_000).single(strict=True)["nodes"])


def _claim(tx: ManagedTransaction, place: str) -> None:
    """Lock the ledger, and note that the database is being put back, if nothing is in it."""
    tx.run(statements.LOCK_LEDGER, key=statements.LEDGER_KEY).consume()
    revision = read_ledger(tx).revision
    others = int(tx.run(statements.COUNT_OTHERS).single(strict=True)["nodes"])
    if revision or others:
        message = f"the database of {place} is not empty: it stands at revision {revision:,}"
        raise StoreNotEmpty(message, "restore into an empty one, such as another --data-dir")
    set_version(tx, RESTORING)


def _run(tx: ManagedTransaction, work: Callable[[Runner], None]) -> None:
    together = Together(tx)
    work(together)
    together.flush()


def _finish(tx: ManagedTransaction, snapshot: Snapshot) -> None:
    _run(tx, lambda runner: advance(runner, snapshot.revision, snapshot.at))
    begin_history(tx)
    set_version(tx, VERSION)


def _write_graph(session: Session, snapshot: Snapshot) -> None:
    for kind in ENTITIES:
        for nodes in batched(snapshot.nodes(kind.cls).values(), BATCH):
            session.execute_write(_run, partial(put_nodes, nodes=nodes, new=True))
    for relation_kind in RELATIONS:
        for relations in batched(snapshot.relations(relation_kind.cls).values(), BATCH):
            session.execute_write(_run, partial(put_relations, relations=relations, new=True))


def _write_log(session: Session, backup: Backup) -> None:
    book = DriverBook(session.execute_read, session.execute_write)
    refusals: list[RefusedWrite] = []
    entries: list[Entry] = []
    for record in backup.records():
        if isinstance(record, Entry):
            entries.append(record)
            if len(entries) >= BATCH or sum(len(each.parts) for each in entries) >= PARTS_AT_ONCE:
                session.execute_write(_run, partial(append_log, entries=entries))
                entries = []
        elif isinstance(record, AccessToken):
            book.add_token(record)
        else:
            refusals.append(record)
    session.execute_write(_run, partial(append_log, entries=entries))
    book.keep_refusals(refusals)
