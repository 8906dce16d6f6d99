"""What belongs to somebody's teams, and which changes touch nothing else.

Ownership is read off the graph as it stands before the changes: a write cannot give itself what it
needs. Work that is there already and that no team delivers may be taken on, and no more.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import KeyResult, Objective, Person, Product, Team, WorkItem
from graph.model.principals import Principal
from graph.model.relations import (
    Builds,
    Delivers,
    DependsOn,
    Measures,
    MemberOf,
    Owns,
    PartOf,
    Relation,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus

DEPENDENTS_TO = frozenset(
    {
        DependencyStatus.IDENTIFIED,
        DependencyStatus.REQUESTED,
        DependencyStatus.RESOLVED,
        DependencyStatus.CANCELLED,
    }
)
"""What the side that needs may bring a dependency to: it asks, takes delivery, and gives up."""

PROVIDERS_TO = frozenset(
    {
        DependencyStatus.AGREED,
        DependencyStatus.IN_PROGRESS,
        DependencyStatus.RESOLVED,
        DependencyStatus.REJECTED,
    }
)
"""What the side that is needed may bring it to: it promises, works, delivers, and refuses."""

ASKED = frozenset({DependencyStatus.IDENTIFIED, DependencyStatus.REQUESTED})
"""How a dependency may begin that the side that needs makes."""

_PROVIDERS = ("status", "statuses", "committed_by", "agreed_by", "note", "owner")


@dataclass(frozen=True)
class Ownership:
    """Whose things are whose, in one graph, for one principal, on one day."""

    snapshot: Snapshot
    principal: Principal
    today: date

    @cached_property
    def teams(self) -> Collection[str]:
        """The keys of his teams: those he was given, and those he is a member of today."""
        found = set(self.principal.teams)
        if self.principal.person:
            links = self.snapshot.out(Ref(Person.KIND, self.principal.person), MemberOf)
            found.update(link.target.key for link in links if self._lasts(link))
        return found

    def _lasts(self, link: MemberOf) -> bool:
        began = link.since is None or link.since <= self.today
        return began and (link.until is None or link.until >= self.today)

    def has(self, ref: Ref) -> bool:
        """Say whether something is of his teams: they are it, deliver, build or answer for it."""
        if ref.kind == Team.KIND:
            return ref.key in self.teams
        if ref.kind == WorkItem.KIND:
            return any(team in self.teams for team in self.deliverers(ref))
        if ref.kind == Product.KIND:
            links = self.snapshot.into(ref, Builds)
            return any(link.source.key in self.teams for link in links)
        if ref.kind == KeyResult.KIND:
            return any(self.has(link.target) for link in self.snapshot.out(ref, Measures))
        return ref.kind == Objective.KIND and self._answers(ref)

    def _answers(self, objective: Ref) -> bool:
        owners = [link.source for link in self.snapshot.into(objective, Owns)]
        return any(
            owner.key == self.principal.person
            if owner.kind == Person.KIND
            else owner.kind == Team.KIND and owner.key in self.teams
            for owner in owners
        )

    def deliverers(self, item: Ref) -> Collection[str]:
        """Give the teams that deliver a work item, or else what it is a part of."""
        seen: set[Ref] = set()
        at: Ref | None = item
        while at is not None and at not in seen:
            seen.add(at)
            found = [link.source.key for link in self.snapshot.into(at, Delivers)]
            if found:
                return found
            above = (link.target for link in self.snapshot.out(at, PartOf))
            at = next((ref for ref in above if ref.kind == WorkItem.KIND), None)
        return ()

    def stranger(self, changes: Iterable[Change]) -> Change | None:
        """Give the first change that is not his to make; None when all are."""
        return next((change for change in changes if not self._may(change)), None)

    def _may(self, change: Change) -> bool:
        if isinstance(change, NodeChange):
            if change.ref.kind != WorkItem.KIND:
                return False
            return change.before is None or self.has(change.ref)
        return self._may_link(change)

    def _may_link(self, change: RelationChange) -> bool:
        links = [link for link in (change.before, change.after) if link is not None]
        return all(self._may_hold(link, change) for link in links)

    def _may_hold(self, link: Relation, change: RelationChange) -> bool:
        if isinstance(link, DependsOn):
            return self._may_depend(link, change)
        if isinstance(link, Delivers):
            return self.has(link.source) and self._may_take(link.target)
        return link.source.kind == WorkItem.KIND and self.has(link.source)

    def _may_take(self, item: Ref) -> bool:
        return self.has(item) or not self.deliverers(item)

    def _may_depend(self, link: DependsOn, change: RelationChange) -> bool:
        ours, theirs = self.has(link.source), self.has(link.target)
        if ours and theirs:
            return True
        before, after = change.before, change.after
        if ours:
            return _keeps_promise(before, after)
        return theirs and _promises_only(before, after)


def _keeps_promise(before: Relation | None, after: Relation | None) -> bool:
    """Whether the side that needs leaves alone what the other one promises."""
    if not isinstance(after, DependsOn):
        return True
    if not isinstance(before, DependsOn):
        began = {after.status, *(change.status for change in after.statuses)}
        return began <= ASKED and after.committed_by is None and after.agreed_by is None
    kept = (after.committed_by, after.agreed_by) == (before.committed_by, before.agreed_by)
    return kept and _moves(before, after, DEPENDENTS_TO)


def _promises_only(before: Relation | None, after: Relation | None) -> bool:
    """Whether the side that is needed changes what it promises, and nothing of the need."""
    if not isinstance(before, DependsOn) or not isinstance(after, DependsOn):
        return False
    fields = set(DependsOn.__dataclass_fields__) - {*_PROVIDERS, "revision"}
    kept = all(getattr(after, name) == getattr(before, name) for name in fields)
    return kept and _moves(before, after, PROVIDERS_TO)


def _moves(before: DependsOn, after: DependsOn, allowed: Collection[DependencyStatus]) -> bool:
    """Whether a side goes only where it may, and leaves what was before as it was."""
    known = len(before.statuses)
    if after.statuses[:known] != before.statuses:
        return False
    added = {change.status for change in after.statuses[known:]}
    moved = {after.status} - {before.status}
    return (added | moved) <= set(allowed)
