"""Which team needs which: dependencies declared between teams, and those their work gives rise to.

References: docs/definitions.md §4 and §6. M. Skelton and M. Pais, Team Topologies, 2019.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from graph.analyses.scope import spread, wholes
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import KeyResult, Objective, Product, Team, WorkItem
from graph.model.relations import Builds, Delivers, DependsOn, Measures, Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class TeamArc:
    """Team `source` needs team `target`, because of these dependencies (sorted by key).

    `declared`: at least one of them joins the two teams themselves; the others were derived.
    """

    source: str
    target: str
    declared: bool
    dependencies: tuple[DependsOn, ...]


def team_arcs(snapshot: Snapshot) -> tuple[TeamArc, ...]:
    """Give the live dependencies between teams, one arc for each ordered pair, sorted.

    A dependency counts between every team that answers for its one end and every team that answers
    for the other (see `teams_of`). What a team needs of itself counts only where it is declared.
    Cost: linear in dependencies, times the teams at either end.
    """
    found: dict[tuple[str, str], list[DependsOn]] = {}
    declared: set[tuple[str, str]] = set()
    for link in snapshot.relations(DependsOn).values():
        if not link.is_live:
            continue
        direct = joins_teams(link)
        for source in teams_of(snapshot, link.source):
            for target in teams_of(snapshot, link.target):
                if direct:
                    declared.add((source, target))
                if direct or source != target:
                    found.setdefault((source, target), []).append(link)
    return tuple(
        TeamArc(*pair, pair in declared, tuple(sorted(found[pair], key=lambda link: link.key)))
        for pair in sorted(found)
    )


def joins_teams(link: DependsOn) -> bool:
    """Say whether a dependency was declared between two teams; else it is derived for them."""
    return link.source.kind == link.target.kind == Team.KIND


BETWEEN_TEAMS = "between_teams"
DERIVED = "derived"
SOURCES = (BETWEEN_TEAMS, DERIVED)
"""Where the dependencies of teams come from."""


def comes_from(source: str | None) -> Callable[[DependsOn], bool]:
    """Give the test of whether a dependency comes from one of `SOURCES`; None means from any.

    BadUsage for another word.
    """
    if source is None:
        return lambda _: True
    if source not in SOURCES:
        msg = f"dependencies of teams do not come from {source!r}"
        raise BadUsage(msg, near(source, SOURCES))
    return lambda link: joins_teams(link) == (source == BETWEEN_TEAMS)


def narrowed(arcs: Iterable[TeamArc], meant: Callable[[DependsOn], bool]) -> tuple[TeamArc, ...]:
    """Give the arcs that are left of some when only the dependencies that are meant count."""
    found = []
    for arc in arcs:
        links = tuple(filter(meant, arc.dependencies))
        if len(links) == len(arc.dependencies):
            found.append(arc)
        elif links:
            found.append(replace(arc, declared=any(map(joins_teams, links)), dependencies=links))
    return tuple(found)


def teams_of(snapshot: Snapshot, ref: Ref) -> tuple[str, ...]:
    """Give the keys of the teams that answer for something, sorted.

    A team for itself, for the work it delivers with its parts (unless others deliver those), the
    products it builds, the objectives it owns and the key results that measure those. Value streams
    have no team of their own here.
    """
    answer = _ANSWERING.get(ref.kind)
    return () if answer is None else tuple(sorted(set(answer(snapshot, ref))))


def _itself(snapshot: Snapshot, ref: Ref) -> list[str]:
    return [ref.key] if snapshot.get(ref) is not None else []


def _delivering(snapshot: Snapshot, ref: Ref) -> list[str]:
    for at in spread([ref], lambda item: wholes(snapshot, item)):
        links = snapshot.into(at, Delivers)
        if links:
            return [link.source.key for link in links]
    return []


def _building(snapshot: Snapshot, ref: Ref) -> list[str]:
    return [link.source.key for link in snapshot.into(ref, Builds)]


def _owning(snapshot: Snapshot, ref: Ref) -> list[str]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    return [owner.key for owner in owners if owner.kind == Team.KIND]


def _measured_for(snapshot: Snapshot, ref: Ref) -> list[str]:
    objectives = (link.target for link in snapshot.out(ref, Measures))
    return [team for objective in objectives for team in _owning(snapshot, objective)]


_ANSWERING: Mapping[str, Callable[[Snapshot, Ref], list[str]]] = {
    Team.KIND: _itself,
    WorkItem.KIND: _delivering,
    Product.KIND: _building,
    Objective.KIND: _owning,
    KeyResult.KIND: _measured_for,
}
