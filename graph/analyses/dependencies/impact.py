"""What is hit when something slips or fails, and what something needs.

References: docs/definitions.md §5. E. F. Moore, The shortest path through a maze, 1959 (breadth
first search).
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import add

from graph.analyses.dependencies.beginnings import held_by, why_nothing
from graph.analyses.dependencies.impactwalk import NONE, Walk
from graph.analyses.dependencies.lifts import Lifted, lifted, lifting_kinds
from graph.analyses.dependencies.reachindex import ReachIndex, reach_index
from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.catalog import ENTITY
from graph.model.codec import near
from graph.model.entities import Company, KeyResult, Objective, Product, Team, ValueStream
from graph.model.relations import Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

DOWNSTREAM = "downstream"
UPSTREAM = "upstream"
DIRECTIONS = (DOWNSTREAM, UPSTREAM)

LIMIT = 100_000
"""Targets listed unless the caller says otherwise."""
FRONTIER_LISTED = 100
PATH_STEPS_LISTED = 2_000_000
"""When the paths up to a distance have more steps in all, those of that distance are left empty."""
_SLICE = 10_000
"""Rows made at once: in one go many of them would keep other threads waiting."""


@dataclass(frozen=True, slots=True)
class ImpactTarget:
    """Something that is reached: in `distance` steps, by `path` (KIND/KEY, root and target too)."""

    kind: str
    key: str
    distance: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What is reached from `root`, by distance, kind and key.

    `count` is the number of targets within the depth, listed or not. `truncated` says that there
    is more than what is listed: the limit or the depth stopped it. `frontier` are the places
    (KIND/KEY, at most `FRONTIER_LISTED` of `frontier_count`) from which it would go on.
    `paths_truncated` says that paths of the farthest targets are empty, for their sheer length.

    `teams`, `products`, `value_streams`, `key_results` and `company_objectives` are what the targets
    within the depth, and the root, lift to, nearest first: who answers for them and which goals they
    reach, whatever kinds are listed as targets. At most the limit of each; the counts are of all, and
    `lifted_truncated` says that one is shorter. `reason` says why a root of its kind reaches nothing.
    """

    root: str
    direction: str
    targets: tuple[ImpactTarget, ...]
    count: int
    truncated: bool
    frontier: tuple[str, ...]
    frontier_count: int
    paths_truncated: bool
    reason: str | None = None
    teams: tuple[Lifted, ...] = ()
    products: tuple[Lifted, ...] = ()
    value_streams: tuple[Lifted, ...] = ()
    key_results: tuple[Lifted, ...] = ()
    company_objectives: tuple[Lifted, ...] = ()
    team_count: int = 0
    product_count: int = 0
    value_stream_count: int = 0
    key_result_count: int = 0
    company_objective_count: int = 0
    lifted_truncated: bool = False


def impact(
    snapshot: Snapshot,
    *,
    root: str,
    direction: str = DOWNSTREAM,
    depth: int | None = None,
    kinds: Sequence[str] | None = None,
    hide: Sequence[str] | None = None,
    limit: int | None = LIMIT,
) -> Impact:
    """Walk breadth first from a node, downstream (who is hit) or upstream (what it needs).

    Each target comes with one shortest path; of several the one whose nodes come first by kind and
    key. `CARRIED` says which relationships are followed; dependencies that were rejected or
    cancelled are not. A company, value stream, cycle, person or budget line begins with what it
    holds as well. `kinds` chooses what is listed, `hide` what is stepped over: a way through
    hidden nodes is one step, and paths do not show them. NotFound for an unknown root, BadUsage
    for parameters that do not fit. Cost: linear in what is reached; the index it walks on is made
    once and moved forward by each write.
    """
    start = find(snapshot, root)
    _check(direction, depth, limit, (*(kinds or ()), *(hide or ())))
    index = reach_index(snapshot)
    number = index.number(start)
    if number is None:
        reason = why_nothing(snapshot, start)
        return Impact(str(start), direction, (), 0, False, (), 0, False, reason)
    hidden = frozenset(hide or ())
    walk = Walk(
        index.up if direction == UPSTREAM else index.down,
        number,
        [ref.kind in hidden for ref in index.refs] if hidden else (),
        _inside(snapshot, index, start),
    )
    walk.run(depth)
    return _Answer(snapshot, index, walk, limit).give(direction, frozenset(kinds or ()))


