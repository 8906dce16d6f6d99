"""What every command has in common: a plan on a snapshot, checked by the rules of the model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from graph.errors import Conflict, Refused, Violation
from graph.model.catalog import EntityKind, RelationKind
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import Entity, WorkItem
from graph.model.relations import DependsOn, Relation
from graph.model.rules import check
from graph.model.snapshot import Snapshot
from graph.model.values import StateChange, StatusChange, Value


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command would do to a snapshot: its changes, and what it leaves out and why."""

    changes: tuple[Change, ...]
    problems: tuple[Violation, ...] = ()


class Command(Protocol):
    """An intent to write. `plan` is pure and raises Refused, NotFound or Conflict."""

    @property
    def name(self) -> str:
        """What the log calls it."""
        ...

    def plan(self, snapshot: Snapshot) -> Plan:
        """Give the changes that carry the intent out on this snapshot."""
        ...


def settle(
    snapshot: Snapshot, changes: Sequence[Change], problems: Sequence[Violation] = ()
) -> Plan:
    """Drop changes that change nothing, and refuse the rest if they break a rule.

    `problems` are what the command found by itself: all are told together.
    """
    real = tuple(change for change in changes if change.before != change.after)
    violations = [*problems, *check(snapshot.apply(real), real)]
    if violations:
        raise Refused(violations)
    return Plan(real)


def making(thing: Entity | Relation) -> Change:
    """Give the change that makes a thing."""
    if isinstance(thing, Entity):
        return NodeChange(thing.ref, None, thing)
    return RelationChange(thing.ref, None, thing)


def removing(thing: Entity | Relation) -> Change:
    """Give the change that removes a thing."""
    if isinstance(thing, Entity):
        return NodeChange(thing.ref, thing, None)
    return RelationChange(thing.ref, thing, None)


def expect_revision(thing: Entity | Relation, expected: int | None) -> None:
    """Raise Conflict when the caller read an older state of the thing than there is."""
    if expected is not None and thing.revision != expected:
        message = f"{thing.ref} is at revision {thing.revision}, not {expected}"
        raise Conflict(message, "read it again and repeat the change", thing.revision)


def expect_unwritten(
    snapshot: Snapshot, thing: Entity, links: Iterable[Relation], expected: int | None
) -> None:
    """Raise Conflict when a thing, or a link that joins it, was written since the caller read it.

    `expected` is the revision at which the graph was read: a link that was written leaves the
    revision of the thing as it was. A link that was removed since leaves no trace.
    """
    if expected is None:
        return
    things: list[Entity | Relation] = [thing, *links]
    newest = max(things, key=lambda found: found.revision)
    if newest.revision > expected:
        words = f"was written at revision {newest.revision}, after revision {expected}"
        hint = "read it again and repeat the change"
        raise Conflict(f"{thing.ref}: {newest.ref} {words}", hint, newest.revision)
    if expected > snapshot.revision:
        message = f"{thing.ref}: the graph stands at {snapshot.revision}, before {expected}"
        raise Conflict(message, "give the revision at which it was read", snapshot.revision)


def completed(
    kind: EntityKind[Entity] | RelationKind[Relation], values: dict[str, Value]
) -> dict[str, Value]:
    """Add what follows from the values given: the state, or the status, from the history."""
    if kind.cls is DependsOn and values.get("statuses") and "status" not in values:
        statuses = cast("tuple[StatusChange, ...]", values["statuses"])
        return {**values, "status": statuses[-1].status}
    if kind.cls is WorkItem and "states" in values and "state" not in values:
        history = cast("tuple[StateChange, ...]", values["states"])
        return {**values, "state": history[-1].state if history else None}
    return values
