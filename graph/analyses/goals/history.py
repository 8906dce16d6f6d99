"""The history of a key result: its check-ins as a series, with the progress of each.

References: docs/definitions.md §2.
"""

from dataclasses import dataclass

from graph.analyses.goals.progress import clamped, raw_progress
from graph.analyses.reference import find
from graph.model.checkins import check_ins_of
from graph.model.entities import KeyResult
from graph.model.snapshot import Snapshot
from graph.model.values import Moment


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A check-in (`key`), oldest first: value in the key result's unit, progress by it.

    `progress` is clamped to 0-1, `raw_progress` is not; null without a value, or where the value
    gives none. `confidence` is the owner's judgement then, 0-1.
    """

    key: str
    at: Moment
    value: float | None
    raw_progress: float | None
    progress: float | None
    confidence: float | None
    note: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class History:
    """The check-ins of a key result as a series, with what they are measured by."""

    root: str
    name: str | None
    type: str
    unit: str | None
    points: tuple[HistoryPoint, ...]


def history(snapshot: Snapshot, *, root: str) -> History:
    """Give the series of a key result; a bare key is a key result's.

    NotFound for one that is not there, BadUsage for another kind. Cost: n log n in its check-ins.
    """
    ref = find(snapshot, root, KeyResult.KIND, (KeyResult.KIND,))
    node = snapshot.nodes(KeyResult)[ref.key]
    return History(str(ref), node.name, str(node.type), node.unit, points_of(snapshot, node))


def points_of(snapshot: Snapshot, key_result: KeyResult) -> tuple[HistoryPoint, ...]:
    """Give the check-ins of a key result, by what it is measured by now. Cost: n log n."""
    found = []
    for item in check_ins_of(snapshot, key_result):
        raw = None if item.value is None else raw_progress(key_result, item.value)[0]
        progress = None if raw is None else clamped(raw)
        if item.at is not None:
            found.append(
                HistoryPoint(
                    *(item.key, item.at, item.value, raw, progress),
                    *(item.confidence, item.note, item.by),
                )
            )
    return tuple(found)
