"""A store that lives in this process: for documents that are read without a database."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from threading import Lock

from graph.errors import Conflict
from graph.model.access import REFUSALS_KEPT, AccessToken, RefusedWrite
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from graph.store.protocol import Known, Replan, Ticketed, Write, based, committed


class MemoryBook:
    """Keeps tokens and refused writes in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, AccessToken] = {}
        self._refusals: deque[RefusedWrite] = deque(maxlen=REFUSALS_KEPT)
        self._taken = 0

    def tokens(self) -> Sequence[AccessToken]:
        """Give all tokens, the oldest first."""
        return list(self._tokens.values())

    def add_token(self, token: AccessToken) -> None:
        """Keep a new token. Conflict when its name is taken."""
        with self._lock:
            refuse_taken_name(token, self._tokens.values())
            self._tokens[token.id] = token

    def revoke_token(self, id_: str, at: datetime) -> bool:
        """Revoke a token. False where there is none."""
        with self._lock:
            found = self._tokens.get(id_)
            if found is not None and found.revoked_at is None:
                self._tokens[id_] = replace(found, revoked_at=at)
            return found is not None

    def refusals(self, limit: int) -> Sequence[RefusedWrite]:
        """Give the newest refused writes, the newest first."""
        with self._lock:
            return list(islice(reversed(self._refusals), limit))

    def keep_refusals(self, refusals: Sequence[RefusedWrite]) -> None:
        """Keep refused writes; the oldest of too many go."""
        with self._lock:
            for refusal in refusals:
                self._taken += 1
                self._refusals.append(replace(refusal, number=self._taken))


def refuse_taken_name(token: AccessToken, others: Iterable[AccessToken]) -> None:
    """Raise Conflict when a token that was not revoked has the name of a new one."""
    taken = next((t for t in others if t.name == token.name and t.revoked_at is None), None)
    if taken is not None:
        message = f"there is a token named {token.name!r} already: {taken.id}"
        raise Conflict(message, "revoke it first, or give another name")


class MemoryStore:
    """Keeps the log in a list and the graph as a snapshot. Nothing outlives the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot = Snapshot.empty()
        self._log: list[Commit] = []
        self._tickets: dict[str, Commit] = {}
        self.retries = 0
        self.access = MemoryBook()

    def load(self) -> Snapshot:
        """Give the graph as it stands."""
        return self._snapshot

    def revision(self) -> int:
        """Give the revision as it stands."""
        return self._snapshot.revision

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        """Apply and log the changes. Raises Known or Moved."""
        with self._lock:
            ours = self._tickets.get(write.ticket)
            if ours is not None:
                return ours
            known = self.find(write.idempotency_key) if write.idempotency_key else None
            if known is not None:
                raise Known(known)
            write = based(write, replan, self._snapshot.revision, self.commits)
            commit = committed(write, self._snapshot.at)
            self._keep(Ticketed(commit, write.ticket))
            return commit

    def append_all(self, base: int, history: str, commits: Sequence[Ticketed]) -> bool:
        """Apply and log commits, where the graph stands at their base and knows none of their keys."""
        with self._lock:
            keys = [commit.idempotency_key for commit, _ in commits if commit.idempotency_key]
            if (base, history) != (self._snapshot.revision, self._snapshot.history) or any(
                map(self.find, keys)
            ):
                return False
            for each in commits:
                self._keep(each)
            return True

    def _keep(self, ticketed: Ticketed) -> None:
        commit, ticket = ticketed
        self._snapshot = self._snapshot.apply(
            commit.changes, revision=commit.revision, at=commit.at
        )
        self._log.append(commit)
        if ticket:
            self._tickets[ticket] = commit

    def find(self, idempotency_key: str) -> Commit | None:
        """Look the log through for an idempotency key."""
        return next((c for c in self._log if c.idempotency_key == idempotency_key), None)

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give the commits after a revision, oldest first."""
        found = self._log[max(since, 0) :]
        return found if limit is None else found[:limit]

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
