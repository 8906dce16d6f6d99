"""Finding loops in a directed graph, without recursion, however long its chains are."""

import itertools
from collections.abc import Callable, Iterator, Sequence

from graph.model.relations import Relation
from graph.model.values import Ref


def closing(
    written: Sequence[Relation], onward: Callable[[Ref], list[Ref]]
) -> Iterator[tuple[Relation, list[Ref]]]:
    """Give the written relationships that close a loop, each with a loop it closes.

    `onward` gives the next nodes of the graph that already holds the written relationships, which
    was without loops before them, so every loop has one of them. Of the written relationships in
    one loop the last is named, once. Cost: one depth-first walk from the written ones' ends.
    """
    order = {(r.source, r.target): place for place, r in enumerate(written)}
    named: set[int] = set()
    for path in _loops([r.source for r in written], onward):
        places = [order.get(step, -1) for step in itertools.pairwise(path)]
        last = max(places, default=-1)
        if last >= 0 and last not in named:
            named.add(last)
            start = places.index(last)
            turned = path[:-1][start:] + path[:-1][:start]
            yield written[last], [*turned, turned[0]]


def _loops(roots: Sequence[Ref], onward: Callable[[Ref], list[Ref]]) -> Iterator[list[Ref]]:
    """Walk depth first; every step back onto the walk's own path gives a loop, first = last."""
    finished: set[Ref] = set()
    for root in roots:
        if root in finished:
            continue
        path: list[Ref] = [root]
        place = {root: 0}
        todo = [iter(onward(root))]
        while todo:
            step = next(todo[-1], None)
            if step is None:
                todo.pop()
                done = path.pop()
                del place[done]
                finished.add(done)
            elif step in place:
                yield [*path[place[step] :], step]
            elif step not in finished:
                place[step] = len(path)
                path.append(step)
                todo.append(iter(onward(step)))
