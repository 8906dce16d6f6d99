"""Writing: one managed transaction that locks the ledger, applies, advances and logs.

`DriverStore` is the store on any server the driver reaches: the embedded engine and Neo4j alike.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from threading import Event
from time import monotonic, sleep
from typing import Final, Self, TypeVar

from neo4j import Driver, ManagedTransaction, Query, Result, Session, unit_of_work
from neo4j.exceptions import (
    ConstraintError,
    IncompleteCommit,
    TransientError,
)

from graph.errors import (
    Contended,
    OutcomeUnknown,
    StoreFull,
    StoreNewer,
    StoreReplaced,
    StoreUnreachable,
)
from graph.model.changes import Commit, stamped
from graph.model.codec import dump_value, parse_instant
from graph.model.snapshot import Snapshot
from graph.store import statements
from graph.store.access import DriverBook
from graph.store.appending import advance, append_log
from graph.store.applying import apply
from graph.store.changelog import Entry, dump_changes
from graph.store.connection import Connection
from graph.store.driver import RETRIED_S, open_driver, translated
from graph.store.migrations import RESTORING, VERSION, migrate
from graph.store.protocol import Known, Moved, Replan, Write, based
from graph.store.reader import Ledger, read_commits, read_graph, read_ledger
from graph.store.room import expect_room, watched_room
from graph.store.together import ROWS, Held, Together

CONFLICT_TRIES: Final = 25
LONGEST_PAUSE_S: Final = 0.3
"""Before the next try after a conflict; in three seconds or so what is no conflict is told."""

CONFLICTS: Final = "Neo.TransientError.Transaction."
"""Deadlocks, and on the embedded engine any two writes at once: the driver gave up on them."""
READ_TRIES: Final = 8
SETTLED_S: Final = 10.0
"""Seconds to go on asking after a commit whose answer was lost."""
WRITE_S: Final = 120.0
"""Seconds until Neo4j ends a write by itself: a writer that stands still holds the ledger's lock, and
all others wait for it. The embedded engine knows no such time, and has no locks: there others pass."""

A = TypeVar("A")
T = TypeVar("T")


class DriverStore:
    """A store on a server that speaks Bolt. Safe to share by threads."""

    def __init__(
        self,
        driver: Driver,
        connection: Connection,
        *,
        settled_s: float = SETTLED_S,
        write_s: float = WRITE_S,
    ) -> None:
        """`settled_s` is how long is tried to learn what became of a commit without an answer.

        `write_s` is how long a write may take the database.
        """
        self._settled_s = settled_s
        self._write_s = write_s
        self._history = ""
        """The history of what was loaded last."""
        self._driver = driver
        self._connection = connection
        self.retries = 0
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
        snapshot = self._read(read_graph)
        self._history = snapshot.history
        return snapshot

    def revision(self) -> int:
        """Read the ledger's revision."""
        return self._known(self._read(read_ledger))

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Read the commits after a revision, oldest first."""

        def work(tx: ManagedTransaction) -> list[Commit]:
            until = self._known(read_ledger(tx))
            return read_commits(tx, since, until if limit is None else min(until, since + limit))

        return self._read(work)

    def _known(self, ledger: Ledger) -> int:
        """Give the ledger's revision. StoreReplaced where that is one of another history."""
        if self._history not in {"", ledger.history}:
            raise StoreReplaced
        return ledger.revision

    def find(self, idempotency_key: str) -> Commit | None:
        """Look a commit up by its idempotency key."""
        return self._read(lambda tx: _find(tx, idempotency_key))

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        """Apply, advance and log in one transaction. Raises Known or Moved; see `protocol`.

        Where the connection is lost at the commit, nobody knows whether it was made. The write is
        given again then: it finds its own ticket, or is made now, since the lock of the ledger
        lets no two of them in at once.
        """
        sent, lost = Event(), False

        def work(tx: ManagedTransaction) -> Commit:
            commit = _append(tx, write, replan)
            sent.set()
            return commit

        way: Callable[[], Commit | None] = partial(self._append_at_once, write, sent)
        until = monotonic() + self._settled_s
        while True:
            try:
                done = way()
            except (StoreUnreachable, StoreFull) as error:
                lost = lost or (sent.is_set() and isinstance(error, StoreUnreachable))
                if not lost or not write.ticket:
                    raise
                if monotonic() > until:
                    raise OutcomeUnknown from error
                sleep(random.uniform(0.05, 0.25))  # noqa: S311 - jitter
            else:
                if done is not None:
                    return done
            way = partial(self._write, work, len(write.changes))

    def _append_at_once(self, write: Write, sent: Event) -> Commit | None:
        """Append a small write in two exchanges, while the ledger stands where it was planned on.

        None where it stands elsewhere, where others are in its way, or where it is not small:
        nothing was written. `sent` is set before the database is told to keep it.
        """
        if len(write.changes) > ROWS:
            return None
        commit = _committed(write, write.base_revision + 1, _fraction(datetime.now(UTC)))
        parts = Held()
        apply(parts, commit.changes)
        append_log(parts, [Entry(commit, tuple(dump_changes(commit.changes)), write.ticket)])
        if not parts.is_small:
            return None

        def moved_on(result: Result) -> None:
            if result.single() is None:
                raise Elsewhere
            sent.set()

        folder = self._connection.folder
        expect_room(folder, len(write.changes))
        with (
            watched_room(folder),
            translated(self._connection),
            suppress(Elsewhere, ConstraintError),
            _contended(),
        ):
            self._driver.execute_query(
                Query(parts.text(), timeout=self._write_s),
                parts.given() | _standing(write, commit),
                database_=self._connection.database,
                result_transformer_=self._counted(moved_on),
            )
            return commit
        return None

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
            for attempt in range(READ_TRIES - 1):
                with suppress(IncompleteCommit):
                    # The driver takes it for a write of unknown outcome; a read can be made again.
                    result: T = session.execute_read(self._counted(work))
                    return result
                sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter
            return session.execute_read(self._counted(work))

    def _counted(self, work: Callable[[A], T]) -> Callable[[A], T]:
        """Have it counted when the driver runs some work more than once."""
        tries = 0

        def counted(given: A) -> T:
            nonlocal tries
            self.retries += tries > 0
            tries += 1
            return work(given)

        return counted

    def _write(self, work: Callable[[ManagedTransaction], T], changes: int = 1) -> T:
        folder = self._connection.folder
        expect_room(folder, changes)
        with watched_room(folder), translated(self._connection), self._session() as session:
            counted = unit_of_work(timeout=self._write_s)(self._counted(work))
            for attempt in range(CONFLICT_TRIES):
                try:
                    with _contended():
                        result: T = session.execute_write(counted)
                except ConstraintError:
                    # Raised at the commit, outside the driver's own retries, where two writers
                    # made the same key: what the other one wrote is seen by the next turn.
                    pause = min(0.02 * 2**attempt, LONGEST_PAUSE_S)
                    sleep(random.uniform(0, pause))  # noqa: S311 - jitter
                else:
                    return result
        message = f"the write met a conflict {CONFLICT_TRIES} times"
        raise Contended(message, "nothing was written; try again")


