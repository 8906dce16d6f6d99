"""The best order of few nodes, over all of their subsets.

References: E. L. Lawler, A comment on minimum feedback arc sets, 1964.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from graph.analyses.structure.arcs import Arc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOW = 10
"""Sums over a subset are looked up for its lowest so many nodes, and for the others."""


def best_order(size: int, arcs: Mapping[Arc, int]) -> list[int]:
    """Order the nodes 0 to size-1 so that the arcs that lead backward weigh as little as can be.

    `cost[S]` is the least weight of such arcs when the nodes of S come first: the last of them adds
    the arcs that lead from it back into S. Subsets go by their number of nodes. Cost: 2^size times
    size, and 16 bytes for each subset.
    """
    import numpy as np  # noqa: PLC0415 - takes a while, and loops are mostly too small to need it

    subsets = np.arange(1 << size, dtype=np.int64)
    members = np.zeros(1 << size, dtype=np.uint8)
    for node in range(size):
        members += (subsets >> node & 1).astype(np.uint8)
    by_members = np.argsort(members, kind="stable")
    ends = np.cumsum(np.bincount(members, minlength=size + 1))
    back = [_sums([arcs.get((node, head), 0) for head in range(size)]) for node in range(size)]
    cost = np.zeros(1 << size, dtype=np.int64)
    last = np.zeros(1 << size, dtype=np.uint8)
    for first, end in pairwise(ends):
        layer = by_members[first:end]
        least = np.full(len(layer), np.iinfo(np.int64).max)
        chosen = np.zeros(len(layer), dtype=np.uint8)
        for node in range(size):
            there = np.flatnonzero(layer >> node & 1)
            rest = layer[there] ^ (1 << node)
            low, high = back[node]
            found = cost[rest] + low[rest & ((1 << _LOW) - 1)] + high[rest >> _LOW]
            better = found < least[there]
            least[there[better]] = found[better]
            chosen[there[better]] = node
        cost[layer], last[layer] = least, chosen
    order = []
    left = (1 << size) - 1
    while left:
        order.append(int(last[left]))
        left ^= 1 << order[-1]
    return order[::-1]


def _sums(weights: list[int]) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Give the sums of the weights over each subset of the lowest nodes, and of the others."""
    import numpy as np  # noqa: PLC0415 - see above

    tables = []
    for part in (weights[:_LOW], weights[_LOW:]):
        table = np.zeros(1, dtype=np.int64)
        for weight in part:
            table = np.concatenate([table, table + weight])
        tables.append(table)
    return tables[0], tables[1]
