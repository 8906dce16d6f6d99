"""What is next to an objective or key result in the cascade: above it, and directly below.

References: docs/definitions.md §2.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from graph.analyses.goals.rollup import rollup
from graph.model.cycles import goals_above
from graph.model.goalrules import contributions as links_into
from graph.model.goalrules import weight_in
from graph.model.relations import Owns, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveLevel

_LEVELS = {
    "Company": ObjectiveLevel.COMPANY,
    "ValueStream": ObjectiveLevel.VALUE_STREAM,
    "Product": ObjectiveLevel.PRODUCT,
    "Team": ObjectiveLevel.TEAM,
    "Person": ObjectiveLevel.PERSON,
}


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Something that a node contributes to, `distance` steps up, by a shortest `path` (KIND/KEY).

    `supports` says that no way up carries progress: one of its steps is alignment alone.
    `progress` and `coverage` are its own, 0-1.
    """

    kind: str
    key: str
    distance: int
    path: tuple[str, ...]
    supports: bool
    progress: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Share:
    """A direct contributor: its declared weight, and its normalised share (0-1) of the parent.

    `share` is 0 for what does not count: a dropped objective, or what contributes to a key result
    that has data of its own.
    """

    kind: str
    key: str
    relation: str
    weight: float
    share: float
    progress: float | None
    coverage: float


def level_of(snapshot: Snapshot, objective: Ref) -> ObjectiveLevel:
    """Give the level of an objective: that of its owner."""
    for link in snapshot.into(objective, Owns):
        return _LEVELS[link.source.kind]
    return ObjectiveLevel.UNOWNED


def ancestors(snapshot: Snapshot, ref: Ref, *, supports: bool = False) -> tuple[Ancestor, ...]:
    """Give all that a node contributes to, directly or not, by distance, kind and key.

    With `supports` also what it is only aligned with. Of several shortest paths the first by kinds
    and keys is given; a path that carries progress goes before one that does not. Cost: linear in
    what is above.
    """
    paths: dict[Ref, tuple[Ref, ...]] = {ref: (ref,)}
    carried = _climb(snapshot, paths, supports=False)
    aligned = _climb(snapshot, paths, supports=True) if supports else []
    known = rollup(snapshot)
    found = [(at, False) for at in carried] + [(at, True) for at in aligned]
    rows = [
        Ancestor(
            *(at.kind, at.key, len(paths[at]) - 1, tuple(map(str, paths[at])), only),
            *(known.progress(at), known.coverage(at)),
        )
        for at, only in found
    ]
    return tuple(sorted(rows, key=lambda row: (row.distance, row.kind, row.key)))


def _climb(snapshot: Snapshot, paths: dict[Ref, tuple[Ref, ...]], *, supports: bool) -> list[Ref]:
    """Walk up from all that has a path, the nearest first; note paths, and give what is new."""
    known = frozenset(paths)
    reached: dict[Ref, None] = {}
    waiting = [(len(path), path) for path in paths.values()]
    heapify(waiting)
    while waiting:
        _, path = heappop(waiting)
        at = path[-1]
        if at in reached:
            continue
        reached[at] = None
        paths[at] = path
        for above in _above(snapshot, at, supports=supports):
            if above not in reached and above not in known:
                heappush(waiting, (len(path) + 1, (*path, above)))
    return [at for at in reached if at not in known]


def _above(snapshot: Snapshot, ref: Ref, *, supports: bool) -> list[Ref]:
    found = goals_above(snapshot, ref)
    return found + ([link.target for link in snapshot.out(ref, Supports)] if supports else [])


def shares(snapshot: Snapshot, ref: Ref) -> tuple[Share, ...]:
    """Give the direct contributors of an objective or key result by kind and key. Cost: linear."""
    known = rollup(snapshot)
    counted = dict(known.shares.get(ref, ()))
    rows = [
        Share(
            *(link.source.kind, link.source.key, link.TYPE, weight_in(snapshot, link)),
            *(counted.get(link.source, 0.0), known.progress(link.source)),
            known.coverage(link.source),
        )
        for link in links_into(snapshot, ref)
    ]
    return tuple(sorted(rows, key=lambda row: (row.kind, row.key)))
