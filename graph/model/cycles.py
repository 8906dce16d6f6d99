"""Which cycle an objective, a key result or work is planned for: its own, or the nearest above."""

from graph.model.entities import Cycle
from graph.model.relations import ContributesTo, InCycle, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


def own_cycle(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    """Give the cycle that a node itself is planned for."""
    for link in snapshot.out(ref, InCycle):
        return snapshot.node(Cycle, link.target.key)
    return None


def nearest_cycle(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    """Give the cycle of a node, else that of the nearest objective above it; breadth first."""
    seen, queue = {ref}, [ref]
    for at in queue:
        found = own_cycle(snapshot, at)
        if found is not None:
            return found
        for above in goals_above(snapshot, at):
            if above not in seen:
                seen.add(above)
                queue.append(above)
    return None


def goals_above(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give what a node measures or contributes to directly."""
    links = (*snapshot.out(ref, Measures), *snapshot.out(ref, ContributesTo))
    return [link.target for link in links]
