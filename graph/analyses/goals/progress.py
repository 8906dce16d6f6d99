"""How far one key result has come.

References: docs/definitions.md §2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graph.model.checkins import check_ins_of, ordinal
from graph.model.days import day_of, zone_of
from graph.model.entities import KeyResult
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import KeyResultType


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a key result.

    `raw` is the progress as computed, which may lie below 0 or above 1; None is no data. `problem`
    says why a value that is there gives no progress. `points` are the check-ins as (day, value),
    oldest first; the day is a proleptic ordinal, in the organisation's time zone, with a fraction.
    """

    raw: float | None
    confidence: float | None
    checked_in: date | None
    points: Sequence[tuple[float, float]]
    problem: str | None = None

    @property
    def progress(self) -> float | None:
        """The progress that rolls up: between 0 and 1, None is no data."""
        return None if self.raw is None else clamped(self.raw)


def reading_of(snapshot: Snapshot, key_result: KeyResult) -> Reading:
    """Read a key result: its latest check-in, else its `current`, else no data.

    Confidence is that of the latest check-in that has one, else the key result's own.
    """
    check_ins = check_ins_of(snapshot, key_result)
    if not check_ins:
        raw, problem = _raw(key_result, key_result.current)
        return Reading(raw, key_result.confidence, None, (), problem)
    zone = zone_of(snapshot)
    points = [(ordinal(item.at, zone), item.value) for item in check_ins if item.value is not None]
    judged = [item.confidence for item in check_ins if item.confidence is not None]
    value = points[-1][1] if points else key_result.current
    last = check_ins[-1].at
    raw, problem = _raw(key_result, value)
    return Reading(
        raw,
        judged[-1] if judged else key_result.confidence,
        day_of(last, zone) if last else None,
        points,
        problem,
    )


def _raw(key_result: KeyResult, value: float | None) -> tuple[float | None, str | None]:
    return (None, None) if value is None else raw_progress(key_result, value)


def raw_progress(key_result: KeyResult, value: float) -> tuple[float | None, str | None]:
    """Give the progress that a value stands for, or None and what is missing to tell."""
    kind = key_result.type
    if kind in {KeyResultType.INCREASE, KeyResultType.DECREASE}:
        return _linear(key_result.start, key_result.target, value)
    if kind is KeyResultType.REACH:
        return _reached(key_result, value)
    low, high = key_result.low, key_result.high
    if kind is KeyResultType.STAY_ABOVE:
        low, high = (key_result.target if low is None else low), math.inf
    elif kind is KeyResultType.STAY_BELOW:
        low, high = -math.inf, (key_result.target if high is None else high)
    if low is None or high is None:
        return None, "it has no bound to stay within"
    return (1.0 if low <= value <= high else 0.0), None


def clamped(raw: float) -> float:
    """Bring a progress between 0 and 1."""
    return min(1.0, max(0.0, raw))


def _linear(
    start: float | None, target: float | None, value: float
) -> tuple[float | None, str | None]:
    if start is None or target is None:
        return None, "it has no " + ("start" if start is None else "target")
    if start == target:
        return None, "its start equals its target"
    raw = (value - start) / (target - start)
    return (raw, None) if math.isfinite(raw) else (None, "its numbers are too large to compare")


def _reached(key_result: KeyResult, value: float) -> tuple[float | None, str | None]:
    target, start = key_result.target, key_result.start
    if target is None:
        return (1.0 if value >= 1 else 0.0), None
    down = start is not None and start > target
    return (1.0 if (value <= target if down else value >= target) else 0.0), None
