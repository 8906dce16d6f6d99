"""The tables of docs/graph.md, written from the catalogue.

`python -m tests.house.catalogue` puts the page right after a change of the model.
"""

from collections.abc import Iterator

from graph.model.catalog import (
    ENTITIES,
    RELATIONS,
    EntityKind,
    Property,
    RelationKind,
    common_properties,
)
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Shape
from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "graph.md"
BEGIN = "<!-- the tables below are written by tests/house/catalogue.py -->"
END = "<!-- end of the tables -->"

_SHAPES = {
    Shape.TEXT: "text",
    Shape.INTEGER: "whole number",
    Shape.NUMBER: "number",
    Shape.BOOLEAN: "true or false",
    Shape.DATE: "day",
    Shape.INSTANT: "instant",
    Shape.MOMENT: "day or instant",
}
_COMMON = common_properties()
_COMMON_NAMES = {prop.name for prop in _COMMON}


def block() -> str:
    """Give the tables of all kinds of node and relationship."""
    lines = ["## Kinds of node", "", "### Every node", "", *_table(_COMMON)]
    for kind in ENTITIES:
        lines += ["", *_node(kind)]
    lines += ["", "## Relationships", "", "Each of them also carries `revision`, the graph's"]
    lines += ["revision at which it was last written."]
    for relation in RELATIONS:
        lines += ["", *_relation(relation)]
    return "\n".join(lines)


def rewritten(page: str) -> str:
    """Give the page with the tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{block()}\n\n{END}{after}"


def _node(kind: EntityKind[Entity]) -> Iterator[str]:
    yield from (f"### {kind.label}", "", kind.description)
    own = [prop for prop in kind.properties if prop.name not in _COMMON_NAMES]
    if own:
        yield from ("", *_table(own))


def _relation(kind: RelationKind[Relation]) -> Iterator[str]:
    yield from (f"### {kind.type}", "", kind.description, "")
    for source in dict.fromkeys(source for source, _ in kind.ends):
        targets = [target for start, target in kind.ends if start == source]
        yield f"- `{source}` → " + ", ".join(f"`{target}`" for target in targets)
    yield from _limits(kind)
    own = [prop for prop in kind.properties if not prop.prop.system]
    if own:
        yield from ("", *_table(own))


def _limits(kind: RelationKind[Relation]) -> Iterator[str]:
    sources = dict.fromkeys(
        source for source, target in kind.ends if (source, target) in kind.single
    )
    targets = dict.fromkeys(
        target for source, target in kind.ends if (source, target) in kind.single_target
    )
    if sources:
        yield from ("", f"At most one for each {_either(sources)} it starts from.")
    if targets:
        yield from ("", f"At most one for each {_either(targets)} it ends at.")


def _either(names: dict[str, None]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _table(properties: tuple[Property, ...] | list[Property]) -> Iterator[str]:
    yield from ("| property | holds | meaning |", "| --- | --- | --- |")
    for prop in properties:
        unit = f" ({prop.prop.unit})" if prop.prop.unit else ""
        stamped = " Stamped by the service." if prop.prop.system else ""
        meaning = prop.prop.description.replace("|", "\\|")
        yield f"| `{prop.name}` | {_holds(prop)}{unit} | {meaning}{stamped} |"


def _holds(prop: Property) -> str:
    if prop.term is not None:
        words = ", ".join(f"`{member}`" for member in prop.term)
        return f"list of {words}" if prop.many else f"one of {words}"
    if prop.record is not None:
        parts = "[" + ", ".join(part.name for part in prop.parts) + "]"
        return f"list of {parts}" if prop.many else parts
    return f"list of {_SHAPES[prop.shape]}s" if prop.many else _SHAPES[prop.shape]


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
