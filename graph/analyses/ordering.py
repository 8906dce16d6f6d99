"""Topological order of numbered nodes, which survives loops and says where they are.

References: docs/definitions.md §3 and §2 (schedules and contribution are acyclic; a document that
was never checked may break that). A. B. Kahn, Topological sorting of large networks, 1962;
R. E. Tarjan, Edge-disjoint spanning trees and depth-first search, 1976.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LOOPS_LISTED = 100
"""So many loops are given with their path; the others are dropped and counted."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order in which every arc that was kept leads forward.

    `dropped` are the arcs left out so that such an order exists. `loops` are the nodes of a loop
    for each of them, from the arc's head along the arcs to its tail; at most `LOOPS_LISTED`.
    """

    order: list[int]
    dropped: frozenset[tuple[int, int]] = frozenset()
    loops: tuple[tuple[int, ...], ...] = ()


def ordered(successors: Sequence[Sequence[int]]) -> Ordering:
    """Order nodes 0 to n-1 topologically; `successors[i]` are the heads of the arcs from i.

    Deterministic for the same input. Cost: linear in nodes and arcs, without recursion; the paths
    of the loops add at most `LOOPS_LISTED` times their length.
    """
    waiting = [0] * len(successors)
    for heads in successors:
        for head in heads:
            waiting[head] += 1
    order = [node for node, count in enumerate(waiting) if not count]
    for node in order:
        for head in successors[node]:
            waiting[head] -= 1
            if not waiting[head]:
                order.append(head)
    return Ordering(order) if len(order) == len(successors) else _without_loops(successors)


_NEW, _OPEN, _DONE = 0, 1, 2


def _without_loops(successors: Sequence[Sequence[int]]) -> Ordering:
    """Drop the arcs that lead back into the path of a depth-first search."""
    state = [_NEW] * len(successors)
    finished: list[int] = []
    dropped: set[tuple[int, int]] = set()
    loops: list[tuple[int, ...]] = []
    for root in range(len(successors)):
        path = [root] if state[root] == _NEW else []
        ahead = [iter(successors[root])] if path else []
        state[root] = _OPEN if path else state[root]
        while path:
            head = next(ahead[-1], None)
            if head is None:
                ahead.pop()
                finished.append(path.pop())
                state[finished[-1]] = _DONE
            elif state[head] == _NEW:
                state[head] = _OPEN
                path.append(head)
                ahead.append(iter(successors[head]))
            elif state[head] == _OPEN and (path[-1], head) not in dropped:
                dropped.add((path[-1], head))
                if len(loops) < LOOPS_LISTED:
                    loops.append(tuple(path[path.index(head) :]))
    finished.reverse()
    return Ordering(finished, frozenset(dropped), tuple(loops))
