"""Tokens and refused writes in a database: labels of their own, joined to nothing of the graph."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from neo4j import ManagedTransaction, Record

from graph.model.access import REFUSALS_KEPT, AccessToken, RefusedWrite
from graph.model.codec import dump_value, parse_instant
from graph.model.principals import Role
from graph.store import statements
from graph.store.memory import refuse_taken_name

T = TypeVar("T")


class _Run(Protocol):
    """Runs some work in a transaction of its own."""

    def __call__(self, work: Callable[[ManagedTransaction], T], /) -> T:
        """Give what the work gives."""
        ...


class DriverBook:
    """Keeps tokens and refused writes on a server that speaks Bolt."""

    def __init__(self, read: _Run, write: _Run) -> None:
        self._read = read
        self._write = write

    def tokens(self) -> Sequence[AccessToken]:
        """Give all tokens, the oldest first."""
        return self._read(_tokens)

    def add_token(self, token: AccessToken) -> None:
        """Keep a new token. Conflict when its name is taken."""

        def work(tx: ManagedTransaction) -> None:
            refuse_taken_name(token, _tokens(tx))
            tx.run(statements.ADD_ACCESS, row=_row_of(token)).consume()

        self._write(work)

    def revoke_token(self, id_: str, at: datetime) -> bool:
        """Revoke a token. False where there is none."""
        moment = dump_value(at)
        return self._write(
            lambda tx: tx.run(statements.END_ACCESS, id=id_, at=moment).single() is not None
        )

    def refusals(self, limit: int) -> Sequence[RefusedWrite]:
        """Give the newest refused writes, the newest first."""
        return self._read(
            lambda tx: [_refusal(row) for row in tx.run(statements.READ_REFUSALS, limit=limit)]
        )

    def keep_refusals(self, refusals: Sequence[RefusedWrite]) -> None:
        """Keep refused writes, in the places of the oldest of too many. Two statements."""
        kept = refusals[-REFUSALS_KEPT:]

        def work(tx: ManagedTransaction) -> None:
            key, count = statements.LEDGER_KEY, len(kept)
            taken = tx.run(statements.TAKE_SLOTS, key=key, count=count).single(strict=True)
            first = int(taken["taken"]) - count + 1
            rows = [_kept(refusal, number) for number, refusal in enumerate(kept, first)]
            tx.run(statements.PUT_REFUSALS, rows=rows).consume()

        if kept:
            self._write(work)


def _tokens(tx: ManagedTransaction) -> list[AccessToken]:
    return [_token(record) for record in tx.run(statements.READ_ACCESS)]


def _token(record: Record) -> AccessToken:
    return AccessToken(
        record["id"],
        record["name"],
        Role(record["role"]),
        tuple(record["teams"].split("\n")) if record["teams"] else (),
        record["person"] or None,
        record["hash"],
        parse_instant(record["created_at"]),
        parse_instant(record["expires_at"]) if record["expires_at"] else None,
        parse_instant(record["revoked_at"]) if record["revoked_at"] else None,
    )


def _row_of(token: AccessToken) -> dict[str, object]:
    return {
        "key": token.id,
        "name": token.name,
        "role": token.role.value,
        "teams": "\n".join(token.teams),
        "person": token.person or "",
        "hash": token.hash,
        "created_at": dump_value(token.created_at),
        "expires_at": dump_value(token.expires_at) if token.expires_at else "",
        "revoked_at": dump_value(token.revoked_at) if token.revoked_at else "",
    }


def _refusal(record: Record) -> RefusedWrite:
    return RefusedWrite(
        parse_instant(record["at"]),
        record["actor"],
        record["role"],
        record["command"],
        record["target"],
        record["code"],
        record["message"],
        int(record["reasons"]),
        int(record["number"]),
    )


def _kept(refusal: RefusedWrite, number: int) -> dict[str, object]:
    return {
        "slot": number % REFUSALS_KEPT,
        "number": number,
        "at": dump_value(refusal.at),
        "actor": refusal.actor,
        "role": refusal.role,
        "command": refusal.command,
        "target": refusal.target,
        "code": refusal.code,
        "message": refusal.message,
        "reasons": refusal.reasons,
    }
