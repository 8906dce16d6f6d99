"""The check-ins of a key result, in the order of time."""

from datetime import UTC, datetime, time

from graph.model.entities import CheckIn, KeyResult
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Moment


def check_ins_of(snapshot: Snapshot, key_result: KeyResult) -> list[CheckIn]:
    """Give the dated check-ins of a key result, oldest first.

    Those of one moment come by the length of their key, then by key: `#10` after `#2`.
    """
    links = snapshot.into(key_result.ref, For)
    found = (snapshot.node(CheckIn, link.source.key) for link in links)
    return sorted((item for item in found if item is not None and item.at), key=_age)


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


def ordinal(at: Moment | None) -> float:
    """Give a moment as a number of days; instants in UTC, with the fraction of the day."""
    if isinstance(at, datetime):
        utc = at.astimezone(UTC)
        passed = utc - datetime.combine(utc.date(), time(), UTC)
        return utc.toordinal() + passed.total_seconds() / 86_400
    return 0.0 if at is None else float(at.toordinal())


def _age(item: CheckIn) -> tuple[float, int, str]:
    return ordinal(item.at), len(item.key), item.key
