"""A store that lives in this process: for documents that are read without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from graph.model.changes import Commit, stamped
from graph.model.snapshot import Snapshot
from graph.store.protocol import Known, Moved, Write


class MemoryStore:
    """Keeps the log in a list and the graph as a snapshot. Nothing outlives the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot = Snapshot.empty()
        self._log: list[Commit] = []

    def load(self) -> Snapshot:
        """Give the graph as it stands."""
        return self._snapshot

    def revision(self) -> int:
        """Give the revision as it stands."""
        return self._snapshot.revision

    def append(self, write: Write) -> Commit:
        """Apply and log the changes. Raises Known or Moved."""
        with self._lock:
            known = self.find(write.idempotency_key) if write.idempotency_key else None
            if known is not None:
                raise Known(known)
            if self._snapshot.revision != write.base_revision:
                raise Moved(self._snapshot.revision)
            revision = write.base_revision + 1
            at = max(datetime.now(UTC), self._snapshot.at or datetime.min.replace(tzinfo=UTC))
            changes = stamped(write.changes, revision, at)
            commit = Commit(
                revision, at, write.actor, write.command, changes, write.idempotency_key
            )
            self._snapshot = self._snapshot.apply(changes, revision=revision, at=at)
            self._log.append(commit)
            return commit

    def find(self, idempotency_key: str) -> Commit | None:
        """Look the log through for an idempotency key."""
        return next((c for c in self._log if c.idempotency_key == idempotency_key), None)

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give the commits after a revision, oldest first."""
        found = self._log[max(since, 0) :]
        return found if limit is None else found[:limit]

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
