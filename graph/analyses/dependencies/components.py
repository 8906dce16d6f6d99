"""Strongly connected components of numbered nodes, what is reached before what reaches it.

References: R. E. Tarjan, Depth-first search and linear graph algorithms, 1972.
"""

from collections.abc import Iterator, Sequence


def components_of(successors: Sequence[Sequence[int]]) -> list[int]:
    """Give the component of each node; an arc leads to its own component or one of a lower number.

    `successors[i]` are the heads of the arcs from i. As networkx numbers them, but on lists: graphs
    of dictionaries take a tenth of a second to let go of, in which no other thread runs. Cost:
    linear, without recursion.
    """
    count = len(successors)
    index, low, component = [-1] * count, [0] * count, [-1] * count
    stack: list[int] = []
    found, clock = 0, 0
    for root in range(count):
        path = [root] if index[root] < 0 else []
        ahead = [iter(successors[root])] if path else []
        while path:
            node = path[-1]
            if index[node] < 0:
                index[node] = low[node] = clock
                clock += 1
                stack.append(node)
            head = _unseen(ahead[-1], index, low, component, node)
            if head is not None:
                path.append(head)
                ahead.append(iter(successors[head]))
                continue
            path.pop()
            ahead.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[node])
            if low[node] == index[node]:
                _close(stack, component, node, found)
                found += 1
    return component


def _unseen(
    ahead: Iterator[int], index: Sequence[int], low: list[int], component: Sequence[int], node: int
) -> int | None:
    """Give the next head that was not visited yet; what leads back into the path lowers `low`."""
    for head in ahead:
        if index[head] < 0:
            return head
        if component[head] < 0:
            low[node] = min(low[node], index[head])
    return None


def _close(stack: list[int], component: list[int], root: int, number: int) -> None:
    """Take a component off the stack."""
    while True:
        node = stack.pop()
        component[node] = number
        if node == root:
            return
