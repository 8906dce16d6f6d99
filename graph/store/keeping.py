"""Within a transaction: taking the ledger's lock, and keeping commits where it stands."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from neo4j import ManagedTransaction, Record

from graph.errors import StoreNewer, StoreReplaced
from graph.model.changes import Change, Commit
from graph.model.codec import parse_instant
from graph.store import statements
from graph.store.appending import advance, append_log
from graph.store.applying import apply, net
from graph.store.changelog import Entry, dump_changes
from graph.store.migrations import RESTORING, VERSION
from graph.store.protocol import Known, Moved, Replan, Ticketed, Write, based, committed
from graph.store.reader import read_commits
from graph.store.together import ROWS, Held, Together


def find(tx: ManagedTransaction, idempotency_key: str) -> Commit | None:
    """Give the commit that was made under a key, or None."""
    record = tx.run(statements.FIND_IDEMPOTENCY, idempotency_key=idempotency_key).single()
    if record is None:
        return None
    revision = int(record["revision"])
    found = read_commits(tx, revision - 1, revision)
    return found[0] if found else None


def locked(tx: ManagedTransaction) -> Record:
    """Take the lock of the ledger; gives where it stands."""
    return tx.run(statements.LOCK_LEDGER, key=statements.LEDGER_KEY).single(strict=True)


def append(tx: ManagedTransaction, write: Write, replan: Replan | None) -> Commit:
    """Keep a write, planned again where others came before it. Raises as `Store.append` does."""
    ledger = locked(tx)
    if write.history not in {"", ledger["history"]}:
        raise Moved(int(ledger["revision"]))
    ours = _ours(tx, write) if int(ledger["revision"]) != write.base_revision else None
    if ours is not None:
        return ours
    known = find(tx, write.idempotency_key) if write.idempotency_key else None
    if known is not None:
        raise Known(known)
    if int(ledger["version"]) == RESTORING:
        raise StoreReplaced
    if int(ledger["version"]) != VERSION:
        message = f"the store was brought to form {ledger['version']} by another Headwater"
        raise StoreNewer(message, "restart with that version")
    now_at = int(ledger["revision"])
    write = based(write, replan, now_at, lambda since: read_commits(tx, since, now_at))
    commit = committed(write, parse_instant(ledger["at"]) if ledger["at"] else None)
    _carry_out(tx, [Ticketed(commit, write.ticket)])
    return commit


def append_all(
    tx: ManagedTransaction, base: int, history: str, commits: Sequence[Ticketed]
) -> bool:
    """Keep commits where the ledger stands at their base, and knows none of their keys."""
    ledger = locked(tx)
    keys = [commit.idempotency_key for commit, _ in commits if commit.idempotency_key]
    if (ledger["revision"], ledger["version"]) != (base, VERSION) or (
        history not in {"", ledger["history"]} or any(find(tx, key) for key in keys)
    ):
        return False
    _carry_out(tx, commits)
    return True


def held(commits: Sequence[Ticketed]) -> Held:
    """Put all that it takes to keep commits into one statement."""
    parts = Held()
    apply(parts, _changes(commits))
    append_log(parts, _entries(commits))
    return parts


def _carry_out(tx: ManagedTransaction, commits: Sequence[Ticketed]) -> None:
    """Apply commits, put them into the log and move the ledger on."""
    runner = Together(tx)
    changes = _changes(commits)
    if len(changes) <= ROWS:
        apply(runner, changes)
        append_log(runner, _entries(commits))
    else:
        with ThreadPoolExecutor(1, "log") as aside:
            # The log's texts are made while the engine is busy with the changes.
            entries = aside.submit(_entries, commits)
            apply(runner, changes)
            append_log(runner, entries.result())
    last = commits[-1].commit
    advance(runner, last.revision, last.at)
    runner.flush()


def _changes(commits: Sequence[Ticketed]) -> Sequence[Change]:
    """Give what has to be done for them all."""
    if len(commits) == 1:
        return commits[0].commit.changes
    return net([change for commit, _ in commits for change in commit.changes])


def _entries(commits: Sequence[Ticketed]) -> list[Entry]:
    return [
        Entry(commit, tuple(dump_changes(commit.changes)), ticket) for commit, ticket in commits
    ]


def _ours(tx: ManagedTransaction, write: Write) -> Commit | None:
    """Give the commit of this very write, where an earlier try of it was kept."""
    revision = revision_of(tx, write.base_revision, write.ticket)
    return read_commits(tx, revision - 1, revision)[0] if revision else None


def revision_of(tx: ManagedTransaction, since: int, ticket: str) -> int:
    """Give the revision at which a ticket is in the log, after another revision; 0 for none."""
    if not ticket:
        return 0
    found = tx.run(statements.FIND_TICKET, since=since, ticket=ticket).single()
    return 0 if found is None else int(found["revision"])
