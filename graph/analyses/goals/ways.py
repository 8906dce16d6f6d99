"""The ways from the top of a company down to a node: how many there are, and the first of them.

Progress comes up by the ways of contribution alone. A way with at least one SUPPORTS on it is a
*supporting* way: it shows what the node is aligned with.

References: docs/definitions.md §2. R. Bellman, On a routing problem, 1958 (lengths of ways, here
the least few of each node).
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import islice

import networkx as nx

from graph.analyses.goals.serving import Tie, root_served, served
from graph.analyses.ordering import ordered
from graph.model.entities import Company, KeyResult, Objective, WorkItem
from graph.model.relations import MemberOf, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

PATHS_LISTED = 20
"""Ways listed, and as many supporting ones."""
PATH_STEPS_LISTED = 20_000
"""Once the ways listed have so many steps in all, no further one is."""
MOST_PATHS = 10**15

_GOALS = frozenset({Company.KIND, KeyResult.KIND, Objective.KIND})


class _Rest(Enum):
    """What the rest of a way, from a node down to the root, has to be."""

    CONTRIBUTING = auto()
    SUPPORTING = auto()
    """With a SUPPORTS still to come."""
    ANY = auto()


class Ways:
    """The ways up from a root, each told from its top down to the root.

    A way ends at what serves nothing further by contribution. `tops` are those ends: goals and the
    company; from a work item also a whole that serves none. A contribution that closes a loop is
    left out, `loops` shows each one as nodes; a SUPPORTS that leads back to where it came from is
    left out too. Cost: linear in what is above the root, plus the ways listed.
    """

    def __init__(self, snapshot: Snapshot, root: Ref) -> None:
        self._refs, arcs = _reached(snapshot, root)
        ordering = ordered([[to for to, how in found if how != Supports.TYPE] for found in arcs])
        self.loops = tuple(tuple(self._refs[at] for at in loop) for loop in ordering.loops)
        circle = _circles(arcs)
        self._above = [
            [
                (to, how)
                for to, how in found
                if (at, to) not in ordering.dropped
                and not (how == Supports.TYPE and circle[at] == circle[to])
            ]
            for at, found in enumerate(arcs)
        ]
        self._below: list[list[tuple[int, str]]] = [[] for _ in arcs]
        for at in sorted(range(len(arcs)), key=self._refs.__getitem__):
            for to, how in self._above[at]:
                self._below[to].append((at, how))
        self._measure()
        self._ends = sorted(
            (at for at in range(1, len(arcs)) if self._is_top(at)), key=self._refs.__getitem__
        )
        self.tops = tuple(self._refs[at] for at in self._ends)

    def _is_top(self, at: int) -> bool:
        meant = self._refs[at].kind in _GOALS or self._refs[0].kind == WorkItem.KIND
        return meant and all(how == Supports.TYPE for _, how in self._above[at])

    def _measure(self) -> None:
        """Count the ways from the root up to each node, and note their least few lengths."""
        size = len(self._refs)
        self._counts = [[0, 0] for _ in range(size)]
        lengths: list[tuple[set[int], set[int]]] = [(set(), set()) for _ in range(size)]
        self._lengths: list[tuple[list[int], list[int]]] = [([], [])] * size
        self._counts[0][0] = 1
        lengths[0][0].add(0)
        for at in ordered([[to for to, _ in found] for found in self._above]).order:
            # No way that is listed needs more lengths: those before it fill the list.
            plain, aligned = (sorted(found)[:PATHS_LISTED] for found in lengths[at])
            self._lengths[at] = plain, aligned
            for to, how in self._above[at]:
                first = 1 if how == Supports.TYPE else 0
                self._add(to, first, self._counts[at][0])
                self._add(to, 1, self._counts[at][1])
                lengths[to][first].update(length + 1 for length in plain)
                lengths[to][1].update(length + 1 for length in aligned)
            lengths[at] = set(), set()

    def _add(self, at: int, which: int, count: int) -> None:
        self._counts[at][which] = min(MOST_PATHS, self._counts[at][which] + count)

    @property
    def count(self) -> int:
        """How many contributing ways there are; no more than `MOST_PATHS` are counted."""
        return min(MOST_PATHS, sum(self._counts[at][0] for at in self._ends))

    @property
    def supporting_count(self) -> int:
        """How many supporting ways there are; no more than `MOST_PATHS` are counted."""
        return min(MOST_PATHS, sum(self._counts[at][1] for at in self._ends))

    def shortest(self) -> tuple[Tie, ...] | None:
        """Give the shortest contributing way to a company; None where none leads there."""
        tops = [at for at in self._ends if self._refs[at].kind == Company.KIND]
        return next(self._ways(tops, _Rest.CONTRIBUTING), None)

    def contributing(self) -> list[tuple[Tie, ...]]:
        """Give the first contributing ways, by length and then by the kinds and keys on them.

        Each is given from its top to the root; what is noted is how a node hangs on the one
        before it, nothing for the top.
        """
        return _bounded(self._ways(self._ends, _Rest.CONTRIBUTING))

    def supporting(self) -> list[tuple[Tie, ...]]:
        """Give the first supporting ways, likewise."""
        return _bounded(self._ways(self._ends, _Rest.SUPPORTING))

    def aligned_tops(self) -> list[Ref]:
        """Give the tops to which supporting ways lead."""
        return [self._refs[at] for at in self._ends if self._counts[at][1]]

    def _ways(self, tops: Sequence[int], rest: _Rest) -> Iterator[tuple[Tie, ...]]:
        which = 0 if rest is _Rest.CONTRIBUTING else 1
        for length in sorted({length for top in tops for length in self._lengths[top][which]}):
            for top in tops:
                if self._leads(top, length, rest):
                    yield from self._down(top, length, rest)

    def _leads(self, at: int, length: int, rest: _Rest) -> bool:
        plain, aligned = self._lengths[at]
        return (rest is not _Rest.SUPPORTING and length in plain) or (
            rest is not _Rest.CONTRIBUTING and length in aligned
        )

    def _down(self, top: int, length: int, rest: _Rest) -> Iterator[tuple[Tie, ...]]:
        """Give the ways of a length from a top; every step taken leads to the root."""
        path = [Tie(self._refs[top], "")]
        ahead = [self._steps(top, length, rest)]
        while ahead:
            step = next(ahead[-1], None)
            if step is None:
                ahead.pop()
                path.pop()
                continue
            at, how, wanted = step
            path.append(Tie(self._refs[at], how))
            if len(path) <= length:
                ahead.append(self._steps(at, length + 1 - len(path), wanted))
                continue
            yield tuple(path)
            path.pop()

    def _steps(self, at: int, length: int, rest: _Rest) -> Iterator[tuple[int, str, _Rest]]:
        for to, how in self._below[at]:
            if how != Supports.TYPE:
                wanted = rest
            elif rest is _Rest.CONTRIBUTING:
                continue
            else:
                wanted = _Rest.ANY
            if self._leads(to, length - 1, wanted):
                yield to, how, wanted


def _reached(
    snapshot: Snapshot, root: Ref
) -> tuple[Sequence[Ref], Sequence[Sequence[tuple[int, str]]]]:
    """Give everything above a root, the root first, and what each of it serves, by number."""
    numbers, refs = {root: 0}, [root]
    arcs: list[list[tuple[int, str]]] = []
    for at in refs:
        found = []
        for tie in (served if arcs else root_served)(snapshot, at):
            if tie == (root, MemberOf.TYPE):
                continue  # a person's own team does not lead to the person again
            if tie.ref not in numbers:
                numbers[tie.ref] = len(refs)
                refs.append(tie.ref)
            found.append((numbers[tie.ref], tie.relation))
        arcs.append(found)
    return refs, arcs


def _circles(arcs: Sequence[Sequence[tuple[int, str]]]) -> Sequence[int]:
    """Give each node the number of the set to which it belongs of nodes that all lead to each other."""
    if all(how != Supports.TYPE for found in arcs for _, how in found):
        return range(len(arcs))
    graph: nx.DiGraph[int] = nx.DiGraph(
        [(at, to) for at, found in enumerate(arcs) for to, _ in found]
    )
    numbers = [0] * len(arcs)
    for number, circle in enumerate(nx.strongly_connected_components(graph)):
        for at in circle:
            numbers[at] = number
    return numbers


def _bounded(ways: Iterator[tuple[Tie, ...]]) -> list[tuple[Tie, ...]]:
    found: list[tuple[Tie, ...]] = []
    for way in islice(ways, PATHS_LISTED):
        found.append(way)
        if sum(map(len, found)) >= PATH_STEPS_LISTED:
            break
    return found
