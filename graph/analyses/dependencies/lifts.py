"""Who answers for what is hit: the teams, products, value streams and goals that an impact lifts to.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from graph.analyses.scope import spread, wholes
from graph.model.entities import Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import Builds, Delivers, For, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

_Way: TypeAlias = tuple[Ref, ...]
"""The steps from something to what answers for it."""
OWNERS = frozenset({Team.KIND, Product.KIND, ValueStream.KIND})


@dataclass(frozen=True, slots=True)
class Lifted:
    """Something that what is hit leads up to. `path` (KIND/KEY) is the target's, and the steps on.

    `distance` is its length in steps; `through` counts the nodes that are hit (the root too) and lead
    up to it; for a key result or an objective, those that hit it directly.
    """

    kind: str
    key: str
    name: str | None
    distance: int
    through: int
    path: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """A shortest way to something that was lifted to, and from how many nodes it was."""

    way: tuple[str, ...]
    through: int


def lifting_kinds(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the kinds of which nodes may lift to something in a graph."""
    has_work = any(snapshot.relations(cls) for cls in (Delivers, For))
    work = (WorkItem.KIND,) if has_work else ()
    owned = (Objective.KIND,) if snapshot.relations(Owns) else ()
    return (*work, *owned, Product.KIND, Team.KIND, ValueStream.KIND)


def lifted(
    snapshot: Snapshot,
    hit: Iterable[tuple[int, Ref]],
    path_of: Callable[[int], tuple[str, ...]],
) -> list[Lifted]:
    """Lift what is hit, nearest first, to the teams, products and value streams that answer for it.

    Work lifts to the teams that deliver it and the products it is for, else to those of its whole; a
    product to the teams that build it; an objective to the team, product or stream that owns it; all
    to their value streams and those these are part of. `hit` are numbers with their nodes; `path_of`
    gives the way to a number. Cost: linear in what is hit, and in the depth of what it lifts to.
    """
    groups: dict[tuple[_Way, ...], list[int]] = {}
    first: dict[tuple[_Way, ...], tuple[int, Ref]] = {}
    for node, ref in hit:
        ups = _answering(snapshot, ref)
        if ups:
            groups.setdefault(ups, []).append(node)
            first.setdefault(ups, (node, ref))
    found: dict[Ref, _Found] = {}
    for ups, (node, ref) in first.items():
        path = path_of(node)
        for up, steps in _closure(snapshot, ref, ups).items():
            way, known = (*path, *map(str, steps)), found.get(up)
            if known is None:
                found[up] = _Found(way, len(groups[ups]))
                continue
            known.through += len(groups[ups])
            if len(way) < len(known.way):
                known.way = way
    rows = [_row(snapshot, ref, known) for ref, known in found.items()]
    return sorted(rows, key=lambda row: (row.distance, row.kind, row.key))


def _row(snapshot: Snapshot, ref: Ref, found: _Found) -> Lifted:
    node = snapshot.get(ref)
    name = node.name if node else None
    return Lifted(ref.kind, ref.key, name, len(found.way) - 1, found.through, found.way)


def _closure(snapshot: Snapshot, ref: Ref, ups: Iterable[_Way]) -> Mapping[Ref, _Way]:
    """Give all that something lifts to, each with the steps there: itself takes none."""
    steps: dict[Ref, _Way] = {up[-1]: (() if up == (ref,) else up) for up in ups}
    queue = sorted(steps, key=lambda up: (len(steps[up]), up))
    for at in queue:
        for above in _above(snapshot, at):
            if above not in steps:
                steps[above] = (*steps[at], above)
                queue.append(above)
    return steps


def _above(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    found = [link.target for link in snapshot.out(ref, PartOf)]
    return [at for at in found if at.kind == ValueStream.KIND]


def _answering(snapshot: Snapshot, ref: Ref) -> tuple[_Way, ...]:
    rule = _RULES.get(ref.kind)
    return () if rule is None else rule(snapshot, ref)


def _itself(snapshot: Snapshot, ref: Ref) -> tuple[_Way, ...]:
    builders = [link.source for link in snapshot.into(ref, Builds)]
    return ((ref,), *((builder,) for builder in builders))


def _of_work(snapshot: Snapshot, ref: Ref) -> tuple[_Way, ...]:
    """Give the teams and the products, each of the item itself, else of the nearest whole with some."""
    return (*_nearest(snapshot, ref, _deliverers), *_nearest(snapshot, ref, _products))


def _nearest(
    snapshot: Snapshot, ref: Ref, own: Callable[[Snapshot, Ref], Sequence[Ref]]
) -> tuple[_Way, ...]:
    above: list[Ref] = []
    for at in spread([ref], partial(wholes, snapshot)):
        found = own(snapshot, at)
        if at != ref:
            above.append(at)
        if found:
            return tuple((*above, to) for to in found)
    return ()


def _deliverers(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [link.source for link in snapshot.into(ref, Delivers)]


def _products(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [to.target for to in snapshot.out(ref, For) if to.target.kind == Product.KIND]


def _of_objective(snapshot: Snapshot, ref: Ref) -> tuple[_Way, ...]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    return tuple((owner,) for owner in owners if owner.kind in OWNERS)


_RULES: Mapping[str, Callable[[Snapshot, Ref], tuple[_Way, ...]]] = {
    WorkItem.KIND: _of_work,
    Objective.KIND: _of_objective,
    Team.KIND: _itself,
    Product.KIND: _itself,
    ValueStream.KIND: _itself,
}
