"""Dependencies whose promise contradicts the need.

References: docs/definitions.md §7 (dependency life cycle).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.analyses.scope import spread, wholes
from graph.analyses.teams.teamgraph import teams_of
from graph.model.entities import Cycle, WorkItem
from graph.model.relations import DependsOn, InCycle
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState


@dataclass(frozen=True, slots=True)
class ConflictEnd:
    """One end of a dependency, the teams that answer for it, and the cycle it is planned for.

    The cycle is its own, else that of the nearest whole it is part of; `cycle_ends` is its last day.
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

    `code` is `committed_after_needed`, `cycle_ends_after_need` (what is needed is planned to end
    after the dependent has), `needed_not_planned` (the dependent is planned for a cycle, what it
    needs for none) or `needed_cancelled`. `gap_days` are the calendar days between, null where there
    are no two dates.
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


def conflicts(snapshot: Snapshot) -> Conflicts:
    """Find open dependencies that cannot be met as promised or planned.

    Dependencies that are resolved, rejected or cancelled contradict nothing, nor do those of or on
    work that is done, or of work that is cancelled. A dependency may have several conflicts. Cost:
    linear in dependencies, times the depth of parts.
    """
    found = [
        conflict
        for link in snapshot.relations(DependsOn).values()
        if link.is_open
        for conflict in _of(snapshot, link)
    ]
    found.sort(
        key=lambda row: (row.gap_days is None, -(row.gap_days or 0), row.dependency, row.code)
    )
    return Conflicts(tuple(found), len(found))


def _of(snapshot: Snapshot, link: DependsOn) -> Iterator[Conflict]:
    between_work = link.source.kind == link.target.kind == WorkItem.KIND
    if not between_work and (link.needed_by is None or link.committed_by is None):
        return
    states = _state(snapshot, link.source), _state(snapshot, link.target)
    if FlowState.DONE in states or states[0] is FlowState.CANCELLED:
        return
    dependent, needed = _end(snapshot, link.source), _end(snapshot, link.target)
    for code, gap, reason in _reasons(link, dependent, needed, states[1]):
        yield Conflict(
            code,
            link.key,
            dependent,
            needed,
            link.needed_by,
            link.committed_by,
            gap,
            reason,
        )


def _reasons(
    link: DependsOn, dependent: ConflictEnd, needed: ConflictEnd, state: FlowState | None
) -> Iterator[tuple[str, int | None, str]]:
    if link.needed_by and link.committed_by and link.committed_by > link.needed_by:
        gap = (link.committed_by - link.needed_by).days
        yield (
            "committed_after_needed",
            gap,
            (
                f"{needed.key} is promised to {dependent.key} for {link.committed_by},"
                f" {_days(gap)} after it is needed on {link.needed_by}"
            ),
        )
    if link.source.kind != WorkItem.KIND or link.target.kind != WorkItem.KIND:
        return
    if state is FlowState.CANCELLED:
        yield "needed_cancelled", None, f"{dependent.key} needs {needed.key}, which is cancelled"
    elif dependent.cycle and needed.cycle is None:
        yield (
            "needed_not_planned",
            None,
            (
                f"{dependent.key} is planned for {dependent.cycle}, but {needed.key}, which it"
                " needs, is planned for no cycle"
            ),
        )
    elif dependent.cycle_ends and needed.cycle_ends and dependent.cycle_ends < needed.cycle_ends:
        gap = (needed.cycle_ends - dependent.cycle_ends).days
        yield (
            "cycle_ends_after_need",
            gap,
            (
                f"{dependent.key} is planned for {dependent.cycle}, which ends on"
                f" {dependent.cycle_ends}, but {needed.key}, which it needs, for {needed.cycle},"
                f" which ends {_days(gap)} later"
            ),
        )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _state(snapshot: Snapshot, ref: Ref) -> FlowState | None:
    node = snapshot.get(ref)
    return node.current_state if isinstance(node, WorkItem) else None


def _end(snapshot: Snapshot, ref: Ref) -> ConflictEnd:
    node = snapshot.get(ref)
    cycle = _cycle(snapshot, ref)
    return ConflictEnd(
        ref.kind,
        ref.key,
        node.name if node else None,
        teams_of(snapshot, ref),
        cycle.key if cycle else None,
        cycle.to if cycle else None,
    )


def _cycle(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    for at in spread([ref], lambda item: wholes(snapshot, item)):
        for link in snapshot.out(at, InCycle):
            return snapshot.node(Cycle, link.target.key)
    return None
