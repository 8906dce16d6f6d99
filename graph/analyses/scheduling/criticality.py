"""The two passes of the critical path method over a network, and the critical paths in it.

Kept apart from reading the graph and writing the result, so that a simulation can run the passes
often.

References: docs/definitions.md §3. J. E. Kelley and M. R. Walker, 1959.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.analyses.scheduling.schedule import ScheduleNetwork

PATHS_LISTED = 100
PATH_KEYS_LISTED = 200_000
MOST_PATHS = 10**15
"""Paths are counted up to here: there may be more than atoms."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Earliest and latest starts, free floats and drivers by node, in parts of a day.

    `least` is the least total float of the items that are not settled; `drivers` are nodes of
    items, never of milestones.
    """

    finish: int
    early: list[int]
    late: list[int]
    free: list[int]
    drivers: list[int | None]
    least: int
    settled: frozenset[int]

    def is_critical(self, node: int) -> bool:
        """Say whether a node has the least total float. What is settled is not critical."""
        return self.late[node] - self.early[node] <= self.least and node not in self.settled


def passes_of(network: ScheduleNetwork) -> Passes:
    """Compute the earliest dates forward, the latest backward. Cost: linear in nodes and arcs."""
    early, drivers = forward(network)
    scheduled = network.scheduled
    finish = max((early[node] + network.durations[node] for node in scheduled), default=0)
    late = backward(network, early, finish)
    settled = network.bounds.settled
    floats = (late[node] - early[node] for node in scheduled if node not in settled)
    return Passes(
        finish,
        early,
        late,
        _free(network, early, late),
        drivers,
        min(floats, default=0),
        settled,
    )


def forward(network: ScheduleNetwork) -> tuple[list[int], list[int | None]]:
    """Give the earliest starts, and for each item the predecessor that holds it there.

    Nothing starts before 0, its earliest date, or its links allow; facts stand. Among several
    predecessors that hold an item equally the one with the smallest key is named.
    """
    early = [0] * len(network.arcs)
    drivers: list[int | None] = [None] * len(network.arcs)
    for node, bound in network.bounds.earliest.items():
        early[node] = max(0, bound)
    fixed, items = network.bounds.fixed, len(network.items)
    for node in network.order:
        if node in fixed:
            early[node], drivers[node] = fixed[node], None
        start = early[node]
        named = node if node < items else drivers[node]
        for head, weight in network.arcs[node]:
            bound = start + weight
            if bound > early[head]:
                early[head], drivers[head] = bound, named
            elif bound == early[head] and named is not None:
                known = drivers[head]
                if known is None or named < known:
                    drivers[head] = named
    return early, drivers


def backward(network: ScheduleNetwork, early: list[int], finish: int) -> list[int]:
    """Give the latest starts that do not move the finish, nor break a constraint."""
    late = [finish - duration for duration in network.durations]
    for node, bound in network.bounds.latest.items():
        late[node] = min(late[node], bound)
    settled = network.bounds.settled
    for node in reversed(network.order):
        if node in settled:
            late[node] = early[node]
            continue
        latest = late[node]
        for head, weight in network.arcs[node]:
            if late[head] - weight < latest and head not in settled:
                latest = late[head] - weight
        late[node] = latest
    return late


def _free(network: ScheduleNetwork, early: list[int], late: list[int]) -> list[int]:
    """Give the free floats: how far an item can slip without moving a successor's early start.

    A milestone passes on what lies behind it, so that a link on a summary counts as the links on
    its parts do.
    """
    items, completed = len(network.items), network.completed
    slack: list[int | None] = [None] * len(network.arcs)
    for node in reversed(network.order):
        found: int | None = None
        for head, weight in network.arcs[node]:
            behind = slack[head] if head >= items else 0
            if behind is None or head in completed:
                continue
            term = early[head] - early[node] - weight + behind
            if found is None or term < found:
                found = term
        slack[node] = found
    return [
        0 if node in completed else late[node] - early[node] if known is None else known
        for node, known in enumerate(slack)
    ]


def critical_paths(
    network: ScheduleNetwork, passes: Passes
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Give the critical paths as keys, as many as are listed, and how many there are.

    A path leads along links that leave no room between critical items, as far as it goes both
    ways. Cost: linear in nodes and arcs, plus the paths listed.
    """
    ahead, begins = _tight(network, passes)
    counts = [0] * len(network.arcs)
    for node in reversed(network.order):
        counts[node] = min(MOST_PATHS, sum(counts[head] for head in ahead[node]) or 1)
    count = min(MOST_PATHS, sum(counts[node] for node in begins))
    listed: dict[tuple[str, ...], None] = {}
    keys = 0
    for found in _walk(ahead, begins):
        path = tuple(network.items[node].key for node in found if node < len(network.items))
        keys += len(path)
        if listed and (len(listed) == PATHS_LISTED or keys > PATH_KEYS_LISTED):
            return tuple(listed), max(count, len(listed) + 1)
        listed[path] = None
    return tuple(listed), len(listed)


def _tight(network: ScheduleNetwork, passes: Passes) -> tuple[list[list[int]], list[int]]:
    """Give the critical heads of each critical node that follow without room, and where to begin.

    Milestones count only between items: those that lead from none or to none are passed over.
    """
    items, early = len(network.items), passes.early
    critical = [passes.is_critical(node) for node in range(len(network.arcs))]
    ahead: list[list[int]] = [[] for _ in network.arcs]
    for node in reversed(network.order):
        if critical[node]:
            ahead[node] = sorted(
                {
                    head
                    for head, weight in network.arcs[node]
                    if critical[head]
                    and early[head] == early[node] + weight
                    and (head < items or ahead[head])
                }
            )
    followed = [False] * len(network.arcs)
    for node in network.order:
        if node < items or followed[node]:
            for head in ahead[node]:
                followed[head] = True
    begins = [node for node in network.scheduled if critical[node] and not followed[node]]
    return ahead, begins


def _walk(ahead: list[list[int]], begins: list[int]) -> Iterator[list[int]]:
    for begin in begins:
        path, branches = [begin], [iter(ahead[begin])]
        if not ahead[begin]:
            yield path
        while path:
            head = next(branches[-1], None)
            if head is None:
                path.pop()
                branches.pop()
                continue
            path.append(head)
            branches.append(iter(ahead[head]))
            if not ahead[head]:
                yield path
