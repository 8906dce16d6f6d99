"""The rules a graph must keep, checked on the changes of a write against the graph they lead to.

Every check gives *all* violations it finds; none stops at the first.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from graph.errors import ErrorCode, Violation
from graph.model.catalog import ENTITIES, RELATION
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.codec import near, shown
from graph.model.days import day_of
from graph.model.entities import Cycle, Entity, KeyResult, WorkItem
from graph.model.goalrules import Found, check_goals
from graph.model.loops import closing
from graph.model.relations import (
    Continues,
    ContributesTo,
    DependsOn,
    Measures,
    PartOf,
    Relation,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Moment, Ref
from graph.model.vocabulary import KeyResultType

_DIRECTED = frozenset({KeyResultType.INCREASE, KeyResultType.DECREASE})


_LATEST_DAY, _EARLIEST_DAY = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
"""The time zones in which days begin first and last."""


def check_entity(entity: Entity) -> list[Violation]:
    """Check what one node's properties say about each other."""
    check = _ENTITY_RULES.get(type(entity))
    return [] if check is None else list(check(entity))


def _key_result(entity: Entity) -> Iterable[Violation]:
    assert isinstance(entity, KeyResult)
    start, target, low, high = entity.start, entity.target, entity.low, entity.high
    if entity.type in _DIRECTED and start is not None and start == target:
        yield _broken(entity, "target", target, "start and target are both", "make them differ")
    if low is not None and high is not None and low > high:
        yield _broken(entity, "low", low, f"high is {high:g} but low is", "swap them")


def _cycle(entity: Entity) -> Iterable[Violation]:
    assert isinstance(entity, Cycle)
    if entity.from_ is not None and entity.to is not None and entity.from_ > entity.to:
        yield _broken(entity, "to", entity.to, f"begins {entity.from_} but ends", "swap the days")


def _work_item(entity: Entity) -> Iterable[Violation]:
    assert isinstance(entity, WorkItem)
    estimate = entity.estimate_days
    if estimate is not None and list(estimate) != sorted(estimate):
        yield _broken(
            entity,
            "estimate_days",
            list(estimate),
            "the three points do not rise:",
            "give optimistic <= likely <= pessimistic",
        )
    for earlier, later in itertools.pairwise(change.at for change in entity.states):
        if is_before(later, earlier):
            given = f"{earlier}, {later}"
            yield _broken(entity, "states", given, "states are out of order:", "oldest first")
    if entity.states and entity.state is not entity.states[-1].state:
        words = f"the history ends in {entity.states[-1].state} but state is"
        yield _broken(entity, "state", str(entity.state), words, "add the move to states")
    started, finished = entity.actual_start, entity.actual_finish
    if started is not None and finished is not None and is_before(finished, started):
        yield _broken(
            entity, "actual_finish", finished, f"started {started} but finished", "swap them"
        )
    if entity.constraint_date is None and entity.constraint not in {None, "as_soon_as_possible"}:
        yield _broken(
            entity, "constraint", entity.constraint, "has no constraint_date:", "give the date"
        )


def check_relation(relation: Relation) -> list[Violation]:
    """Check what one relationship's properties say about each other."""
    if not isinstance(relation, DependsOn):
        return []
    name = f"{relation.source} {relation.TYPE} {relation.target}"
    return [
        Violation(
            ErrorCode.INVALID_VALUE,
            f"{name}: statuses are out of order: {earlier}, {later}",
            name,
            "statuses",
            f"{earlier}, {later}",
            "oldest first",
        )
        for earlier, later in itertools.pairwise(change.at for change in relation.statuses)
        if is_before(later, earlier)
    ]


def is_before(one: Moment, other: Moment, zone: tzinfo | None = None) -> bool:
    """Whether a moment is before another: by the instant where both have one, else by the day.

    An instant falls on a day of the time zone; without one it has to hold in every time zone.
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    first, last = (zone, zone) if zone else (_EARLIEST_DAY, _LATEST_DAY)
    return day_of(one, last) < day_of(other, first)


def _broken(entity: Entity, field: str, value: object, words: str, hint: str) -> Violation:
    message = f"{entity.ref}: {words} {shown(value)}"
    return Violation(ErrorCode.INVALID_VALUE, message, str(entity.ref), field, shown(value), hint)


_ENTITY_RULES: Mapping[type[Entity], Callable[[Entity], Iterable[Violation]]] = {
    KeyResult: _key_result,
    Cycle: _cycle,
    WorkItem: _work_item,
}


def check_ends(after: Snapshot, relation: Relation) -> list[Violation]:
    """Check that a relationship's ends exist, may be joined by it, and are not one."""
    kind = RELATION[relation.TYPE]
    found = []
    name = f"{relation.source} {kind.type} {relation.target}"
    for field, ref in (("from", relation.source), ("to", relation.target)):
        if after.get(ref) is None:
            message = f"{name}: there is no {ref}"
            found.append(
                Violation(
                    ErrorCode.END_MISSING, message, name, field, str(ref), _near_key(after, ref)
                )
            )
    if (relation.source.kind, relation.target.kind) not in kind.ends:
        pairs = ", ".join(f"{a}->{b}" for a, b in kind.ends[:12])
        message = (
            f"{name}: {kind.type} cannot join {relation.source.kind} to {relation.target.kind}"
        )
        hint = f"it joins {pairs}" + (", …" if len(kind.ends) > 12 else "")
        found.append(Violation(ErrorCode.END_KIND, message, name, "to", hint=hint))
    if relation.source == relation.target:
        message = f"{name}: a thing cannot be {kind.type} itself"
        found.append(
            Violation(ErrorCode.SELF_REFERENCE, message, name, "to", hint="name another thing")
        )
    return found


