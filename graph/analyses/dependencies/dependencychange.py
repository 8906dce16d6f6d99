"""What a write did to the dependencies of some teams.

References: docs/definitions.md §7 and §8 (dependency life cycle).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from graph.analyses.teams.teamgraph import teams_of
from graph.model.catalog import RELATION
from graph.model.changes import Commit, RelationChange
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

NEEDS, NEEDED = "needs", "needed"


@dataclass(frozen=True, slots=True)
class DependencySide:
    """A watched team of a dependency, and its side: `needs`, or `needed`."""

    team: str
    side: str


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """What became of a dependency in the write of `revision`.

    `change` is `made`, `moved` (another status), `redated` (another day it is needed or promised
    for), `altered` (anything else of it) or `removed`: the first of these that holds. `dependent`
    needs `needed` (KIND/KEY). `fields` are the properties that changed, none where it was made or
    removed. A team is on a side by what it answered for before the write, or does since.
    """

    revision: int
    actor: str
    change: str
    dependency: str
    dependent: str
    needed: str
    status_before: str | None
    status_after: str | None
    needed_by: date | None
    committed_by: date | None
    note: str | None
    fields: tuple[str, ...]
    sides: tuple[DependencySide, ...]


def dependency_changes(
    before: Snapshot, after: Snapshot, commit: Commit, teams: Collection[str]
) -> tuple[DependencyChange, ...]:
    """Tell what a commit, which led from one snapshot to the other, did to dependencies of teams.

    Each dependency once, sorted by key. What alters no dependency itself, such as another team that
    delivers its work, is not told. Cost: linear in the commit's changes.
    """
    found = []
    for change in commit.changes:
        if not isinstance(change, RelationChange) or change.ref.type != DependsOn.TYPE:
            continue
        old, new = change.before, change.after
        if isinstance(new, DependsOn) or isinstance(old, DependsOn):
            sides = _sides(before, after, change, teams)
            if sides:
                found.append(_told(commit, change, sides))
    return tuple(sorted(found, key=lambda row: row.dependency))


def _sides(
    before: Snapshot, after: Snapshot, change: RelationChange, teams: Collection[str]
) -> tuple[DependencySide, ...]:
    found: set[tuple[str, str]] = set()
    for snapshot, link in ((before, change.before), (after, change.after)):
        if link is None:
            continue
        ends: tuple[tuple[str, Ref], ...] = ((NEEDS, link.source), (NEEDED, link.target))
        for side, ref in ends:
            found |= {(team, side) for team in teams_of(snapshot, ref) if team in teams}
    return tuple(DependencySide(*pair) for pair in sorted(found))


def _told(
    commit: Commit, change: RelationChange, sides: tuple[DependencySide, ...]
) -> DependencyChange:
    old = change.before if isinstance(change.before, DependsOn) else None
    new = change.after if isinstance(change.after, DependsOn) else None
    link = new or old
    assert link is not None
    fields = _fields(old, new) if old and new else ()
    return DependencyChange(
        commit.revision,
        commit.actor,
        _word(old, new, fields),
        link.key,
        str(link.source),
        str(link.target),
        str(old.status) if old else None,
        str(new.status) if new else None,
        link.needed_by,
        link.committed_by,
        link.note,
        fields,
        sides,
    )


def _fields(old: DependsOn, new: DependsOn) -> tuple[str, ...]:
    names = [
        prop.name
        for prop in RELATION[DependsOn.TYPE].settable
        if getattr(old, prop.attribute) != getattr(new, prop.attribute)
    ]
    ends = (("from", old.source, new.source), ("to", old.target, new.target))
    return (*(name for name, one, other in ends if one != other), *names)


def _word(old: DependsOn | None, new: DependsOn | None, fields: tuple[str, ...]) -> str:
    if old is None or new is None:
        return "made" if old is None else "removed"
    if old.status is not new.status:
        return "moved"
    return "redated" if {"needed_by", "committed_by"}.intersection(fields) else "altered"
