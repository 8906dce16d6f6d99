"""Where key results will stand at the end of their cycles: by their check-ins, and by the work.

The two are told side by side and never mixed: a line through check-ins says how the value moves,
a schedule says when what is meant to move it will be done.

References: docs/definitions.md §2 and §3.
"""

from dataclasses import dataclass
from datetime import date

from graph.analyses.goals.contribution import ROOTS, Contribution, contribution
from graph.analyses.goals.outlook import Outlook, WorkOutlook
from graph.analyses.goals.pace import Cycles, cycle_of
from graph.analyses.goals.projection import Projection, mean_interval, projected
from graph.analyses.goals.weighting import declared
from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.entities import (
    Cycle,
    KeyResult,
    WorkItem,
)
from graph.model.relations import ContributesTo
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class KeyResultForecast:
    """A key result at the end of its cycle, `ends`.

    `value` with `value_low` and `value_high` is where the line through its `check_ins` leads, in
    its unit; `forecast` with `forecast_low` and `forecast_high` is the clamped progress there. The
    intervals hold the outcome in 80 of 100 cases; they need three check-ins. `share` is its weight
    among all leaves. `work` is null where no work contributes.
    """

    key: str
    name: str | None
    share: float
    cycle: str | None
    ends: date | None
    progress: float | None
    check_ins: int
    value: float | None
    value_low: float | None
    value_high: float | None
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None
    work: WorkOutlook | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of what is asked for, and of the key results it comes from.

    `forecast` is the mean over the key results that have one, weighted by share; they make up
    `forecast_coverage` of all shares. The ends of its interval are taken where all miss, or
    surpass, together. `work` is all work that contributes to it, directly or through others,
    against the end of its cycle.
    """

    root: str
    name: str | None
    cycle: str | None
    ends: date | None
    today: date
    progress: float | None
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None
    forecast_coverage: float
    work: WorkOutlook | None
    key_results: tuple[KeyResultForecast, ...]


def forecast(snapshot: Snapshot, *, root: str, today: date | None = None) -> Forecast:
    """Foresee the end of the cycle for an objective, a key result, or an owner's objectives.

    Work is scheduled on the organisation's working days: nothing unfinished before `today`.
    NotFound for an unknown root, BadUsage for a kind that has no progress or without a day. Cost: linear in what
    contributes, plus the schedule of the work and of all that it waits for.
    """
    if today is None:
        msg = "a forecast needs a day from which work is scheduled"
        raise BadUsage(msg, "give today")
    ref = find(snapshot, root, "", ROOTS)
    parts = contribution(snapshot, ref)
    links = [link for at in parts.refs for link in _work(snapshot, at)]
    outlook = Outlook(snapshot, dict.fromkeys(link.source for link in links), today)
    rows = _rows(snapshot, parts, outlook)
    cycle, node = cycle_of(snapshot, ref), snapshot.get(ref)
    ends = cycle.to if cycle else None
    guess = mean_interval(
        (row.share, row.forecast, row.forecast_low, row.forecast_high) for row in rows
    )
    return Forecast(
        root=str(ref),
        name=node.name if node else None,
        cycle=_key(cycle),
        ends=ends,
        today=today,
        progress=declared(snapshot, parts).values[0][0],
        forecast=guess.mean,
        forecast_low=guess.low,
        forecast_high=guess.high,
        forecast_coverage=guess.share,
        work=outlook.of(links, ends),
        key_results=rows,
    )


def _rows(
    snapshot: Snapshot, parts: Contribution, outlook: Outlook
) -> tuple[KeyResultForecast, ...]:
    shares, cycles = declared(snapshot, parts).shares, Cycles(snapshot)
    return tuple(
        _row(snapshot, parts, at, shares[at], cycles, outlook)
        for at in sorted(parts.readings, key=lambda at: parts.refs[at])
    )


def _work(snapshot: Snapshot, ref: Ref) -> list[ContributesTo]:
    links = snapshot.into(ref, ContributesTo)
    return [link for link in links if link.source.kind == WorkItem.KIND]


def _row(
    snapshot: Snapshot,
    parts: Contribution,
    at: int,
    share: float,
    cycles: Cycles,
    outlook: Outlook,
) -> KeyResultForecast:
    ref, reading = parts.refs[at], parts.readings[at]
    node, cycle = snapshot.node(KeyResult, ref.key), cycles.of(ref)
    ends = cycle.to if cycle else None
    guess = projected(node, reading.points, ends) if node and ends else None
    return KeyResultForecast(
        *(ref.key, node.name if node else None, share, _key(cycle), ends),
        *(reading.progress, len(reading.points)),
        *_figures(guess),
        work=outlook.of(_work(snapshot, ref), ends),
    )


def _figures(
    guess: Projection | None,
) -> tuple[float | None, float | None, float | None, float | None, float | None, float | None]:
    if guess is None:
        return None, None, None, None, None, None
    return (
        *(guess.value, guess.low, guess.high),
        *(guess.progress, guess.progress_low, guess.progress_high),
    )


def _key(cycle: Cycle | None) -> str | None:
    return cycle.key if cycle else None
