"""What the fields of analysis results mean, for the schema.

Keys of words are `Class.field`, or `field` where it means the same wherever it stands. A test fails
when a result has a field without words here. Each area has its own module in `schema.types.words`.
"""

from collections.abc import Mapping

from schema.types.words import (
    dependencies,
    dependencylife,
    goals,
    scheduling,
    shared,
    structure,
    teams,
)

LARGE = frozenset({"path_count", "supporting_path_count"})
"""Whole numbers that may be larger than GraphQL's Int holds; they are given as Float."""

KINDS: Mapping[str, str] = {
    **scheduling.KINDS,
    **teams.KINDS,
    **dependencylife.KINDS,
    **dependencies.KINDS,
    **goals.KINDS,
    **structure.KINDS,
}
"""The kind of node that the `key` of a row names, where the row does not say it."""

WORDS: Mapping[str, str] = {
    **shared.WORDS,
    **scheduling.WORDS,
    **teams.WORDS,
    **dependencies.WORDS,
    **dependencylife.WORDS,
    **goals.WORDS,
    **structure.WORDS,
}

CHOICES: Mapping[str, str] = {
    **scheduling.CHOICES,
    **teams.CHOICES,
    **dependencies.CHOICES,
    **goals.CHOICES,
    **structure.CHOICES,
}
"""What the words that a parameter can take mean."""
