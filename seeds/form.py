"""How a record is written down: the one place that knows the names of its parts.

A node is `kind`, `key` and properties, a relationship `rel`, `from`, `to` and properties.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from graph.errors import ErrorCode, Violation
from graph.model.catalog import RELATION
from graph.model.codec import dump_properties, shown
from graph.model.entities import Entity
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import DependsOn, Relation
from graph.model.values import Json

Report: TypeAlias = Callable[[Violation], None]
"""Takes a problem of a record; `list.append` is one."""

_ENDS = frozenset({"rel", "from", "to"})
_BOTH_HINT = "a node has kind and key, a relationship has rel, from and to"


def read_record(raw: Json, source: str, line: int, report: Report) -> Record | None:
    """Make a record of a raw mapping. Reports what is wrong with its form, and then gives None."""
    fault = _fault(raw)
    if fault is not None:
        code, message, hint = fault
        report(Violation(code, message, hint=hint, source=source, line=line))
        return None
    assert isinstance(raw, dict)
    if "kind" in raw:
        rest = {name: value for name, value in raw.items() if name not in {"kind", "key"}}
        return NodeRecord(str(raw["kind"]), raw["key"], rest, source, line)
    rest = {name: value for name, value in raw.items() if name not in _ENDS}
    return RelationRecord(str(raw["rel"]), raw["from"], raw["to"], rest, source, line)


def _fault(raw: Json) -> tuple[ErrorCode, str, str] | None:
    if not isinstance(raw, dict):
        return ErrorCode.MALFORMED, f"{shown(raw)} is not a record", _BOTH_HINT
    if ("kind" in raw) == ("rel" in raw):
        words = "both kind and rel" if "kind" in raw else "neither kind nor rel"
        return ErrorCode.MALFORMED, f"the record has {words}", _BOTH_HINT
    word = "kind" if "kind" in raw else "rel"
    name = raw[word]
    if not isinstance(name, str):
        return ErrorCode.INVALID_VALUE, f"{word} {shown(name)} is not a text", "put it in quotes"
    return _key_fault(name, raw) if word == "kind" else _ends_fault(name, raw)


def _key_fault(kind: str, raw: Mapping[str, Json]) -> tuple[ErrorCode, str, str] | None:
    key = raw.get("key")
    if key is None:
        return ErrorCode.MISSING_VALUE, f"{shown(kind)}: the record has no key", "give it a key"
    if isinstance(key, bool | int | float):
        word = "true or false" if isinstance(key, bool) else "a number"
        message = f"{shown(kind)}: key {shown(key)} is {word}, not a text"
        return ErrorCode.INVALID_KEY, message, "put it in quotes"
    return None


def _ends_fault(type_: str, raw: Mapping[str, Json]) -> tuple[ErrorCode, str, str] | None:
    missing = [name for name in ("from", "to") if raw.get(name) is None]
    if not missing:
        return None
    hint = "both ends are written KIND/KEY"
    return ErrorCode.MISSING_VALUE, f"{shown(type_)}: {' and '.join(missing)} is missing", hint


def raw_record(record: Record) -> dict[str, Json]:
    """Give the raw mapping of a record, as a document holds it."""
    if isinstance(record, NodeRecord):
        return {"kind": record.kind, "key": record.key, **record.properties}
    return {"rel": record.type, "from": record.start, "to": record.end, **record.properties}


def node_record(entity: Entity) -> NodeRecord:
    """Give the record of a node: what differs from the defaults, without what the writer stamps.

    The state of work with a history is left out: it is the history's last.
    """
    raw = dump_properties(entity, system=False)
    del raw["key"]
    if "states" in raw:
        raw.pop("state", None)
    return NodeRecord(entity.KIND, entity.key, raw)


def relation_record(relation: Relation) -> RelationRecord:
    """Give the record of a relationship, with its own key where it has one.

    A dependency whose history does not end with its status says that even where it is the default:
    who reads a history without a status takes the last of it.
    """
    raw = dump_properties(relation, system=False)
    if isinstance(relation, DependsOn) and relation.statuses and relation.status_since is None:
        raw["status"] = str(relation.status)
        raw = {
            prop.name: raw[prop.name]
            for prop in RELATION[relation.TYPE].settable
            if prop.name in raw
        }
    return RelationRecord(relation.TYPE, str(relation.source), str(relation.target), raw)
