"""How teams work together now: what the checks of Team Topologies look at.

References: docs/definitions.md §6. M. Skelton and M. Pais, Team Topologies, 2019.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.analyses.teams.teamgraph import team_arcs
from graph.model.entities import Team, WorkItem
from graph.model.relations import DependsOn, MemberOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyType, FlowState, InteractionMode

_ENDED = frozenset({FlowState.DONE, FlowState.CANCELLED})
_WAITED_FOR = frozenset({DependencyType.DELIVERY, DependencyType.APPROVAL})


@dataclass(frozen=True, slots=True)
class Interaction:
    """Team `source` needs team `target` by an open dependency, declared between them or derived."""

    source: str
    target: str
    link: DependsOn

    @property
    def is_declared(self) -> bool:
        """Whether the dependency joins the two teams themselves."""
        return self.link.source.kind == self.link.target.kind == Team.KIND

    @property
    def is_handoff(self) -> bool:
        """Whether one waits for the other to deliver or to agree, and does not serve itself."""
        return (
            self.link.type in _WAITED_FOR and self.link.mode is not InteractionMode.X_AS_A_SERVICE
        )


@dataclass(frozen=True, slots=True)
class Interactions:
    """The teams by key with the people of each, and their interactions by the teams and key.

    Between teams that last, `into` are those of others on each team, `out` those it has on others;
    `ended` are those that a dissolved team is in, by that team.
    """

    day: date | None
    teams: Mapping[str, Team]
    people: Mapping[str, float]
    into: Mapping[str, Sequence[Interaction]]
    out: Mapping[str, Sequence[Interaction]]
    ended: Mapping[str, Sequence[Interaction]]

    def lasting(self) -> Iterator[Team]:
        """Give the teams that are not dissolved, by key."""
        return (self.teams[key] for key in sorted(self.teams) if not self.is_dissolved(key))

    def is_dissolved(self, key: str) -> bool:
        """Whether a team has ended by today; without today, whether its end is known."""
        return _is_dissolved(self.teams, key, self.day)

    def partners(self, key: str) -> Iterator[tuple[str, Interaction]]:
        """Give the other team of each interaction of a team that lasts, in either direction."""
        for found in self.out.get(key, ()):
            yield found.target, found
        for found in self.into.get(key, ()):
            yield found.source, found

    def between_lasting(self) -> Iterator[Interaction]:
        """Give each interaction between teams that last, by the two and the dependency's key."""
        for key in sorted(self.out):
            yield from self.out[key]

    def all(self) -> Iterator[Interaction]:
        """Give every interaction; one of two dissolved teams comes twice."""
        yield from self.between_lasting()
        for key in sorted(self.ended):
            yield from self.ended[key]


def interactions(snapshot: Snapshot, today: date | None) -> Interactions:
    """Gather the open dependencies between different teams; those of or on ended work are over.

    Cost: linear in dependencies, times the teams at either end.
    """
    teams = snapshot.nodes(Team)
    into: dict[str, list[Interaction]] = {}
    out: dict[str, list[Interaction]] = {}
    ended: dict[str, list[Interaction]] = {}
    for arc in snapshot.derived(team_arcs):
        if arc.source == arc.target:
            continue
        found = [
            Interaction(arc.source, arc.target, link)
            for link in arc.dependencies
            if _is_under_way(snapshot, link)
        ]
        gone = [key for key in (arc.source, arc.target) if _is_dissolved(teams, key, today)]
        if not found:
            continue
        for key in gone:
            ended.setdefault(key, []).extend(found)
        if not gone:
            out.setdefault(arc.source, []).extend(found)
            into.setdefault(arc.target, []).extend(found)
    return Interactions(today, teams, _people(snapshot, today), into, out, ended)


def _is_dissolved(teams: Mapping[str, Team], key: str, day: date | None) -> bool:
    ended = teams[key].dissolved if key in teams else None
    return ended is not None and (day is None or ended <= day)


def _is_under_way(snapshot: Snapshot, link: DependsOn) -> bool:
    over = _ended(snapshot, link.source) or _ended(snapshot, link.target)
    return link.is_open and not over


def _ended(snapshot: Snapshot, ref: Ref) -> bool:
    node = snapshot.get(ref)
    return isinstance(node, WorkItem) and node.current_state in _ENDED


def _people(snapshot: Snapshot, today: date | None) -> Mapping[str, float]:
    """Count the members of each team; where none is known, take its capacity."""
    found: dict[str, float] = {}
    for key, team in snapshot.nodes(Team).items():
        members = {
            link.source.key for link in snapshot.into(team.ref, MemberOf) if _lasts(link, today)
        }
        if members:
            found[key] = len(members)
        elif team.capacity is not None:
            found[key] = team.capacity
    return found


def _lasts(link: MemberOf, today: date | None) -> bool:
    if today is None:
        return link.until is None
    begun = link.since is None or link.since <= today
    return begun and (link.until is None or link.until >= today)
