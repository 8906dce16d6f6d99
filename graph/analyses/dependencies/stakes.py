"""What waits on dependents, directly or through others, and what its delay costs a day.

References: docs/definitions.md §8 (escalation).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.analyses.dependencies.components import components_of
from graph.analyses.dependencies.ends import has_ended
from graph.analyses.dependencies.piecewise import sorted_in_pieces
from graph.analyses.scope import parts, wholes
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

if TYPE_CHECKING:
    import numpy as np

DEAREST = 10
_BLOCK = 4_096
"""So many items are followed through the graph at once, each as a bit of a number."""
_ROWS = 2_000
"""So many sets are weighed in one go, so that no call holds the interpreter for long."""

_State = tuple[Ref, bool]
"""Something that waits, and whether it does so as a whole, with all its parts."""


@dataclass(slots=True)
class Stake:
    """What waits: the sum of the cost of delay a day, and the items that have one.

    `dearest` are the keys of at most `DEAREST` of `count`, by cost and key.
    """

    cost: float
    count: int
    dearest: list[str]


def stakes(snapshot: Snapshot, dependents: Iterable[Ref]) -> Mapping[Ref, Stake]:
    """Give what waits on each of some things: itself, what needs it by an open dependency, parts.

    The whole of what waits waits too, without its other parts; what needs the whole does, and so
    on. What has ended does not wait. Sets are followed exactly, loops included, each item counting
    once. Cost: links times the items with a cost, in blocks of `_BLOCK`.
    """
    starts = list(dict.fromkeys(dependents))
    states, successors = _spread(snapshot, starts)
    place = components_of(successors)
    after: list[set[int]] = [set() for _ in range(max(place, default=-1) + 1)]
    for state, heads in enumerate(successors):
        after[place[state]].update(place[head] for head in heads)
    items = _items(snapshot, states)
    own: dict[int, set[int]] = {}
    for (ref, _), state in states.items():
        if ref in items:
            own.setdefault(place[state], set()).add(items[ref])
    found = {place[states[start, True]]: Stake(0.0, 0, []) for start in starts}
    keys = [ref.key for ref in items]
    costs = [_cost(snapshot, ref) for ref in items]
    for begin in range(0, len(keys), _BLOCK):
        reached = _reached(after, own, begin)
        _weigh(found, reached, keys[begin : begin + _BLOCK], costs[begin : begin + _BLOCK])
    return {start: found[place[states[start, True]]] for start in starts}


def _spread(
    snapshot: Snapshot, starts: Sequence[Ref]
) -> tuple[Mapping[_State, int], list[list[int]]]:
    """Give all that waits a number each, and what waits on each next."""
    queue: list[_State] = [(start, True) for start in starts]
    states = {state: number for number, state in enumerate(queue)}
    successors: list[list[int]] = []
    for ref, entirely in queue:
        heads = []
        for state in _next(snapshot, ref, entirely=entirely):
            if state not in states:
                states[state] = len(queue)
                queue.append(state)
            heads.append(states[state])
        successors.append(heads)
    return states, successors


def _next(snapshot: Snapshot, ref: Ref, *, entirely: bool) -> list[_State]:
    if has_ended(snapshot, ref):
        return []
    found = [(link.source, True) for link in snapshot.into(ref, DependsOn) if link.is_open]
    if ref.kind == WorkItem.KIND:
        found += [(whole, False) for whole in wholes(snapshot, ref)]
        found += [(part, True) for part in parts(snapshot, ref)] if entirely else []
    return [state for state in found if not has_ended(snapshot, state[0])]


def _cost(snapshot: Snapshot, ref: Ref) -> float:
    item = snapshot.node(WorkItem, ref.key) if ref.kind == WorkItem.KIND else None
    ended = item is None or has_ended(snapshot, ref)
    return 0.0 if ended or item is None else item.cost_of_delay or 0.0


def _items(snapshot: Snapshot, states: Iterable[_State]) -> dict[Ref, int]:
    """Give the items with a cost that are reached a number each, the dearest first."""
    costs = {ref: cost for ref, _ in states if (cost := _cost(snapshot, ref))}
    order = sorted_in_pieces(costs, lambda ref: (-costs[ref], ref.key))
    return {ref: number for number, ref in enumerate(order)}


def _reached(
    after: Sequence[Collection[int]], own: Mapping[int, set[int]], begin: int
) -> list[int]:
    """Give, for each component, which items of a block are reached from it, as bits."""
    reached = [0] * len(after)
    for component, heads in enumerate(after):
        bits = 0
        for item in own.get(component, ()):
            if begin <= item < begin + _BLOCK:
                bits |= 1 << (item - begin)
        for head in heads:  # of a lower number, or itself
            bits |= reached[head]
        reached[component] = bits
    return reached


def _weigh(
    found: Mapping[int, Stake], reached: Sequence[int], keys: Sequence[str], costs: Sequence[float]
) -> None:
    """Add the items of a block to what waits."""
    import numpy as np  # noqa: PLC0415 - 0.07 s that other commands need not pay

    table = _table(np.array([*costs, *[0.0] * (_BLOCK - len(costs))]))
    columns = np.arange(_BLOCK // 8)
    filled = [component for component in found if reached[component]]
    for begin in range(0, len(filled), _ROWS):
        chunk = filled[begin : begin + _ROWS]
        packed = b"".join(reached[component].to_bytes(_BLOCK // 8, "little") for component in chunk)
        octets = np.frombuffer(packed, np.uint8).reshape(len(chunk), -1)
        with np.errstate(over="ignore"):
            sums = table[columns, octets].sum(axis=1)
        for component, cost in zip(chunk, sums, strict=True):
            stake, bits = found[component], reached[component]
            stake.cost += float(cost)
            stake.count += bits.bit_count()
            while bits and len(stake.dearest) < DEAREST:
                stake.dearest.append(keys[(bits & -bits).bit_length() - 1])
                bits &= bits - 1


def _table(
    costs: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Give the sum for each value that each eighth of a block's bits can have."""
    import numpy as np  # noqa: PLC0415 - as above

    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    with np.errstate(over="ignore", invalid="ignore"):
        eighths = costs.reshape(-1, 1, 8) * bits
        return eighths.sum(axis=2)  # type: ignore[no-any-return]
