"""Who answers for what is hit: the teams, products, value streams and goals that an impact lifts to.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeAlias

from graph.analyses.scope import spread, wholes
from graph.model.entities import Objective, Product, Team, ValueStream, WorkItem
from graph.model.relations import Builds, Delivers, For, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

_Rule: TypeAlias = Callable[[Snapshot, Ref], Sequence[Ref]]
"""Gives what answers for a node itself."""
_Place: TypeAlias = tuple[Ref, _Rule]
"""A node for which something answers, by which rule."""
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


class _Near(NamedTuple):
    """The node that is hit nearest to what answers at `at`: `far` steps from the root to that.

    `distance` are the steps to the node itself.
    """

    far: int
    node: int
    ref: Ref
    distance: int
    at: Ref


class _Answers:
    """What answers at places: the same for all that lead to the same. Compared by identity."""

    __slots__ = ("above",)

    def __init__(self, above: Mapping[Ref, tuple[str, ...]]) -> None:
        self.above = above
        """All that is lifted to, each with the steps there."""


class _Lift(NamedTuple):
    """One way up from a node that is hit: what answers, at which whole of it, and the steps to that."""

    answers: _Answers
    at: Ref
    steps: int


@dataclass(slots=True)
class _Group:
    """The nodes that are hit and lift to the same."""

    through: int = 0
    nearest: dict[_Answers, _Near] = field(default_factory=dict)

    def add(self, distance: int, node: int, ref: Ref, lifts: Sequence[_Lift]) -> None:
        """Add a node that is hit."""
        self.through += 1
        for answers, at, steps in lifts:
            known = self.nearest.get(answers)
            if known is None or distance + steps < known.far:
                self.nearest[answers] = _Near(distance + steps, node, ref, distance, at)


class _Way(NamedTuple):
    """A way to something that was lifted to: by its length, and all that it takes to write it down."""

    length: int
    near: _Near
    up: Sequence[str]
    steps: Sequence[str]


@dataclass(slots=True)
class _Found:
    """A shortest way to something that was lifted to, and from how many nodes it was."""

    way: _Way
    through: int = 0


def lifting_kinds(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the kinds of which nodes may lift to something in a graph."""
    has_work = any(snapshot.relations(cls) for cls in (Delivers, For))
    work = (WorkItem.KIND,) if has_work else ()
    owned = (Objective.KIND,) if snapshot.relations(Owns) else ()
    return (*work, *owned, Product.KIND, Team.KIND, ValueStream.KIND)


def lifted(
    snapshot: Snapshot,
    hit: Iterable[tuple[int, int, Ref]],
    path_of: Callable[[int], tuple[str, ...]],
) -> list[Lifted]:
    """Lift what is hit, nearest first, to the teams, products and value streams that answer for it.

    Work lifts to the teams that deliver it, else to those of its whole, and to the products it is
    for, else to those of its whole; a product to the teams that build it; an objective to the team,
    product or stream that owns it; all to their value streams and those these are part of. `hit` are
    distances and numbers with their nodes; `path_of` gives the way to a number. Cost: linear in
    what is hit and the wholes of it, and in the depth of what it lifts to.
    """
    found: dict[Ref, _Found] = {}
    for group in _groups(snapshot.derived(_Climb), hit):
        for up, way in _ways(snapshot, group).items():
            known = found.setdefault(up, _Found(way))
            known.through += group.through
            if way.length < known.way.length:
                known.way = way
    rows = [_row(snapshot, ref, known, path_of) for ref, known in found.items()]
    return sorted(rows, key=lambda row: (row.distance, row.kind, row.key))


def _groups(climb: "_Climb", hit: Iterable[tuple[int, int, Ref]]) -> Iterable[_Group]:
    groups: dict[tuple[_Answers, ...], _Group] = {}
    for distance, node, ref in hit:
        named, lifts = climb.lifts(ref)
        if named:
            group = groups.get(named)
            if group is None:
                group = groups[named] = _Group()
            group.add(distance, node, ref, lifts)
    return groups.values()


