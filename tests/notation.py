"""A small text notation for graphs, so that a test shows its graph and nothing else.

A line declares a node, `KIND KEY [SHORT] [PROPERTY=VALUE ...]`, or relationships,
`KEY VERB KEY [KEY ...] [SHORT] [PROPERTY=VALUE ...]`; `#` begins a comment. Order does not matter.

    WorkItem a 3                    three days; 2/4/9 is an estimate
    WorkItem b state=active
    b needs a SS+1                  link and lag; FS+0 if left out
    Team t 5                        capacity
    t delivers a b
    KeyResult k 40%                 increase from 0 to 100, now 40
    Objective o
    k measures o x2                 weight
    Cycle q 2026-01-01..2026-03-31
    CheckIn c1 2026-01-15 40        at and value

Verbs are the catalogue's (`contributes_to`, `owns`, `part_of`, ...) and `needs`. A bare key must be
unique; KIND/KEY names one of several. Lists are separated by commas, the parts of a record by @
(`states=active@2026-01-05,done@2026-01-09`).
"""

import re
from collections.abc import Iterator

from graph.model.catalog import ENTITY, RELATIONS, EntityKind, Property, RelationKind
from graph.model.codec import parse_value
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref, Shape, Value

_VERBS = {kind.outward: kind for kind in RELATIONS}
_VERBS["needs"] = _VERBS["depends_on"]

_SHORT: dict[str, tuple[tuple[str, str], ...]] = {
    "WorkItem": (
        (r"(?P<estimate_days>[\d.]+/[\d.]+/[\d.]+)", ""),
        (r"(?P<duration_days>[\d.]+)", ""),
    ),
    "Team": ((r"(?P<capacity>[\d.]+)", ""),),
    "KeyResult": ((r"(?P<current>-?[\d.]+)%", "start=0 target=100"),),
    "Cycle": ((r"(?P<from>[\d-]+)\.\.(?P<to>[\d-]+)", ""),),
    "CheckIn": ((r"(?P<at>\d{4}-[\dT:Z-]+)", ""), (r"(?P<value>-?[\d.]+)", "")),
    "DEPENDS_ON": ((r"(?P<link>FS|SS|FF|SF)(?P<lag_days>[+-][\d.]+)?", ""),),
    "MEASURES": ((r"x(?P<weight>[\d.]+)", ""),),
    "CONTRIBUTES_TO": ((r"x(?P<weight>[\d.]+)", ""),),
}


def graph_of(text: str) -> Snapshot:
    """Read the notation into a snapshot. ValueError shows the line that cannot be read."""
    lines = [line.split() for line in (raw.split("#")[0] for raw in text.splitlines())]
    nodes = [_node(words) for words in lines if words and words[0] in ENTITY]
    known: dict[str, list[Ref]] = {}
    for node in nodes:
        known.setdefault(node.key, []).append(node.ref)
        known.setdefault(str(node.ref), []).append(node.ref)
    relations: list[Relation] = []
    for words in lines:
        if words and words[0] not in ENTITY:
            relations.extend(_relations(words, known, len(relations)))
    return Snapshot.build(nodes, relations)


def _node(words: list[str]) -> Entity:
    kind = ENTITY[words[0]]
    return kind.make({"key": words[1]} | _values(kind, words[0], words[2:], words))


def _relations(words: list[str], known: dict[str, list[Ref]], number: int) -> Iterator[Relation]:
    if len(words) < 3 or words[1] not in _VERBS:
        raise ValueError(f"no node and no relationship: {' '.join(words)}")
    kind = _VERBS[words[1]]
    targets = [word for word in words[2:] if word in known]
    values = _values(kind, kind.type, [word for word in words[2:] if word not in known], words)
    for target in targets:
        pair = _find(words[0], known), _find(target, known)
        key = {"key": f"{words[0]}->{target}#{number}"} if kind.keyed else {}
        yield kind.make(*pair, key | values)


def _find(word: str, known: dict[str, list[Ref]]) -> Ref:
    if len(known.get(word, ())) != 1:
        raise ValueError(f"{word} names {len(known.get(word, ()))} nodes")
    return known[word][0]


def _values(
    kind: EntityKind[Entity] | RelationKind[Relation], name: str, rest: list[str], line: list[str]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for word in rest:
        for pair in [word] if "=" in word else _shorthand(name, word, line):
            prop, _, raw = pair.partition("=")
            found = kind.by_name[prop]
            values[found.attribute] = parse_value(found, _raw(found, raw))
    return values


def _shorthand(name: str, word: str, line: list[str]) -> list[str]:
    for pattern, implied in _SHORT.get(name, ()):
        match = re.fullmatch(pattern, word)
        if match:
            found = [f"{key}={value}" for key, value in match.groupdict().items() if value]
            return found + implied.split()
    raise ValueError(f"{word} cannot be read in: {' '.join(line)}")


def _raw(prop: Property, text: str) -> Json:
    if prop.many:
        return [_one(prop, word) for word in text.split(",")]
    return _one(prop, text.replace("/", "@") if prop.shape is Shape.RECORD else text)


def _one(prop: Property, text: str) -> Json:
    if prop.shape is Shape.RECORD:
        return [_one(part, word) for part, word in zip(prop.parts, text.split("@"), strict=True)]
    if prop.shape is Shape.NUMBER:
        return float(text)
    if prop.shape is Shape.INTEGER:
        return int(text)
    return text == "true" if prop.shape is Shape.BOOLEAN else text
