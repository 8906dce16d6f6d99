"""The shortest ways that begin at some nodes of a directed graph, and what they lead through.

Many beginnings are followed side by side in numpy, which lets other threads run meanwhile.

References: docs/definitions.md §4. U. Brandes, A faster algorithm for betweenness centrality, 2001.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from networkit import Graph
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_TOGETHER = 250_000
"""So many arcs are looked at in one step, over all beginnings followed together: no single call
into numpy shall keep other threads waiting for long."""


def through_from(
    count: int, arcs: Mapping[tuple[int, int], int], begins: Sequence[int]
) -> list[float]:
    """Sum for each node the shares of the shortest ways from `begins` that lead through it.

    Nodes are 0 to count-1; an arc's length is a whole number above 0. Cost: beginnings times arcs.
    """
    import networkit as nk  # noqa: PLC0415 - takes a third of a second
    import numpy as np  # noqa: PLC0415 - takes a tenth of a second

    joined = [(tail, head, far) for (tail, head), far in arcs.items() if tail != head]
    total = np.zeros(count)
    if not joined:
        return [0.0] * count
    tails, heads, lengths = np.array(joined, dtype=np.int64).T
    graph = nk.Graph(count, weighted=True, directed=True)
    for tail, head, length in joined:
        graph.addEdge(tail, head, float(length))
    step = max(1, _TOGETHER // (len(joined) + count))
    for first in range(0, len(begins), step):
        part = begins[first : first + step]
        far = _distances(graph, part)
        rows, tight = np.nonzero(far[:, tails] + lengths == far[:, heads])
        base = rows * count
        origins = np.arange(len(part)) * count + np.array(part)
        through = _through(far.size, base + tails[tight], base + heads[tight], origins)
        through[origins] = 0
        total += through.reshape(len(part), count).sum(axis=0)
    found: list[float] = total.tolist()
    return found


def _distances(graph: "Graph", begins: Sequence[int]) -> "NDArray[np.float64]":
    """Give the distances from each beginning, a row each; those out of reach are not a number."""
    import networkit as nk  # noqa: PLC0415 - takes a third of a second
    import numpy as np  # noqa: PLC0415 - takes a tenth of a second

    found = np.full((len(begins), graph.numberOfNodes()), np.nan)
    for row, begin in enumerate(begins):
        search = nk.distance.Dijkstra(graph, begin, False)
        search.run()
        reached = np.asarray(search.getDistances(), dtype=np.float64)
        found[row] = np.where(reached < _FARTHEST, reached, np.nan)
    return found


_FARTHEST = 1e300
"""Nothing is as far: NetworKit gives the largest number there is for what is out of reach."""


def _through(
    size: int, tails: "Whole", heads: "Whole", origins: "Whole"
) -> "NDArray[np.longdouble]":
    """Add up what leads through each node, by the arcs that lie on shortest ways.

    Ways are counted in long floats: two thousand diamonds in a row have 2^2000 of them.
    """
    import numpy as np  # noqa: PLC0415 - takes a tenth of a second

    ways = np.zeros(size, dtype=np.longdouble)
    ways[origins] = 1
    layers = list(_layers(size, tails, heads, origins))
    for layer in layers:
        np.add.at(ways, heads[layer], ways[tails[layer]])
    through = np.zeros(size, dtype=np.longdouble)
    for layer in reversed(layers):
        tail, head = tails[layer], heads[layer]
        np.add.at(through, tail, ways[tail] / ways[head] * (1 + through[head]))
    return through


def _layers(size: int, tails: "Whole", heads: "Whole", origins: "Whole") -> Iterator["Whole"]:
    """Give the arcs in layers: the arcs into a node come in layers before those out of it."""
    import numpy as np  # noqa: PLC0415 - takes a tenth of a second

    order = np.argsort(tails, kind="stable")
    starts = np.searchsorted(tails[order], np.arange(size + 1))
    waiting = np.bincount(heads, minlength=size)
    front = origins
    while front.size:
        counts = starts[front + 1] - starts[front]
        offsets = np.repeat(np.cumsum(counts) - counts, counts)
        within = np.arange(counts.sum()) - offsets
        layer = order[np.repeat(starts[front], counts) + within]
        if layer.size:
            yield layer
        np.subtract.at(waiting, heads[layer], 1)
        reached = np.unique(heads[layer])
        front = reached[waiting[reached] == 0]
