"""What is around something: the nodes within a few relationships of any type, and what joins them.

References: docs/graph.md (the relationships). E. F. Moore, The shortest path through a maze, 1959
(breadth first search).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.catalog import RELATION
from graph.model.codec import near
from graph.model.relations import DependsOn, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

BOTH = "both"
OUT = "out"
IN = "in"
DIRECTIONS = (BOTH, OUT, IN)

DEPTH = 1
MOST_DEPTH = 3
LIMIT = 50
"""Nodes listed unless the caller says otherwise: so many are still a picture."""
MOST_LISTED = 5_000
LINKS_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A node, `distance` relationships from the root, which is at 0.

    `side` is `out` where the first of them leads from the root, `in` where it leads to it; `out`
    where both are as short; "" for the root. `more` is how many of its neighbours are not listed.
    """

    kind: str
    key: str
    name: str | None
    distance: int
    side: str
    more: int


@dataclass(frozen=True, slots=True)
class NeighborLink:
    """A relationship between two listed nodes, KIND/KEY each; `source` is where it leads from.

    `key` is the dependency's own key, null for relationships without one; `status` is the
    dependency's, null for others.
    """

    type: str
    source: str
    target: str
    key: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """The nodes around `root`, the root first, then by distance, kind and key.

    `count` is the number of nodes within the depth, listed or not, without the root; `truncated`
    says that not all of them are listed, or not all relationships between those that are
    (`LINKS_LISTED` of `link_count`).
    """

    root: str
    depth: int
    direction: str
    nodes: tuple[Neighbor, ...]
    links: tuple[NeighborLink, ...]
    count: int
    link_count: int
    truncated: bool


def neighborhood(
    snapshot: Snapshot,
    *,
    root: str,
    depth: int = DEPTH,
    relations: Sequence[str] | None = None,
    direction: str = BOTH,
    limit: int = LIMIT,
) -> Neighborhood:
    """Walk breadth first from a node over relationships of any type, or of those named.

    `direction` says over which relationships the first step and all others go: from a node
    (`out`), to it (`in`) or either. Rejected and cancelled dependencies are not followed. NotFound
    for an unknown root, BadUsage for parameters that do not fit. Cost: linear in the nodes within
    the depth and their relationships.
    """
    start = find(snapshot, root)
    _check(depth, direction, relations or (), limit)
    walk = _Walk(snapshot, direction, frozenset(relations or RELATION))
    reached = walk.reached(start, depth)
    listed = reached[: limit + 1]
    known = {ref for ref, _, _ in listed}
    links = sorted((link for ref in known for link in walk.links(ref, known)), key=_place)
    return Neighborhood(
        root=str(start),
        depth=depth,
        direction=direction,
        nodes=tuple(_row(snapshot, walk, known, *found) for found in listed),
        links=tuple(map(_told, links[:LINKS_LISTED])),
        count=len(reached) - 1,
        link_count=len(links),
        truncated=len(listed) < len(reached) or len(links) > LINKS_LISTED,
    )


def _check(depth: int, direction: str, relations: Sequence[str], limit: int) -> None:
    if not 0 <= depth <= MOST_DEPTH:
        msg = f"depth {depth} is not within 0 and {MOST_DEPTH}"
        raise BadUsage(msg, "impact goes as far as it leads")
    if not 0 <= limit <= MOST_LISTED:
        msg = f"limit {limit} is not within 0 and {MOST_LISTED}"
        raise BadUsage(msg, f"leave it out to have {LIMIT}")
    if direction not in DIRECTIONS:
        msg = f"there is no direction {direction!r}"
        raise BadUsage(msg, near(direction, DIRECTIONS))
    for name in relations:
        if name not in RELATION:
            msg = f"there is no relationship {name!r}"
            raise BadUsage(msg, near(name, RELATION))


class _Walk:
    def __init__(self, snapshot: Snapshot, direction: str, types: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._out, self._in = direction != IN, direction != OUT
        self._types = types

    def steps(self, ref: Ref) -> Iterator[tuple[Ref, str]]:
        """Give what is one relationship away, and on which side; itself is no step."""
        for link in self._snapshot.touching(ref):
            if not self._follows(link):
                continue
            if self._out and link.source == ref != link.target:
                yield link.target, OUT
            if self._in and link.target == ref != link.source:
                yield link.source, IN

    def links(self, ref: Ref, known: set[Ref]) -> Iterator[Relation]:
        """Give the relationships that lead from a node to one that is known."""
        for link in self._snapshot.touching(ref):
            if link.source == ref and link.target in known and self._follows(link):
                yield link

    def _follows(self, link: Relation) -> bool:
        live = link.is_live if isinstance(link, DependsOn) else True
        return live and link.TYPE in self._types

    def reached(self, start: Ref, depth: int) -> list[tuple[Ref, int, str]]:
        """Give the nodes within the depth, with their distance and side, in order."""
        sides: dict[Ref, str] = {start: ""}
        found = [(start, 0, "")]
        level = [start]
        for distance in range(1, depth + 1):
            fresh: dict[Ref, str] = {}
            for ref in level:
                for far, side in self.steps(ref):
                    own = sides[ref] or side
                    if far not in sides and fresh.get(far) != OUT:
                        fresh[far] = own
            level = list(_by_key(fresh))
            sides.update(fresh)
            found += [(ref, distance, fresh[ref]) for ref in level]
        return found


def _by_key(refs: Iterable[Ref]) -> Iterator[Ref]:
    """Give references by kind and key. Kind by kind, since one long sort lets no other thread run."""
    keys: dict[str, list[str]] = {}
    for kind, key in refs:
        keys.setdefault(kind, []).append(key)
    for kind in sorted(keys):
        yield from (Ref(kind, key) for key in sorted(keys[kind]))


def _row(
    snapshot: Snapshot, walk: _Walk, known: set[Ref], ref: Ref, distance: int, side: str
) -> Neighbor:
    node = snapshot.get(ref)
    more = len({far for far, _ in walk.steps(ref)} - known)
    return Neighbor(ref.kind, ref.key, node.name if node else None, distance, side, more)


def _place(link: Relation) -> tuple[Ref, str, Ref, str]:
    return link.source, link.TYPE, link.target, link.identity


def _told(link: Relation) -> NeighborLink:
    keyed = isinstance(link, DependsOn)
    return NeighborLink(
        link.TYPE,
        str(link.source),
        str(link.target),
        link.identity if keyed else None,
        link.status.value if isinstance(link, DependsOn) else None,
    )
