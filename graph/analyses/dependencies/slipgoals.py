"""The key results and objectives that a slip reaches, with their forecasts before and after.

References: docs/definitions.md §2 and §5; conventions in docs/impact.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.dependencies.slipforecast import Forecasts, Work
from graph.analyses.dependencies.slipreach import Reached
from graph.analyses.goals.lineage import level_of
from graph.analyses.ordering import ordered
from graph.analyses.scope import parts, spread
from graph.model.cycles import goals_above
from graph.model.entities import KeyResult
from graph.model.relations import ContributesTo
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveLevel

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class SlippedGoal:
    """A key result or objective that a slip reaches. `path` leads there from the root, KIND/KEY.

    `before` and `after` are its forecast progress (0-1) at the end of its cycle, null where it
    cannot be foreseen; `progress` is that of today. `finish_before` and `finish_after` are the last
    days of its contributing work: of an objective, of what the slip reaches below it. `late_days_…`
    are calendar days from the cycle's end (`ends`) to them, 0 in time. `days` is the most that its
    work slips, in working days. `basis` says what the forecast of a key result rests on:
    `check_ins`, `check_ins_and_work`, `work`, `standstill` or `contributors`.
    """

    kind: str
    key: str
    name: str | None
    level: str | None
    path: tuple[str, ...]
    before: float | None
    after: float | None
    progress: float | None
    finish_before: date | None
    finish_after: date | None
    late_days_before: int | None
    late_days_after: int | None
    in_time_before: float | None
    in_time_after: float | None
    days: float
    cycle: str | None
    ends: date | None
    basis: str | None
    forecast_coverage: float
    why: str

    @property
    def change(self) -> float:
        """How much forecast progress it gains; below 0 what it loses, 0 where that is not known."""
        return 0.0 if self.before is None or self.after is None else self.after - self.before

    @property
    def moves(self) -> bool:
        """Whether its forecast or the end of its work changes."""
        return abs(self.change) > _TINY or self.finish_before != self.finish_after

    @property
    def is_company(self) -> bool:
        """Whether it is an objective of the company."""
        return self.level == ObjectiveLevel.COMPANY.value


@dataclass(frozen=True, slots=True)
class _Dates:
    """The last days of a goal's work before and after, and the most that it slips."""

    before: date | None = None
    after: date | None = None
    days: float = 0.0


def slipped_goals(
    snapshot: Snapshot, reach: Reached, forecasts: Forecasts, paths: Mapping[Ref, tuple[str, ...]]
) -> list[SlippedGoal]:
    """Write what happens to each goal that was reached, the worst first. Cost: linear in all below them."""
    goals = list(dict.fromkeys(reach.goals))
    rows = _Rows(snapshot, reach, forecasts)
    rows.date(goals)
    figures = forecasts.rolled(goals)
    found = [rows.row(goal, figures[goal], paths[goal]) for goal in goals]
    return sorted(found, key=lambda row: (row.change, -abs(row.days), row.kind, row.key))


