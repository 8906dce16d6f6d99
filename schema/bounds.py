"""The bounds of an operation, apart from what checks them: settings need no GraphQL library."""

from dataclasses import dataclass, field


def _most(default: int, what: str) -> int:
    made: int = field(default=default, metadata={"what": what})
    return made


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one operation. What passes one is refused, by its name and value, before it runs."""

    characters: int = _most(100_000, "characters of a document")
    tokens: int = _most(4_000, "tokens of a document")
    nesting: int = _most(60, "brackets within one another in a document")
    depth: int = _most(20, "levels of fields, fragments spread out")
    aliases: int = _most(100, "aliases, fragments spread out")
    fields: int = _most(5_000, "fields, fragments spread out")
    directives: int = _most(50, "directives in a document")
    fragments: int = _most(200, "fragments of a document")
    variables: int = _most(100, "variables of a document")
    values: int = _most(10_000, "values in the variables of a request")
    value_depth: int = _most(20, "levels of lists and objects in the variables of a request")
    cost: int = _most(200_000, "cost of an operation")


DEFAULTS = Limits()
