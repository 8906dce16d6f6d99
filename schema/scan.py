"""Counts what a document holds before anything parses it, at the speed of a regular expression.

Parsing takes some ten microseconds a token and validation more, so a document that is too large is
refused by its text alone. What is counted here is never more than what the parser would find, apart
from documents that it would refuse anyway: a document that passes is measured again once parsed.
"""

import re
from dataclasses import dataclass

from graphql import GraphQLError

from schema.bounds import Limits

MOST_DIGITS = 400
"""Longest number in a document. No Int or Float is longer, and Python reads none of 4,300."""

MOST_TOLD = 10**12
"""A count above this is told as this: no JSON number goes astray."""

_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|"(?:[^"\\\r\n]|\\.)*+"?)'
    r"|(?P<comment>\#[^\r\n]*+)"
    r"|(?P<name>[A-Za-z_]\w*+)"
    r"|(?P<number>-?\d[\d.eE+\-]*+)"
    r"|(?P<spread>\.\.\.)"
    r"|(?P<mark>[!$&()\[\]{}:=@|])",
    re.ASCII | re.DOTALL,
)
"""Whatever is between these is blank, a comma, or no GraphQL. No text makes it slow:
it never gives back what it took, and a string that does not end is one token up to where it breaks off."""

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(slots=True)
class Counts:
    """What was found so far, within how many brackets, and within how many round ones."""

    level: int = 0
    arguments: int = 0
    tokens: int = 0
    nesting: int = 0
    aliases: int = 0
    directives: int = 0
    fragments: int = 0
    variables: int = 0


def scanned(text: str, limits: Limits) -> None:
    """Raise the GraphQLError of the first limit that a document passes. Cost: linear, 0.5 µs a token.

    Reading ends at the limit, so that a document of a million tokens costs no more than one that is
    just too large.
    """
    _check("characters", len(text), limits.characters)
    counts = Counts()
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "comment":
            continue
        counts.tokens += 1
        if kind == "mark":
            _count(counts, found[0])
        elif kind == "number":
            _check("digits", found.end() - found.start(), MOST_DIGITS)
        elif kind == "name" and counts.level == 0:
            counts.fragments += found[0] == "fragment"
        if counts.tokens > limits.tokens:
            break
    _checked(counts, limits)


def _count(counts: Counts, mark: str) -> None:
    """Count a mark by where it stands: `$` outside of selections defines, `:` in them renames."""
    if mark in _OPENING:
        counts.level += 1
        counts.arguments += mark == "("
        counts.nesting = max(counts.nesting, counts.level)
    elif mark in _CLOSING:
        counts.level -= 1
        counts.arguments -= mark == ")"
    elif mark == "@":
        counts.directives += 1
    elif mark == ":":
        counts.aliases += counts.arguments == 0
    elif mark == "$":
        counts.variables += counts.level == 1 and counts.arguments == 1


def _checked(counts: Counts, limits: Limits) -> None:
    _check("tokens", counts.tokens, limits.tokens, counted=False)
    _check("nesting", counts.nesting, limits.nesting)
    _check("variables", counts.variables, limits.variables)
    _check("aliases", counts.aliases, limits.aliases)
    _check("directives", counts.directives, limits.directives)
    _check("fragments", counts.fragments, limits.fragments)


def _check(name: str, found: int, most: int, *, counted: bool = True) -> None:
    if found > most:
        raise limit_error(name, found if counted else None, most)


def limit_error(
    name: str, found: int | None, most: int, *, what: str = "The document"
) -> GraphQLError:
    """Make the error of a limit that was passed; `found` is None where counting ended before."""
    words = name.replace("_", " ")
    has = f"has too many {words}" if found is None else f"has {words} {min(found, MOST_TOLD):,}"
    told = {} if found is None else {"found": min(found, MOST_TOLD)}
    return GraphQLError(
        f"{what} {has}: the limit is {most:,}.",
        extensions={"code": "LIMIT_EXCEEDED", "limit": name, "value": most, **told},
    )
