"""How much every feedback arc set weighs at least, by loops that share no weight.

References: R. Bar-Yehuda and S. Even, A local-ratio theorem for approximating the weighted vertex cover
problem, 1985 (here on the arcs of loops).
"""

from collections.abc import Mapping

from graph.analyses.structure.arcs import Arc

STEPS = 3_000_000
"""Arcs looked at, at most; the bound is lower for what is not found by then."""


def least_weight(size: int, arcs: Mapping[Arc, int], steps: int = STEPS) -> int:
    """Give a weight that no feedback arc set of nodes 0 to size-1 is below.

    Again and again a short loop is found, and the weight of its lightest arc is taken from all of
    its arcs: every feedback arc set pays for each loop at least that. Arcs without weight left are
    gone. Cost: at most `steps`, and the length of the loops.
    """
    ahead: list[dict[int, int]] = [{} for _ in range(size)]
    for (tail, head), weight in sorted(arcs.items()):
        ahead[tail][head] = weight
    total = 0
    for start in range(size):
        while steps > 0:
            loop, steps = _loop(start, ahead, steps)
            if not loop:
                break
            least = min(ahead[tail][head] for tail, head in loop)
            total += least
            for tail, head in loop:
                ahead[tail][head] -= least
                if not ahead[tail][head]:
                    del ahead[tail][head]
    return total


def _loop(start: int, ahead: list[dict[int, int]], steps: int) -> tuple[list[Arc], int]:
    """Give the arcs of a shortest loop through a node, if there is one, and the steps left."""
    before = {start: start}
    queue = [start]
    for node in queue:
        for head in ahead[node]:
            steps -= 1
            if head == start:
                loop = [(node, start)]
                while loop[-1][0] != start:
                    loop.append((before[loop[-1][0]], loop[-1][0]))
                return loop, steps
            if head not in before:
                before[head] = node
                queue.append(head)
        if steps <= 0:
            break
    return [], steps
