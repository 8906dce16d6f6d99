"""Key results as amounts: how large each one is, what they add up to, and weighing by size.

What can be added (money, counts in one unit) is added over the *set* of leaves: a leaf that is
reached by two paths counts once.

References: docs/definitions.md §2.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.analyses.goals.contribution import Contribution
from graph.analyses.goals.progress import Reading
from graph.analyses.goals.projection import weighted_mean
from graph.analyses.goals.rollup import LEAST_SHARE
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
    `with_data` among `leaves`; null without any, or where the sum is too large for a number.
    `progress` is raw: what was moved ÷ what was to be moved. `coverage` is the share of the size (|target - start|) that had data, 0-1.
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
    if not known:
        return CascadeTotal(unit, len(leaves), 0, None, None, None, None, 0.0)
    largest = max(leaf.size for leaf in leaves)
    size = math.fsum(leaf.size / largest for leaf in leaves)
    covered = math.fsum(leaf.size / largest for leaf in known)
    moved = _sum((leaf.reading.raw or 0.0) * (leaf.size / largest) for leaf in known)
    return CascadeTotal(
        *(unit, len(leaves), len(known)),
        _sum(leaf.key_result.start or 0.0 for leaf in known),
        _sum(map(_current, known)),
        _sum(leaf.key_result.target or 0.0 for leaf in known),
        None if moved is None or not covered else moved / covered,
        covered / size,
    )


def _current(leaf: Sized) -> float:
    start, target = leaf.key_result.start or 0.0, leaf.key_result.target or 0.0
    return start + (leaf.reading.raw or 0.0) * (target - start)


def _sum(amounts: Iterable[float]) -> float | None:
    """Add amounts up; None where the sum is too large to be a number."""
    try:
        found = math.fsum(amounts)
    except (OverflowError, ValueError):
        return None
    return found if math.isfinite(found) else None


def sizes_in(leaves: Sequence[Sized], unit: str | None) -> dict[int, float]:
    """Give the sizes, by number, of the leaves in one unit, as parts of the largest.

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
    found = {leaf.number: leaf.size for leaf in leaves if (leaf.key_result.unit or "") == wanted}
    largest = max(found.values(), default=1.0)
    parts = {number: size / largest for number, size in found.items()}
    return {number: part if part > LEAST_SHARE else 0.0 for number, part in parts.items()}


class Figure(NamedTuple):
    """Progress and confidence of a node (0-1, null without), and the share that had data."""

    progress: float | None
    coverage: float
    confidence: float | None


def weighed(parts: Contribution, sizes: Mapping[int, float]) -> list[tuple[float, Figure]]:
    """Give the size and the figures of every node, over the set of leaves below it.

    Cost: each leaf once for every node above it, up to `STEPS_SPENT`; nodes beyond have no
    progress.
    """
    below: dict[int, frozenset[int]] = {}
    found = [(0.0, Figure(None, 0.0, None))] * len(parts.refs)
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
) -> tuple[float, Figure]:
    order = sorted(leaves)
    size = math.fsum(sizes[leaf] for leaf in order)
    progress, covered = weighted_mean((sizes[leaf], readings[leaf].progress) for leaf in order)
    confidence, _ = weighted_mean((sizes[leaf], readings[leaf].confidence) for leaf in order)
    return size, Figure(progress, covered / size if size else 0.0, confidence)
