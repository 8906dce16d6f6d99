"""Between the domain's names and those of the schema."""

import re

from graph.model.catalog import ENTITIES, EntityKind
from graph.model.entities import Entity
from graph.model.values import Prop


def camel(name: str) -> str:
    """Give the camel case of a snake case or dashed name."""
    head, *rest = re.split("[_-]", name)
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def pascal(name: str) -> str:
    """Give the name of a type for a snake case or dashed name."""
    word = camel(name)
    return word[:1].upper() + word[1:]


def snake(name: str) -> str:
    """Give the snake case of a type's name."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def words(name: str) -> str:
    """Give a type's name as words in a sentence: KeyResult is `key result`."""
    return snake(name).replace("_", " ")


def singular(kind: EntityKind[Entity]) -> str:
    """Give the root field of one node of a kind; `…Item` where the plural is the same word."""
    name = camel(snake(kind.label))
    return f"{name}Item" if name == camel(kind.plural) else name


def plural(kind: EntityKind[Entity]) -> str:
    """Give the root field of all nodes of a kind."""
    return camel(kind.plural)


def kind_fields() -> frozenset[str]:
    """Give the names that the kinds take among the fields of the query root."""
    return frozenset(name for kind in ENTITIES for name in (singular(kind), plural(kind)))


def described(prop: Prop) -> str:
    """Give what a property says about itself: meaning, unit, bounds."""
    text = prop.description if prop.description.endswith(".") else prop.description + "."
    if prop.unit:
        text += f" Unit: {prop.unit}."
    if prop.unit.startswith("ratio") or (prop.minimum is None and prop.maximum is None):
        return text
    if prop.maximum is None:
        return f"{text} At least {prop.minimum:g}."
    if prop.minimum is None:
        return f"{text} At most {prop.maximum:g}."
    return f"{text} From {prop.minimum:g} to {prop.maximum:g}."