@dataclass(slots=True)
class _Rows:
    snapshot: Snapshot
    reach: Reached
    forecasts: Forecasts
    _dates: dict[Ref, _Dates] = field(default_factory=dict)
    _work: dict[Ref, Work] = field(default_factory=dict)

    def date(self, goals: Sequence[Ref]) -> None:
        """Give each goal the dates of its own work and of the goals reached below it."""
        numbers = {goal: number for number, goal in enumerate(goals)}
        above = [
            [numbers[up] for up in goals_above(self.snapshot, goal) if up in numbers]
            for goal in goals
        ]
        under: list[list[Ref]] = [[] for _ in goals]
        for number, ups in enumerate(above):
            for up in ups:
                under[up].append(goals[number])
        for number in ordered(above).order:
            own = self._own(goals[number])
            self._dates[goals[number]] = _latest(
                [own, *(self._dates.get(at, _Dates()) for at in under[number])]
            )

    def _own(self, goal: Ref) -> _Dates:
        links = [
            link
            for link in self.snapshot.into(goal, ContributesTo)
            if link.source in self.reach.first
        ]
        work = self._work[goal] = self.forecasts.work(goal)
        if goal.kind != KeyResult.KIND:
            work = self.forecasts.work(goal, links)
        if not links or work.before is None or work.after is None:
            days = self.forecasts.standing.get(goal, 0.0)
            return _Dates(days=days)
        slips = [days for link in links for days in self._slips(link.source)]
        return _Dates(work.before.finish, work.after.finish, max(slips, key=abs, default=0.0))

    def _slips(self, item: Ref) -> list[float]:
        if item in self.reach.moves:
            return [self.reach.moves[item].days]
        inside = spread([item], lambda at: parts(self.snapshot, at))
        return [self.reach.moves[at].days for at in inside if at in self.reach.moves]

    def row(
        self,
        goal: Ref,
        figures: tuple[float | None, float | None, float],
        path: tuple[str, ...],
    ) -> SlippedGoal:
        node, dates, work = self.snapshot.get(goal), self._dates[goal], self._work[goal]
        cycle = self.forecasts.cycles.of(goal)
        ends = cycle.to if cycle else None
        is_result = goal.kind == KeyResult.KIND
        basis = self.forecasts.basis(goal) if is_result else None
        before, after, coverage = figures
        return SlippedGoal(
            kind=goal.kind,
            key=goal.key,
            name=node.name if node else None,
            level=None if is_result else level_of(self.snapshot, goal).value,
            path=path,
            before=before,
            after=after,
            progress=self.forecasts.progress(goal),
            finish_before=dates.before,
            finish_after=dates.after,
            late_days_before=_late(dates.before, ends),
            late_days_after=_late(dates.after, ends),
            in_time_before=work.in_time[0],
            in_time_after=work.in_time[1],
            days=dates.days,
            cycle=cycle.key if cycle else None,
            ends=ends,
            basis=basis,
            forecast_coverage=coverage,
            why=_why(before, after, dates, work, ends),
        )


def _latest(found: Sequence[_Dates]) -> _Dates:
    before = [dates.before for dates in found if dates.before is not None]
    after = [dates.after for dates in found if dates.after is not None]
    return _Dates(
        max(before, default=None),
        max(after, default=None),
        max((dates.days for dates in found), key=abs, default=0.0),
    )


def _late(finish: date | None, ends: date | None) -> int | None:
    return None if finish is None or ends is None else max(0, (finish - ends).days)


def _why(
    before: float | None, after: float | None, dates: _Dates, work: Work, ends: date | None
) -> str:
    """Say in words what moves and what that does to the forecast."""
    return f"{_why_dates(dates, ends)}; {_why_forecast(before, after, work, ends)}"


def _why_dates(dates: _Dates, ends: date | None) -> str:
    if dates.after is None or dates.before is None:
        return f"held up for {amount(dates.days)}" if dates.days else "no date of its own"
    if dates.before == dates.after:
        return f"its work still ends on {dates.after}, when other work of it does"
    told = f"its work ends on {dates.after} instead of {dates.before}"
    late = _late(dates.after, ends)
    if late is None:
        return told
    return f"{told}, {late} days after its cycle" if late else f"{told}, still within its cycle"


def _why_forecast(before: float | None, after: float | None, work: Work, ends: date | None) -> str:
    if before is None or after is None:
        return "its progress cannot be foreseen" + ("" if ends else " without a cycle's end")
    shares = work.in_time
    if abs(after - before) <= _TINY:
        return f"forecast stays at {percent(after)}"
    told = f"forecast {percent(after)} instead of {percent(before)}"
    if None not in shares and shares[0] != shares[1]:
        return f"{told}, as {percent(shares[1])} of its work is done in time and not {percent(shares[0])}"
    return told


def percent(share: float | None) -> str:
    """Give a ratio as people read it."""
    return "nothing known" if share is None else f"{share * 100:.4g} %"


def amount(days: float) -> str:
    """Give a number of working days in words."""
    return "1 working day" if days == 1 else f"{days:g} working days"
