"""Commands that make, alter and remove a node of any kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, cast

from graph.commands.moments import untimely
from graph.commands.planning import Plan, completed, expect_revision, settle
from graph.errors import ErrorCode, NotFound, Refused, Violation
from graph.model.catalog import ENTITY, EntityKind
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.codec import MAX_KEY_LENGTH, near, parse_properties, shown
from graph.model.entities import Entity
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref, Value

SEARCHED_KEYS = 2_000
"""Among more keys of a kind no near one is searched for."""


def kind_of(name: str) -> EntityKind[Entity]:
    """Look a kind up by name. Refused when there is none, with the nearest."""
    kind = ENTITY.get(name)
    if kind is None:
        message = f"there is no kind {shown(name)}"
        raise Refused([Violation(ErrorCode.UNKNOWN_KIND, message, hint=near(name, ENTITY))])
    return kind


def existing(snapshot: Snapshot, ref: Ref) -> Entity:
    """Give the node a reference names. NotFound when there is none."""
    entity = snapshot.get(ref)
    if entity is None:
        raise NotFound(f"there is no {brief(ref)}", way_to(snapshot, ref))
    return entity


def brief(ref: Ref) -> str:
    """Name a node for messages; a key that is longer than any can be is cut."""
    return str(ref) if len(ref.key) <= MAX_KEY_LENGTH else f"{ref.kind}/{shown(ref.key)}"


def way_to(snapshot: Snapshot, ref: Ref, *, search: bool = True) -> str:
    """Give the hint for a node that is not there; to `search` for a near one costs its kind's keys."""
    kind = ref.key.partition("/")[0]
    if kind != ref.kind and kind in ENTITY:
        return f"takes the key of {ref.kind} nodes, not of {kind} nodes"
    keys = snapshot.keys(ref.kind)
    found = near(ref.key, keys) if search and len(keys) <= SEARCHED_KEYS else ""
    return found or "name one that is there, or make it first"


@dataclass(frozen=True, slots=True)
class CreateNode:
    """Make a node. `properties` are in raw form, without the key.

    With `now`, an aware instant, a check-in of days to come is refused.
    """

    kind: str
    key: Json
    properties: Mapping[str, Json] = field(default_factory=dict)
    now: datetime | None = None
    name: ClassVar[str] = "create"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused when the key is taken or a property does not fit."""
        kind = kind_of(self.kind)
        subject = f"{self.kind}/{self.key}"
        values, problems = parse_properties(kind, {**self.properties, "key": self.key}, subject)
        ref = Ref(self.kind, cast("str", values.get("key", "")))
        if snapshot.get(ref) is not None:
            message = f"{ref} exists already"
            problems.append(
                Violation(ErrorCode.ALREADY_EXISTS, message, str(ref), "key", hint="update it")
            )
        if problems:
            raise Refused(problems)
        changes = [NodeChange(ref, None, kind.make(completed(kind, values)))]
        return settle(snapshot, changes, untimely(snapshot.apply(changes), changes, self.now))


@dataclass(frozen=True, slots=True)
class UpdateNode:
    """Alter properties of a node. A property that is null in `patch` goes back to its default.

    With `now`, an aware instant, a check-in of days to come or before its cycle is refused.
    """

    ref: Ref
    patch: Mapping[str, Json]
    expected_revision: int | None = None
    now: datetime | None = None
    name: ClassVar[str] = "update"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, Conflict on a stale revision, Refused when a property does not fit."""
        before = existing(snapshot, self.ref)
        expect_revision(before, self.expected_revision)
        kind = kind_of(self.ref.kind)
        values, problems = parse_properties(kind, self.patch, str(self.ref))
        if values.get("key", before.key) != before.key:
            message = f"{self.ref}: a key is never changed"
            hint = "create a new one and delete this"
            problems.append(
                Violation(ErrorCode.IMMUTABLE, message, str(self.ref), "key", hint=hint)
            )
        if problems:
            raise Refused(problems)
        changes = [NodeChange(self.ref, before, patched(before, values))]
        return settle(snapshot, changes, untimely(snapshot.apply(changes), changes, self.now))


def patched(before: Entity, values: dict[str, Value]) -> Entity:
    """Give the node with values put over its own."""
    kind = ENTITY[before.KIND]
    return kind.altered(before, completed(kind, values))


@dataclass(frozen=True, slots=True)
class DeleteNode:
    """Remove a node. With `detach` its relationships go too; without, they forbid it."""

    ref: Ref
    detach: bool = False
    expected_revision: int | None = None
    name: ClassVar[str] = "delete"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, Conflict on a stale revision, Refused while something refers to it."""
        before = existing(snapshot, self.ref)
        expect_revision(before, self.expected_revision)
        changes: list[Change] = []
        if self.detach:
            changes += [RelationChange(r.ref, r, None) for r in snapshot.touching(self.ref)]
        return settle(snapshot, [*changes, NodeChange(self.ref, before, None)])
