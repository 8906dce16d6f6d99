"""The check-ins of a key result, in the order of time."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from graph.model.days import day_of, zone_of
from graph.model.entities import CheckIn, KeyResult
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Moment

_BEFORE_MIDNIGHT = 1 - 1e-6
"""The last part of a day, which may have 25 hours."""


def check_ins_of(snapshot: Snapshot, key_result: KeyResult) -> list[CheckIn]:
    """Give the dated check-ins of a key result, oldest first.

    A check-in that names a day alone comes before those at an instant of that day. Those of one
    moment come by the length of their key, then by key: `#10` after `#2`.
    """
    links = snapshot.into(key_result.ref, For)
    if not links:  # as most have none, and everything is rolled up at once
        return []
    zone = zone_of(snapshot)
    found = (snapshot.node(CheckIn, link.source.key) for link in links)
    dated = [(place_in_time(item.at, item.key, zone), item) for item in found if item and item.at]
    return [item for _, item in sorted(dated, key=lambda row: row[0])]


def value_of(snapshot: Snapshot, key_result: KeyResult) -> float | None:
    """Give the value that counts: that of the latest check-in that has one, else `current`."""
    for item in reversed(check_ins_of(snapshot, key_result)):
        if item.value is not None:
            return item.value
    return key_result.current


def confidence_of(snapshot: Snapshot, key_result: KeyResult) -> float | None:
    """Give the confidence that counts: the latest check-in's that has one, else the own."""
    for item in reversed(check_ins_of(snapshot, key_result)):
        if item.confidence is not None:
            return item.confidence
    return key_result.confidence


def ordinal(at: Moment | None, zone: tzinfo = UTC) -> float:
    """Give a moment as a number of days; an instant with the fraction of its day in a time zone."""
    if not isinstance(at, datetime):
        return 0.0 if at is None else float(at.toordinal())
    day = day_of(at, zone)
    # The time that has passed, not the clock's: that goes over an hour twice as summer time ends.
    passed = at - datetime.combine(day, time(), zone)
    return day.toordinal() + min(passed / timedelta(days=1), _BEFORE_MIDNIGHT)


def place_in_time(at: Moment, key: str, zone: tzinfo) -> tuple[float, int, float, int, str]:
    """Give a check-in's place among those of its key result: they are sorted by it."""
    return ordinal(at, zone), int(isinstance(at, datetime)), ordinal(at), len(key), key
