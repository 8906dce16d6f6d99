"""What carries a slip or failure, as numbers, moved forward by each write.

Nodes are numbered by kind and key. Arcs are kept as sorted whole numbers, tail times the count of
nodes plus head, so that a write is a few operations on arrays and not a new index.

References: docs/definitions.md §5.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.model.catalog import ENTITY, RELATION
from graph.model.changes import Change, NodeChange
from graph.model.entities import BudgetLine, Company, Cycle, Person
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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

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

BEGINNINGS = (BudgetLine.KIND, Company.KIND, Cycle.KIND, Person.KIND)
"""Kinds that carry nothing themselves, but hold or pay for what does: a walk may begin there."""

_TYPES = {cls.TYPE: (sources, along) for cls, sources, along in CARRIED}
NUMBERED = tuple(
    sorted(
        {kind for name in _TYPES for pair in RELATION[name].ends for kind in pair} | {*BEGINNINGS}
    )
)
"""The kinds that have numbers."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs in one direction: those of node n end at `heads[starts[n] : starts[n + 1]]`, ascending."""

    starts: "Numbers"
    heads: "Numbers"

    def of(self, node: int) -> list[int]:
        """Give the heads of a node's arcs."""
        found: list[int] = self.heads[self.starts[node] : self.starts[node + 1]].tolist()
        return found

    def of_all(self, nodes: "Numbers") -> "tuple[Numbers, Numbers]":
        """Give the tails and heads of all arcs of some nodes, in the order of these."""
        import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

        begin = self.starts[nodes]
        counts = self.starts[nodes + 1] - begin
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + counts, counts)
        return np.repeat(nodes, counts), self.heads[places]


@dataclass(frozen=True, slots=True)
class ReachIndex:
    """All nodes that can be reached or begun at, sorted, what each hits and what hits it.

    `keys` are the arcs down as whole numbers, ascending, and `back` those up.
    """

    refs: Sequence[Ref]
    texts: Sequence[tuple[str]]
    keys: "Numbers"
    back: "Numbers"
    down: Arcs
    up: Arcs

    def number(self, ref: Ref) -> int | None:
        """Give the number of a node; None where it has none."""
        return _place(self.refs, ref)

    def numbers_of(self, kind: str) -> range:
        """Give the numbers of all nodes of a kind."""
        return range(
            bisect_left(self.refs, Ref(kind, "")), bisect_left(self.refs, Ref(f"{kind}\0", ""))
        )


def reach_index(snapshot: Snapshot) -> ReachIndex:
    """Give the index of a snapshot. Cost: linear the first time; after a write a few array passes."""
    return snapshot.evolved(_RULE)


def arc_of(link: Relation) -> tuple[Ref, Ref] | None:
    """Give what hits and what is hit by a relationship; None where it carries nothing."""
    carried = _TYPES.get(link.TYPE)
    if carried is None or (carried[0] and link.source.kind not in carried[0]):
        return None
    if isinstance(link, DependsOn) and not link.is_live:
        return None
    return (link.source, link.target) if carried[1] else (link.target, link.source)


class _IndexRule:
    """Makes the index, and moves it forward."""

    def build(self, snapshot: Snapshot) -> ReachIndex:
        """Give each node its number, and sort all arcs."""
        import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

        refs = [node.ref for kind in NUMBERED for node in snapshot.ordered(ENTITY[kind].cls)]
        numbers = {ref: number for number, ref in enumerate(refs)}
        links = (link for cls, _, _ in CARRIED for link in snapshot.relations(cls).values())
        found = ((numbers.get(a), numbers.get(b)) for a, b in filter(None, map(arc_of, links)))
        size = len(refs)
        pairs = [a * size + b for a, b in found if a is not None and b is not None]
        keys = np.unique(np.array(pairs, dtype=np.int64))
        tails, heads = np.divmod(keys, max(1, size))
        texts = [(f"{kind}/{key}",) for kind, key in refs]
        return _index(refs, texts, keys, np.sort(heads * size + tails))

    def advance(
        self, value: ReachIndex, after: Snapshot, changes: Sequence[Change]
    ) -> ReachIndex | None:
        """Look again at the pairs of nodes that a change may have joined or parted."""
        moved = [ref for change in changes for ref in _come_or_gone(change)]
        links = [link for change in changes for link in (change.before, change.after)]
        links += [link for ref in moved for link in after.touching(ref)]
        pairs = {pair for link in links if isinstance(link, Relation) for pair in _pairs(link)}
        if not pairs and not moved:
            return value
        refs, texts, places = _renumbered(value, after, moved)
        size = len(refs), len(value.refs)
        old = [(_place(value.refs, a), _place(value.refs, b)) for a, b in pairs]
        joined = [pair for pair in pairs if _is_joined(after, *pair)]
        new = [(_place(refs, a), _place(refs, b)) for a, b in joined]
        keys = _edited(value.keys, places, size, old, new)
        turned = [(b, a) for a, b in old], [(b, a) for a, b in new]
        return _index(refs, texts, keys, _edited(value.back, places, size, *turned))