def _inside(snapshot: Snapshot, index: ReachIndex, root: Ref) -> Mapping[int, Sequence[int]]:
    """Give what a root holds as numbers, ascending."""
    found = {}
    for ref, held in held_by(snapshot, root).items():
        number = index.number(ref)
        heads = sorted(to for to in map(index.number, held) if to is not None)
        if number is not None and heads:
            found[number] = heads
    return found


def _check(direction: str, depth: int | None, limit: int | None, kinds: Iterable[str]) -> None:
    if direction not in DIRECTIONS:
        msg = f"there is no direction {direction!r}"
        raise BadUsage(msg, near(direction, DIRECTIONS))
    for name, value, way in (
        ("depth", depth, "leave it out to have all"),
        ("limit", limit, "0 gives the count alone"),
    ):
        if value is not None and value < 0:
            msg = f"{name} {value} is below 0"
            raise BadUsage(msg, way)
    for kind in kinds:
        if kind not in ENTITY:
            msg = f"there is no kind {kind!r}"
            raise BadUsage(msg, near(kind, ENTITY))


class _Answer:
    """Writes down what a walk has found."""

    def __init__(
        self, snapshot: Snapshot, index: ReachIndex, walk: Walk, limit: int | None
    ) -> None:
        self._snapshot = snapshot
        self._index = index
        self._walk = walk
        self._limit = limit
        self._before: list[int] = walk.before.tolist()
        self._steps = 0

    def give(self, direction: str, kinds: frozenset[str]) -> Impact:
        refs, texts = self._index.refs, self._index.texts
        targets, count, omitted = self._targets(kinds)
        frontier = sorted({*self._walk.cut, *omitted})
        rows = self._lifted()
        most = LIMIT if self._limit is None else self._limit
        return Impact(
            root=str(refs[self._walk.root]),
            direction=direction,
            targets=tuple(targets),
            count=count,
            truncated=bool(frontier),
            frontier=tuple(texts[node][0] for node in frontier[:FRONTIER_LISTED]),
            frontier_count=len(frontier),
            paths_truncated=self._steps > PATH_STEPS_LISTED,
            teams=tuple(rows[Team.KIND][:most]),
            products=tuple(rows[Product.KIND][:most]),
            value_streams=tuple(rows[ValueStream.KIND][:most]),
            key_results=tuple(rows[KeyResult.KIND][:most]),
            company_objectives=tuple(rows[Objective.KIND][:most]),
            team_count=len(rows[Team.KIND]),
            product_count=len(rows[Product.KIND]),
            value_stream_count=len(rows[ValueStream.KIND]),
            key_result_count=len(rows[KeyResult.KIND]),
            company_objective_count=len(rows[Objective.KIND]),
            lifted_truncated=any(len(found) > most for found in rows.values()),
        )

    def _targets(self, kinds: frozenset[str]) -> tuple[list[ImpactTarget], int, set[int]]:
        """Give the targets that are listed, how many there are, and what leads to the others."""
        refs, before = self._index.refs, self._before
        paths: dict[int, tuple[str, ...]] = {self._walk.root: self._index.texts[self._walk.root]}
        targets: list[ImpactTarget] = []
        omitted: set[int] = set()
        count = 0
        for distance, level in enumerate(self._walk.levels, 1):
            listed = [node for node in level if refs[node].kind in kinds] if kinds else level
            count += len(listed)
            room = len(listed) if self._limit is None else max(0, self._limit - len(targets))
            if self._limit is None or len(targets) < self._limit:
                self._steps += (distance + 1) * len(level)
                if self._steps <= PATH_STEPS_LISTED:  # the last level leads to nothing listed
                    self._lead(level if room >= len(listed) else listed[:room], paths)
            targets += self._rows(listed[:room], distance, paths)
            omitted.update(map(before.__getitem__, listed[room:]))
        return targets, count, omitted

    def _lead(self, level: Sequence[int], paths: dict[int, tuple[str, ...]]) -> None:
        """Note the paths of a level."""
        before, texts = self._before, self._index.texts
        for start in range(0, len(level), _SLICE):
            part = level[start : start + _SLICE]
            ahead = map(paths.__getitem__, map(before.__getitem__, part))
            paths.update(zip(part, map(add, ahead, map(texts.__getitem__, part)), strict=True))

    def _rows(
        self, nodes: Sequence[int], distance: int, paths: Mapping[int, tuple[str, ...]]
    ) -> list[ImpactTarget]:
        """Make rows column by column: tens of thousands of them take most of an answer's time."""
        made: list[ImpactTarget] = []
        for start in range(0, len(nodes), _SLICE):
            part = nodes[start : start + _SLICE]
            rows = list(map(object.__new__, repeat(ImpactTarget, len(part))))
            kinds, keys = zip(*map(self._index.refs.__getitem__, part), strict=True)
            _fill("kind", rows, kinds)
            _fill("key", rows, keys)
            _fill("distance", rows, repeat(distance))
            _fill("path", rows, map(paths.get, part, repeat(())))
            made += rows
        return made

    def _lifted(self) -> Mapping[str, list[Lifted]]:
        refs = self._index.refs
        rows: dict[str, list[Lifted]] = {
            kind: []
            for kind in (Team.KIND, Product.KIND, ValueStream.KIND, KeyResult.KIND, Objective.KIND)
        }
        kinds = lifting_kinds(self._snapshot)
        hit = ((far, node, refs[node]) for far, node in self._of_kinds(kinds))
        for row in lifted(self._snapshot, hit, self._path):
            if row.distance:  # the root does not lift to itself
                rows[row.kind].append(row)
        for _, node in self._of_kinds((KeyResult.KIND, Objective.KIND)):
            ref = refs[node]
            if node != self._walk.root and (ref.kind == KeyResult.KIND or self._is_company(ref)):
                rows[ref.kind].append(self._goal(node, ref))
        return rows

    def _of_kinds(self, kinds: Iterable[str]) -> list[tuple[int, int]]:
        """Give what was reached and is of some kinds, and the root, by distance."""
        ranges = [numbers for kind in kinds if (numbers := self._index.numbers_of(kind))]
        if not ranges:
            return []
        levels = ([self._walk.root], *self._walk.levels)
        return [
            (far, node)
            for far, level in enumerate(levels)
            for node in level
            if any(node in of for of in ranges)
        ]

    def _is_company(self, ref: Ref) -> bool:
        return any(own.source.kind == Company.KIND for own in self._snapshot.into(ref, Owns))

    def _goal(self, node: int, ref: Ref) -> Lifted:
        """Write a goal that is a target: through what is hit and hits it directly."""
        found, path = self._snapshot.get(ref), self._path(node)
        back = self._index.up if self._walk.ahead is self._index.down else self._index.down
        through = sum(self._before[at] != NONE for at in back.of(node))
        name = found.name if found else None
        return Lifted(ref.kind, ref.key, name, len(path) - 1, through, path)

    def _path(self, node: int) -> tuple[str, ...]:
        found = [node]
        while found[-1] != self._walk.root:
            found.append(self._before[found[-1]])
        return tuple(self._index.texts[at][0] for at in reversed(found))


def _fill(name: str, rows: Sequence[ImpactTarget], values: Iterable[object]) -> None:
    """Set a field of rows that are being made, as the frozen class itself would."""
    deque(map(vars(ImpactTarget)[name].__set__, rows, values), maxlen=0)
