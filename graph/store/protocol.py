"""What a store does, whichever engine is under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from graph.model.access import AccessToken, RefusedWrite
from graph.model.changes import Change, Commit
from graph.model.snapshot import Snapshot

MAX_CHANGES = 150_000
"""Changes in one command: a transaction holds them all in the database's memory. Measured: the
embedded engine takes 200,000 with a heap of 1 GB and fails at 500,000."""


class Moved(Exception):
    """The ledger stands past the revision the write was planned on; nothing was written."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the ledger stands at {revision}")
        self.revision = revision


class Known(Exception):
    """The idempotency key is in the log already; nothing was written."""

    def __init__(self, commit: Commit) -> None:
        super().__init__(f"written before, at {commit.revision}")
        self.commit = commit


@dataclass(frozen=True, slots=True)
class Write:
    """What a store is asked to append: changes planned on the graph at `base_revision`."""

    base_revision: int
    changes: tuple[Change, ...]
    actor: str
    command: str
    idempotency_key: str | None = None


class AccessBook(Protocol):
    """What a store keeps about access, apart from the graph, its ledger and its log.

    Every method may raise the Store… errors.
    """

    def tokens(self) -> Sequence[AccessToken]:
        """Give all tokens, the oldest first, those that were revoked too."""
        ...

    def add_token(self, token: AccessToken) -> None:
        """Keep a new token. Conflict when one that was not revoked has its name."""
        ...

    def revoke_token(self, id_: str, at: datetime) -> bool:
        """Revoke a token; one that was revoked keeps the first instant. False where there is none."""
        ...

    def refusals(self, limit: int) -> Sequence[RefusedWrite]:
        """Give the newest refused writes, the newest first."""
        ...

    def keep_refusals(self, refusals: Sequence[RefusedWrite]) -> None:
        """Keep refused writes, given the oldest first; the oldest of too many go."""
        ...


class Store(Protocol):
    """A graph with a ledger and a log. Every method may raise the Store… errors of `graph.errors`."""

    @property
    def access(self) -> AccessBook:
        """What is kept about access."""
        ...

    def load(self) -> Snapshot:
        """Give the whole graph at the ledger's revision."""
        ...

    def revision(self) -> int:
        """Give the ledger's revision. One round trip."""
        ...

    def append(self, write: Write) -> Commit:
        """Apply the changes, advance the ledger by one and log them, in one transaction.

        Raises Known when the write's idempotency key is in the log already, and Moved when the
        ledger stands past `write.base_revision`; nothing is written then.
        """
        ...

    def find(self, idempotency_key: str) -> Commit | None:
        """Give the commit that was written under an idempotency key, or None."""
        ...

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give the commits after a revision, oldest first."""
        ...

    def close(self) -> None:
        """Let go of connections. Idempotent."""
        ...
