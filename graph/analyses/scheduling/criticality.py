"""The two passes of the critical path method over a network, and the critical paths in it.

Kept apart from reading the graph and writing the result, so that a simulation can run the passes
often.

References: docs/definitions.md §3. J. E. Kelley and M. R. Walker, 1959.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.scheduling.schedule import ScheduleNetwork
from graph.model.relations import DependsOn

PATHS_LISTED = 100
PATH_KEYS_LISTED = 200_000
MOST_PATHS = 10**15
"""Paths are counted up to here: there may be more than atoms."""
FAR = 10**40
"""Farther, in parts of a day, than any time: a milestone is bound by its arcs alone."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Earliest and latest starts, free floats and drivers by node, in parts of a day.

    `least` is the least total float of the items that are not settled; `drivers` are nodes of
    items, never of milestones. `critical` says of each node whether it is.
    """

    finish: int
    early: list[int]
    late: list[int]
    free: list[int]
    drivers: list[int | None]
    least: int
    settled: frozenset[int]
    critical: list[bool]

    def is_critical(self, node: int) -> bool:
        """Say whether a node has the least total float. What is settled is not critical."""
        return self.critical[node]


def passes_of(network: ScheduleNetwork) -> Passes:
    """Compute the earliest dates forward, the latest backward. Cost: linear in nodes and arcs."""
    early, drivers = forward(network)
    durations, scheduled = network.durations, network.scheduled
    finish = max([early[node] + durations[node] for node in scheduled], default=0)
    late = backward(network, early, finish)
    settled = network.bounds.settled
    floats = [last - first for first, last in zip(early, late, strict=True)]
    least = min([floats[node] for node in scheduled if node not in settled], default=0)
    critical = [room <= least for room in floats]
    for node in settled:
        critical[node] = False
    free = _free(network, early, floats)
    return Passes(finish, early, late, free, drivers, least, settled, critical)


def forward(network: ScheduleNetwork) -> tuple[list[int], list[int | None]]:
    """Give the earliest starts, and for each item the predecessor that holds it there.

    Nothing starts before 0, its earliest date, or its links allow; facts stand, and a milestone is
    where what it marks is, be it before 0. Among several predecessors that hold an item equally
    the one with the smallest key is named.
    """
    nodes, items, arcs = len(network.durations), len(network.items), network.columns
    early, drivers = [0] * items + [-FAR] * (nodes - items), list[int | None]([None]) * nodes
    for node, bound in network.bounds.earliest.items():
        early[node] = max(0, bound)
    fixed = network.bounds.fixed
    for node, start in fixed.items():
        early[node] = start
    for tail, head, weight in zip(arcs.tails, arcs.heads, arcs.weights, strict=True):
        bound = early[tail] + weight
        known = early[head]
        if bound < known or head in fixed:
            continue
        named = tail if tail < items else drivers[tail]
        if bound > known:
            early[head], drivers[head] = bound, named
        elif named is not None:
            driver = drivers[head]
            if driver is None or named < driver:
                drivers[head] = named
    return early, drivers


def backward(network: ScheduleNetwork, early: list[int], finish: int) -> list[int]:
    """Give the latest starts that do not move the finish, nor break a constraint.

    The finish does not hold a milestone: where all that it marks is done, it holds nothing back.
    """
    items = len(network.items)
    late = [finish - duration for duration in network.durations[:items]]
    late += [FAR] * (len(early) - items)
    for node, bound in network.bounds.latest.items():
        late[node] = min(late[node], bound)
    settled, arcs = network.bounds.settled, network.columns
    for node in settled:
        late[node] = early[node]
    weights = arcs.late_weights()
    backwards = zip(reversed(arcs.tails), reversed(arcs.heads), reversed(weights), strict=True)
    for tail, head, weight in backwards:
        if weight is not None:
            bound = late[head] - weight
            if bound < late[tail] and tail not in settled and head not in settled:
                late[tail] = bound
    return late


def _free(network: ScheduleNetwork, early: list[int], floats: list[int]) -> list[int]:
    """Give the free floats: how far an item can slip without moving a successor's early start.

    A milestone passes on what lies behind it, so that a link on a summary counts as the links on
    its parts do. Never below 0: what has begun too early cannot be moved any more.
    """
    items, completed, arcs = len(network.items), network.completed, network.columns
    slack: list[int | None] = [None] * len(floats)
    backwards = zip(reversed(arcs.tails), reversed(arcs.heads), reversed(arcs.weights), strict=True)
    for tail, head, weight in backwards:
        behind = slack[head] if head >= items else 0
        if behind is None or head in completed:
            continue
        term = early[head] - early[tail] - weight + behind
        found = slack[tail]
        if found is None or term < found:
            slack[tail] = term
    free = [
        room if found is None else max(0, found) for room, found in zip(floats, slack, strict=True)
    ]
    for node in completed:
        free[node] = 0
    return free


def driving_links(
    network: ScheduleNetwork, early: Sequence[int], drivers: Sequence[int | None]
) -> list[DependsOn | None]:
    """Give the link by which each node's driver holds it; None where no link does.

    Of parallel ones that hold it equally it is the one with the smallest kind, lag and key. For a
    driver under a summary it is the link on the summary. Cost: linear in nodes and arcs.
    """
    items, arcs = len(network.items), network.columns
    found: list[DependsOn | None] = [None] * len(early)
    columns = zip(arcs.tails, arcs.heads, arcs.weights, arcs.links, strict=True)
    for tail, head, weight, link in columns:
        driver = drivers[head]
        if driver is None or early[tail] + weight != early[head]:
            continue
        if driver == (tail if tail < items else drivers[tail]):
            held = found[tail] if link is None and tail >= items else link
            known = found[head]
            if held is not None and (known is None or _rank(held) < _rank(known)):
                found[head] = held
    return found


def _rank(link: DependsOn) -> tuple[str, float, str]:
    return link.link, link.lag_days, link.key


def critical_paths(
    network: ScheduleNetwork, passes: Passes
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Give the critical paths as keys, as many as are listed, and how many there are.

    A path leads along links that leave no room between critical items, as far as it goes both
    ways. Cost: linear in nodes and arcs, plus the paths listed, plus what summaries tie together
    in more than one way.
    """
    tight = _tight(network, passes)
    ahead, counts = _ahead(network, passes, tight)
    begins = _begins(network, passes, tight)
    count = min(MOST_PATHS, sum(counts.get(node, 1) for node in begins))
    listed: list[tuple[str, ...]] = []
    keys = 0
    for found in _walk(ahead, begins):
        keys += len(found)
        if listed and (len(listed) == PATHS_LISTED or keys > PATH_KEYS_LISTED):
            return tuple(listed), max(count, len(listed) + 1)
        listed.append(tuple(network.items[node].key for node in found))
    return tuple(listed), len(listed)


