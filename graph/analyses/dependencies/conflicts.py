"""Dependencies whose promise contradicts the need.

References: docs/definitions.md §7 (dependency life cycle).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.analyses.dependencies.ends import (
    cycle_of,
    gone_by,
    has_ended,
    in_days,
    is_done,
    is_given_up,
)
from graph.analyses.dependencies.piecewise import sorted_in_pieces
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import KeyResult, Objective, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus, DependencyType, FlowState


@dataclass(frozen=True, slots=True)
class ConflictEnd:
    """One end of a dependency, the teams that answer for it, and the cycle it is planned for.

    The cycle of work is its own, else that of the nearest whole it is part of; that of an objective
    or key result its own, else the nearest above. `cycle_ends` is its last day.
    """

    kind: str
    key: str
    name: str | None
    teams: tuple[str, ...]
    cycle: str | None
    cycle_ends: date | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction. `dependent` needs `needed`, by the dependency with the key `dependency`.

    `code` is `committed_after_needed`, `committed_after_cycle` (promised for after the cycle of the
    dependent), `cycle_ends_after_need` (what is needed is planned to end after the dependent has),
    `needed_not_planned` (the dependent is planned for a cycle, what it needs for none),
    `needed_cancelled`, `needed_team_dissolved` and `dependent_team_dissolved` (no team is left on
    that side by the day it is needed), or `resolved_unfinished` (resolved, but the work is not
    done). `gap_days` are the calendar days between, null where there are no two dates.
    """

    code: str
    dependency: str
    dependent: ConflictEnd
    needed: ConflictEnd
    needed_by: date | None
    committed_by: date | None
    gap_days: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All contradictions, the widest gap first, those without a gap last."""

    conflicts: tuple[Conflict, ...]
    count: int


def conflicts(snapshot: Snapshot, *, today: date | None = None) -> Conflicts:
    """Find open dependencies that cannot be met as promised or planned.

    Dependencies that are rejected or cancelled contradict nothing, nor do those of or on work that
    is done or objectives that are closed, or of what was given up; a resolved one only where the
    work it stands for is not done. A dependency may have several conflicts. `today` tells which
    teams are gone where nothing says when a dependency is needed. Cost: linear in dependencies,
    times the depth of parts and of objectives.
    """
    links = snapshot.relations(DependsOn).values()
    found = sorted_in_pieces(
        (row for link in links for row in conflicts_of(snapshot, link, today)),
        lambda row: (row.gap_days is None, -(row.gap_days or 0), row.dependency, row.code),
    )
    return Conflicts(tuple(found), len(found))


def conflicts_of(
    snapshot: Snapshot, link: DependsOn, today: date | None = None
) -> tuple[Conflict, ...]:
    """Give what contradicts one dependency, in the order in which `Conflict` lists the codes."""
    if link.status is DependencyStatus.RESOLVED:
        if not _is_unfinished(snapshot, link):
            return ()
    elif not link.is_open or has_ended(snapshot, link.source) or is_done(snapshot, link.target):
        return ()
    pair = _Pair(snapshot, link, _end(snapshot, link.source), _end(snapshot, link.target), today)
    return tuple(
        Conflict(
            code,
            link.key,
            pair.dependent,
            pair.needed,
            link.needed_by,
            link.committed_by,
            gap,
            reason,
        )
        for code, gap, reason in pair.reasons()
    )


def _is_unfinished(snapshot: Snapshot, link: DependsOn) -> bool:
    """Say whether a dependency is resolved by work that is known not to be done."""
    node = snapshot.node(WorkItem, link.target.key) if link.target.kind == WorkItem.KIND else None
    state = node.current_state if node else None
    asked = link.type not in {DependencyType.KNOWLEDGE, DependencyType.APPROVAL}
    return asked and state in {FlowState.NEW, FlowState.WAITING, FlowState.ACTIVE}


Reason = tuple[str, int | None, str]
"""A code, the days between, and the sentence."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A dependency with both of its ends, and what each can be held against."""

    snapshot: Snapshot
    link: DependsOn
    dependent: ConflictEnd
    needed: ConflictEnd
    today: date | None

    def reasons(self) -> Iterator[Reason]:
        """Give the contradictions, promise first, plan next, teams last."""
        if self.link.status is DependencyStatus.RESOLVED:
            words = (
                f"{self.needed.key} counts as delivered to {self.dependent.key}, but is not done"
            )
            yield "resolved_unfinished", None, words
            return
        yield from self._promise()
        yield from self._plan()
        yield from self._teams()

    def _promise(self) -> Iterator[Reason]:
        need, promise, ends = self.link.needed_by, self.link.committed_by, self.dependent.cycle_ends
        if promise is None:
            return
        words = f"{self.needed.key} is promised to {self.dependent.key} for {promise},"
        if need is not None and promise > need:
            gap = (promise - need).days
            words = f"{words} {in_days(gap)} after it is needed on {need}"
            yield "committed_after_needed", gap, words
        elif ends is not None and promise > ends:
            gap = (promise - ends).days
            words = (
                f"{words} {in_days(gap)} after {self.dependent.cycle}, its cycle, ends on {ends}"
            )
            yield "committed_after_cycle", gap, words

    def _plan(self) -> Iterator[Reason]:
        dependent, needed = self.dependent, self.needed
        if is_given_up(self.snapshot, self.link.target):
            word = "cancelled" if needed.kind == WorkItem.KIND else "dropped"
            words = f"{dependent.key} needs {needed.key}, which is {word}"
            yield "needed_cancelled", None, words
        elif needed.kind not in _PLANNED or dependent.cycle is None:
            return
        elif needed.cycle is None:
            words = (
                f"{dependent.key} is planned for {dependent.cycle}, but {needed.key}, which it"
                " needs, is planned for no cycle"
            )
            yield "needed_not_planned", None, words
        elif (
            dependent.cycle_ends and needed.cycle_ends and dependent.cycle_ends < needed.cycle_ends
        ):
            gap = (needed.cycle_ends - dependent.cycle_ends).days
            words = (
                f"{dependent.key} is planned for {dependent.cycle}, which ends on"
                f" {dependent.cycle_ends}, but {needed.key}, which it needs, for {needed.cycle},"
                f" which ends {in_days(gap)} later"
            )
            yield "cycle_ends_after_need", gap, words

    def _teams(self) -> Iterator[Reason]:
        link = self.link
        need = link.needed_by or link.committed_by
        need = need or self.dependent.cycle_ends or self.needed.cycle_ends
        # Without any date only what is gone today can be told.
        day = need or self.today
        if day is None:
            return
        for side, end in (("needed", self.needed), ("dependent", self.dependent)):
            team = gone_by(self.snapshot, end.teams, day, included=need is None)
            if team is None or team.dissolved is None:
                continue
            gap = (day - team.dissolved).days if need else None
            when = f" {in_days(gap)} before {day}," if gap is not None else ""
            words = (
                f"{self.dependent.key} needs {self.needed.key}, but {team.key}, which answers for"
                f" {end.key}, is dissolved on {team.dissolved},{when} and no other team does"
            )
            yield f"{side}_team_dissolved", gap, words


_PLANNED = frozenset({WorkItem.KIND, Objective.KIND, KeyResult.KIND})
"""Kinds that are planned for cycles."""


def _end(snapshot: Snapshot, ref: Ref) -> ConflictEnd:
    node = snapshot.get(ref)
    cycle = cycle_of(snapshot, ref)
    return ConflictEnd(
        ref.kind,
        ref.key,
        node.name if node else None,
        teams_of(snapshot, ref),
        cycle.key if cycle else None,
        cycle.to if cycle else None,
    )