def _near_key(after: Snapshot, ref: Ref) -> str:
    alike = after.derived(_folded_keys).get((ref.kind, _folded(ref.key)))
    if alike is not None:
        return f"did you mean {ref.kind}/{alike}?"
    keys = after.keys(ref.kind)
    hint = near(ref.key, keys) if len(keys) <= 100 else ""  # a fuzzy search costs its length
    return hint if hint.startswith("did you mean") else f"create {ref} first, or leave this out"


def _folded(key: str) -> str:
    return "".join(filter(str.isalnum, key.casefold()))


def _folded_keys(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    return {
        (kind.label, _folded(key)): key
        for kind in ENTITIES
        for key in sorted(snapshot.keys(kind.label), reverse=True)
    }


def check_single(
    after: Snapshot, relation: Relation, counts: Callable[[Relation], bool] = lambda _: True
) -> list[Violation]:
    """Check that a node has no more relationships of a type than it may have.

    Of the node's other relationships only those that `counts` says yes to are held against it.
    """
    kind = RELATION[relation.TYPE]
    name = f"{relation.source} {kind.type} {relation.target}"
    sides = (
        (kind.single, relation.source, after.out(relation.source, kind.cls)),
        (kind.single_target, relation.target, after.into(relation.target, kind.cls)),
    )
    found = []
    for pairs, holder, others in sides:
        if (relation.source.kind, relation.target.kind) not in pairs:
            continue
        for other in others:
            pair = (other.source.kind, other.target.kind)
            if other.identity != relation.identity and pair in pairs and counts(other):
                held = other.target if holder == relation.source else other.source
                found.append(_too_many(name, holder, held, other))
                break
    return found


def _too_many(name: str, holder: Ref, held: Ref, other: Relation) -> Violation:
    message = f"{name}: {holder} already has {other.TYPE} with {held}, and may have one only"
    return Violation(
        ErrorCode.TOO_MANY, message, name, "to", str(held), f"unlink {other.ref} first"
    )


def check_removed(after: Snapshot, ref: Ref) -> list[Violation]:
    """Check that nothing still refers to a node that is gone."""
    left = after.touching(ref)
    if not left:
        return []
    named = ", ".join(f"{r.source} {r.TYPE} {r.target}" for r in left[:3])
    message = f"{ref}: still has {len(left)} relationships: {named}" + (
        "…" if len(left) > 3 else ""
    )
    return [
        Violation(
            ErrorCode.STILL_REFERENCED, message, str(ref), hint="unlink them, or delete with them"
        )
    ]


def _contribution(relation: Relation) -> bool:
    return isinstance(relation, ContributesTo | Measures)


def _schedule(relation: Relation) -> bool:
    return (
        isinstance(relation, DependsOn)
        and relation.source.kind == relation.target.kind == WorkItem.KIND
        and relation.is_live
    )


def _part(relation: Relation) -> bool:
    return isinstance(relation, PartOf)


def _continuation(relation: Relation) -> bool:
    return isinstance(relation, Continues)


_ACYCLIC: tuple[tuple[str, tuple[type[Relation], ...], Callable[[Relation], bool]], ...] = (
    ("contribution", (ContributesTo, Measures), _contribution),
    ("schedule", (DependsOn,), _schedule),
    ("part-of", (PartOf,), _part),
    ("continuation", (Continues,), _continuation),
)
"""Families of relationships that must not form a loop: name, types, and which of them count."""


def check_loops(after: Snapshot, changes: Sequence[Change]) -> list[tuple[Relation, Violation]]:
    """Find the written relationships that close a loop, each with the loop's path.

    Cost: linear in the part of the family that can be reached from the written relationships.
    """
    found = []
    for name, types, counts in _ACYCLIC:
        written = [
            change.after
            for change in changes
            if isinstance(change, RelationChange)
            and change.after is not None
            and counts(change.after)
        ]

        def onward(ref: Ref) -> list[Ref]:
            return [
                relation.target
                for cls in types  # noqa: B023 - used within this turn of the loop only
                for relation in after.out(ref, cls)
                if counts(relation)  # noqa: B023 - likewise
            ]

        for relation, path in closing(written, onward):
            subject = f"{relation.source} {relation.TYPE} {relation.target}"
            loop = " -> ".join(map(str, path))
            message = f"{subject}: would close a {name} loop: {loop}"
            hint = "leave out one of its steps"
            found.append((relation, Violation(ErrorCode.LOOP, message, subject, "to", loop, hint)))
    return found


def check_beyond(after: Snapshot, changes: Sequence[Change]) -> list[Found]:
    """Find what breaks rules that look beyond a relationship's ends: loops, weights, owners."""
    return [*check_loops(after, changes), *check_goals(after, changes)]


def check(after: Snapshot, changes: Sequence[Change]) -> list[Violation]:
    """Check a write as a whole: `after` is the graph it leads to. Gives all violations."""
    found: list[Violation] = []
    for change in changes:
        if isinstance(change, NodeChange):
            found += (
                check_removed(after, change.ref)
                if change.after is None
                else check_entity(change.after)
            )
        elif change.after is not None:
            found += check_relation(change.after)
            found += check_ends(after, change.after) or check_single(after, change.after)
    found += [
        violation
        for relation, violation in check_beyond(after, changes)
        if relation is None or relation.source != relation.target  # which check_ends told already
    ]
    return found
