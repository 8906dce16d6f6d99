"""The facade in front of the domain: one snapshot to read, one way to write, one log.

A workspace holds the newest snapshot it knows. Its own writes move it at once; those of other
processes move it by the log, which a follower thread reads while `following`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic

from graph.commands.permission import permitted, target_of
from graph.commands.planning import Command
from graph.commands.undoing import Undo
from graph.committing import REFUSALS, Committer
from graph.contact import Contact
from graph.errors import (
    HeadwaterError,
    Refused,
    RevisionUnknown,
)
from graph.head import Head, uncollected
from graph.model.access import RefusedWrite
from graph.model.changes import Commit, inverted
from graph.model.principals import Actor, Principal, name_of
from graph.model.relations import RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.store.connection import Connection
from graph.store.memory import MemoryStore
from graph.store.protocol import MAX_CHANGES, AccessBook, Store
from graph.store.refusals import Refusals
from graph.store.writer import DriverStore
from graph.writing import Outcome

LOG_PAGE = 500
MAX_REASON = 500
"""Characters of the reason of a refused write that are kept."""


class Workspace:
    """One graph, read through snapshots and written through commands. Safe to share by threads."""

    def __init__(
        self, store: Store, *, max_changes: int = MAX_CHANGES, contact: Contact | None = None
    ) -> None:
        """Load the store's graph. Cost: one load.

        A command that makes more than `max_changes` is refused before anything is sent. `contact`
        is what is known of the database so far.
        """
        self._store = store
        self._head = Head(store, contact or Contact())
        self._committer = Committer(store, self._head, max_changes)
        self._stop = Event()
        self._follower: Thread | None = None
        self._refusals = Refusals(store.access)
        self.heed: Callable[[RefusedWrite], None] | None = None

    @classmethod
    def connect(cls, connection: Connection, *, max_changes: int = MAX_CHANGES) -> "Workspace":
        """Open the graph of a database: check that it is ours, bring it up to date, load it.

        Raises one of the Store… errors.
        """
        store = DriverStore.connect(connection)
        try:
            return cls(store, max_changes=max_changes)
        except BaseException:
            store.close()
            raise

    @classmethod
    def in_memory(cls) -> "Workspace":
        """Give an empty workspace without a database."""
        return cls(MemoryStore())

    def snapshot(self) -> Snapshot:
        """Give the newest snapshot this process knows, without asking the database."""
        return self._head.snapshot

    @property
    def contact(self) -> Contact:
        """Whether the database answers."""
        return self._head.contact

    def at_least(self, revision: int, timeout_s: float = 5.0) -> Snapshot:
        """Wait until the snapshot stands at a revision. RevisionUnknown when it does not in time."""
        if self._head.snapshot.revision < revision:
            self.refresh()
        if self._head.wait(lambda snapshot: snapshot.revision >= revision, timeout_s):
            return self._head.snapshot
        now = self._head.snapshot.revision
        message = f"revision {revision} is not there; the graph stands at {now}"
        raise RevisionUnknown(message, "ask for a revision that a write returned")

    def as_of(self, moment: int | datetime) -> Snapshot:
        """Give the graph as it stood at a revision or an instant.

        Before the first write it was empty; after the last it is as it stands. It is seen at that
        instant, or at that of the revision. Cost: the log from there to now. RevisionUnknown for a
        revision that is not there.
        """
        with uncollected():
            past = self._past(moment)
        return past.seen(past.at if isinstance(moment, int) else moment)

    def _past(self, moment: int | datetime) -> Snapshot:
        now = self._head.snapshot
        if isinstance(moment, int) and not 0 <= moment <= now.revision:
            message = f"there is no revision {moment}; the graph stands at {now.revision}"
            raise RevisionUnknown(message, f"give 0 to {now.revision}")
        since = max(moment - 1, 0) if isinstance(moment, int) else 0
        log = [commit for commit in self.changes(since) if commit.revision <= now.revision]
        later = [
            commit
            for commit in log
            if (commit.revision > moment if isinstance(moment, int) else commit.at > moment)
        ]
        if not later:
            return now
        if later[0].revision == 1:
            return Snapshot.empty()
        past = now
        for commit in reversed(later):
            past = past.apply(inverted(commit.changes), revision=commit.revision - 1)
        return past.apply([], at=log[-len(later) - 1].at)

    def changes(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give the commits after a revision, oldest first; at most `limit`."""
        return self._store.commits(since, limit)

    @property
    def retries(self) -> int:
        """How many transactions of this process were tried again."""
        return self._store.retries

    @property
    def writes_waiting(self) -> int:
        """How many writes of this process wait for their turn."""
        return self._committer.waiting

    @property
    def access(self) -> AccessBook:
        """The tokens that let somebody in."""
        return self._store.access

    def refused(self, limit: int) -> Sequence[RefusedWrite]:
        """Give the newest writes that were refused, the newest first."""
        return self._refusals.newest(limit)

    def note_refused(
        self, error: HeadwaterError, actor: Actor, command: str, target: str = ""
    ) -> None:
        """Keep that a write was refused, soon; whoever was to `heed` is told at once."""
        first = error.violations[0] if isinstance(error, Refused) else None
        found = RefusedWrite(
            datetime.now(UTC),
            name_of(actor),
            actor.role.value if isinstance(actor, Principal) else "",
            command,
            target or (first.subject if first else ""),
            (first.code if first else error.code).value,
            (first.message if first else error.message)[:MAX_REASON],
            len(error.violations) if isinstance(error, Refused) else 1,
        )
        if self.heed is not None:
            self.heed(found)
        self._refusals.note(found)

    def execute(
        self, command: Command, *, actor: Actor, idempotency_key: str | None = None
    ) -> Outcome:
        """Carry a command out: plan it on the newest snapshot, write it, move the snapshot.

        Planned again when another process wrote meanwhile. Raises Forbidden when the actor may not,
        Refused, NotFound, Conflict, Contended or one of the Store… errors; then nothing is written.
        A Conflict, too, when another command was written under the idempotency key. What is refused
        is kept: see `refused`.
        """
        try:
            asked = command
            if isinstance(actor, Principal):
                asked = permitted(command, actor, datetime.now(UTC))
            return self._committer.carry_out(asked, name_of(actor), idempotency_key)
        except REFUSALS as error:
            self.note_refused(error, actor, command.name, target_of(command))
            raise

    def undo(self, revision: int, *, actor: Actor, idempotency_key: str | None = None) -> Outcome:
        """Take the write of a revision back, in a write of its own.

        RevisionUnknown for one that is not in the log; else as `execute`, Refused when something
        it wrote was written since. Cost: where something it wrote is gone, the log since then.
        """
        if revision > self._head.snapshot.revision:
            self.refresh()
        with uncollected():
            found = self._store.commits(revision - 1, 1) if revision > 0 else ()
        if not found or found[0].revision != revision:
            now = self._head.snapshot.revision
            message = f"there is no revision {revision}; the graph stands at {now}"
            hint = f"give 1 to {now}" if now else "write something first"
            unknown = RevisionUnknown(message, hint)
            self.note_refused(unknown, actor, Undo.name, f"revision {revision}")
            raise unknown
        command = Undo(found[0])
        gone = command.gone(self._head.snapshot)
        if gone:
            command = Undo(found[0], list(self._writing_to(gone, revision)))
        return self.execute(command, actor=actor, idempotency_key=idempotency_key)

    def _writing_to(self, things: set[Ref | RelationRef], since: int) -> Iterator[Commit]:
        """Give the commits after a revision that wrote any of these things; a page at a time."""
        while page := self._store.commits(since, LOG_PAGE):
            yield from (
                commit for commit in page if any(change.ref in things for change in commit.changes)
            )
            since = page[-1].revision

    def refresh(self) -> Snapshot:
        """Move the snapshot to where the ledger stands, by the log or, from afar, by a load."""
        return self._head.refresh()

    def wait_past(self, revision: int, timeout_s: float) -> bool:
        """Wait until the snapshot stands past a revision; False when it does not in time."""
        return self._head.wait(lambda snapshot: snapshot.revision > revision, timeout_s)

    @contextmanager
    def following(self, interval_s: float = 0.1) -> Iterator[None]:
        """Move the snapshot by other processes' writes while the context is open."""
        self._stop.clear()
        self._follower = Thread(
            target=self._follow, args=(interval_s,), name="follower", daemon=True
        )
        self._follower.start()
        try:
            yield
        finally:
            self._stop.set()
            self._follower.join()

    def _follow(self, interval_s: float) -> None:
        pause = interval_s
        while not self._stop.wait(pause):
            started = monotonic()
            try:
                with self.contact.asking():
                    self.refresh()
                pause = interval_s
            except HeadwaterError:
                pause = min(5.0, max(pause * 2, monotonic() - started))

    def close(self) -> None:
        """Let go of the store. Idempotent."""
        self._stop.set()
        with suppress(HeadwaterError):  # who cannot be reached now keeps nothing more
            self._refusals.flush()
        self._store.close()
