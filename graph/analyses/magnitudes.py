"""Key results as amounts: how large each one is, what they add up to, and weighing by size.

What can be added (money, counts in one unit) is added over the *set* of leaves: a leaf that is
reached by two paths counts once.

References: docs/definitions.md §2.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.contribution import Contribution
from graph.analyses.progress import Reading
from graph.errors import BadUsage
from graph.model.codec import near, shown
from graph.model.entities import KeyResult
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import KeyResultType

STEPS_SPENT = 5_000_000
"""Leaves looked at for the tree, once for each node above them; beyond, the tree has no figures."""

_ADDITIVE = frozenset({KeyResultType.INCREASE, KeyResultType.DECREASE})


@dataclass(frozen=True, slots=True)
class CascadeTotal:
    """What the distinct leaves in one unit add up to; only `increase` and `decrease` can be added.

    `start`, `current` and `target` are sums over the leaves that have data, of which there are
    `with_data` among `leaves`; null without any. `progress` is raw: what was moved ÷ what was to be
    moved. `coverage` is the share of the size (|target - start|) that had data, 0-1.
    """

    unit: str | None
    leaves: int
    with_data: int
    start: float | None
    current: float | None
    target: float | None
    progress: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Sized:
    """A leaf that can be added, by its number among the refs."""

    number: int
    key_result: KeyResult
    reading: Reading
    size: float


def sized(snapshot: Snapshot, parts: Contribution) -> list[Sized]:
    """Give the leaves that have a size: those that move from a start to a target."""
    found = []
    for number, reading in parts.readings.items():
        node = snapshot.node(KeyResult, parts.refs[number].key)
        if node is None or node.type not in _ADDITIVE or node.start is None or node.target is None:
            continue
        size = abs(node.target - node.start)
        if size and math.isfinite(size):
            found.append(Sized(number, node, reading, size))
    return found


def totals_of(leaves: Iterable[Sized]) -> tuple[CascadeTotal, ...]:
    """Add the leaves up, unit by unit. Cost: linear."""
    by_unit: dict[str, list[Sized]] = {}
    for leaf in leaves:
        by_unit.setdefault(leaf.key_result.unit or "", []).append(leaf)
    return tuple(_total(unit or None, by_unit[unit]) for unit in sorted(by_unit))


def _total(unit: str | None, leaves: Sequence[Sized]) -> CascadeTotal:
    known = [leaf for leaf in leaves if leaf.reading.raw is not None]
    size = math.fsum(leaf.size for leaf in leaves)
    covered = math.fsum(leaf.size for leaf in known)
    if not known or not math.isfinite(size):
        return CascadeTotal(unit, len(leaves), len(known), None, None, None, None, 0.0)
    starts = math.fsum(leaf.key_result.start or 0.0 for leaf in known)
    targets = math.fsum(leaf.key_result.target or 0.0 for leaf in known)
    moved = math.fsum(
        (leaf.reading.raw or 0.0)
        * ((leaf.key_result.target or 0.0) - (leaf.key_result.start or 0.0))
        for leaf in known
    )
    done = math.fsum((leaf.reading.raw or 0.0) * leaf.size for leaf in known) / covered
    return CascadeTotal(
        unit, len(leaves), len(known), starts, starts + moved, targets, done, covered / size
    )


def sizes_in(leaves: Sequence[Sized], unit: str | None) -> dict[int, float]:
    """Give the sizes, by number, of the leaves in one unit.

    BadUsage when no unit is named and there are several, or no leaf is in the one named.
    """
    units = sorted({leaf.key_result.unit or "" for leaf in leaves})
    if unit is None and len(units) > 1:
        msg = f"the leaves are in {len(units)} units, which cannot be weighed against each other"
        raise BadUsage(msg, "name one as the unit: " + ", ".join(map(shown, units[:20])))
    if unit is not None and unit not in units:
        msg = f"no leaf with a size is in the unit {shown(unit)}"
        raise BadUsage(msg, near(unit, units) if units else "no leaf has a size")
    wanted = unit if unit is not None else "".join(units)
    return {leaf.number: leaf.size for leaf in leaves if (leaf.key_result.unit or "") == wanted}


def weighed(
    parts: Contribution, sizes: Mapping[int, float]
) -> list[tuple[float, float | None, float]]:
    """Give size, progress and coverage of every node, over the set of leaves below it.

    Cost: each leaf once for every node above it, up to `STEPS_SPENT`; nodes beyond have no
    progress.
    """
    below: dict[int, frozenset[int]] = {}
    found: list[tuple[float, float | None, float]] = [(0.0, None, 0.0)] * len(parts.refs)
    left = STEPS_SPENT
    for at in reversed(parts.order):
        if at in parts.readings:
            below[at] = frozenset({at} & sizes.keys())
        else:
            below[at] = frozenset().union(*(below[child] for child, _ in parts.shares[at]))
        left -= len(below[at])
        if left > 0 or at == 0:
            found[at] = _weighed(below[at], parts.readings, sizes)
    return found


def _weighed(
    leaves: Iterable[int], readings: Mapping[int, Reading], sizes: Mapping[int, float]
) -> tuple[float, float | None, float]:
    order = sorted(leaves)
    size = math.fsum(sizes[leaf] for leaf in order)
    known = [(sizes[leaf], p) for leaf in order if (p := readings[leaf].progress) is not None]
    covered = math.fsum(weight for weight, _ in known)
    if not covered or not size:
        return size, None, 0.0
    return size, math.fsum(weight * p for weight, p in known) / covered, covered / size
