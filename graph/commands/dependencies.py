"""The life of a dependency: asked for, promised, begun, delivered, or refused and given up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, cast

from graph.commands.finding import Inquiry
from graph.commands.planning import Plan, expect_revision, making, settle
from graph.commands.relations import dated, existing_relation, free_key
from graph.errors import ErrorCode, Refused, Violation
from graph.model.catalog import RELATION
from graph.model.changes import RelationChange
from graph.model.codec import BadValue, dump_value, parse_moment, parse_properties, shown
from graph.model.days import day_of, today_of, zone_of
from graph.model.dependencylife import MOVES, REASONED, DependencyMove, moves_from
from graph.model.relations import DependsOn, RelationRef
from graph.model.rules import is_before
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Moment, Ref
from graph.model.vocabulary import DependencyStatus


@dataclass(frozen=True, slots=True)
class Step:
    """When a move was made, by whom, and what was said: `at` and `note` in raw form.

    `instant` is the aware one at which it is written; a move without `at` is made then. `by` is ""
    where nobody knows who.
    """

    instant: datetime
    by: str = ""
    at: Json = None
    note: Json = None


@dataclass(frozen=True, slots=True)
class RequestDependency:
    """Ask for a dependency: one that is there, or a new one between two ends.

    Without a `key` the identified one between the ends is meant, or a new one is made where there
    is none. `properties` are raw: those given are put over its own.
    """

    dependent: Ref | None
    needed: Ref | None
    step: Step
    key: str | None = None
    properties: Mapping[str, Json] = field(default_factory=dict)
    expected_revision: int | None = None
    name: ClassVar[str] = "request_dependency"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound for a key without ends that is not there; Conflict on a stale revision.

        Refused when it was asked for already, when several may be meant, and by every rule.
        """
        before = self._meant(snapshot)
        if before is None:
            return self._made(snapshot)
        expect_revision(before, self.expected_revision)
        return _moved(snapshot, before, DependencyMove.REQUEST, self.step, self.properties)

    def _meant(self, snapshot: Snapshot) -> DependsOn | None:
        if self.key is not None:
            return self._keyed(snapshot, self.key)
        source, target = self._ends()
        between = [link for link in snapshot.out(source, DependsOn) if link.target == target]
        identified = [link for link in between if link.status is DependencyStatus.IDENTIFIED]
        if len(identified) > 1:
            words = f"{len(identified)} dependencies are identified between the two"
            self._refuse(
                ErrorCode.INVALID_VALUE, words, f"give the key of one: {_keys(identified)}"
            )
        open_ones = [link for link in between if link.is_open]
        if not identified and open_ones:
            words = f"was asked for already: it is {open_ones[0].status}"
            hint = f"it is {_keys(open_ones)}; give a new key to ask for another one"
            self._refuse(ErrorCode.ALREADY_EXISTS, words, hint)
        return identified[0] if identified else None

    def _keyed(self, snapshot: Snapshot, key: str) -> DependsOn | None:
        found = snapshot.relation(RelationRef(DependsOn.TYPE, key))
        if found is None and self.dependent is not None and self.needed is not None:
            return None
        before = _existing(snapshot, key)
        ends = (self.dependent or before.source, self.needed or before.target)
        if ends != (before.source, before.target):
            words = f"{before.ref} joins {before.source} to {before.target}"
            self._refuse(ErrorCode.CONFLICT, words, "leave the ends out, or give another key")
        return before

    def _made(self, snapshot: Snapshot) -> Plan:
        source, target = self._ends()
        inquiry = Inquiry(snapshot)
        subject = f"{source} {DependsOn.TYPE} {target}"
        raw = {**self.properties, "key": self.key} if self.key is not None else self.properties
        values, problems = parse_properties(RELATION[DependsOn.TYPE], raw, subject)
        inquiry.problems += problems
        values.setdefault("key", free_key(snapshot, source, target, values))
        made = cast("DependsOn", RELATION[DependsOn.TYPE].make(source, target, values))
        after = _stepped(inquiry, made, DependencyMove.REQUEST, self.step)
        return settle(snapshot, [making(after)], inquiry.problems)

    def _ends(self) -> tuple[Ref, Ref]:
        if self.dependent is None or self.needed is None:
            missing = "dependent" if self.dependent is None else "needed"
            self._refuse(
                ErrorCode.MISSING_VALUE, f"{missing} is missing", "give both ends, or a key"
            )
        return cast("Ref", self.dependent), cast("Ref", self.needed)

    def _refuse(self, code: ErrorCode, words: str, hint: str) -> None:
        subject = " ".join(str(end) for end in (self.dependent, self.needed) if end is not None)
        subject = subject.replace(" ", f" {DependsOn.TYPE} ") or (self.key or "the dependency")
        raise Refused([Violation(code, f"{subject}: {words}", subject, "key", hint=hint)])


