"""Filters and orders put to records by brute force: no index, no snapshot, none of the code tested.

A graph is records as an import takes them. What is asked is what a client sends, as JSON.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.model.records import NodeRecord, Record, RelationRecord

Json = Any
ENDS: Mapping[str, Mapping[str, tuple[str, bool, bool]]] = {
    "Team": {"delivers": ("DELIVERS", True, False), "dependsOn": ("DEPENDS_ON", True, False)},
    "WorkItem": {
        "deliveredBy": ("DELIVERS", False, False),
        "partOf": ("PART_OF", True, True),
        "parts": ("PART_OF", False, False),
        "dependsOn": ("DEPENDS_ON", True, False),
        "dependents": ("DEPENDS_ON", False, False),
    },
}
"""By kind and field: the relationship, whether it is walked as it reads, whether there is but one."""
WORDS = {
    "state": ["new", "waiting", "active", "done", "cancelled"],
    "flow": ["feature", "defect", "risk", "debt"],
    "type": ["stream_aligned", "platform", "enabling", "complicated_subsystem"],
}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


@dataclass(frozen=True)
class Oracle:
    """The records of a graph, and what passes among them."""

    records: Sequence[Record]

    def nodes(self, kind: str) -> list[NodeRecord]:
        return sorted(
            (r for r in self.records if isinstance(r, NodeRecord) and r.kind == kind),
            key=lambda r: str(r.key),
        )

    def links(self, node: NodeRecord, word: str) -> list[tuple[RelationRecord, NodeRecord]]:
        """Give the relationships of a node by a field's name, with the nodes they lead to."""
        name, outward, _ = ENDS[node.kind][word]
        me = f"{node.kind}/{node.key}"
        by_ref = {f"{r.kind}/{r.key}": r for r in self.records if isinstance(r, NodeRecord)}
        found = []
        for link in self.records:
            if isinstance(link, RelationRecord) and link.type == name:
                near, far = (link.start, link.end) if outward else (link.end, link.start)
                if near == me:
                    found.append((link, by_ref[str(far)]))
        return sorted(found, key=lambda pair: (pair[1].kind, pair[1].key))

    def listed(self, kind: str, wanted: Json, order: Json) -> list[str]:
        found = [node for node in self.nodes(kind) if wanted is None or self.passes(node, wanted)]
        return [str(node.key) for node in ordered(found, order)]

    def passes(self, node: NodeRecord, wanted: Json) -> bool:
        return all(self._test(node, word, operand) for word, operand in wanted.items())

    def _test(self, node: NodeRecord, word: str, operand: Json) -> bool:
        if word == "and":
            return all(self.passes(node, part) for part in operand)
        if word == "or":
            return any(self.passes(node, part) for part in operand)
        if word == "not":
            return not self.passes(node, operand)
        if word in ENDS[node.kind]:
            return self._related(node, word, operand)
        if word in {"workItem", "team"}:
            return node.kind.lower() == word.lower() and self.passes(node, operand)
        if word == "kind":
            return all(_value(node.kind, {op: _kind(v)}) for op, v in operand.items())
        return _value(value(node, word), operand)

    def _related(self, node: NodeRecord, word: str, operand: Json) -> bool:
        pairs = self.links(node, word)
        if ENDS[node.kind][word][2]:
            return any(self.passes(far, operand) for _, far in pairs)
        rest = dict(operand)
        narrowing = rest.pop("relationship", {})
        fars = [
            far
            for link, far in pairs
            if all(_value(_link_value(link, name), test) for name, test in narrowing.items())
        ]
        how: Mapping[str, Callable[[Json], bool]] = {
            "exists": lambda wanted: bool(fars) == wanted,
            "some": lambda wanted: any(self.passes(far, wanted) for far in fars),
            "every": lambda wanted: all(self.passes(far, wanted) for far in fars),
            "none": lambda wanted: not any(self.passes(far, wanted) for far in fars),
        }
        return all(how[name](wanted) for name, wanted in rest.items())


def value(node: NodeRecord, word: str) -> Json:
    properties: Mapping[str, Json] = node.properties
    if word == "key":
        return node.key
    if word == "state" and properties.get("states"):
        return properties["states"][-1][0]
    return {_camel(name): raw for name, raw in properties.items()}.get(word)


def _link_value(link: RelationRecord, word: str) -> Json:
    assumed = {"status": "identified", "lagDays": 0, "link": "FS"}
    found = {_camel(name): raw for name, raw in link.properties.items()}.get(word)
    return assumed.get(word) if found is None else found


def _kind(given: Json) -> Json:
    names = {"TEAM": "Team", "WORK_ITEM": "WorkItem"}
    return [names[word] for word in given] if isinstance(given, list) else names[given]


def _value(found: Json, test: Json) -> bool:
    return all(_operator(name, found, operand) for name, operand in test.items())


def _operator(name: str, found: Json, operand: Json) -> bool:
    if name == "isNull":
        return bool((found is None) == operand)
    if name == "isEmpty":
        return bool((not found) == operand)
    if name in {"has", "hasAny", "hasAll"}:
        entries = found or []
        wanted = [operand] if name == "has" else operand
        return (any if name == "hasAny" else all)(word in entries for word in wanted)
    if name in {"some", "every", "none"}:
        passing = [_record(entry, operand) for entry in found or []]
        return {"some": any(passing), "every": all(passing), "none": not any(passing)}[name]
    if name == "eq":
        return _same(found, operand)
    if name == "in":
        return found is not None and any(_same(found, item) for item in operand)
    return found is not None and _OF_VALUES[name](found, operand)


def _record(entry: Json, test: Json) -> bool:
    parts = dict(zip(("state", "at"), entry, strict=True))
    return all(_value(parts[name], part) for name, part in test.items())


def _same(found: Json, operand: Json) -> bool:
    if isinstance(found, str) and isinstance(operand, str) and operand.isupper():
        return found in (operand, operand.lower())
    return bool(found == operand)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold() if text.isascii() else _canonical(text)


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


_OF_VALUES: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": lambda found, bound: found < bound,
    "lte": lambda found, bound: found <= bound,
    "gt": lambda found, bound: found > bound,
    "gte": lambda found, bound: found >= bound,
    "contains": lambda found, part: fold(part) in fold(found),
    "startsWith": lambda found, part: fold(found).startswith(fold(part)),
    "endsWith": lambda found, part: fold(found).endswith(fold(part)),
}


def ordered(nodes: Sequence[NodeRecord], order: Json) -> list[NodeRecord]:
    """Sort by the last key first: what a stable sort makes of several keys."""
    found = sorted(nodes, key=lambda node: str(node.key))
    for key in reversed(order or []):
        word = _camel(key["field"].lower())
        empty = [node for node in found if value(node, word) is None]
        full = [node for node in found if value(node, word) is not None]
        full.sort(key=lambda n: rank(word, value(n, word)), reverse=key.get("direction") == "DESC")
        found = empty + full if key.get("nulls") == "FIRST" else full + empty
    return found


def rank(word: str, found: Json) -> Any:  # noqa: ANN401 - whatever sorts
    if word in WORDS:
        return WORDS[word].index(found)
    return (unicodedata.normalize("NFC", fold(found)), found) if isinstance(found, str) else found
