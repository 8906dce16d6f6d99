"""Secrets of tokens: made once, shown once, known afterwards by their hash alone.

A secret reads `hw_ID_SECRET`: the id finds the record, the rest has 256 bits of chance. Against so
much chance nobody guesses, so SHA-256 serves, and each request is checked in microseconds.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe
from typing import Final

PREFIX: Final = "hw_"
MOST: Final = 200
"""Characters of a secret that are looked at; ours have fewer."""
_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret: its id, the text that is shown once, and the hash that is kept."""

    id: str
    text: str
    hash: str

    def __repr__(self) -> str:
        """Give what may be seen: never the text."""
        return f"Secret({self.id})"


def new_secret() -> Secret:
    """Make a secret."""
    id_ = token_hex(_ID_BYTES)
    text = f"{PREFIX}{id_}_{token_urlsafe(_SECRET_BYTES)}"
    return Secret(id_, text, hash_of(text))


def hash_of(text: str) -> str:
    """Give the hash of a secret."""
    return sha256(text.encode()).hexdigest()


def id_of(text: str) -> str:
    """Give the id that a secret names; "" when it has not the form of one."""
    id_, _, secret = text.removeprefix(PREFIX).partition("_")
    return id_ if text.startswith(PREFIX) and secret and len(text) <= MOST else ""


def fits(text: str, kept: str) -> bool:
    """Say whether a secret is the one of a hash, in a time that tells nothing of it."""
    return compare_digest(hash_of(text), kept)
