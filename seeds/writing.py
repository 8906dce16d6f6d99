"""Writing a document: the same bytes for the same graph, readable, and read back unchanged."""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from graph.commands.relations import derived_key
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.records import Record, RelationRecord
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from seeds.document import Form
from seeds.form import node_record, raw_record, relation_record
from seeds.yamlwriting import yaml_record

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def write_document(snapshot: Snapshot, stream: BinaryIO, form: Form = Form.JSONL) -> None:
    """Write the whole graph: nodes by kind and key, then relationships by type and ends."""
    write_records(document_records(snapshot), stream, form)


def write_records(records: Iterable[Record], stream: BinaryIO, form: Form = Form.JSONL) -> None:
    """Write records in the order in which they come."""
    chunk: list[str] = []
    for record in records:
        chunk.append(_written(raw_record(record), form))
        if len(chunk) >= 1_000:
            stream.write("".join(chunk).encode())
            chunk.clear()
    stream.write("".join(chunk).encode())


def _written(raw: dict[str, Json], form: Form) -> str:
    if form is Form.YAML:
        return yaml_record(raw)
    return _ENCODER.encode(raw) + "\n"


def document_records(snapshot: Snapshot) -> Iterator[Record]:
    """Give the records of a graph in the order of a document."""
    for entity_kind in ENTITIES:
        yield from map(node_record, snapshot.ordered(entity_kind.cls))
    for relation_kind in RELATIONS:
        found = snapshot.relations(relation_kind.cls).values()
        keys = _DerivedKeys()
        for relation in sorted(found, key=lambda r: (r.source, r.target, r.identity)):
            record = relation_record(relation)
            yield keys.shortened(relation, record) if isinstance(relation, DependsOn) else record


class _DerivedKeys:
    """Leaves out the keys of dependencies that an import derives again, and no other.

    The import numbers those without a key that join the same ends by the same link, in the order
    of the document, and takes two that are equal in all else for one.
    """

    def __init__(self) -> None:
        self._unkeyed: dict[str, list[dict[str, Json]]] = {}

    def shortened(self, relation: DependsOn, record: RelationRecord) -> RelationRecord:
        """Give the record without its key where an import finds the same key for it."""
        bare = {name: value for name, value in record.properties.items() if name != "key"}
        known = self._unkeyed.setdefault(_derived(relation, 1), [])
        if bare in known or _derived(relation, len(known) + 1) != relation.key:
            return record
        known.append(bare)
        return RelationRecord(record.type, record.start, record.end, bare)


def _derived(relation: DependsOn, nth: int) -> str:
    return derived_key(relation.source, relation.target, relation.link.value, nth)
