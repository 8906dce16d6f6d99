"""What a subscription is told of: a write, with what it is about, and what is wanted of it.

Made once for each write, however many listen; asked of each is a look into sets.

References: docs/definitions.md §2 (what is below a goal) and §6 (which team answers for what).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graph.analyses.dependencies.dependencychange import DependencyChange, dependency_changes
from graph.analyses.scope import spread, wholes
from graph.analyses.teams.teamgraph import teams_of
from graph.model.changes import Change, Commit, NodeChange
from graph.model.cycles import goals_above
from graph.model.entities import CheckIn, KeyResult, Objective, Team, WorkItem
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

T = TypeVar("T")

MOST_TOLD_APART = 1_000
"""Changes of a write up to which each is looked at by itself; beyond, the write as a whole."""
_GOALS = (Objective.KIND, KeyResult.KIND)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose a write is: the teams that answer for what it changes, and the goals above that.

    As it was before the write, and as it is since. `teams_by` and `goals_by` tell it of each node;
    they are empty for a write of more than `MOST_TOLD_APART` changes. `dependencies` are what it
    did to dependencies, with all teams on their sides.
    """

    teams: frozenset[str]
    goals: frozenset[Ref]
    teams_by: Mapping[Ref, frozenset[str]]
    goals_by: Mapping[Ref, frozenset[Ref]]
    dependencies: tuple[DependencyChange, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A write, and the nodes it changes or joins. `scope` is None where nobody asks for it."""

    commit: Commit
    nodes: frozenset[Ref]
    kinds: frozenset[str]
    scope: Scope | None = None

    @property
    def revision(self) -> int:
        """The revision that the write led to."""
        return self.commit.revision


class Wanted(Protocol):
    """What a subscription wants of the writes. `scoped` says that it asks for their scope."""

    @property
    def scoped(self) -> bool:
        """Whether steps need a scope."""
        ...

    def meets(self, step: Step, /) -> bool:
        """Say whether to tell of a step."""
        ...


@dataclass(frozen=True, slots=True)
class Filter:
    """Wants the writes with a change that meets all that is given; None is met by any.

    A change of a relationship counts for the nodes at its ends: a change meets the filter when each
    part of it is met by one of its nodes.
    """

    kinds: frozenset[str] | None = None
    nodes: frozenset[Ref] | None = None
    teams: frozenset[str] | None = None
    goals: frozenset[Ref] | None = None

    @property
    def scoped(self) -> bool:
        """Whether steps need a scope."""
        return self.teams is not None or self.goals is not None

    def meets(self, step: Step) -> bool:
        """Say whether a write is wanted."""
        scope = step.scope
        found = _met(self.kinds, step.kinds) and _met(self.nodes, step.nodes)
        if found and scope is not None:
            found = _met(self.teams, scope.teams) and _met(self.goals, scope.goals)
        given = [part for part in (self.kinds, self.nodes, self.teams, self.goals) if part]
        changes = step.commit.changes
        if not found or len(given) < 2 or not 1 < len(changes) <= MOST_TOLD_APART:
            return found
        return any(self._meets_one(change, scope) for change in changes)

    def _meets_one(self, change: Change, scope: Scope | None) -> bool:
        refs = frozenset(nodes_of(change))
        found = _met(self.kinds, {ref.kind for ref in refs}) and _met(self.nodes, refs)
        if not found or scope is None:
            return found
        return _met(self.teams, _joined(refs, scope.teams_by)) and _met(
            self.goals, _joined(refs, scope.goals_by)
        )


def nodes_of(change: Change) -> Iterator[Ref]:
    """Give the node that was changed, or those at the ends of a relationship, before and since."""
    if isinstance(change, NodeChange):
        yield change.ref
        return
    for link in (change.before, change.after):
        if link is not None:
            yield link.source
            yield link.target


def step_of(commit: Commit) -> Step:
    """Make the step of a write, without a scope. Cost: linear in its changes."""
    nodes = frozenset(ref for change in commit.changes for ref in nodes_of(change))
    return Step(commit, nodes, frozenset(ref.kind for ref in nodes))


def scoped_step(before: Snapshot, after: Snapshot, commit: Commit) -> Step:
    """Make the step of the write that led from one snapshot to the other, with its scope.

    Cost: linear in its changes, and in what is above them.
    """
    bare = step_of(commit)
    sides = (before, after)
    apart = len(commit.changes) <= MOST_TOLD_APART
    teams = {ref: frozenset(_teams(sides, ref)) for ref in bare.nodes}
    goals = {ref: frozenset(_goals(sides, [ref])) for ref in bare.nodes} if apart else {}
    everyone = {key for snapshot in sides for key in snapshot.keys(Team.KIND)}
    scope = Scope(
        frozenset().union(*teams.values()),
        frozenset().union(*goals.values()) if apart else frozenset(_goals(sides, bare.nodes)),
        teams if apart else {},
        goals,
        dependency_changes(before, after, commit, everyone),
    )
    return Step(commit, bare.nodes, bare.kinds, scope)


def _teams(sides: Iterable[Snapshot], ref: Ref) -> Iterator[str]:
    for snapshot in sides:
        yield from teams_of(snapshot, ref)


def _goals(sides: Iterable[Snapshot], refs: Iterable[Ref]) -> Iterator[Ref]:
    begin = list(refs)
    for snapshot in sides:
        for ref in spread(begin, lambda at, graph=snapshot: _above(graph, at)):  # type: ignore[misc]
            if ref.kind in _GOALS:
                yield ref


def _above(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    if ref.kind == CheckIn.KIND:
        return [link.target for link in snapshot.out(ref, For)]
    found = goals_above(snapshot, ref)
    return found + wholes(snapshot, ref) if ref.kind == WorkItem.KIND else found


def _met(wanted: frozenset[T] | None, found: Iterable[T]) -> bool:
    return wanted is None or not wanted.isdisjoint(found)


def _joined(refs: Iterable[Ref], known: Mapping[Ref, frozenset[T]]) -> frozenset[T]:
    return frozenset().union(*(known.get(ref, frozenset()) for ref in refs))
