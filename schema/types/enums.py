"""The enums: the word lists of the model, the kinds, the relationships, the codes of problems."""

from collections.abc import Mapping
from enum import Enum

from strawberry.types.enum import StrawberryEnumDefinition

from graph.errors import ErrorCode
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.principals import Role
from graph.model.vocabulary import Term
from schema.building import enum_type
from schema.naming import snake
from schema.types.glossary import CODES


class Direction(Enum):
    """Which way a relationship is walked."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


class OrderDirection(Enum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


class NullsPlace(Enum):
    """Where what has no value comes."""

    FIRST = "first"
    LAST = "last"


class Operation(Enum):
    """What a change did."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


_FIXED: Mapping[type[Enum], tuple[str, Mapping[Enum, str]]] = {
    Direction: (
        "Which way a relationship is walked.",
        {
            Direction.OUT: "As it reads, from its source to its target.",
            Direction.IN: "Against it, from its target to its source.",
            Direction.BOTH: "Either way.",
        },
    ),
    OrderDirection: (
        "Which end comes first.",
        {
            OrderDirection.ASC: "Least first.",
            OrderDirection.DESC: "Greatest first.",
        },
    ),
    NullsPlace: (
        "Where what has no value comes, whichever way the rest is sorted.",
        {
            NullsPlace.FIRST: "Before all that has a value.",
            NullsPlace.LAST: "After all that has a value.",
        },
    ),
    Operation: (
        "What a change did.",
        {
            Operation.CREATED: "The thing was made.",
            Operation.UPDATED: "Properties of the thing were altered.",
            Operation.DELETED: "The thing was removed.",
        },
    ),
    Role: (
        "What somebody may do. Each may do all that the one before it may.",
        {
            Role.VIEWER: "Reads everything.",
            Role.CONTRIBUTOR: "Checks in, and writes the work and dependencies of his own teams.",
            Role.PLANNER: "Writes the whole graph, and plans.",
            Role.ADMIN: "Takes back what others wrote, and sees what was refused.",
        },
    ),
}


def fixed_enums() -> dict[type[Enum], StrawberryEnumDefinition]:
    """Make the enums that do not follow from the catalogue."""
    return {
        cls: enum_type(cls, cls.__name__, text, [(m.name, m.value, d) for m, d in words.items()])
        for cls, (text, words) in _FIXED.items()
    }


def term_enum(term: type[Term]) -> StrawberryEnumDefinition:
    """Make the enum of a word list."""
    values = [(member.name, member.value, member.description) for member in term]
    return enum_type(term, term.__name__, _text(term), values)


def kind_enum() -> StrawberryEnumDefinition:
    """Make the enum of the kinds of node."""
    cls = Enum("NodeKind", {snake(kind.label).upper(): kind.label for kind in ENTITIES})  # type: ignore[misc]
    values = [(m.name, m.value, kind.description) for m, kind in zip(cls, ENTITIES, strict=True)]
    return enum_type(cls, "NodeKind", "The kinds of node.", values)


def relation_enum() -> StrawberryEnumDefinition:
    """Make the enum of the types of relationship."""
    cls = Enum("RelationType", {kind.type: kind.type for kind in RELATIONS})  # type: ignore[misc]
    values = [(kind.type, kind.type, kind.description) for kind in RELATIONS]
    text = "The types of relationship. The words read from source to target."
    return enum_type(cls, "RelationType", text, values)


def code_enum() -> StrawberryEnumDefinition:
    """Make the enum of the codes of problems."""
    values = [(code.name, code.value, CODES[code]) for code in ErrorCode]
    text = "What went wrong, for programs. The words for people are in the message."
    return enum_type(ErrorCode, "ProblemCode", text, values)


def choice_enum(
    name: str, description: str, choices: Mapping[str, str]
) -> StrawberryEnumDefinition:
    """Make an enum of words and their meanings."""
    cls = Enum(name, {word.upper(): word for word in choices})  # type: ignore[misc]
    values = [(word.upper(), word, text) for word, text in choices.items()]
    return enum_type(cls, name, description, values)


def _text(cls: type) -> str:
    return (cls.__doc__ or "").split("\n\n")[0].strip()
