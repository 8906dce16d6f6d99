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
    """Name the facts that contradict links: what has begun before what it needs would let it."""
    bounds, arcs, early = network.bounds, network.columns, passes.early
    if not bounds.fixed:
        return []
    most: dict[tuple[int, int], int] = {}
    for tail, head, weight in zip(arcs.tails, arcs.heads, arcs.weights, strict=True):
        if head in bounds.fixed and tail not in bounds.settled:
            over = early[tail] + weight - early[head]
            if over > 0:
                pair = head, network.stands_for[tail]
                most[pair] = max(over, most.get(pair, 0))
    found = []
    for (head, tail), over in sorted(most.items()):
        key, needed, days = network.items[head].key, network.items[tail].key, in_days(over)
        message = f"{key} has begun {days:g} days before {needed}, which it needs, allows it"
        found.append(ScheduleViolation("out_of_sequence", key, message, days=days))
    return found
