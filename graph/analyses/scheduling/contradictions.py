"""Where dates contradict the links of a schedule: broken constraints, and work begun too early.

They are where negative float comes from.

References: docs/definitions.md §3; conventions in docs/schedule.md.
"""

from graph.analyses.scheduling.criticality import Passes
from graph.analyses.scheduling.schedule import ScheduleNetwork, ScheduleViolation, in_days


def contradictions(network: ScheduleNetwork, passes: Passes) -> tuple[ScheduleViolation, ...]:
    """Give them by key, the broken constraints first. Cost: linear in nodes and arcs."""
    return (*_broken(network, passes), *_out_of_sequence(network, passes))


def _broken(network: ScheduleNetwork, passes: Passes) -> list[ScheduleViolation]:
    """Name the constraints that cannot be kept: where negative float comes from."""
    found = []
    for node, latest in sorted(network.bounds.latest.items()):
        over = passes.early[node] - latest
        item = network.items[node]
        if over > 0 and item.constraint is not None and node not in network.summaries:
            word, days = item.constraint.value, in_days(over)
            message = f"{item.key}: {word} {item.constraint_date} cannot be kept, it is {days:g} days over"
            found.append(ScheduleViolation("constraint_broken", item.key, message, word, days))
    return found


def _out_of_sequence(network: ScheduleNetwork, passes: Passes) -> list[ScheduleViolation]:
    """Name the facts that contradict links: what has begun before what it needs would let it.

    What a summary needs binds its parts: its milestones hand it on, the latest by its name.
    """
    fixed, arcs, items = network.bounds.fixed, network.columns, len(network.items)
    if not fixed:
        return []
    open_ = (node for node in range(items) if node not in network.completed)
    binds = {node: (passes.early[node], node) for node in open_}
    most: dict[tuple[int, int], int] = {}
    columns = zip(arcs.tails, arcs.heads, arcs.weights, arcs.links, strict=True)
    for tail, head, weight, link in columns:
        if tail not in binds or (head < items and head not in fixed):
            continue
        time, named = binds[tail]
        if link is not None:
            named = network.stands_for[tail]
        if head >= items:
            binds[head] = max(binds.get(head, (time + weight, named)), (time + weight, named))
        elif time + weight > passes.early[head]:
            over = time + weight - passes.early[head]
            most[head, named] = max(over, most.get((head, named), 0))
    return [
        _begun_early(network, head, named, over) for (head, named), over in sorted(most.items())
    ]


def _begun_early(network: ScheduleNetwork, head: int, tail: int, over: int) -> ScheduleViolation:
    key, needed, days = network.items[head].key, network.items[tail].key, in_days(over)
    message = f"{key} has begun {days:g} days before {needed}, which it needs, allows it"
    return ScheduleViolation("out_of_sequence", key, message, days=days)
