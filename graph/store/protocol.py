"""What a store does, whichever engine is under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeAlias

from graph.model.access import AccessToken, RefusedWrite
from graph.model.changes import Change, Commit, stamped
from graph.model.snapshot import Snapshot

MAX_CHANGES = 150_000
"""Changes in one command: a transaction holds them all in the database's memory. Measured: the
embedded engine takes 200,000 with a heap of 1 GB and fails at 500,000."""

RELOAD_BEYOND = 5_000
"""A snapshot this many revisions behind is loaded anew instead of walked through the log."""


class Moved(Exception):
    """The ledger does not stand at the revision the write was planned on; nothing was written."""

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
    """What a store is asked to append: changes planned on the graph at `base_revision`.

    `ticket` is an id of this write alone, by which it is known again where it was kept and the word
    of it was lost; "" for none. `history` is that of the graph it was planned on: a database that
    was put back since, and has another, has Moved.
    """

    base_revision: int
    changes: tuple[Change, ...]
    actor: str
    command: str
    idempotency_key: str | None = None
    ticket: str = ""
    history: str = ""


class Ticketed(NamedTuple):
    """A commit that is to be kept as it is, and the ticket of its write."""

    commit: Commit
    ticket: str


def committed(write: Write, last: datetime | None) -> Commit:
    """Make the commit of a write now, or at the instant of the last one, should that be later."""
    now = datetime.now(UTC)
    at = max(now, last) if last else now
    # With a fraction of a second all instants are in order as texts.
    at = at if at.microsecond else at.replace(microsecond=1)
    revision = write.base_revision + 1
    changes = stamped(write.changes, revision, at)
    return Commit(revision, at, write.actor, write.command, changes, write.idempotency_key)


Replan: TypeAlias = Callable[[Sequence[Commit]], Write]
"""Gives a write anew on the commits that came after its base; what it raises ends the write."""


def based(
    write: Write,
    replan: Replan | None,
    revision: int,
    commits: Callable[[int], Sequence[Commit]],
) -> Write:
    """Give the write on the ledger's revision: as it is, or planned anew on the commits since.

    Moved where that cannot be: see `Store.append`.
    """
    behind = revision - write.base_revision
    if behind == 0:
        return write
    if replan is None or not 0 < behind <= RELOAD_BEYOND:
        raise Moved(revision)
    return replan(commits(write.base_revision))


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

    @property
    def retries(self) -> int:
        """How many transactions were tried again so far."""
        ...

    def load(self) -> Snapshot:
        """Give the whole graph at the ledger's revision."""
        ...

    def revision(self) -> int:
        """Give the ledger's revision. One round trip."""
        ...

    def append(self, write: Write, replan: Replan | None = None) -> Commit:
        """Apply the changes, advance the ledger by one and log them, in one transaction.

        Where the ledger stands past `write.base_revision`, `replan` is asked for the write on the
        commits since, while the ledger is locked: as often as the transaction has to be repeated.
        Moved without one, and where the ledger stands before the base or RELOAD_BEYOND past it.

        Raises Known when the write's idempotency key is in the log already; nothing is written
        then. A write whose ticket is in the log is not made again: its commit is given. Contended
        where other writers came first for too long. OutcomeUnknown where the database goes away
        while it keeps the write, and is not back in time to tell whether it did.
        """
        ...

    def append_all(self, base: int, history: str, commits: Sequence[Ticketed]) -> bool:
        """Apply commits that follow each other, advance the ledger by them and log them, as one.

        In one transaction: all are kept, or none. False where the ledger does not stand at the
        revision `base` of that history, or an idempotency key is in the log already: then nothing
        was written. OutcomeUnknown as in `append`.
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
