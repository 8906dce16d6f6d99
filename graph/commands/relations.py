"""Commands that make, alter and remove a relationship of any type."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import count
from typing import ClassVar

from graph.commands.moments import untimely
from graph.commands.planning import Plan, completed, expect_revision, settle
from graph.errors import ErrorCode, NotFound, Refused, Violation
from graph.model.catalog import RELATION, RelationKind
from graph.model.changes import RelationChange
from graph.model.codec import near, parse_properties, shown
from graph.model.days import zone_of
from graph.model.relations import DependsOn, Relation, RelationRef
from graph.model.rules import is_before
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Moment, Ref, StatusChange, Value


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


def free_key(snapshot: Snapshot, source: Ref, target: Ref, values: Mapping[str, Value]) -> str:
    """Give the first derived key that no dependency has yet."""
    link = str(values.get("link", "FS"))
    keys = (derived_key(source, target, link, nth) for nth in count(1))
    return next(k for k in keys if snapshot.relation(RelationRef(DependsOn.TYPE, k)) is None)


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
            values["key"] = free_key(snapshot, self.source, self.target, values)
        made = kind.make(self.source, self.target, completed(kind, values))
        if snapshot.relation(made.ref) is not None:
            message = f"{subject} exists already"
            violation = Violation(ErrorCode.ALREADY_EXISTS, message, subject, hint="update it")
            raise Refused([violation])
        changes = [RelationChange(made.ref, None, made)]
        return settle(snapshot, changes, untimely(snapshot.apply(changes), changes, self.now))


def existing_relation(snapshot: Snapshot, ref: RelationRef) -> Relation:
    """Give the relationship a reference names. NotFound when there is none."""
    found = snapshot.relation(ref)
    if found is None:
        message = f"there is no {ref}"
        raise NotFound(message, "it is named by its key, or by FROM->TO where it has none")
    return found


@dataclass(frozen=True, slots=True)
class UpdateRelation:
    """Alter properties of a relationship. A property that is null goes back to its default.

    With `now`, an aware instant, a dependency that gets another status keeps when in its history.
    """

    ref: RelationRef
    patch: Mapping[str, Json]
    expected_revision: int | None = None
    now: datetime | None = None
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
        kind = RELATION[self.ref.type]
        after = kind.altered(before, completed(kind, values))
        if self.now is not None and isinstance(after, DependsOn) and "statuses" not in values:
            after = dated(before, after, self.now, zone_of(snapshot))
        return settle(snapshot, [RelationChange(self.ref, before, after)])


def dated(before: Relation, after: DependsOn, at: Moment, zone: tzinfo) -> DependsOn:
    """Give a dependency with its move, if it made one, at the end of its history.

    A moment before the last of the history counts as that one: a history never runs backwards. Days
    and instants are compared by the day in the organisation's time zone.
    """
    if isinstance(before, DependsOn) and before.status is after.status:
        return after
    last = after.statuses[-1].at if after.statuses else at
    change = StatusChange(after.status, last if is_before(at, last, zone) else at)
    return replace(after, statuses=(*after.statuses, change))


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
