"""What if this slips? The work that moves, and the teams, key results and objectives it hits.

References: docs/definitions.md §5 (the signature question), §2 and §3; conventions in
docs/impact.md. J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, 1959.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.dependencies.slipdelays import Delays, delays
from graph.analyses.dependencies.slipforecast import Forecasts, below, work_links
from graph.analyses.dependencies.slipgoals import SlippedGoal, slipped_goals
from graph.analyses.dependencies.slipreach import Reached, reached
from graph.analyses.dependencies.slipresult import AbsorbedItem, ImpactOfSlip, SlippedItem
from graph.analyses.dependencies.slipsource import Slipping, slipping
from graph.analyses.dependencies.slipteams import SlippedTeam, slipped_teams
from graph.analyses.dependencies.slipwholes import moved_wholes
from graph.analyses.dependencies.slipwords import summary_of
from graph.analyses.dependencies.timetable import (
    SlipAssumption,
    Timetable,
    moved_on,
    timetable,
)
from graph.analyses.dependencies.workreach import movable
from graph.analyses.goals.outlook import Outlook
from graph.analyses.scheduling.schedule import is_completed
from graph.analyses.scheduling.workdays import Workdays, workdays
from graph.errors import BadUsage
from graph.model.entities import KeyResult, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

LIMIT = 1_000
"""Rows of each list unless the caller says otherwise."""
MOST_DAYS = 36_525
"""A hundred years: no slip is longer."""
PATH_STEPS_LISTED = 500_000
"""Once the paths have so many steps in all, those to farther things are left empty."""


def impact_of_slip(
    snapshot: Snapshot,
    *,
    root: str,
    days: float,
    today: date | None = None,
    limit: int | None = LIMIT,
) -> ImpactOfSlip:
    """Let a dependency, or everything that a node provides, slip, and follow what that does.

    The work is scheduled twice from `today` on, on the company's working days: as it stands, and
    with the slip. Floats take up what they can; what is left moves the key results that the work
    contributes to, and their objectives up to the company's. `root` is the key of a dependency, its
    two ends as `KIND/KEY->KIND/KEY`, or a node as KIND/KEY (a bare key is a work item's); `days`
    below 0 let it come earlier. NotFound for an unknown root, BadUsage for a kind that cannot slip,
    a number that is none, or without a day. Cost: linear in the work that can move and all it
    needs, and in what contributes to the goals it reaches; n log n for the order.
    """
    _check(days, limit)
    if today is None:
        msg = "a slip needs a day from which work is scheduled"
        raise BadUsage(msg, "give today")
    slip = slipping(snapshot, root, today)
    calendar = workdays(snapshot, today, weekdays=True)
    return _Answer(snapshot, slip, days, calendar, limit).give()


def _check(days: float, limit: int | None) -> None:
    if not math.isfinite(days) or abs(days) > MOST_DAYS:
        msg = f"a slip of {days:g} days cannot be computed"
        raise BadUsage(msg, f"give at most {MOST_DAYS:,} days either way")
    if limit is not None and limit < 0:
        msg = f"limit {limit} is below 0"
        raise BadUsage(msg, "leave it out to have the first of each list")


@dataclass(slots=True)
class _Answer:
    snapshot: Snapshot
    slip: Slipping
    days: float
    calendar: Workdays
    limit: int | None
    reach: Reached = field(init=False)
    before: Timetable = field(init=False)
    after: Timetable = field(init=False)
    held: Delays = field(init=False)
    _paths: dict[Ref, tuple[str, ...]] = field(default_factory=dict)
    _steps: int = 0

    def give(self) -> ImpactOfSlip:
        self._schedule()
        goals = self._goals()
        idle = [
            (ref, self._written((self.slip.begin, ref)), self.held.arrivals[link.key])
            for ref, link in self.slip.idle
            if self.days
        ]
        wholes = moved_wholes(self.snapshot, self.reach, self.before)
        teams = slipped_teams(self.snapshot, self.reach, goals, idle, wholes, self._path)
        return self._result(teams, goals)

    def _schedule(self) -> None:
        """Schedule what can move as it stands and with the slip, and follow the difference."""
        scope = movable(self.snapshot, self.slip.seeds)
        ends = [waiting.link.target for waiting in self.slip.waiting if waiting.link]
        ends += [link.target for _, link in self.slip.idle]
        ends += [found.link.target for found in self.slip.goals]
        known = [ref for ref in ends if ref.kind == WorkItem.KIND]
        self.before = timetable(self.snapshot, [*scope, *known], self.calendar)
        self.held = delays(self.slip, self.before, self.days)
        changes = self.held.changes
        self.after = moved_on(self.before, changes, scope) if changes else self.before
        ways = self.held.ways if self.days else {}
        self.reach = reached(self.snapshot, self.before, self.after, ways)

    def _goals(self) -> list[SlippedGoal]:
        goals = list(dict.fromkeys(self.reach.goals))
        if not goals:
            return []
        contributing = [
            link.source
            for goal in below(self.snapshot, goals)
            for link in work_links(self.snapshot, goal)
        ]
        others = timetable(self.snapshot, contributing, self.calendar)
        first = {**others.items, **self.before.items}
        self.before = Timetable(
            *(self.snapshot, self.calendar, first, {**others.assumed, **self.before.assumed}),
            self.before.loops,
        )
        moved = {ref.key: move.after for ref, move in self.reach.moves.items()}
        outlooks = []
        for timings in (first, {**first, **moved}):
            outlook = Outlook(self.snapshot, (), self.calendar.start)
            outlook.finish_days = {key: timing.finish for key, timing in timings.items()}
            outlooks.append(outlook)
        forecasts = Forecasts(
            self.snapshot,
            (outlooks[0], outlooks[1]),
            self.calendar,
            frozenset(goals),
            self.held.standing,
        )
        return slipped_goals(
            self.snapshot, self.reach, forecasts, {goal: self._path(goal) for goal in goals}
        )

    def _path(self, ref: Ref) -> tuple[str, ...]:
        if ref not in self._paths:
            self._steps += self.reach.length(ref)
            shown = self._steps <= PATH_STEPS_LISTED
            self._paths[ref] = self._written(self.reach.way(ref)) if shown else ()
        return self._paths[ref]

    @staticmethod
    def _written(way: Sequence[Ref]) -> tuple[str, ...]:
        """Write a way; what lies between two visits of the same node is left out."""
        found: dict[Ref, None] = {}
        for ref in way:
            if ref in found:
                kept = list(found)
                found = dict.fromkeys(kept[: kept.index(ref)])
            found[ref] = None
        return tuple(map(str, found))

    def _item(self, ref: Ref) -> SlippedItem:
        move, node = self.reach.moves[ref], self.snapshot.node(WorkItem, ref.key)
        cost = node.cost_of_delay if node else None
        taken_up = abs(self.days) - abs(move.days)
        return SlippedItem(
            key=ref.key,
            name=node.name if node else None,
            path=self._path(ref),
            before=move.before.finish,
            after=move.after.finish,
            days=move.days,
            absorbed_days=max(0.0, taken_up),
            cost_of_delay=None if cost is None else cost * move.days,
            assumed=ref.key in self.before.assumed,
        )

    def _absorbed(self, ref: Ref) -> AbsorbedItem:
        node = self.snapshot.node(WorkItem, ref.key)
        timing = self.before.items[ref.key]
        why = (
            "it has begun, and by the schedule's rules no link moves it any more"
            if timing.begun
            else "something else holds it as long: the time to spare takes the slip up"
        )
        name = node.name if node else None
        return AbsorbedItem(ref.key, name, self._path(ref), timing.finish, why)

    def _assumptions(self, goals: Sequence[SlippedGoal]) -> list[SlipAssumption]:
        """Give what was assumed about what the answer tells of, not about all that was scheduled."""
        told = {*self.reach.moves, *self.reach.absorbed}
        for goal in goals:
            for link in work_links(self.snapshot, Ref(goal.kind, goal.key)):
                told.add(link.source)
        keys = sorted({ref.key for ref in told} & set(self.before.assumed))
        return [
            *self.slip.assumptions,
            *self.held.assumptions,
            *self.before.loops,
            *(self.before.assumed[key] for key in keys),
        ]

    def _not_followed(self) -> list[str]:
        """Give the open dependencies of other things than work on what moves."""
        followed = {link.key for _, link in self.slip.idle}
        followed |= {found.link.key for found in self.slip.goals}
        followed |= {found.link.key for found in self.slip.waiting if found.link}
        return sorted(
            link.key
            for ref in (*self.reach.moves, *dict.fromkeys(self.reach.goals))
            for link in self.snapshot.into(ref, DependsOn)
            if link.is_open and link.key not in followed and link.key != self.slip.root
            if link.source.kind != WorkItem.KIND or ref.kind != WorkItem.KIND
        )

    def _result(self, teams: list[SlippedTeam], goals: list[SlippedGoal]) -> ImpactOfSlip:
        key_results = [row for row in goals if row.kind == KeyResult.KIND]
        objectives = [row for row in goals if row.kind != KeyResult.KIND]
        moves, absorbed = self._moved(), sorted(self.reach.absorbed)
        assumptions, not_followed = self._assumptions(goals), self._not_followed()
        lists = (teams, key_results, objectives, moves, absorbed, assumptions, not_followed)
        most = LIMIT if self.limit is None else self.limit
        reason = self.slip.reason
        if reason is None and not (moves or goals or teams):
            reason = self._reason()
        worst = [(ref.key, self.reach.moves[ref].days) for ref in moves[:1]]
        return ImpactOfSlip(
            root=self.slip.root,
            days=self.days,
            today=self.calendar.start,
            summary=summary_of(self.slip.root, self.days, reason, teams, goals, len(moves), worst),
            reason=reason,
            teams=tuple(teams[:most]),
            key_results=tuple(key_results[:most]),
            objectives=tuple(objectives[:most]),
            company_objectives=tuple(row for row in objectives if row.is_company)[:most],
            items=tuple(map(self._item, moves[:most])),
            absorbed=tuple(map(self._absorbed, absorbed[:most])),
            assumptions=tuple(assumptions[:most]),
            not_followed=tuple(not_followed[:most]),
            team_count=len(teams),
            key_result_count=len(key_results),
            objective_count=len(objectives),
            item_count=len(moves),
            absorbed_count=len(absorbed),
            assumption_count=len(assumptions),
            not_followed_count=len(not_followed),
            cost_of_delay=self._cost(),
            truncated=any(len(found) > most for found in lists),
            paths_truncated=self._steps > PATH_STEPS_LISTED,
        )

    def _moved(self) -> list[Ref]:
        """Give the items that move, the most moved first, the nearest of these first."""
        moves, length = self.reach.moves, self.reach.length
        return sorted(moves, key=lambda ref: (-abs(moves[ref].days), length(ref), ref))

    def _cost(self) -> float:
        nodes = (
            (self.snapshot.node(WorkItem, at.key), move) for at, move in self.reach.moves.items()
        )
        return math.fsum((node.cost_of_delay or 0.0) * move.days for node, move in nodes if node)

    def _reason(self) -> str:
        """Say why nothing moves."""
        if not self.days:
            return "0 days move nothing"
        if self.reach.absorbed:
            timings = [self.before.items[ref.key] for ref in self.reach.absorbed]
            needed = [self.snapshot.node(WorkItem, to.target.key) for to, _ in self.slip.links]
            if needed and all(node is not None and is_completed(node) for node in needed):
                return "what is needed is done, for so long that the days of the slip are past too"
            if all(timing.begun for timing in timings):
                return "what needs it has begun already, and no link moves that any more"
            return "the time to spare before what comes next takes all of it up"
        return "nothing unfinished waits for it"
