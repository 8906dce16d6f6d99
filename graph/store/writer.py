"""Writing: one managed transaction that locks the ledger, applies, advances and logs.

`DriverStore` is the store on any server the driver reaches: the embedded engine and Neo4j alike.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
    StoreReplaced,
    StoreUnreachable,
)
from graph.model.changes import Commit
from graph.model.codec import dump_value
from graph.model.snapshot import Snapshot
from graph.store import keeping, statements
from graph.store.access import DriverBook
from graph.store.connection import Connection
from graph.store.driver import RETRIED_S, open_driver, translated
from graph.store.migrations import VERSION, migrate
from graph.store.protocol import Replan, Ticketed, Write, committed
from graph.store.reader import Ledger, read_commits, read_graph, read_ledger
from graph.store.room import expect_room, watched_room
from graph.store.together import ROWS, Held

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
        return self._read(lambda tx: keeping.find(tx, idempotency_key))

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        """Apply, advance and log in one transaction. Raises Known or Moved; see `protocol`.

        Where the connection is lost at the commit, nobody knows whether it was made. The write is
        given again then: it finds its own ticket, or is made now, since the lock of the ledger
        lets no two of them in at once.
        """
        sent = Event()

        def work(tx: ManagedTransaction) -> Commit:
            commit = keeping.append(tx, write, replan)
            sent.set()
            return commit

        def first() -> Commit:
            if len(write.changes) <= ROWS:
                made = Ticketed(committed(write, None), write.ticket)
                parts = keeping.held([made])
                if parts.is_small and self._at_once(
                    parts, _standing(write.base_revision, write.history, [made]), sent
                ):
                    return made.commit
            return later()

        later = partial(self._write, work, len(write.changes))
        return self._settled(first, later, sent, known=bool(write.ticket))

    def append_all(self, base: int, history: str, commits: Sequence[Ticketed]) -> bool:
        """Keep commits as they are, in one transaction; see `protocol`.

        Where the connection is lost at that, the last one's ticket tells what became of them.
        """
        sent = Event()

        def work(tx: ManagedTransaction) -> bool:
            done = keeping.append_all(tx, base, history, commits)
            sent.set()
            return done

        def first() -> bool:
            parts = keeping.held(commits)
            if parts.is_small:
                return self._at_once(parts, _standing(base, history, commits), sent)
            return self._write(work, ROWS)

        def later(tx: ManagedTransaction) -> bool:
            ledger = keeping.locked(tx)
            return history in {"", ledger["history"]} and bool(
                keeping.revision_of(tx, base, commits[-1].ticket)
            )

        return self._settled(first, partial(self._write, later), sent, known=True)

    def _settled(
        self, first: Callable[[], T], later: Callable[[], T], sent: Event, *, known: bool
    ) -> T:
        """Write in a first way; where the connection was lost once all was `sent`, in a later one.

        That may take some time, for what is `known` again: OutcomeUnknown when it takes too long.
        """
        until = monotonic() + self._settled_s
        way, lost = first, False
        while True:
            try:
                return way()
            except (StoreUnreachable, StoreFull) as error:
                lost = lost or (sent.is_set() and isinstance(error, StoreUnreachable))
                if not lost or not known:
                    raise
                if monotonic() > until:
                    raise OutcomeUnknown from error
                sleep(random.uniform(0.05, 0.25))  # noqa: S311 - jitter
            way = later

    def _at_once(self, parts: Held, standing: dict[str, str | int], sent: Event) -> bool:
        """Write in two exchanges what was planned on where the ledger stands.

        False where it stands elsewhere, or others are in the way: nothing was written. `sent` is set
        before the database is told to keep it.
        """

        def moved_on(result: Result) -> None:
            if result.single() is None:
                raise Elsewhere
            sent.set()

        folder = self._connection.folder
        expect_room(folder, ROWS)
        with (
            watched_room(folder),
            translated(self._connection),
            suppress(Elsewhere, ConstraintError),
            _contended(),
        ):
            self._driver.execute_query(
                Query(parts.text(), timeout=self._write_s),
                parts.given() | standing,
                database_=self._connection.database,
                result_transformer_=self._counted(moved_on),
            )
            return True
        return False

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


def _standing(base: int, history: str, commits: Sequence[Ticketed]) -> dict[str, str | int]:
    """Give where the ledger has to stand for commits that are kept at once, and where it moves to."""
    last = commits[-1].commit
    return {
        "key": statements.LEDGER_KEY,
        "base": base,
        "history": history,
        "version": VERSION,
        "since": str(dump_value(commits[0].commit.at)),
        "revision": last.revision,
        "at": str(dump_value(last.at)),
    }


class Elsewhere(Exception):
    """The ledger does not stand where a write was planned on, or a part of it met nothing."""
