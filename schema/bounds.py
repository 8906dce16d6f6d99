"""The bounds of a document, apart from what checks them: settings need no GraphQL library."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a document: tokens it consists of, levels of fields, and aliases in it."""

    tokens: int = 4_000
    depth: int = 20
    aliases: int = 100


DEFAULTS = Limits()
