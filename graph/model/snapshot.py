"""The whole graph at one revision, in memory, never altered.

A snapshot moves forward by `apply`, which shares everything the changes do not touch with the
snapshot it came from. Cost: that of the changes (see `layers`), whatever the size of the graph.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Generic, Protocol, TypeVar, cast

from graph.model.adjacency import NOTHING, Index, adjacent, readjusted, source_of, target_of
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import Entity
from graph.model.layers import Layered
from graph.model.relations import Relation, RelationRef
from graph.model.sorting import sorted_in_runs
from graph.model.values import Ref

E = TypeVar("E", bound=Entity)
R = TypeVar("R", bound=Relation)
T = TypeVar("T")

_Adjacency = dict[str, Index]


NEAR = 100
"""A derived value that is behind by no more changes than this is moved forward at once."""
MOST_CARRIED = 2_000
"""A derived value that is behind by more changes than this is made anew."""


class Evolving(Protocol[T]):
    """A value derived from a snapshot which changes can move forward, instead of making it anew."""

    def build(self, snapshot: "Snapshot", /) -> T:
        """Make it from the whole graph."""
        ...

    def advance(self, value: T, after: "Snapshot", changes: Sequence[Change], /) -> T | None:
        """Give what `value` has become after the changes; None where it has to be made anew.

        `value` itself stays as it is: earlier snapshots still hold it.
        """
        ...


class _Carried(Generic[T]):
    """A derived value of an earlier snapshot, and what has changed since."""

    __slots__ = ("changes", "value")

    def __init__(self, value: T, changes: tuple[Change, ...]) -> None:
        self.value = value
        self.changes = changes


class Snapshot:
    """The graph at a revision. `seen_at` is the instant at which it is looked at; None is now.

    `history` names the history that the revision is one of, "" where there is but one.

    The order of the mappings it gives means nothing; `ordered` sorts by key. Relationships of a
    node come sorted by their type, their other end and identity.
    """

    __slots__ = (
        "_carried",
        "_derived",
        "_evolved",
        "_in",
        "_nodes",
        "_out",
        "_relations",
        "at",
        "history",
        "revision",
        "seen_at",
    )

    def __init__(
        self,
        revision: int,
        at: datetime | None,
        nodes: dict[str, Layered[str, Entity]],
        relations: dict[str, Layered[str, Relation]],
        out: _Adjacency,
        into: _Adjacency,
    ) -> None:
        self.revision = revision
        self.at = at
        self.history = ""
        self.seen_at: datetime | None = None
        self._nodes = nodes
        self._relations = relations
        self._out = dict(sorted(out.items()))  # by type, however the graph came about
        self._in = dict(sorted(into.items()))
        self._derived: dict[Callable[[Snapshot], object], object] = {}
        self._evolved: dict[Evolving[object], object] = {}
        self._carried: dict[Evolving[object], _Carried[object]] = {}

    @classmethod
    def empty(cls) -> "Snapshot":
        """Give the graph with nothing in it, at revision 0."""
        return cls(0, None, {}, {}, {}, {})

    @classmethod
    def build(
        cls,
        nodes: Iterable[Entity],
        relations: Iterable[Relation],
        *,
        revision: int = 0,
        at: datetime | None = None,
    ) -> "Snapshot":
        """Index nodes and relationships. Cost: linear, plus sorting each node's relationships."""
        by_kind: dict[str, dict[str, Entity]] = {}
        for node in nodes:
            by_kind.setdefault(node.KIND, {})[node.key] = node
        by_type: dict[str, dict[str, Relation]] = {}
        for relation in relations:
            by_type.setdefault(relation.TYPE, {})[relation.identity] = relation
        out = {
            name: adjacent(found.values(), source_of, target_of) for name, found in by_type.items()
        }
        into = {
            name: adjacent(found.values(), target_of, source_of) for name, found in by_type.items()
        }
        return cls(revision, at, _layered(by_kind), _layered(by_type), out, into)

    def seen(self, at: datetime | None) -> "Snapshot":
        """Give the same graph as it is seen at an instant of the past, whose day answers go by."""
        past = Snapshot(self.revision, self.at, self._nodes, self._relations, self._out, self._in)
        past.history = self.history
        past._derived, past._evolved, past._carried = self._derived, self._evolved, self._carried
        past.seen_at = at
        return past

    def get(self, ref: Ref) -> Entity | None:
        """Give the node that a reference names, or None."""
        found = self._nodes.get(ref.kind)
        return None if found is None else found.get(ref.key)

    def node(self, cls: type[E], key: str) -> E | None:
        """Give the node of a kind with a key, or None."""
        return cast("E | None", self.get(Ref(cls.KIND, key)))

    def nodes(self, cls: type[E]) -> Mapping[str, E]:
        """Give all nodes of a kind by key, in no particular order."""
        return cast("Mapping[str, E]", self._nodes.get(cls.KIND, {}))

    def keys(self, kind: str) -> Collection[str]:
        """Give the keys of all nodes of a kind, in no particular order."""
        return self._nodes.get(kind, {}).keys()

    def ordered(self, cls: type[E]) -> tuple[E, ...]:
        """Give all nodes of a kind sorted by key; sorted once, and kept in order by changes."""
        return cast("tuple[E, ...]", self.evolved(_sorted(cls.KIND)))

    def is_ordered(self, kind: str) -> bool:
        """Say whether `ordered` costs little for a kind."""
        return self.is_near(_sorted(kind))

    def count(self) -> tuple[int, int]:
        """Count nodes and relationships."""
        return (
            sum(map(len, self._nodes.values())),
            sum(map(len, self._relations.values())),
        )

    def relation(self, ref: RelationRef) -> Relation | None:
        """Give the relationship that a reference names, or None."""
        found = self._relations.get(ref.type)
        return None if found is None else found.get(ref.key)

    def relations(self, cls: type[R]) -> Mapping[str, R]:
        """Give all relationships of a type by identity, in no particular order."""
        return cast("Mapping[str, R]", self._relations.get(cls.TYPE, {}))

    def out(self, ref: Ref, cls: type[R]) -> tuple[R, ...]:
        """Give the relationships of a type that start at a node."""
        found = self._out.get(cls.TYPE)
        return () if found is None else cast("tuple[R, ...]", found.get(ref, ()))

    def into(self, ref: Ref, cls: type[R]) -> tuple[R, ...]:
        """Give the relationships of a type that end at a node."""
        found = self._in.get(cls.TYPE)
        return () if found is None else cast("tuple[R, ...]", found.get(ref, ()))

    def reached(
        self,
        ref: Ref,
        cls: type[Relation],
        *,
        outward: bool,
        kinds: Collection[str] | None = None,
    ) -> list[Entity | None]:
        """Give the nodes at the other ends of a node's relationships of a type, in their order.

        None where there is no such node. `kinds` are those that count, None for all.
        """
        index = (self._out if outward else self._in).get(cls.TYPE)
        if index is None:
            return []
        nodes, found = self._nodes, []
        for link in index.get(ref, ()):
            kind, key = link.target if outward else link.source
            if kinds is None or kind in kinds:
                of_kind = nodes.get(kind)
                found.append(None if of_kind is None else of_kind.get(key))
        return found

    def touching(self, ref: Ref) -> tuple[Relation, ...]:
        """Give every relationship that starts or ends at a node; a loop on itself comes once."""
        found = [relation for index in self._out.values() for relation in index.get(ref, ())]
        found += [
            relation
            for index in self._in.values()
            for relation in index.get(ref, ())
            if relation.source != ref
        ]
        return tuple(found)

    def derived(self, function: Callable[["Snapshot"], T]) -> T:
        """Give `function(self)`, computed once for this revision. The function must be pure."""
        if function not in self._derived:
            self._derived[function] = function(self)
        return cast("T", self._derived[function])

    def evolved(self, rule: Evolving[T]) -> T:
        """Give a derived value, moved forward from that of an earlier snapshot where there is one.

        `rule` has to be one and the same object each time, as `derived`'s function has.
        """
        known = cast("Evolving[object]", rule)
        if known not in self._evolved:
            self._make(known)
        return cast("T", self._evolved[known])

    def is_near(self, rule: Evolving[T]) -> bool:
        """Say whether `evolved` costs little: the value is there, or but a few changes behind."""
        known = cast("Evolving[object]", rule)
        held = self._carried.get(known)
        return known in self._evolved or (held is not None and len(held.changes) <= NEAR)

    def _make(self, rule: Evolving[object]) -> None:
        held = self._carried.get(rule)
        value = rule.advance(held.value, self, held.changes) if held else None
        self._evolved[rule] = rule.build(self) if value is None else value
        # Put anew, never altered: another thread may be handing it on.
        self._carried = {other: kept for other, kept in self._carried.items() if other != rule}

    def _handed_on(self, changes: Sequence[Change]) -> dict[Evolving[object], _Carried[object]]:
        """Give the derived values that a snapshot after the changes can begin from."""
        if len(changes) > MOST_CARRIED:
            return {}
        since = tuple(changes)
        found = {
            rule: _Carried(held.value, (*held.changes, *since))
            for rule, held in self._carried.items()
            if len(held.changes) + len(since) <= MOST_CARRIED
        }
        evolved = dict(self._evolved)  # in one step: another thread may be adding to it
        return found | {rule: _Carried(value, since) for rule, value in evolved.items()}

    def apply(
        self, changes: Sequence[Change], *, revision: int | None = None, at: datetime | None = None
    ) -> "Snapshot":
        """Give the graph after the changes. This snapshot stays as it is.

        The changes are taken as they are: rules are checked before (see `rules`).
        """
        nodes: dict[str, dict[str, Entity | None]] = {}
        relations: dict[str, dict[str, Relation | None]] = {}
        moved: dict[str, list[RelationChange]] = {}
        for change in changes:
            if isinstance(change, NodeChange):
                nodes.setdefault(change.ref.kind, {})[change.ref.key] = change.after
            else:
                relations.setdefault(change.ref.type, {})[change.ref.key] = change.after
                moved.setdefault(change.ref.type, []).append(change)
        out, into = dict(self._out), dict(self._in)
        for name, found in moved.items():
            out[name] = readjusted(out.get(name, NOTHING), found, source_of, target_of)
            into[name] = readjusted(into.get(name, NOTHING), found, target_of, source_of)
        after = Snapshot(
            self.revision if revision is None else revision,
            self.at if at is None else at,
            _put(self._nodes, nodes),
            _put(self._relations, relations),
            out,
            into,
        )
        after.history = self.history
        after._carried = self._handed_on(changes)
        return after


