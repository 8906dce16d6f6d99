"""What a slip does to the forecast of key results and objectives.

A forecast by check-ins says where a key result is heading; the dates of its work say how much of
that can still come in time. Here, and only here, the two are put together, by a declared rule.

References: docs/definitions.md §2 and §5; the rule is in docs/impact.md.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from graph.analyses.goals.outlook import Outlook, WorkOutlook
from graph.analyses.goals.pace import Cycles
from graph.analyses.goals.progress import clamped
from graph.analyses.goals.projection import projected
from graph.analyses.goals.rollup import LEAST_SHARE, RollUp, rollup
from graph.analyses.ordering import ordered
from graph.analyses.scheduling.workdays import Workdays
from graph.analyses.scope import spread
from graph.model.entities import KeyResult, WorkItem
from graph.model.relations import ContributesTo
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

BY_CHECK_INS = "check_ins"
BY_BOTH = "check_ins_and_work"
BY_WORK = "work"
BY_STANDSTILL = "standstill"
BY_CONTRIBUTORS = "contributors"


class LeafForecast(NamedTuple):
    """The forecast progress of a leaf before and after a slip, and what it rests on."""

    before: float | None
    after: float | None
    basis: str | None


class Work(NamedTuple):
    """What the work of a goal promises before and after; null where no work contributes."""

    before: WorkOutlook | None
    after: WorkOutlook | None

    @property
    def in_time(self) -> tuple[float | None, float | None]:
        """The shares that are done by the cycle's end."""
        return (
            None if self.before is None else self.before.in_time,
            None if self.after is None else self.after.in_time,
        )


def work_links(snapshot: Snapshot, ref: Ref) -> list[ContributesTo]:
    """Give the contributions of work to an objective or key result."""
    links = snapshot.into(ref, ContributesTo)
    return [link for link in links if link.source.kind == WorkItem.KIND]


def below(snapshot: Snapshot, goals: Iterable[Ref]) -> list[Ref]:
    """Give goals and all whose progress flows into them."""
    shares = rollup(snapshot).shares
    return list(spread(goals, lambda at: [child for child, _ in shares.get(at, ())]))


def combined(
    progress: float | None, line: float | None, open_share: tuple[float | None, float | None]
) -> LeafForecast:
    """Put the progress now, the line through the check-ins, and the open work in time together.

    What the line still gains is lost with the share of the open work that is no longer in time.
    Without a line the work is taken to bring all that is missing, as far as it is in time.
    """
    first, last = open_share
    if line is not None:
        if progress is None or first is None or last is None or not first or line <= progress:
            return LeafForecast(line, line, BY_CHECK_INS)
        gained = (line - progress) * (last / first)
        after = line if last == first else clamped(progress + gained)
        return LeafForecast(line, after, BY_BOTH)
    if first is None or last is None:
        return LeafForecast(None, None, None)
    known = 0.0 if progress is None else progress
    return LeafForecast(known + (1.0 - known) * first, known + (1.0 - known) * last, BY_WORK)


@dataclass(slots=True)
class Forecasts:
    """The forecasts of goals before and after; other than `reached` ones stay as they are.

    `standing` says how many days some of these stand still.
    """

    snapshot: Snapshot
    outlooks: tuple[Outlook, Outlook]
    days: Workdays
    reached: Collection[Ref]
    standing: Mapping[Ref, float]
    cycles: Cycles = field(init=False)
    _rolled: RollUp = field(init=False)
    _leaves: dict[Ref, LeafForecast] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cycles = Cycles(self.snapshot)
        self._rolled = rollup(self.snapshot)

    def ends(self, ref: Ref) -> date | None:
        """Give the last day of a goal's cycle."""
        cycle = self.cycles.of(ref)
        return cycle.to if cycle else None

    def progress(self, ref: Ref) -> float | None:
        """Give the progress now."""
        return self._rolled.progress(ref)

    def basis(self, ref: Ref) -> str | None:
        """Say what the forecast of a key result rests on."""
        return BY_CONTRIBUTORS if self._rolled.shares.get(ref) else self.leaf(ref).basis

    def work(self, ref: Ref, links: Sequence[ContributesTo] | None = None) -> Work:
        """Tell what the work that contributes directly promises before and after."""
        found = work_links(self.snapshot, ref) if links is None else links
        ends = self.ends(ref)
        before = self.outlooks[0].of(found, ends)
        return Work(before, self.outlooks[1].of(found, ends) if ref in self.reached else before)

    def leaf(self, ref: Ref) -> LeafForecast:
        """Give the forecast of a goal that takes its progress from nothing below."""
        if ref not in self._leaves:
            self._leaves[ref] = self._leaf(ref)
        return self._leaves[ref]

    def _leaf(self, ref: Ref) -> LeafForecast:
        line = self._line(ref, self.ends(ref))
        if ref in self.standing and line is not None:
            return LeafForecast(line, self._stood(ref, line), BY_STANDSTILL)
        links = work_links(self.snapshot, ref)
        reading = self._rolled.readings.get(ref.key) if ref.kind == KeyResult.KIND else None
        progress = reading.progress if reading else None
        if line is None and progress is None:
            return combined(None, None, self.work(ref, links).in_time)
        open_ = [link for link in links if not self.outlooks[0].is_done(link.source.key)]
        return combined(progress, line, self.work(ref, open_).in_time)

    def _line(self, ref: Ref, at: date | None) -> float | None:
        node = self.snapshot.node(KeyResult, ref.key) if ref.kind == KeyResult.KIND else None
        reading = self._rolled.readings.get(ref.key)
        if node is None or at is None or reading is None:
            return None
        guess = projected(node, reading.points, at)
        return None if guess is None else guess.progress

    def _stood(self, ref: Ref, line: float) -> float:
        """Give where the line is at the end when it stands still for some days from today."""
        ends, today = self.ends(ref), self.days.start
        if ends is None or ends <= today:
            return line
        short = self.days.day(math.floor(self.days.number(ends) - self.standing[ref]))
        found = self._line(ref, max(today, min(short or ends, ends)))
        return line if found is None else found

    def rolled(self, goals: Sequence[Ref]) -> dict[Ref, tuple[float | None, float | None, float]]:
        """Give the forecasts of goals before and after, and the share of leaves that have one.

        The mean over the leaves that have a forecast, weighted by their shares. Cost: linear in
        all that is below the goals.
        """
        refs = below(self.snapshot, goals)
        numbers = {ref: number for number, ref in enumerate(refs)}
        shares = [self._rolled.shares.get(ref, ()) for ref in refs]
        order = ordered([[numbers[child] for child, _ in found] for found in shares]).order
        sums: list[tuple[float, float, float]] = [(0.0, 0.0, 0.0)] * len(refs)
        for at in reversed(order):
            if shares[at]:
                parts = [(share, sums[numbers[child]]) for child, share in shares[at]]
                sums[at] = (_sum(parts, 0), _sum(parts, 1), _sum(parts, 2))
            else:
                found = self.leaf(refs[at])
                if found.before is not None and found.after is not None:
                    sums[at] = (found.before, found.after, 1.0)
        return {goal: _means(*sums[numbers[goal]]) for goal in goals}


def _sum(parts: Sequence[tuple[float, tuple[float, float, float]]], place: int) -> float:
    return math.fsum(share * found[place] for share, found in parts)


def _means(before: float, after: float, share: float) -> tuple[float | None, float | None, float]:
    if share <= LEAST_SHARE:
        return None, None, 0.0
    # Shares may add up to a hair more than 1.
    return clamped(before / share), clamped(after / share), min(1.0, share)
