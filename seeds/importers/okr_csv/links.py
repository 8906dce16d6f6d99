"""What an objective contributes to or supports, and what a key result measures."""

from collections.abc import Iterator

from graph.errors import ErrorCode
from graph.model.catalog import RELATION
from graph.model.codec import BadValue, parse_value
from graph.model.records import Record, RelationRecord
from graph.model.values import Json
from seeds.importers.cells import as_ratio, parse_number, refuse
from seeds.importers.okr.tree import Item, Tree
from seeds.importers.okr_csv.header import parts
from seeds.importers.rows import nearest

_WEIGHT = RELATION["CONTRIBUTES_TO"].by_name["weight"]
_RELATIONS = {"": "CONTRIBUTES_TO", "contributes": "CONTRIBUTES_TO", "supports": "SUPPORTS"}


def upward(item: Item, tree: Tree) -> Iterator[Record]:
    """Give the relationships of an item to those above it."""
    place = item.row.source, item.row.line
    weights = _weights(item)
    relation = _relation(item)
    if not item.is_objective:
        told: set[str] = set()
        for parent, objective in tree.measured(item):
            if objective not in told:
                told.add(objective)
                raw = _weight(weights.get(parent))
                ends = str(item.ref), f"Objective/{objective}"
                yield RelationRecord("MEASURES", *ends, raw, *place)
        return
    for parent in tree.parents(item):
        # What weighs nothing carries no progress: the graph's word for that is SUPPORTS.
        word = "SUPPORTS" if weights.get(parent) == 0 else relation
        raw = _weight(weights.get(parent)) if word == "CONTRIBUTES_TO" else {}
        ends = str(item.ref), str(tree.items[parent].ref)
        yield RelationRecord(word, *ends, raw, *place)


def _weight(weight: float | None) -> dict[str, Json]:
    return {} if weight is None else {"weight": weight}


def _relation(item: Item) -> str:
    word = item.row.text("relation").casefold()
    if word not in _RELATIONS:
        words = list(filter(None, _RELATIONS))
        bad = BadValue("takes contributes or supports", hint=nearest(word, words))
        refuse(item.row, "relation", word, bad)
    relation = _RELATIONS.get(word, "CONTRIBUTES_TO")
    if relation == "SUPPORTS" and not item.is_objective:
        message = f"{item.key}: a key result measures its objective, it cannot support it"
        hint = "it was taken to measure it"
        item.row.problem(
            ErrorCode.END_KIND, message, subject=str(item.ref), field="relation", value=word,
            hint=hint,
        )  # fmt: skip
    elif relation == "SUPPORTS" and item.row.text("weight"):
        bad = BadValue("has no use: what supports carries no progress", hint="leave it empty")
        refuse(item.row, "weight", item.row.text("weight"), bad)
    return relation


def _weights(item: Item) -> dict[str, int | float]:
    """Give the weight for each parent: one for all, or as many as there are parents."""
    texts = parts(item.row, "weight")
    if len(texts) == 1:
        texts *= len(item.parents)
    if texts and len(texts) != len(item.parents):
        bad = BadValue(f"has {len(texts)} weights, there are {len(item.parents)} parents")
        refuse(item.row, "weight", item.row.text("weight"), bad)
        return {}
    found: dict[str, int | float] = {}
    for parent, text in zip(item.parents, texts, strict=True) if texts else ():
        try:
            weight = as_ratio(parse_number(text, decimal_comma=item.row.decimal_comma))
            parse_value(_WEIGHT, weight)
            found[parent] = weight
        except BadValue as bad:
            refuse(item.row, "weight", text, bad)
    return found
