"""What is hit when something slips or fails, and what something needs.

References: docs/definitions.md §5. E. F. Moore, The shortest path through a maze, 1959 (breadth
first search).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.catalog import ENTITY, RELATION
from graph.model.codec import near
from graph.model.relations import (
    Builds,
    ContributesTo,
    Delivers,
    DependsOn,
    Measures,
    PartOf,
    Relation,
)
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

CARRIED: tuple[tuple[type[Relation], frozenset[str], bool], ...] = (
    # X needs Y: Y hits X.
    (DependsOn, frozenset(), False),
    # Work and objectives that slip hold up what they contribute to, key results their objectives.
    (ContributesTo, frozenset(), True),
    (Measures, frozenset(), True),
    # A whole is finished when its parts are.
    (PartOf, frozenset({"WorkItem"}), True),
    # A team that falls out leaves its work and its products.
    (Delivers, frozenset(), True),
    (Builds, frozenset(), True),
)
"""What carries a slip or failure: relationship, kinds of its source (all if empty), and whether it
goes along the relationship (True) or against it. Upstream is exactly the reverse.

Left out on purpose: SUPPORTS is alignment only; FOR says what work is about, not what it needs (one
late item does not break a product); OWNS and IN_CYCLE plan and answer for things without carrying
them; a product or a team within a value stream does not stop the stream.
"""


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
    """

    root: str
    direction: str
    targets: tuple[ImpactTarget, ...]
    count: int
    truncated: bool
    frontier: tuple[str, ...]
    frontier_count: int
    paths_truncated: bool


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
    cancelled are not. `kinds` chooses what is listed, `hide` what is stepped over: a way through
    hidden nodes is one step, and paths do not show them. NotFound for an unknown root, BadUsage
    for parameters that do not fit. Cost: linear in what is reached; the index it walks on is made
    once per revision.
    """
    start = find(snapshot, root)
    _check(direction, depth, limit, (*(kinds or ()), *(hide or ())))
    reach = snapshot.derived(_reach)
    number = reach.numbers.get(start)
    if number is None:
        return Impact(str(start), direction, (), 0, False, (), 0, False)
    walk = _Walk(reach, direction == UPSTREAM, frozenset(hide or ()), number)
    walk.run(depth)
    return _answer(walk, str(start), direction, frozenset(kinds or ()), limit)


def _check(direction: str, depth: int | None, limit: int | None, kinds: Iterable[str]) -> None:
    if direction not in DIRECTIONS:
        msg = f"there is no direction {direction!r}"
        raise BadUsage(msg, near(direction, DIRECTIONS))
    for name, value in (("depth", depth), ("limit", limit)):
        if value is not None and value < 0:
            msg = f"{name} {value} is below 0"
            raise BadUsage(msg, "leave it out to have all")
    for kind in kinds:
        if kind not in ENTITY:
            msg = f"there is no kind {kind!r}"
            raise BadUsage(msg, near(kind, ENTITY))


@dataclass(frozen=True, slots=True)
class _Reach:
    """Nodes numbered by kind and key, and for each the numbers it hits and is hit by."""

    refs: Sequence[Ref]
    texts: Sequence[str]
    numbers: Mapping[Ref, int]
    down: Sequence[Sequence[int]]
    up: Sequence[Sequence[int]]


def _reach(snapshot: Snapshot) -> _Reach:
    kinds = sorted(
        {kind for cls, _, _ in CARRIED for pair in RELATION[cls.TYPE].ends for kind in pair}
    )
    refs = [node.ref for kind in kinds for node in snapshot.ordered(ENTITY[kind].cls)]
    numbers = {ref: number for number, ref in enumerate(refs)}
    down: list[list[int]] = [[] for _ in refs]
    up: list[list[int]] = [[] for _ in refs]
    for hitting, hit in _arcs(snapshot):
        tail, head = numbers.get(hitting), numbers.get(hit)
        if tail is not None and head is not None:
            down[tail].append(head)
            up[head].append(tail)
    for heads in (*down, *up):
        heads.sort()
    return _Reach(refs, [f"{kind}/{key}" for kind, key in refs], numbers, down, up)


def _arcs(snapshot: Snapshot) -> Iterator[tuple[Ref, Ref]]:
    for cls, sources, along in CARRIED:
        for link in snapshot.relations(cls).values():
            if sources and link.source.kind not in sources:
                continue
            if isinstance(link, DependsOn) and not link.is_live:
                continue
            yield (link.source, link.target) if along else (link.target, link.source)


class _Walk:
    """A breadth first search by levels, in which hidden nodes belong to the level they hang on."""

    def __init__(self, reach: _Reach, upstream: bool, hidden: frozenset[str], root: int) -> None:
        self.reach = reach
        self.ahead = reach.up if upstream else reach.down
        self.root = root
        self.levels: list[list[int]] = []
        self.before: dict[int, int] = {root: root}
        self.cut: list[int] = []
        self._hidden = (
            [ref.kind in hidden for ref in reach.refs] if hidden else [False] * len(reach.refs)
        )

    def run(self, depth: int | None) -> None:
        """Fill `levels` (by distance, without the root), `before` on a shortest path, and `cut`."""
        level = [self.root]
        while level:
            if depth is not None and len(self.levels) == depth:
                self.cut = [node for node in level if self._next([node], {})]
                return
            level = sorted(self._next(level, self.before))
            if level:
                self.levels.append(level)

    def _next(self, level: list[int], before: dict[int, int]) -> list[int]:
        """Give the nodes that are one step behind a level and not yet known; note them in `before`."""
        found: list[int] = []
        known = self.before
        for node in level:
            passed = [node]
            for at in passed:
                for head in self.ahead[at]:
                    if head in known or head in before:
                        continue
                    before[head] = node
                    (passed if self._hidden[head] else found).append(head)
        return found


def _answer(
    walk: _Walk, root: str, direction: str, kinds: frozenset[str], limit: int | None
) -> Impact:
    refs, texts, before = walk.reach.refs, walk.reach.texts, walk.before
    paths: dict[int, tuple[str, ...]] = {walk.root: (root,)}
    targets: list[ImpactTarget] = []
    omitted: set[int] = set()
    count = steps = 0
    for distance, level in enumerate(walk.levels, 1):
        steps += (distance + 1) * len(level)
        if steps <= PATH_STEPS_LISTED:
            paths.update([(node, (*paths[before[node]], texts[node])) for node in level])
        listed = [node for node in level if refs[node].kind in kinds] if kinds else level
        count += len(listed)
        room = len(listed) if limit is None else max(0, limit - len(targets))
        targets += [
            ImpactTarget(*refs[node], distance, paths.get(node, ())) for node in listed[:room]
        ]
        omitted.update(before[node] for node in listed[room:])
    frontier = sorted({*walk.cut, *omitted})
    return Impact(
        root=root,
        direction=direction,
        targets=tuple(targets),
        count=count,
        truncated=bool(frontier),
        frontier=tuple(texts[node] for node in frontier[:FRONTIER_LISTED]),
        frontier_count=len(frontier),
        paths_truncated=steps > PATH_STEPS_LISTED,
    )
