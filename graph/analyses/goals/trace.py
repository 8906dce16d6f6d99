"""Following a node up to the company, down to its leaves, and on to the teams that carry it.

References: docs/definitions.md §2 and §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.analyses.goals.rollup import RollUp, rollup
from graph.analyses.goals.serving import Tie
from graph.analyses.goals.traceteams import TraceTeam, teams_of
from graph.analyses.goals.tracetree import Below, Facts, TraceNode, facts_of
from graph.analyses.goals.ways import Ways
from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.entities import Company, KeyResult, Objective
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

DEPTH = 60
"""Levels below, at most: JSON libraries stop at some depth."""
_NAMED = 3
"""So many things are named in a sentence."""
_IDLE = {
    Objective.KIND: "contributes to nothing, and no company owns it",
    KeyResult.KIND: "measures no objective",
}


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A node on a way up. `relation` joins it to the node above it, null for the top.

    `progress` is 0-1, null without data or for what has none; `state` that of a work item, or of an
    objective that is not active; `owners` (KIND/KEY) own the objective or deliver the work;
    `cycle` is the key of its own cycle.
    """

    kind: str
    key: str
    name: str | None
    relation: str | None
    progress: float | None
    coverage: float | None
    state: str | None
    owners: tuple[str, ...]
    cycle: str | None


@dataclass(frozen=True, slots=True)
class TraceWay:
    """A way from its top down to the root, both included. Its top may be the company."""

    reaches_company: bool
    path: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class TraceViolation:
    """A contribution that closes a loop and is left out; `path` shows the loop, KIND/KEY."""

    code: str
    kind: str
    key: str
    message: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A node between the company and the teams.

    `up` are the ways of contribution, at most `PATHS_LISTED` of `path_count`; `shortest` is the
    shortest to a company, without which `reason` says why. `supports` are the ways with a
    SUPPORTS on them. `truncated`: there are more ways than are listed. `down` is the tree below;
    `teams` are those that carry the root, the paths to far ones empty if `paths_truncated`.
    """

    root: str
    name: str | None
    reaches_company: bool
    reason: str | None
    shortest: TraceWay | None
    up: tuple[TraceWay, ...]
    path_count: int
    supports: tuple[TraceWay, ...]
    supporting_path_count: int
    truncated: bool
    down: TraceNode
    teams: tuple[TraceTeam, ...]
    paths_truncated: bool
    violations: tuple[TraceViolation, ...]


def trace(snapshot: Snapshot, *, root: str, depth: int = DEPTH) -> Trace:
    """Trace a node up to the company, down to its leaves, and to the teams that carry it.

    Upward it goes along MEASURES, CONTRIBUTES_TO and PART_OF of work, from a company objective to
    the company, and from an owner over what it owns; a team also over the work it delivers and the
    objectives of its people, a product over the work for it, a value stream over its parts. Ways
    come by length, then by the kinds and keys on them from the top. Teams are reached by the same
    relationships downward, by a shortest path each: those by contribution first. Dropped
    objectives and cancelled work are on no way; memberships with an end do not count. The tree has
    at most `DEPTH` levels below the root. NotFound for an unknown root, BadUsage for another
    depth. Cost: linear in what is above and below, plus the ways listed.
    """
    ref = find(snapshot, root)
    if not 0 <= depth <= DEPTH:
        msg = f"depth {depth} is not between 0 and {DEPTH}"
        raise BadUsage(msg, "trace one of the lower nodes to see what is below it")
    rolled = rollup(snapshot)
    ways = Ways(snapshot, ref)
    telling = _Telling(snapshot, rolled)
    up, supports = ways.contributing(), ways.supporting()
    shortest = ways.shortest()
    reaches = shortest is not None or ref.kind == Company.KIND
    teams, paths_truncated = teams_of(snapshot, ref)
    return Trace(
        root=str(ref),
        name=telling.facts(ref).name,
        reaches_company=reaches,
        reason=None if reaches else _reason(ref, ways),
        shortest=None if shortest is None else telling.way(shortest),
        up=tuple(map(telling.way, up)),
        path_count=ways.count,
        supports=tuple(map(telling.way, supports)),
        supporting_path_count=ways.supporting_count,
        truncated=len(up) < ways.count or len(supports) < ways.supporting_count,
        down=Below(snapshot, rolled, ref).tree(depth),
        teams=teams,
        paths_truncated=paths_truncated,
        violations=tuple(map(_violation, ways.loops)),
    )


class _Telling:
    """Turns ways into what is told of them; the facts of each node are gathered once."""

    def __init__(self, snapshot: Snapshot, rolled: RollUp) -> None:
        self._snapshot = snapshot
        self._rolled = rolled
        self._facts: dict[Ref, Facts] = {}
        self._steps: dict[Tie, TraceStep] = {}

    def facts(self, ref: Ref) -> Facts:
        """Give the facts of a node."""
        if ref not in self._facts:
            self._facts[ref] = facts_of(self._snapshot, self._rolled, ref)
        return self._facts[ref]

    def way(self, way: Sequence[Tie]) -> TraceWay:
        """Tell a way."""
        return TraceWay(way[0].ref.kind == Company.KIND, tuple(map(self._step, way)))

    def _step(self, tie: Tie) -> TraceStep:
        if tie not in self._steps:
            told = self.facts(tie.ref)
            self._steps[tie] = TraceStep(
                kind=tie.ref.kind,
                key=tie.ref.key,
                name=told.name,
                relation=tie.relation or None,
                progress=told.progress,
                coverage=told.coverage,
                state=told.state,
                owners=told.owners,
                cycle=told.cycle,
            )
        return self._steps[tie]


def _reason(root: Ref, ways: Ways) -> str:
    """Say why no way of contribution reaches a company."""
    if any(top.kind == Company.KIND for top in ways.aligned_tops()):
        return f"{root} reaches the company by SUPPORTS alone, which carries no progress"
    if not ways.tops:
        return f"{root} {_IDLE.get(root.kind, 'serves no objective and no key result')}"
    named = ", ".join(map(str, ways.tops[:_NAMED]))
    more = f" and {len(ways.tops) - _NAMED:,} more" if len(ways.tops) > _NAMED else ""
    return f"all ways end at {named}{more} and go on to no company"


def _violation(loop: Sequence[Ref]) -> TraceViolation:
    path = tuple(map(str, (*loop, loop[0])))
    shown = " → ".join(path if len(path) <= 12 else (*path[:10], "…", path[-1]))
    message = f"contribution runs in a loop, {shown}; one contribution is left out"
    return TraceViolation("loop", loop[0].kind, loop[0].key, message, path)