@contextmanager
def _contended() -> Iterator[None]:
    """Tell of the conflicts that the driver gave up on."""
    try:
        yield
    except TransientError as error:
        if not (error.code or "").startswith(CONFLICTS):
            raise
        message = f"other writers came first for {RETRIED_S:.0f} seconds"
        raise Contended(message, "nothing was written; try again") from error


def _find(tx: ManagedTransaction, idempotency_key: str) -> Commit | None:
    record = tx.run(statements.FIND_IDEMPOTENCY, idempotency_key=idempotency_key).single()
    if record is None:
        return None
    revision = int(record["revision"])
    found = read_commits(tx, revision - 1, revision)
    return found[0] if found else None


def _append(tx: ManagedTransaction, write: Write, replan: Replan | None) -> Commit:
    ledger = tx.run(statements.LOCK_LEDGER, key=statements.LEDGER_KEY).single(strict=True)
    if write.history not in {"", ledger["history"]}:
        raise Moved(int(ledger["revision"]))
    ours = _ours(tx, write) if int(ledger["revision"]) != write.base_revision else None
    if ours is not None:
        return ours
    known = _find(tx, write.idempotency_key) if write.idempotency_key else None
    if known is not None:
        raise Known(known)
    if int(ledger["version"]) == RESTORING:
        raise StoreReplaced
    if int(ledger["version"]) != VERSION:
        message = f"the store was brought to form {ledger['version']} by another Headwater"
        raise StoreNewer(message, "restart with that version")
    now_at = int(ledger["revision"])
    write = based(write, replan, now_at, lambda since: read_commits(tx, since, now_at))
    last = parse_instant(ledger["at"]) if ledger["at"] else None
    now = datetime.now(UTC)
    commit = _committed(write, write.base_revision + 1, max(now, last) if last else now)
    _carry_out(tx, commit, write.ticket)
    return commit


def _committed(write: Write, revision: int, at: datetime) -> Commit:
    changes = stamped(write.changes, revision, at)
    return Commit(revision, at, write.actor, write.command, changes, write.idempotency_key)


def _standing(write: Write, commit: Commit) -> dict[str, str | int]:
    """Give where the ledger has to stand for a write that is made at once, and where it moves to."""
    return {
        "key": statements.LEDGER_KEY,
        "base": write.base_revision,
        "history": write.history,
        "version": VERSION,
        "revision": commit.revision,
        "at": str(dump_value(commit.at)),
    }


class Elsewhere(Exception):
    """The ledger does not stand where a write was planned on, or a part of it met nothing."""


def _fraction(at: datetime) -> datetime:
    """Give an instant with a fraction of a second: written so, instants are in order as texts."""
    return at if at.microsecond else at.replace(microsecond=1)


def _carry_out(tx: ManagedTransaction, commit: Commit, ticket: str) -> None:
    """Apply a commit, put it into the log and move the ledger on."""
    runner = Together(tx)
    if len(commit.changes) <= ROWS:
        apply(runner, commit.changes)
        append_log(runner, [Entry(commit, tuple(dump_changes(commit.changes)), ticket)])
    else:
        with ThreadPoolExecutor(1, "log") as aside:
            # The log's texts are made while the engine is busy with the changes.
            parts = aside.submit(lambda: tuple(dump_changes(commit.changes)))
            apply(runner, commit.changes)
            append_log(runner, [Entry(commit, parts.result(), ticket)])
    advance(runner, commit.revision, commit.at)
    runner.flush()


def _ours(tx: ManagedTransaction, write: Write) -> Commit | None:
    """Give the commit of this very write, where an earlier try of it was kept."""
    if not write.ticket:
        return None
    found = tx.run(statements.FIND_TICKET, since=write.base_revision, ticket=write.ticket).single()
    if found is None:
        return None
    revision = int(found["revision"])
    return read_commits(tx, revision - 1, revision)[0]