def _layered(indexes: dict[str, dict[str, T]]) -> dict[str, Layered[str, T]]:
    return {name: Layered(found) for name, found in indexes.items()}


def _put(
    before: dict[str, Layered[str, T]], changes: dict[str, dict[str, T | None]]
) -> dict[str, Layered[str, T]]:
    after = dict(before)
    for name, changed in changes.items():
        known = before.get(name)
        after[name] = (Layered({}) if known is None else known).changed(changed)
    return after


class _Sorted:
    """The nodes of a kind, sorted by key."""

    __slots__ = ("_kind",)

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def build(self, snapshot: Snapshot) -> tuple[Entity, ...]:
        """Sort them all."""
        found: Mapping[str, Entity] = snapshot._nodes.get(self._kind, {})  # noqa: SLF001 - a part of the class, kept outside it to be a stable cache key
        return tuple([found[key] for key in sorted_in_runs(list(found), str)])

    def advance(
        self, value: tuple[Entity, ...], after: Snapshot, changes: Sequence[Change]
    ) -> tuple[Entity, ...] | None:
        """Put what was changed in its place; sort anew where that is much of it."""
        keys = {
            change.ref.key
            for change in changes
            if isinstance(change, NodeChange) and change.ref.kind == self._kind
        }
        if not keys:
            return value
        if len(keys) > max(8, len(value) // 100):
            return None
        rows = list(value)
        for key in keys:
            place = bisect_left(rows, key, key=_key)
            stands = place < len(rows) and rows[place].key == key
            node = after.get(Ref(self._kind, key))
            rows[place : place + stands] = [] if node is None else [node]
        return tuple(rows)


def _key(node: Entity) -> str:
    return node.key


@cache
def _sorted(kind: str) -> _Sorted:
    return _Sorted(kind)
