"""Recording check-ins: many at once, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from typing import ClassVar, cast

from graph.commands.finding import Inquiry, named
from graph.commands.moments import ahead, early
from graph.commands.planning import Plan, making, settle
from graph.errors import ErrorCode, Violation
from graph.model.catalog import ENTITY
from graph.model.changes import Change
from graph.model.codec import BadValue, dump_value, parse_key, parse_properties, shown
from graph.model.days import today_of
from graph.model.entities import CheckIn, Entity, KeyResult
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Moment, Ref


@dataclass(frozen=True, slots=True)
class CheckInEntry:
    """A check-in to record, in raw form.

    `at` left out is today; `key` left out is derived from the key result and `at`. `line` and
    `source` say where the entry stands, for messages.
    """

    key_result: Json
    value: Json
    at: Json = None
    confidence: Json = None
    note: Json = None
    by: Json = None
    key: Json = None
    line: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class RecordCheckIns:
    """Record check-ins of key results. `by` is who checks in where an entry does not say.

    `now` is an aware instant; days are those of the company's time zone. `problems` are those found
    while the entries were read: they are told with all others.
    """

    entries: Sequence[CheckInEntry]
    now: datetime
    by: str = ""
    problems: Sequence[Violation] = ()
    name: ClassVar[str] = "check_in"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Refused with all problems of all entries.

        Refused are an unknown key result, a value that is none, a moment that is yet to come or
        before a cycle of the key result's objectives begins, what is over, and the same moment
        twice. Cost: linear in the entries and the check-ins of their key results.
        """
        book = _Book(Inquiry(snapshot), self.now, today_of(snapshot, self.now), self.by)
        for entry in self.entries:
            book.take(entry)
        return settle(snapshot, book.changes, [*self.problems, *book.problems])


@dataclass(slots=True)
class _Book:
    """The state of reading entries one by one."""

    inquiry: Inquiry
    now: datetime
    today: date
    by: str
    changes: list[Change] = field(default_factory=list)
    problems: list[Violation] = field(default_factory=list)
    moments: dict[tuple[str, Moment], CheckInEntry] = field(default_factory=dict)

    def take(self, entry: CheckInEntry) -> None:
        """Read an entry; what is wrong with it goes to the problems, with its place."""
        subject = named(KeyResult, entry.key_result)
        key_result = self._key_result(entry.key_result, subject)
        at = self._read(entry, key_result, subject)
        if key_result is not None:
            hint = "carry it over to an open cycle, or undo the close"
            self.inquiry.refuse_over(key_result.ref, subject, "key_result", hint)
            if at is not None:
                self._check_moment(key_result, at, entry)
        found, self.inquiry.problems = self.inquiry.problems, []
        self.problems += [replace(v, source=entry.source, line=entry.line) for v in found]

    def _key_result(self, raw: Json, subject: Ref) -> KeyResult | None:
        if isinstance(raw, str) and raw:
            return self.inquiry.node(KeyResult, raw, subject, "key_result")
        words, hint = "names no key result", "give the key of a key result"
        self.inquiry.tell(ErrorCode.INVALID_KEY, subject, words, "key_result", shown(raw), hint)
        return None

    def _read(
        self, entry: CheckInEntry, key_result: KeyResult | None, subject: Ref
    ) -> Moment | None:
        """Read the check-in and take it up; gives its moment, None when that cannot be read."""
        raw: dict[str, Json] = {
            "at": self.today.isoformat() if entry.at is None else entry.at,
            "value": _bare(entry.value, key_result),
            "confidence": entry.confidence,
            "note": entry.note,
            "by": (self.by or None) if entry.by is None else entry.by,
        }
        if entry.key is not None:
            raw["key"] = entry.key
        values, problems = parse_properties(ENTITY[CheckIn.KIND], raw, str(subject))
        self.inquiry.problems += problems
        if entry.value is None:
            words, hint = "a check-in needs a value", "give the value that was read"
            self.inquiry.tell(ErrorCode.MISSING_VALUE, subject, words, "value", hint=hint)
        at = cast("Moment | None", values.get("at"))
        if key_result is None or at is None:
            return at
        if entry.key is None:
            values["key"] = self._free_key(key_result, at)
        if "key" in values:
            self._put(ENTITY[CheckIn.KIND].make(values), key_result)
        return at

    def _free_key(self, key_result: KeyResult, at: Moment) -> str:
        first = f"{key_result.key}@{dump_value(at)}"
        keys = (first if nth == 1 else f"{first}#{nth}" for nth in count(1))
        return next(key for key in keys if self.inquiry.is_free(Ref(CheckIn.KIND, key)))

    def _put(self, check_in: Entity, key_result: KeyResult) -> None:
        try:
            parse_key(check_in.key)
        except BadValue as bad:
            words, hint = f"its check-in's key {bad}", f"{bad.hint}: give a key"
            self.inquiry.tell(bad.code, key_result.ref, words, "key", shown(check_in.key), hint)
            return
        if self.inquiry.put(check_in):
            link = For(source=check_in.ref, target=key_result.ref)
            self.changes += [making(check_in), making(link)]

    def _check_moment(self, key_result: KeyResult, at: Moment, entry: CheckInEntry) -> None:
        subject, shown_at = key_result.ref, str(dump_value(at))
        first = self.moments.setdefault((key_result.key, at), entry)
        if first is not entry:
            place = (
                f", first at {first.source or 'line'}:{first.line}"
                if first.line is not None
                else ""
            )
            words, hint = f"has two check-ins at {shown_at}{place}", "keep one of the two"
            self.inquiry.tell(ErrorCode.DUPLICATE, subject, words, "at", shown_at, hint)
        snapshot = self.inquiry.snapshot
        self.inquiry.problems += ahead(snapshot, subject, at, self.now)
        self.inquiry.problems += early(snapshot, subject, subject, at)


def _bare(value: Json, key_result: KeyResult | None) -> Json:
    """Take the sign off a value such as `50%` where the unit is per cent: then it says it twice."""
    if key_result is None or key_result.unit != "%" or not isinstance(value, str):
        return value
    try:
        return float(value.removesuffix("%"))
    except ValueError:
        return value