@dataclass(frozen=True, slots=True)
class MoveDependency:
    """Move a dependency on in its life. `properties`, such as `committed_by`, go with the move."""

    key: str
    move: DependencyMove
    step: Step
    properties: Mapping[str, Json] = field(default_factory=dict)
    expected_revision: int | None = None

    @property
    def name(self) -> str:
        """What the log calls it: `agree_dependency` and the like."""
        return f"{self.move}_dependency"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound; Conflict on a stale revision; Refused with all that speaks against the move.

        A promise for after the day it is needed is taken: it is a conflict, not a mistake.
        """
        before = _existing(snapshot, self.key)
        expect_revision(before, self.expected_revision)
        return _moved(snapshot, before, self.move, self.step, self.properties)


def _existing(snapshot: Snapshot, key: str) -> DependsOn:
    return cast("DependsOn", existing_relation(snapshot, RelationRef(DependsOn.TYPE, key)))


def _moved(
    snapshot: Snapshot,
    before: DependsOn,
    move: DependencyMove,
    step: Step,
    properties: Mapping[str, Json],
) -> Plan:
    inquiry = Inquiry(snapshot)
    kind = RELATION[DependsOn.TYPE]
    values, problems = parse_properties(kind, properties, str(before.ref))
    inquiry.problems += problems
    altered = cast("DependsOn", kind.altered(before, values))
    after = _stepped(inquiry, altered, move, step)
    return settle(snapshot, [RelationChange(before.ref, before, after)], inquiry.problems)


def _stepped(inquiry: Inquiry, before: DependsOn, move: DependencyMove, step: Step) -> DependsOn:
    """Give a dependency after a move, dated; what speaks against it goes to the problems."""
    at = _moment(inquiry, before, step)
    reached = MOVES[move].get(before.status)
    note = _note(inquiry, before, move, step)
    if move is DependencyMove.AGREE:
        _refuse_empty_promise(inquiry, before, at)
    if reached is None:
        _refuse_move(inquiry, before, move)
        return before
    after = replace(before, status=reached, note=note)
    if move is DependencyMove.REQUEST:
        after = replace(after, requested_by=step.by or before.requested_by)
    if move is DependencyMove.AGREE:
        after = replace(after, agreed_by=step.by or before.agreed_by)
    return dated(before, after, at, zone_of(inquiry.snapshot))


def _refuse_move(inquiry: Inquiry, before: DependsOn, move: DependencyMove) -> None:
    starts = _listed(MOVES[move])
    allowed = ", ".join(
        f"{other} (to {MOVES[other][before.status]})" for other in moves_from(before.status)
    )
    words = f"is {before.status}; to {move} it, it has to be {starts}"
    hint = f"from {before.status} it can go by: {allowed}"
    inquiry.tell(ErrorCode.INVALID_VALUE, before.ref, words, "status", str(before.status), hint)


def _listed(statuses: Iterable[DependencyStatus]) -> str:
    *others, last = map(str, statuses)
    return f"{', '.join(others)} or {last}" if others else last


def _note(inquiry: Inquiry, before: DependsOn, move: DependencyMove, step: Step) -> str | None:
    values, problems = parse_properties(
        RELATION[DependsOn.TYPE], {"note": step.note}, str(before.ref)
    )
    inquiry.problems += problems
    note = cast("str | None", values.get("note"))
    if move in REASONED and not (note and note.strip()) and not problems:
        words = f"to {move} it needs a reason"
        inquiry.tell(ErrorCode.MISSING_VALUE, before.ref, words, "note", hint="say why")
    return note


def _moment(inquiry: Inquiry, before: DependsOn, step: Step) -> Moment:
    """Read when the move was made: not in days to come, and not before the move before it."""
    if step.at is None:
        return step.instant
    try:
        at = parse_moment(step.at)
    except BadValue as bad:
        words = f"at {shown(step.at)} {bad}"
        inquiry.tell(bad.code, before.ref, words, "at", shown(step.at), bad.hint)
        return step.instant
    today = today_of(inquiry.snapshot, step.instant)
    if at > step.instant if isinstance(at, datetime) else at > today:
        words, hint = f"at {dump_value(at)} is yet to come: today is {today}", "leave it out"
        inquiry.tell(ErrorCode.OUT_OF_RANGE, before.ref, words, "at", str(dump_value(at)), hint)
    last = before.statuses[-1] if before.statuses else None
    if last is not None and is_before(at, last.at, zone_of(inquiry.snapshot)):
        words = f"at {dump_value(at)} is before it was {last.status}, at {dump_value(last.at)}"
        hint = "give that or later"
        inquiry.tell(ErrorCode.OUT_OF_RANGE, before.ref, words, "at", str(dump_value(at)), hint)
    return at


def _refuse_empty_promise(inquiry: Inquiry, before: DependsOn, at: Moment) -> None:
    promised, day = before.committed_by, day_of(at, zone_of(inquiry.snapshot))
    if promised is None:
        words, hint = "a promise needs a day", "give committed_by"
        inquiry.tell(ErrorCode.MISSING_VALUE, before.ref, words, "committed_by", hint=hint)
    elif promised < day:
        words = f"cannot be promised for {promised}, before the day of the promise, {day}"
        hint = f"give {day} or later"
        inquiry.tell(ErrorCode.OUT_OF_RANGE, before.ref, words, "committed_by", str(promised), hint)


def _keys(links: Sequence[DependsOn]) -> str:
    return ", ".join(link.key for link in links[:5]) + (", …" if len(links) > 5 else "")
