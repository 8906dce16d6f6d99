"""Who answers for what is hit: the teams, products, value streams and goals that an impact lifts to.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from graph.analyses.scope import spread, wholes
from graph.model.entities import Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import Builds, Delivers, For, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

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
    groups: dict[tuple[Ref, ...], list[int]] = {}
    first: dict[tuple[Ref, ...], tuple[int, Ref]] = {}
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


def _closure(snapshot: Snapshot, ref: Ref, ups: Iterable[Ref]) -> Mapping[Ref, tuple[Ref, ...]]:
    """Give all that something lifts to, each with the steps there: itself takes none."""
    steps: dict[Ref, tuple[Ref, ...]] = {up: (() if up == ref else (up,)) for up in ups}
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


def _answering(snapshot: Snapshot, ref: Ref) -> tuple[Ref, ...]:
    rule = _RULES.get(ref.kind)
    return () if rule is None else rule(snapshot, ref)


def _itself(snapshot: Snapshot, ref: Ref) -> tuple[Ref, ...]:
    builders = [link.source for link in snapshot.into(ref, Builds)]
    return (ref, *builders)


def _of_work(snapshot: Snapshot, ref: Ref) -> tuple[Ref, ...]:
    found = _own(snapshot, ref)
    if not found:
        for whole in spread(wholes(snapshot, ref), partial(wholes, snapshot)):
            found = _own(snapshot, whole)
            if found:
                break
    return found


def _own(snapshot: Snapshot, ref: Ref) -> tuple[Ref, ...]:
    teams = [link.source for link in snapshot.into(ref, Delivers)]
    return (*teams, *(to.target for to in snapshot.out(ref, For) if to.target.kind == Product.KIND))


def _of_objective(snapshot: Snapshot, ref: Ref) -> tuple[Ref, ...]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    return tuple(owner for owner in owners if owner.kind in OWNERS)


_RULES: Mapping[str, Callable[[Snapshot, Ref], tuple[Ref, ...]]] = {
    WorkItem.KIND: _of_work,
    Objective.KIND: _of_objective,
    Team.KIND: _itself,
    Product.KIND: _itself,
    ValueStream.KIND: _itself,
}
