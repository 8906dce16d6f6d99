"""What hangs in the air: objectives, key results, work and teams without the link they should have.

References: docs/definitions.md §7.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.analyses.reference import find
from graph.analyses.scope import contributors, parts, spread, wholes
from graph.model.entities import (
    Company,
    Cycle,
    Entity,
    KeyResult,
    Objective,
    Team,
    WorkItem,
)
from graph.model.relations import ContributesTo, Delivers, InCycle, Measures, Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState, ObjectiveState


@dataclass(frozen=True, slots=True)
class Alignment:
    """Keys of what lacks a link, each list sorted.

    orphan_objectives: owned below company level and contributing to nothing.
    key_results_without_work: no work item contributes to them; of these,
    key_results_carried_by_objectives have an objective that does.
    work_without_key_result: neither the item nor a whole that it is part of contributes to one; of
    these, work_for_objective_only contributes to an objective.
    teams_without_objective: own none (in the cycle); dissolved teams are left out.
    unreached_company_objectives: nothing that contributes to them, directly or not, is owned or
    delivered by a team.
    objectives_without_owner, objectives_without_key_result, work_without_team: as they say; a part
    is delivered by the team of its whole.
    """

    orphan_objectives: tuple[str, ...]
    key_results_without_work: tuple[str, ...]
    work_without_key_result: tuple[str, ...]
    teams_without_objective: tuple[str, ...]
    unreached_company_objectives: tuple[str, ...]
    objectives_without_owner: tuple[str, ...]
    objectives_without_key_result: tuple[str, ...]
    work_without_team: tuple[str, ...]
    key_results_carried_by_objectives: tuple[str, ...]
    work_for_objective_only: tuple[str, ...]


def alignment(snapshot: Snapshot, *, cycle: str | None = None) -> Alignment:
    """List what is not aligned, in a cycle and the cycles within it, or in all.

    Dropped objectives and cancelled work are left out. With a cycle, the key results are those of
    its objectives, and work counts as planned for the cycle by itself or by a whole it is part of.
    NotFound for an unknown cycle. Cost: linear in the graph, times the depth of parts.
    """
    view = _View(snapshot, cycle)
    idle = [item for item in view.key_results if not view.has_work(item)]
    aimless = [item for item in view.work if not view.inherits(item, view.for_key_result)]
    return Alignment(
        orphan_objectives=_keys(item for item in view.objectives if view.is_orphan(item)),
        key_results_without_work=_keys(idle),
        work_without_key_result=_keys(aimless),
        teams_without_objective=_keys(view.teams_without_objective()),
        unreached_company_objectives=_keys(
            item for item in view.objectives if view.is_unreached(item)
        ),
        objectives_without_owner=_keys(
            item for item in view.objectives if not snapshot.into(item.ref, Owns)
        ),
        objectives_without_key_result=_keys(
            item for item in view.objectives if not snapshot.into(item.ref, Measures)
        ),
        work_without_team=_keys(
            item for item in view.work if not view.inherits(item, view.is_delivered)
        ),
        key_results_carried_by_objectives=_keys(item for item in idle if view.is_carried(item)),
        work_for_objective_only=_keys(
            item for item in aimless if view.inherits(item, view.for_objective)
        ),
    )


def _keys(found: Iterable[Entity]) -> tuple[str, ...]:
    return tuple(item.key for item in found)


class _View:
    """The objectives, key results and work that are looked at, and the questions asked of them."""

    def __init__(self, snapshot: Snapshot, cycle: str | None) -> None:
        self.snapshot = snapshot
        self.cycles: frozenset[Ref] | None = None
        if cycle is not None:
            root = find(snapshot, cycle, Cycle.KIND, (Cycle.KIND,))
            self.cycles = frozenset(spread([root], lambda at: parts(snapshot, at)))
        self.objectives = [
            item
            for item in snapshot.ordered(Objective)
            if item.state is not ObjectiveState.DROPPED and self._is_planned(item.ref)
        ]
        wanted = {item.ref for item in self.objectives}
        self.key_results = [
            item
            for item in snapshot.ordered(KeyResult)
            if self.cycles is None
            or any(link.target in wanted for link in snapshot.out(item.ref, Measures))
        ]
        self.work = [
            item
            for item in snapshot.ordered(WorkItem)
            if item.current_state is not FlowState.CANCELLED
            and (self.cycles is None or self.inherits(item, self._is_planned))
        ]

    def _is_planned(self, ref: Ref) -> bool:
        if self.cycles is None:
            return True
        return any(link.target in self.cycles for link in self.snapshot.out(ref, InCycle))

    def inherits(self, item: WorkItem, holds: Callable[[Ref], bool]) -> bool:
        """Say whether something holds of a work item, or of a whole that it is part of."""
        return any(holds(ref) for ref in spread([item.ref], self._wholes))

    def _wholes(self, ref: Ref) -> list[Ref]:
        return wholes(self.snapshot, ref)

    def for_key_result(self, ref: Ref) -> bool:
        links = self.snapshot.out(ref, ContributesTo)
        return any(link.target.kind == KeyResult.KIND for link in links)

    def for_objective(self, ref: Ref) -> bool:
        links = self.snapshot.out(ref, ContributesTo)
        return any(link.target.kind == Objective.KIND for link in links)

    def is_delivered(self, ref: Ref) -> bool:
        return bool(self.snapshot.into(ref, Delivers))

    def is_orphan(self, item: Objective) -> bool:
        owners = self.snapshot.into(item.ref, Owns)
        below = bool(owners) and all(link.source.kind != Company.KIND for link in owners)
        return below and not self.snapshot.out(item.ref, ContributesTo)

    def has_work(self, item: KeyResult) -> bool:
        links = self.snapshot.into(item.ref, ContributesTo)
        return any(link.source.kind == WorkItem.KIND for link in links)

    def is_carried(self, item: KeyResult) -> bool:
        links = self.snapshot.into(item.ref, ContributesTo)
        return any(link.source.kind == Objective.KIND for link in links)

    def teams_without_objective(self) -> list[Team]:
        wanted = {item.ref for item in self.objectives}
        return [
            team
            for team in self.snapshot.ordered(Team)
            if team.dissolved is None
            and not any(link.target in wanted for link in self.snapshot.out(team.ref, Owns))
        ]

    def is_unreached(self, item: Objective) -> bool:
        owners = self.snapshot.into(item.ref, Owns)
        if all(link.source.kind != Company.KIND for link in owners):
            return False
        below = spread([item.ref], lambda at: contributors(self.snapshot, at))
        return not any(map(self._has_team, below))

    def _has_team(self, ref: Ref) -> bool:
        if ref.kind == WorkItem.KIND:
            return any(map(self.is_delivered, spread([ref], self._wholes)))
        return any(link.source.kind == Team.KIND for link in self.snapshot.into(ref, Owns))
