"""Feedback arc sets: the fewest arcs whose removal leaves no loop.

References: docs/definitions.md §6, docs/structure.md; the methods' own sources are named in
`contraction`, `subsetorder`, `siftedorder` and `cyclepacking`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graph.analyses.ordering import ordered
from graph.analyses.structure.arcs import Arc, looping_parts
from graph.analyses.structure.contraction import Contraction, contracted
from graph.analyses.structure.cyclepacking import least_weight
from graph.analyses.structure.siftedorder import sifted_order
from graph.analyses.structure.subsetorder import best_order

EXACT_NODES = 20
"""Up to so many nodes in a loop the answer is surely exact: the work doubles with each."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Arcs whose removal leaves no loop, sorted; self-loops are always among them.

    In the `order` of the nodes just they lead backward. `exact`: no fewer arcs do it, nor as few
    that weigh less together. `lower_bound`: no set that does it has fewer arcs than that.
    """

    order: tuple[int, ...]
    arcs: tuple[Arc, ...]
    exact: bool
    lower_bound: int


def feedback_arcs(size: int, arcs: Mapping[Arc, int]) -> Feedback:
    """Find few arcs, of equally few those with little weight, without which no loop is left.

    The nodes are 0 to size-1; an arc's weight is a whole number of 0 or more.
    As few as can be in components of up to `EXACT_NODES` nodes, and wherever the rest of a larger
    one is that small once it is taken apart (see `looping_parts` and `contraction`); beyond, a
    heuristic, which is exact where the bound of `cyclepacking` proves it. Cost: linear, plus
    2^n times n for each such rest of n nodes, plus what `siftedorder` and `cyclepacking` are
    allowed.
    """
    one = 1 + sum(arcs.values())
    loops = [arc for arc in arcs if arc[0] == arc[1]]
    weighed = {arc: one + weight for arc, weight in arcs.items() if arc[0] != arc[1]}
    found, exact, bound = [*loops], True, len(loops)
    for rest in _taken_apart(weighed):
        found.extend(rest.cut)
        bound += len(rest.cut)
        if rest.arcs:
            broken, least = _broken(rest)
            found.extend(broken)
            weight = sum(weighed[arc] for arc in broken)
            exact = exact and weight == least
            bound += len(broken) if weight == least else least // one
    order, backward = _ordered(size, arcs, found)
    return Feedback(order, backward, exact, bound)


def _ordered(
    size: int, arcs: Mapping[Arc, int], cut: Collection[Arc]
) -> tuple[tuple[int, ...], tuple[Arc, ...]]:
    """Order the nodes as the arcs that are not cut lead, and leave out what is cut for nothing."""
    cut = frozenset(cut)
    while True:
        heads: list[list[int]] = [[] for _ in range(size)]
        for tail, head in sorted(arcs):
            if (tail, head) not in cut:
                heads[tail].append(head)
        order = ordered(heads).order
        place = {node: number for number, node in enumerate(order)}
        backward = frozenset(arc for arc in cut if place[arc[1]] <= place[arc[0]])
        if len(backward) == len(cut):
            return tuple(order), tuple(sorted(cut))
        cut = backward


def _taken_apart(arcs: Mapping[Arc, int]) -> Iterator[Contraction]:
    """Give what is left of the parts of a graph, and of their parts, where nothing more merges."""
    waiting = [Contraction(dict(arcs), {arc: [arc] for arc in arcs})]
    while waiting:
        whole = waiting.pop()
        for part in looping_parts(whole.arcs):
            rest = contracted(part)
            meant = Contraction(
                rest.arcs,
                {arc: _meant(whole, found) for arc, found in rest.stands_for.items()},
                _meant(whole, rest.cut),
            )
            if len(rest.arcs) in {0, len(part)}:
                yield meant
            else:
                yield Contraction(cut=meant.cut)
                waiting.append(Contraction(meant.arcs, meant.stands_for))


def _meant(whole: Contraction, arcs: list[Arc]) -> list[Arc]:
    return [meant for arc in arcs for meant in whole.stands_for[arc]]


def _broken(rest: Contraction) -> tuple[list[Arc], int]:
    """Give the arcs to break for what is left, and the weight that no other such arcs are below."""
    nodes = sorted({node for arc in rest.arcs for node in arc})
    numbers = {node: number for number, node in enumerate(nodes)}
    arcs = {(numbers[tail], numbers[head]): weight for (tail, head), weight in rest.arcs.items()}
    exact = len(nodes) <= EXACT_NODES
    order = best_order(len(nodes), arcs) if exact else sifted_order(len(nodes), arcs)
    place = {node: number for number, node in enumerate(order)}
    backward = [arc for arc in arcs if place[arc[1]] < place[arc[0]]]
    weight = sum(arcs[arc] for arc in backward)
    least = weight if exact else least_weight(len(nodes), arcs)
    broken = [
        meant for tail, head in backward for meant in rest.stands_for[nodes[tail], nodes[head]]
    ]
    return broken, least