def _tight(network: ScheduleNetwork, passes: Passes) -> list[tuple[int, int]]:
    """Give the arcs that leave no room between critical items, also over milestones, along the order."""
    early, arcs, items = passes.early, network.columns, len(network.items)
    critical = passes.critical[:items] + [True] * (len(early) - items)
    return [
        (tail, head)
        for tail, head, weight in zip(arcs.tails, arcs.heads, arcs.weights, strict=True)
        if critical[tail] and critical[head] and early[head] == early[tail] + weight
    ]


def _ahead(
    network: ScheduleNetwork, passes: Passes, tight: Sequence[tuple[int, int]]
) -> tuple[dict[int, tuple[int, ...]], dict[int, int]]:
    """Give the items that follow each node, and how many ways lead on from it.

    Milestones are passed through: what is tied both by a summary and by its parts is one way.
    """
    items = len(network.items)
    heads: dict[int, set[int]] = {}
    for tail, head in reversed(tight):
        if head < items or head in heads:
            heads.setdefault(tail, set()).add(head)
    ahead: dict[int, tuple[int, ...]] = {}
    counts: dict[int, int] = {}
    for node in reversed(network.order):
        if node not in heads:
            continue
        (first, *others) = heads[node]
        if first >= items and not others:  # what follows the milestone, without a copy of it
            ahead[node], counts[node] = ahead[first], counts[first]
            continue
        following = {head for head in heads[node] if head < items}
        following.update(*(ahead[head] for head in heads[node] if head >= items))
        ahead[node] = tuple(sorted(following))
        counts[node] = min(MOST_PATHS, sum(counts.get(head, 1) for head in following))
    return ahead, counts


def _begins(
    network: ScheduleNetwork, passes: Passes, tight: Iterable[tuple[int, int]]
) -> list[int]:
    """Give the critical items to which no other leads without room."""
    items = len(network.items)
    followed: set[int] = set()
    for tail, head in tight:
        if tail < items or tail in followed:
            followed.add(head)
    return [node for node in network.scheduled if passes.critical[node] and node not in followed]


def _walk(ahead: Mapping[int, Sequence[int]], begins: Iterable[int]) -> Iterator[list[int]]:
    for begin in begins:
        path, branches = [begin], [iter(ahead.get(begin, ()))]
        if begin not in ahead:
            yield path
        while path:
            head = next(branches[-1], None)
            if head is None:
                path.pop()
                branches.pop()
                continue
            path.append(head)
            branches.append(iter(ahead.get(head, ())))
            if head not in ahead:
                yield path
