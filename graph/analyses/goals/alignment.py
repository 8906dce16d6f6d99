"""What hangs in the air: objectives, key results, work and teams without the link they should have.

References: docs/definitions.md §7.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.analyses.goals.serving import carriers, stands
from graph.analyses.reference import find
from graph.analyses.scope import parts, spread, wholes
from graph.model.entities import (
    Company,
    Cycle,
    Entity,
    KeyResult,
    Objective,
    Team,
    WorkItem,
)
from graph.model.relations import ContributesTo, Delivers, InCycle, Measures, Owns, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveState


@dataclass(frozen=True, slots=True)
class Alignment:
    """Keys of what lacks a link, each list sorted.

    orphan_objectives: owned below company level and contributing to nothing.
    key_results_without_work: no work item contributes to them; of these,
    key_results_carried_by_objectives have an objective that does.
    work_without_key_result: neither the item nor a whole that it is part of contributes to one; of
    these, work_for_objective_only contributes to an objective.
    teams_without_objective: own none (in the cycle); what one of their people owns is that
    person's.
    unreached_company_objectives: nothing that contributes to them, directly or not, nor a part of
    it, is owned or delivered by a team, or owned by someone who belongs to one.
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

    Dropped objectives and cancelled work are left out, and what links to them links to nothing: a
    part takes nothing over from a whole that was cancelled.
    Closed objectives are looked at with their cycle alone: else they are past, and nobody can align
    them. Key results are those of the objectives looked at, without a cycle also those that measure
    none. Work counts as planned for the cycle by itself or by a whole it is part of. Teams are those
    that were not dissolved before the cycle began; without a first day, those that last.
    Memberships with an end do not count. NotFound for an unknown cycle. Cost: linear in the graph,
    times the depth of parts, plus what is below each company objective.
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
        begins = None
        if cycle is not None:
            root = find(snapshot, cycle, Cycle.KIND, (Cycle.KIND,))
            self.cycles = frozenset(spread([root], lambda at: parts(snapshot, at)))
            node = snapshot.node(Cycle, root.key)
            begins = node.from_ if node else None
        self.objectives = [
            item
            for item in snapshot.ordered(Objective)
            if stands(snapshot, item.ref) and self._is_meant(item)
        ]
        wanted = {item.ref for item in self.objectives}
        self.key_results = [
            item for item in snapshot.ordered(KeyResult) if self._measures(item.ref, wanted)
        ]
        self.work = [
            item
            for item in snapshot.ordered(WorkItem)
            if stands(snapshot, item.ref)
            and (self.cycles is None or self.inherits(item, self._is_planned))
        ]
        self.teams = [
            team
            for team in snapshot.ordered(Team)
            if team.dissolved is None or (begins is not None and team.dissolved > begins)
        ]
        self._team_refs = {team.ref for team in self.teams}

    def _is_meant(self, item: Objective) -> bool:
        if self.cycles is None:
            return item.state is not ObjectiveState.CLOSED
        return self._is_planned(item.ref)

    def _measures(self, ref: Ref, wanted: set[Ref]) -> bool:
        targets = [link.target for link in self.snapshot.out(ref, Measures)]
        if not targets:
            return self.cycles is None
        return any(target in wanted for target in targets)

    def _is_planned(self, ref: Ref) -> bool:
        if self.cycles is None:
            return True
        return any(link.target in self.cycles for link in self.snapshot.out(ref, InCycle))

    def inherits(self, item: WorkItem, holds: Callable[[Ref], bool]) -> bool:
        """Say whether something holds of a work item, or of a whole that it is part of."""
        return any(holds(ref) for ref in spread([item.ref], self._wholes))

    def _wholes(self, ref: Ref) -> list[Ref]:
        return [whole for whole in wholes(self.snapshot, ref) if stands(self.snapshot, whole)]

    def for_key_result(self, ref: Ref) -> bool:
        return any(target.kind == KeyResult.KIND for target in self._aims(ref))

    def for_objective(self, ref: Ref) -> bool:
        return any(target.kind == Objective.KIND for target in self._aims(ref))

    def _aims(self, ref: Ref) -> list[Ref]:
        """Give what a node contributes to, apart from what was dropped."""
        targets = (link.target for link in self.snapshot.out(ref, ContributesTo))
        return [target for target in targets if self._counts(target)]

    def _counts(self, target: Ref) -> bool:
        if target.kind != KeyResult.KIND:
            return stands(self.snapshot, target)
        links = self.snapshot.out(target, Measures)
        return not links or any(stands(self.snapshot, link.target) for link in links)

    def is_delivered(self, ref: Ref) -> bool:
        return bool(self.snapshot.into(ref, Delivers))

    def is_orphan(self, item: Objective) -> bool:
        owners = self.snapshot.into(item.ref, Owns)
        below = bool(owners) and all(link.source.kind != Company.KIND for link in owners)
        return below and not self._aims(item.ref)

    def has_work(self, item: KeyResult) -> bool:
        return self._has_contributor(item, WorkItem.KIND)

    def is_carried(self, item: KeyResult) -> bool:
        return self._has_contributor(item, Objective.KIND)

    def _has_contributor(self, item: KeyResult, kind: str) -> bool:
        sources = (link.source for link in self.snapshot.into(item.ref, ContributesTo))
        return any(source.kind == kind and stands(self.snapshot, source) for source in sources)

    def teams_without_objective(self) -> list[Team]:
        wanted = {item.ref for item in self.objectives}
        return [
            team
            for team in self.teams
            if not any(link.target in wanted for link in self.snapshot.out(team.ref, Owns))
        ]

    def is_unreached(self, item: Objective) -> bool:
        owners = self.snapshot.into(item.ref, Owns)
        if all(link.source.kind != Company.KIND for link in owners):
            return False
        below = spread([item.ref], self._carriers)
        return self._team_refs.isdisjoint(below)

    def _carriers(self, ref: Ref) -> list[Ref]:
        ties = carriers(self.snapshot, ref)
        return [tie.ref for tie in ties if tie.relation != Supports.TYPE]
