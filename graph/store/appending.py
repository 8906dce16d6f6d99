"""Putting commits into the log, and moving the ledger on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from graph.model.codec import dump_value
from graph.store import statements
from graph.store.applying import batched
from graph.store.changelog import Entry
from graph.store.together import Runner

PARTS_AT_ONCE: Final = 50
"""Parts of the log in one statement: each may be 60 KB."""


def append_log(tx: Runner, entries: Sequence[Entry]) -> None:
    """Put commits into the log, with their idempotency keys."""
    heads = [_head(entry) for entry in entries]
    if heads:
        tx.run(statements.APPEND_CHANGES, rows=heads)
    parts = (
        {"key": f"{revision}/{number}", "revision": revision, "part": number, "body": body}
        for revision, bodies in ((entry.commit.revision, entry.parts) for entry in entries)
        for number, body in enumerate(bodies)
    )
    for some in batched(parts, PARTS_AT_ONCE):
        tx.run(statements.APPEND_PARTS, rows=some)
    keyed = [head for head in heads if head["idempotency_key"]]
    if keyed:
        tx.run(statements.APPEND_IDEMPOTENCY, rows=keyed)


def _head(entry: Entry) -> dict[str, int | str]:
    commit = entry.commit
    return {
        "revision": commit.revision,
        "at": str(dump_value(commit.at)),
        "actor": commit.actor,
        "command": commit.command,
        "idempotency_key": commit.idempotency_key or "",
        "count": len(commit.changes),
        "ticket": entry.ticket,
    }


def advance(tx: Runner, revision: int, at: datetime | None) -> None:
    """Move the ledger to a revision that was written at an instant."""
    tx.run(
        statements.ADVANCE_LEDGER,
        key=statements.LEDGER_KEY,
        revision=revision,
        at=dump_value(at) if at else "",
    )
