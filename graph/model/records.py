"""The document's records: the raw form in which nodes and relationships come in and go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graph.model.values import Json


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as a document gives it: kind, key and raw properties (without the key).

    `source` and `line` say where it stands, for messages; "" and None where it stands nowhere.
    """

    kind: str
    key: Json
    properties: Mapping[str, Json] = field(default_factory=dict)
    source: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """A relationship as a document gives it: type, both ends as KIND/KEY, raw properties."""

    type: str
    start: Json
    end: Json
    properties: Mapping[str, Json] = field(default_factory=dict)
    source: str = ""
    line: int | None = None


Record: TypeAlias = NodeRecord | RelationRecord
