"""When a check-in can have been made: not before its cycle, and not in days to come."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from graph.errors import ErrorCode, Violation
from graph.model.changes import Change
from graph.model.codec import dump_value
from graph.model.cycles import nearest_cycle
from graph.model.days import day_of, today_of, zone_of
from graph.model.entities import CheckIn
from graph.model.relations import For, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Moment, Ref


def ahead(snapshot: Snapshot, subject: Ref, at: Moment, now: datetime) -> Iterator[Violation]:
    """Tell that a moment is yet to come. `now` is an aware instant; days are the company's."""
    today = today_of(snapshot, now)
    if at > now if isinstance(at, datetime) else at > today:
        words = f"at {dump_value(at)} is yet to come: today is {today}"
        yield _untimely(subject, at, words, "leave it out for today")


def early(snapshot: Snapshot, subject: Ref, key_result: Ref, at: Moment) -> Iterator[Violation]:
    """Tell that a moment is before a cycle of a key result's objectives, the nearest above."""
    day = day_of(at, zone_of(snapshot))
    links = snapshot.out(key_result, Measures)
    cycles = {c.key: c for link in links if (c := nearest_cycle(snapshot, link.target))}
    for cycle in cycles.values():
        if cycle.from_ is not None and day < cycle.from_:
            words = f"at {dump_value(at)} is before {cycle.ref} begins, on {cycle.from_}"
            yield _untimely(subject, at, words, f"give {cycle.from_} or later")


def untimely(after: Snapshot, changes: Iterable[Change], now: datetime | None) -> list[Violation]:
    """Tell which written check-ins cannot have been made when they say; nothing without `now`.

    `after` is the graph with the changes.
    """
    if now is None:
        return []
    found = dict.fromkeys(ref for change in changes for ref in _written(change))
    return [violation for ref in found for violation in _told(after, ref, now)]


def _written(change: Change) -> Sequence[Ref]:
    thing = change.after
    if isinstance(thing, CheckIn):
        return [thing.ref]
    is_link = isinstance(thing, For) and thing.source.kind == CheckIn.KIND
    return [thing.source] if is_link and isinstance(thing, For) else []


def _told(after: Snapshot, ref: Ref, now: datetime) -> Iterator[Violation]:
    node = after.node(CheckIn, ref.key)
    if node is None or node.at is None:
        return
    yield from ahead(after, ref, node.at, now)
    for link in after.out(ref, For):
        yield from early(after, ref, link.target, node.at)


def _untimely(subject: Ref, at: Moment, words: str, hint: str) -> Violation:
    message, value = f"{subject}: {words}", str(dump_value(at))
    return Violation(ErrorCode.OUT_OF_RANGE, message, str(subject), "at", value, hint)