def _ways(snapshot: Snapshot, group: _Group) -> Mapping[Ref, _Way]:
    """Give all that a group lifts to, each with a shortest way there."""
    found: dict[Ref, _Way] = {}
    for answers, near in group.nearest.items():
        up = _up_to(snapshot, near.ref, near.at)
        to_here = near.distance + 1 + len(up)
        for ref, steps in answers.above.items():
            length = to_here + len(steps)
            if ref not in found or length < found[ref].length:
                found[ref] = _Way(length, near, up, steps)
    return found


def _row(
    snapshot: Snapshot, ref: Ref, found: _Found, path_of: Callable[[int], tuple[str, ...]]
) -> Lifted:
    node, way = snapshot.get(ref), found.way
    name = node.name if node else None
    path = (*path_of(way.near.node), *way.up, *way.steps)
    return Lifted(ref.kind, ref.key, name, len(path) - 1, found.through, path)


def _up_to(snapshot: Snapshot, ref: Ref, whole: Ref) -> list[str]:
    """Give the wholes on the way from an item up to one of them, that included."""
    found: list[str] = []
    for at in spread([ref], partial(wholes, snapshot)) if ref != whole else ():
        if at != ref:
            found.append(str(at))
        if at == whole:
            break
    return found


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


def _itself(snapshot: Snapshot, ref: Ref) -> Sequence[Ref]:
    return (ref, *(link.source for link in snapshot.into(ref, Builds)))


def _deliverers(snapshot: Snapshot, ref: Ref) -> Sequence[Ref]:
    return [link.source for link in snapshot.into(ref, Delivers)]


def _products(snapshot: Snapshot, ref: Ref) -> Sequence[Ref]:
    return [to.target for to in snapshot.out(ref, For) if to.target.kind == Product.KIND]


def _owners(snapshot: Snapshot, ref: Ref) -> Sequence[Ref]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    return [owner for owner in owners if owner.kind in OWNERS]


_RULES: Mapping[str, Sequence[_Rule]] = {
    WorkItem.KIND: (_deliverers, _products),
    Objective.KIND: (_owners,),
    Team.KIND: (_itself,),
    Product.KIND: (_itself,),
    ValueStream.KIND: (_itself,),
}


@dataclass(slots=True)
class _Climb:
    """Finds what answers for things: by each rule of a kind the node itself, else its nearest whole.

    What was found is kept: many parts of a whole cost one climb, and the next impact none.
    """

    snapshot: Snapshot
    _known: dict[_Place, tuple[_Place, int] | None] = field(default_factory=dict)
    _lifts: dict[Ref, tuple[tuple[_Answers, ...], tuple[_Lift, ...]]] = field(default_factory=dict)
    _answers: dict[tuple[Ref | None, tuple[Ref, ...]], _Answers] = field(default_factory=dict)

    def lifts(self, ref: Ref) -> tuple[tuple[_Answers, ...], tuple[_Lift, ...]]:
        """Give the ways up from a node, one for each rule with an answer; and what answers alone."""
        known = self._lifts.get(ref)
        if known is None:
            places = (self._place(ref, rule) for rule in _RULES.get(ref.kind, ()))
            lifts = tuple(self._lift(*place) for place in places if place is not None)
            known = self._lifts[ref] = tuple(lift.answers for lift in lifts), lifts
        return known

    def _lift(self, place: _Place, steps: int) -> _Lift:
        at, rule = place
        ups = tuple(rule(self.snapshot, at))
        key = (at if at in ups else None), ups
        answers = self._answers.get(key)
        if answers is None:
            ways = _closure(self.snapshot, at, ups)
            above = {up: tuple(map(str, steps)) for up, steps in ways.items()}
            answers = self._answers[key] = _Answers(above)
        return _Lift(answers, at, steps)

    def _place(self, ref: Ref, rule: _Rule) -> tuple[_Place, int] | None:
        passed: dict[Ref, None] = {}
        at: Ref | None = ref
        while at is not None and at not in passed and (at, rule) not in self._known:
            passed[at] = None
            if rule(self.snapshot, at):
                self._known[at, rule] = (at, rule), 0
                break
            at = next(iter(wholes(self.snapshot, at)), None)
        found = None if at is None else self._known.get((at, rule))
        for below in reversed(passed):
            if (below, rule) not in self._known:
                found = None if found is None else (found[0], found[1] + 1)
                self._known[below, rule] = found
        return self._known[ref, rule]
