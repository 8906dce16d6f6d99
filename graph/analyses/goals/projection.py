"""Where a key result's check-ins point: the least squares line, and how far it may be off.

References: docs/definitions.md §2. Least squares: A.-M. Legendre, 1805. Prediction interval: N. R.
Draper and H. Smith, Applied Regression Analysis, 1998, §1.4. Quantiles of Student's t: NIST/SEMATECH
e-Handbook of Statistical Methods, §1.3.6.7.2; beyond the table the first terms of Cornish and
Fisher's expansion.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from graph.analyses.goals.progress import clamped, raw_progress
from graph.model.entities import KeyResult

LEVEL = 0.8
"""The share of outcomes that an interval is meant to hold."""

_NORMAL = 1.2815515655446004
_STUDENT = (
    3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372,
    1.363, 1.356, 1.350, 1.345, 1.341, 1.337, 1.333, 1.330, 1.328, 1.325,
    1.323, 1.321, 1.319, 1.318, 1.316, 1.315, 1.314, 1.313, 1.311, 1.310,
)  # fmt: skip
"""The 90 % quantile of Student's t for 1 to 30 degrees of freedom: 80 % lie between ±t."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A forecast at a day: the value (in the key result's unit) and the clamped progress (0-1).

    The interval from `low` to `high` holds the outcome in 80 of 100 cases if the line holds; null
    below three check-ins, for two always lie on a line. `progress_low` to `progress_high` is the
    progress over that interval.
    """

    value: float
    low: float | None
    high: float | None
    progress: float
    progress_low: float | None
    progress_high: float | None


def projected(
    key_result: KeyResult, points: Sequence[tuple[float, float]], end: date
) -> Projection | None:
    """Draw the line through check-ins, (day, value) oldest first, on to the end of a day.

    None below two check-ins on different days, or where the line gives no progress. Cost: linear.
    """
    if len({math.floor(day) for day, _ in points}) < 2:
        return None
    # By a power of two, which rounds nothing: sums of the largest numbers have no number.
    scale = 2.0 ** max(math.frexp(value)[1] - 1 for _, value in points)
    small = [(day, value / scale) for day, value in points]
    value, margin = _line(small, end.toordinal(), scale)
    if not math.isfinite(value):
        return None
    progress = _progress(key_result, value)
    if progress is None:
        return None
    if margin is None:
        return Projection(value, None, None, progress, None, None)
    ends = [_progress(key_result, value - margin), _progress(key_result, value + margin)]
    known = [found for found in (progress, *ends) if found is not None]
    return Projection(value, value - margin, value + margin, progress, min(known), max(known))


def _line(
    points: Sequence[tuple[float, float]], at: float, scale: float
) -> tuple[float, float | None]:
    """Give the line's value at a day and half the width of the interval about it, both scaled."""
    count = len(points)
    middle = math.fsum(day for day, _ in points) / count
    level = math.fsum(value for _, value in points) / count
    spread = math.fsum((day - middle) ** 2 for day, _ in points)
    slope = math.fsum((day - middle) * (value - level) for day, value in points) / spread
    value = (level + slope * (at - middle)) * scale
    if count == 2:
        return value, None
    left = math.fsum((y - level - slope * (day - middle)) ** 2 for day, y in points)
    width = math.sqrt(left / (count - 2) * (1 + 1 / count + (at - middle) ** 2 / spread))
    margin = student(count - 2) * width * scale
    return value, margin if math.isfinite(value + margin) else None


def student(freedom: int) -> float:
    """Give the 90 % quantile of Student's t for some degrees of freedom, 1 or more."""
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    first = (_NORMAL**3 + _NORMAL) / 4
    second = (5 * _NORMAL**5 + 16 * _NORMAL**3 + 3 * _NORMAL) / 96
    return _NORMAL + first / freedom + second / freedom**2


def _progress(key_result: KeyResult, value: float) -> float | None:
    raw = raw_progress(key_result, value)[0] if math.isfinite(value) else None
    return None if raw is None else clamped(raw)


class MeanInterval(NamedTuple):
    """The mean of forecasts, the ends of its interval (null without one), and their share."""

    mean: float | None
    low: float | None
    high: float | None
    share: float


def mean_interval(
    rows: Iterable[tuple[float, float | None, float | None, float | None]],
) -> MeanInterval:
    """Give the mean of forecasts, each as (share, forecast, low, high), over those there are.

    The ends are taken where all miss, or surpass, together: how they hang together is not known,
    and this is the widest. A forecast without an interval counts as sure, and one that weighs
    nothing not at all.
    """
    known = [(share, at, low, high) for share, at, low, high in rows if share and at is not None]
    mean, total = weighted_mean((share, at) for share, at, _, _ in known)
    if all(low is None for _, _, low, _ in known):
        return MeanInterval(mean, None, None, total)
    lows = weighted_mean((share, at if low is None else low) for share, at, low, _ in known)
    highs = weighted_mean((share, at if high is None else high) for share, at, _, high in known)
    return MeanInterval(mean, lows[0], highs[0], total)


def weighted_mean(rows: Iterable[tuple[float, float | None]]) -> tuple[float | None, float]:
    """Give the mean of values, each as (weight, value), over those there are, and their weight."""
    known = [(weight, value) for weight, value in rows if value is not None]
    total = math.fsum(weight for weight, _ in known)
    if not total:
        return None, 0.0
    return math.fsum(weight * value for weight, value in known) / total, total
