"""The log's own form: commits as a head and numbered parts of JSON text.

A part holds a list of changes. A commit of an import runs to megabytes; parts keep every text
within what both engines hold well, and the driver's messages small.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import orjson

from graph.model.catalog import ENTITY, RELATION
from graph.model.changes import Change, Commit, NodeChange, RelationChange
from graph.model.codec import dump_properties, load_entity, load_relation
from graph.model.entities import Entity
from graph.model.relations import Relation, RelationRef
from graph.model.values import Json, Ref

PART_BYTES: Final = 60_000
"""A part ends with the change that takes it past this many bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A commit as the log holds it: its head, its changes in parts of JSON, its write's ticket."""

    commit: Commit
    parts: tuple[str, ...]
    ticket: str = ""


def dump_changes(changes: Sequence[Change]) -> Iterator[str]:
    """Give the parts of a commit: each a JSON list of changes."""
    part: list[bytes] = []
    size = 0
    for change in changes:
        text = orjson.dumps(_dump(change))
        part.append(text)
        size += len(text)
        if size > PART_BYTES:
            yield _joined(part)
            part, size = [], 0
    if part:
        yield _joined(part)


def _joined(part: list[bytes]) -> str:
    return (b"[" + b",\n".join(part) + b"]").decode()


def _dump(change: Change) -> dict[str, Json]:
    if isinstance(change, NodeChange):
        return {
            "node": str(change.ref),
            "before": _properties(change.before),
            "after": _properties(change.after),
        }
    return {
        "relation": change.ref.type,
        "key": change.ref.key,
        "before": _properties(change.before),
        "after": _properties(change.after),
    }


def _properties(thing: Entity | Relation | None) -> Json:
    if thing is None:
        return None
    raw = dump_properties(thing, system=True)
    if isinstance(thing, Relation):
        return {"ends": [str(thing.source), str(thing.target)], **raw}
    return raw


def load_changes(part: str) -> Iterator[Change]:
    """Read a part back."""
    for raw in cast("list[dict[str, Json]]", orjson.loads(part)):
        if "node" in raw:
            ref = Ref.parse(cast("str", raw["node"]))
            yield NodeChange(ref, _entity(ref.kind, raw["before"]), _entity(ref.kind, raw["after"]))
        else:
            name = cast("str", raw["relation"])
            yield RelationChange(
                RelationRef(name, cast("str", raw["key"])),
                _relation(name, raw["before"]),
                _relation(name, raw["after"]),
            )


def _known(raw: Json, known: Mapping[str, object]) -> dict[str, Json]:
    return {name: value for name, value in cast("dict[str, Json]", raw).items() if name in known}


def _entity(label: str, raw: Json) -> Entity | None:
    return None if raw is None else load_entity(label, _known(raw, ENTITY[label].by_name))


def _relation(name: str, raw: Json) -> Relation | None:
    if raw is None:
        return None
    source, target = cast("list[str]", cast("dict[str, Json]", raw)["ends"])
    properties = _known(raw, RELATION[name].by_name)
    return load_relation(name, Ref.parse(source), Ref.parse(target), properties)
