"""Who asks: a role, the teams it may act for, and the person behind it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

ANONYMOUS = "anonymous"


class Role(StrEnum):
    """What somebody may do. Each role may do all that the one before it may."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    PLANNER = "planner"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Say whether this role may do what another may."""
        return _RANK[self] >= _RANK[needed]


_RANK = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was let in.

    `name` is what the log calls him: `token:NAME` for a token, the issuer's name for a login, so
    that neither can pass for the other. `teams` are keys that he was given; those he is a member of
    as `person`, the key of a Person, count besides.
    """

    name: str
    role: Role
    teams: frozenset[str] = frozenset()
    person: str | None = None

    @property
    def author(self) -> str:
        """What a check-in or a promise of his names: the person; "" where nobody knows."""
        if self.name == ANONYMOUS:
            return ""
        return self.person or self.name


Actor: TypeAlias = str | Principal
"""Who writes: somebody who was let in, and may do what his role may; or, as a plain name, one who
works on the database itself, such as the command line: nothing is in his way."""


def name_of(actor: Actor) -> str:
    """Give what the log calls somebody."""
    return actor if isinstance(actor, str) else actor.name
