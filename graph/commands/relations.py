"""Commands that make, alter and remove a relationship of any type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import ClassVar

from graph.commands.moments import untimely
from graph.commands.planning import Plan, expect_revision, settle
from graph.errors import ErrorCode, NotFound, Refused, Violation
from graph.model.catalog import RELATION, RelationKind
from graph.model.changes import RelationChange
from graph.model.codec import near, parse_properties, shown
from graph.model.relations import Relation, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref, Value


def relation_kind_of(name: str) -> RelationKind[Relation]:
    """Look a relationship type up by name. Refused when there is none, with the nearest."""
    kind = RELATION.get(name)
    if kind is None:
        message = f"there is no relationship {shown(name)}"
        raise Refused([Violation(ErrorCode.UNKNOWN_RELATION, message, hint=near(name, RELATION))])
    return kind


def derived_key(source: Ref, target: Ref, link: str, nth: int = 1) -> str:
    """Name a dependency that was given no key: its ends and link, and a number from the 2nd on."""
    return f"{source}->{target}:{link}" + (f"#{nth}" if nth > 1 else "")


@dataclass(frozen=True, slots=True)
class Link:
    """Make a relationship. `properties` are in raw form.

    With `now`, an aware instant, a check-in of days to come or before its cycle is refused.
    """

    type: str
    source: Ref
    target: Ref
    properties: Mapping[str, Json] = field(default_factory=dict)
    now: datetime | None = None
    name: ClassVar[str] = "link"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused when it is there already, an end is missing, or a rule is broken."""
        kind = relation_kind_of(self.type)
        subject = f"{self.source} {self.type} {self.target}"
        values, problems = parse_properties(kind, self.properties, subject)
        if problems:
            raise Refused(problems)
        if kind.keyed and not values.get("key"):
            values["key"] = self._free_key(snapshot, values)
        made = kind.make(self.source, self.target, values)
        if snapshot.relation(made.ref) is not None:
            message = f"{subject} exists already"
            violation = Violation(ErrorCode.ALREADY_EXISTS, message, subject, hint="update it")
            raise Refused([violation])
        changes = [RelationChange(made.ref, None, made)]
        return settle(snapshot, changes, untimely(snapshot.apply(changes), changes, self.now))

    def _free_key(self, snapshot: Snapshot, values: dict[str, Value]) -> str:
        link = str(values.get("link", "FS"))
        keys = (derived_key(self.source, self.target, link, nth) for nth in count(1))
        return next(k for k in keys if snapshot.relation(RelationRef(self.type, k)) is None)


def existing_relation(snapshot: Snapshot, ref: RelationRef) -> Relation:
    """Give the relationship a reference names. NotFound when there is none."""
    found = snapshot.relation(ref)
    if found is None:
        message = f"there is no {ref}"
        raise NotFound(message, "it is named by its key, or by FROM->TO where it has none")
    return found


@dataclass(frozen=True, slots=True)
class UpdateRelation:
    """Alter properties of a relationship. A property that is null goes back to its default."""

    ref: RelationRef
    patch: Mapping[str, Json]
    expected_revision: int | None = None
    name: ClassVar[str] = "update_relation"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, Conflict on a stale revision, Refused when a property does not fit."""
        before = existing_relation(snapshot, self.ref)
        expect_revision(before, self.expected_revision)
        values, problems = parse_properties(RELATION[self.ref.type], self.patch, str(self.ref))
        if values.get("key", before.identity) != before.identity:
            message = f"{self.ref}: a key is never changed"
            problems.append(
                Violation(ErrorCode.IMMUTABLE, message, str(self.ref), "key", hint="link anew")
            )
        if problems:
            raise Refused(problems)
        after = RELATION[self.ref.type].altered(before, values)
        return settle(snapshot, [RelationChange(self.ref, before, after)])


@dataclass(frozen=True, slots=True)
class Unlink:
    """Remove a relationship."""

    ref: RelationRef
    expected_revision: int | None = None
    name: ClassVar[str] = "unlink"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, or Conflict on a stale revision."""
        before = existing_relation(snapshot, self.ref)
        expect_revision(before, self.expected_revision)
        return settle(snapshot, [RelationChange(self.ref, before, None)])
