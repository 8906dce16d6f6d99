"""The tables of docs/document.md: every kind and property of the catalogue, as a reader needs them."""

from collections.abc import Iterator, Mapping, Sequence

from graph.model.catalog import ENTITIES, RELATIONS, EntityKind, Property, RelationKind
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Shape
from graph.model.vocabulary import Term

_SHAPES: Mapping[Shape, str] = {
    Shape.TEXT: "text",
    Shape.INTEGER: "whole number",
    Shape.NUMBER: "number",
    Shape.BOOLEAN: "true or false",
    Shape.DATE: "day",
    Shape.INSTANT: "instant",
    Shape.MOMENT: "day or instant",
}
_COMMON = ("key", "name", "description", "tags", "source", "source_id")


def reference() -> str:
    """Give the tables as Markdown: nodes, relationships, words."""
    return "\n".join([*_nodes(), *_relations(), *_words()])


def refreshed(page: str) -> str:
    """Give the page with its tables as the catalogue has them now."""
    return page[: page.index("## Nodes\n")] + reference().rstrip() + "\n"


def _nodes() -> Iterator[str]:
    yield "## Nodes\n"
    yield "Every node has:\n"
    first = ENTITIES[0]
    yield from _table([first.by_name[name] for name in _COMMON])
    for kind in ENTITIES:
        yield f"### {kind.label}\n"
        yield kind.description + "\n"
        own = [prop for prop in _settable(kind) if prop.name not in _COMMON]
        yield from _table(own)


def _relations() -> Iterator[str]:
    yield "## Relationships\n"
    for kind in RELATIONS:
        yield f"### {kind.type}\n"
        yield kind.description + "\n"
        yield _ends(kind) + "\n"
        yield from _table(_settable(kind))


def _settable(kind: EntityKind[Entity] | RelationKind[Relation]) -> list[Property]:
    return list(kind.settable)


def _ends(kind: RelationKind[Relation]) -> str:
    by_target: dict[str, list[str]] = {}
    for source, target in kind.ends:
        by_target.setdefault(target, []).append(source)
    by_sources: dict[tuple[str, ...], list[str]] = {}
    for target, sources in by_target.items():
        by_sources.setdefault(tuple(sources), []).append(target)
    parts = [f"{_or(sources)} → {_or(targets)}" for sources, targets in by_sources.items()]
    return "From → to: " + "; ".join(parts) + "."


def _or(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _table(properties: Sequence[Property]) -> Iterator[str]:
    if not properties:
        yield "It has no properties of its own.\n"
        return
    yield "| property | value | meaning |"
    yield "| --- | --- | --- |"
    for prop in properties:
        yield f"| `{prop.name}` | {_value(prop)} | {prop.prop.description} |"
    yield ""


def _value(prop: Property) -> str:
    words = _one(prop)
    if prop.many:
        words = f"list of {words}"
    if prop.prop.unit and prop.prop.unit not in words:
        words += f", {prop.prop.unit}"
    if prop.prop.minimum is not None and prop.prop.maximum is None:
        words += f", at least {prop.prop.minimum:g}"
    if isinstance(prop.default, Term):
        words += f"; `{prop.default.value}` if left out"
    return words


def _one(prop: Property) -> str:
    if prop.term is not None:
        return f"[{prop.term.__name__}](#{prop.term.__name__.lower()})"
    if prop.record is not None:
        return f"`[{', '.join(part.name for part in prop.parts)}]`"
    return _SHAPES[prop.shape]


def _words() -> Iterator[str]:
    yield "## Words\n"
    yield "A writer gives these; a reader takes blanks or `-` for `_`, and capitals, too.\n"
    terms: dict[str, type[Term]] = {}
    tables = [kind.properties for kind in ENTITIES] + [kind.properties for kind in RELATIONS]
    for prop in (prop for properties in tables for prop in properties):
        for part in (prop, *prop.parts):
            if part.term is not None:
                terms[part.term.__name__] = part.term
    for name, term in sorted(terms.items()):
        yield f"### {name}\n"
        yield "| word | meaning |"
        yield "| --- | --- |"
        for member in term:
            yield f"| `{member.value}` | {member.description} |"
        yield ""
