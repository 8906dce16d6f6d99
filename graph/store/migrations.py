"""Bringing a database to the form this version writes: numbered steps, each harmless twice."""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

from neo4j import Driver, ManagedTransaction, Session

from graph.errors import StoreForeign, StoreNewer
from graph.store import statements


def _first(session: Session) -> None:
    """Make the constraints, the index of the log and the ledger, before there is any data."""
    for statement in (*statements.CONSTRAINTS, statements.PART_INDEX):
        session.run(statement).consume()
    session.execute_write(_create_ledger)


def _create_ledger(tx: ManagedTransaction) -> None:
    tx.run(statements.CREATE_LEDGER, key=statements.LEDGER_KEY, version=0).consume()


def _access(session: Session) -> None:
    """Make room for tokens, and for the writes that were refused."""
    for statement in statements.ACCESS_CONSTRAINTS:
        session.run(statement).consume()
    session.execute_write(_create_ring)


def _create_ring(tx: ManagedTransaction) -> None:
    tx.run(statements.CREATE_RING, key=statements.LEDGER_KEY).consume()


def _begin_history(session: Session) -> None:
    """Name the history that begins with the store: one that is put back begins another."""
    session.execute_write(begin_history)


def begin_history(tx: ManagedTransaction) -> None:
    """Give the store's history a name of its own."""
    tx.run(statements.SET_HISTORY, key=statements.LEDGER_KEY, history=uuid4().hex).consume()


MIGRATIONS: Final[tuple[Callable[[Session], None], ...]] = (_first, _access, _begin_history)
"""Step n brings a store from version n to n + 1."""

VERSION: Final = len(MIGRATIONS)
RESTORING: Final = -1
"""The version of a store that is being put back from a backup, or was not put back to the end."""


def migrate(driver: Driver, database: str, uri: str) -> None:
    """Bring the store up to date.

    Raises StoreNewer for a store of a later version and StoreForeign for a database that holds
    something else; neither is touched.
    """
    with driver.session(database=database) as session:
        version = session.execute_read(version_of)
        if version is None:
            _refuse_foreign(session, uri)
        if version == RESTORING:
            message = f"the database at {uri} was not put back from its backup to the end"
            raise StoreForeign(message, "run `headwater db restore` again: it begins anew")
        at = version or 0
        if at > VERSION:
            message = f"the store at {uri} has form {at}, this version of Headwater knows {VERSION}"
            raise StoreNewer(message, "use the newer Headwater that wrote it")
        for number, step in enumerate(MIGRATIONS[at:], at + 1):
            step(session)
            session.execute_write(set_version, number)


def version_of(tx: ManagedTransaction) -> int | None:
    """Give the version of the store; None where there is no ledger."""
    record = tx.run(statements.READ_LEDGER, key=statements.LEDGER_KEY).single()
    return None if record is None else int(record["version"])


def set_version(tx: ManagedTransaction, version: int) -> None:
    """Note the version of the store."""
    tx.run(statements.SET_VERSION, key=statements.LEDGER_KEY, version=version).consume()


def _refuse_foreign(session: Session, uri: str) -> None:
    nodes = session.execute_read(_count)
    if nodes:
        message = f"the database at {uri} holds {nodes:,} nodes and no Headwater ledger: not ours"
        raise StoreForeign(message, "give Headwater a database of its own: HEADWATER_NEO4J_URI")


def _count(tx: ManagedTransaction) -> int:
    record = tx.run(statements.COUNT_NODES).single(strict=True)
    return int(record["nodes"])