_RULE = _IndexRule()


def _place(refs: Sequence[Ref], ref: Ref) -> int | None:
    place = bisect_left(refs, ref)
    return place if place < len(refs) and refs[place] == ref else None


def _come_or_gone(change: Change) -> Iterator[Ref]:
    """Give the node that a change makes or removes, if it has a number."""
    if not isinstance(change, NodeChange) or change.ref.kind not in NUMBERED:
        return
    if (change.before is None) != (change.after is None):
        yield change.ref


def _pairs(link: Relation) -> Iterator[tuple[Ref, Ref]]:
    """Give what hits and what is hit, whether the relationship is live or not."""
    if link.TYPE in _TYPES:
        along = _TYPES[link.TYPE][1]
        yield (link.source, link.target) if along else (link.target, link.source)


def _is_joined(snapshot: Snapshot, hitting: Ref, hit: Ref) -> bool:
    """Say whether a relationship carries something from one node to another."""
    return any(
        arc_of(link) == (hitting, hit)
        for cls, _, along in CARRIED
        for link in snapshot.out(hitting if along else hit, cls)
    )


def _renumbered(
    value: ReachIndex, after: Snapshot, moved: Iterable[Ref]
) -> "tuple[Sequence[Ref], Sequence[tuple[str]], Numbers]":
    """Give the nodes after some came or went, and the new number of each old one."""
    import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

    places = np.arange(len(value.refs), dtype=np.int64)
    refs, texts = list(value.refs), list(value.texts)
    for ref in dict.fromkeys(moved):
        old, place = bisect_left(value.refs, ref), bisect_left(refs, ref)
        stands = place < len(refs) and refs[place] == ref
        if after.get(ref) is not None and not stands:
            refs.insert(place, ref)
            texts.insert(place, (str(ref),))
            places[old:] += 1
        elif after.get(ref) is None and stands:
            del refs[place], texts[place]
            places[old:] -= 1
    return refs, texts, places


_Pairs = Sequence[tuple[int | None, int | None]]


def _edited(
    keys: "Numbers", places: "Numbers", sizes: tuple[int, int], gone: _Pairs, come: _Pairs
) -> "Numbers":
    """Give sorted arcs without some and with others, by the new numbers, which keep the order."""
    import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

    now, was = sizes
    out = _as_keys(gone, was)
    at = np.searchsorted(keys, out)
    at = at[at < len(keys)]
    kept = np.delete(keys, at[keys[at] == out[: len(at)]])
    if len(kept):
        tails, heads = np.divmod(kept, was)
        kept = places[tails] * now + places[heads]
    add = _as_keys(come, now)
    return np.insert(kept, np.searchsorted(kept, add), add)


def _as_keys(pairs: _Pairs, size: int) -> "Numbers":
    import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

    known = [a * size + b for a, b in pairs if a is not None and b is not None]
    return np.unique(np.array(known, dtype=np.int64))


def _index(
    refs: Sequence[Ref], texts: Sequence[tuple[str]], keys: "Numbers", back: "Numbers"
) -> ReachIndex:
    import numpy as np  # noqa: PLC0415 - 70 ms that few processes need

    size = max(1, len(refs))
    bounds = np.arange(len(refs) + 1, dtype=np.int64) * size
    down = Arcs(np.searchsorted(keys, bounds), keys % size)
    return ReachIndex(
        refs, texts, keys, back, down, Arcs(np.searchsorted(back, bounds), back % size)
    )
