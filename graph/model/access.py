"""What is kept about access, beside the graph: tokens, and writes that were refused."""

from dataclasses import dataclass
from datetime import datetime

from graph.model.principals import Role

REFUSALS_KEPT = 10_000
"""So many refused writes are kept; each new one takes the place of the oldest."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that lets somebody in. The secret itself is kept nowhere: `hash` is its SHA-256.

    A secret has 256 bits of chance, so a slow hash would add nothing. Instants are aware.
    """

    id: str
    name: str
    role: Role
    teams: tuple[str, ...]
    person: str | None
    hash: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """Say how it stands: active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A write that was refused: who wanted to do what to what, when, and why he could not.

    `target` is KIND/KEY, a relationship's name, or "" where the command names none. `role` is ""
    for one who works on the database itself. `reasons` counts what spoke against it; `message` is
    the first. `number` rises by one with each; 0 until it is kept.
    """

    at: datetime
    actor: str
    role: str
    command: str
    target: str
    code: str
    message: str
    reasons: int = 1
    number: int = 0
