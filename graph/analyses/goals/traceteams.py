"""The teams that carry a node, each by a shortest path down to it.

References: docs/definitions.md §7. E. F. Moore, The shortest path through a maze, 1959 (breadth
first search).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from graph.analyses.goals.serving import Tie, carriers, root_carriers
from graph.model.entities import Team
from graph.model.relations import Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

PATH_STEPS_LISTED = 2_000_000
"""Once the paths have so many steps in all, those to farther teams are left empty."""


@dataclass(frozen=True, slots=True)
class TraceTeam:
    """A team that carries the root: in `distance` steps, by `path` (KIND/KEY, both ends included).

    `supporting`: the only paths to it lead over a SUPPORTS, by which no progress flows.
    `dissolved` is the day on which the team ended, null while it lasts.
    """

    key: str
    name: str | None
    dissolved: date | None
    supporting: bool
    distance: int
    path: tuple[str, ...]


def teams_of(snapshot: Snapshot, root: Ref) -> tuple[tuple[TraceTeam, ...], bool]:
    """Give the teams that carry a node, by contribution first, then by distance and key.

    Says too whether the paths to far ones were left empty. Cost: linear in what is below, plus the
    paths.
    """

    def contributing(ref: Ref) -> list[Tie]:
        ties = (root_carriers if ref == root else carriers)(snapshot, ref)
        return [tie for tie in ties if tie.relation != Supports.TYPE]

    def any_way(ref: Ref) -> list[Tie]:
        return (root_carriers if ref == root else carriers)(snapshot, ref)

    found: list[TraceTeam] = []
    known: set[str] = set()
    steps = 0
    for step, supporting in ((contributing, False), (any_way, True)):
        before, distances = _breadth_first(root, step)
        reached = [to for to in before if to.kind == Team.KIND and to != root]
        for ref in sorted(reached, key=lambda to: (distances[to], to)):
            if ref.key in known:
                continue
            known.add(ref.key)
            steps += distances[ref] + 1
            path = _path(before, ref) if steps <= PATH_STEPS_LISTED else ()
            team = snapshot.node(Team, ref.key)
            told = (team.name, team.dissolved) if team else (None, None)
            found.append(TraceTeam(ref.key, *told, supporting, distances[ref], path))
    return tuple(found), steps > PATH_STEPS_LISTED


def _breadth_first(
    root: Ref, step: Callable[[Ref], Sequence[Tie]]
) -> tuple[dict[Ref, Ref], dict[Ref, int]]:
    """Give for everything reached the node before it on a shortest path, and its distance.

    Of several paths it is the one whose nodes come first by kind and key.
    """
    before, distances = {root: root}, {root: 0}
    queue = [root]
    for ref in queue:
        for tie in step(ref):
            if tie.ref not in before:
                before[tie.ref] = ref
                distances[tie.ref] = distances[ref] + 1
                queue.append(tie.ref)
    return before, distances


def _path(before: dict[Ref, Ref], ref: Ref) -> tuple[str, ...]:
    path = [ref]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return tuple(str(to) for to in reversed(path))
