"""What a write consists of: changes with before and after, bound together in a commit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from graph.model.entities import Entity
from graph.model.relations import Relation, RelationRef
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node was made (`before` is None), altered, or removed (`after` is None)."""

    ref: Ref
    before: Entity | None
    after: Entity | None


@dataclass(frozen=True, slots=True)
class RelationChange:
    """A relationship was made (`before` is None), altered, or removed (`after` is None)."""

    ref: RelationRef
    before: Relation | None
    after: Relation | None


Change: TypeAlias = NodeChange | RelationChange


@dataclass(frozen=True, slots=True)
class Commit:
    """One write: the revision it led to, when, by whom, by which command, and its changes.

    `idempotency_key` is the caller's own name for the write, so that the same write twice is one.
    """

    revision: int
    at: datetime
    actor: str
    command: str
    changes: tuple[Change, ...]
    idempotency_key: str | None = None


def stamped(changes: Sequence[Change], revision: int, at: datetime) -> tuple[Change, ...]:
    """Give the changes with revision and time on everything they make or alter."""
    return tuple(_stamp(change, revision, at) for change in changes)


def _stamp(change: Change, revision: int, at: datetime) -> Change:
    if isinstance(change, RelationChange):
        if change.after is None:
            return change
        return replace(change, after=replace(change.after, revision=revision))
    if change.after is None:
        return change
    made = change.before.created_at if change.before is not None else None
    after = replace(change.after, created_at=made or at, updated_at=at, revision=revision)
    return replace(change, after=after)


def inverted(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Give the changes that take these back, last first."""
    return tuple(
        NodeChange(change.ref, change.after, change.before)
        if isinstance(change, NodeChange)
        else RelationChange(change.ref, change.after, change.before)
        for change in reversed(changes)
    )
