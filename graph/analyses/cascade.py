"""Progress of an objective, rolled up from key results, with what each of them weighs in it.

References: docs/definitions.md §2. J. Doerr, Measure What Matters, 2018 (OKRs).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.contribution import CascadeViolation, Contribution, contribution
from graph.analyses.progress import forecast
from graph.analyses.reference import find
from graph.analyses.scope import spread
from graph.model.entities import (
    Company,
    Cycle,
    KeyResult,
    Objective,
    Person,
    Product,
    Team,
    ValueStream,
)
from graph.model.relations import ContributesTo, InCycle, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

ON_TRACK = 0.95
LAGGING = 0.75
PATHS_LISTED = 20
"""Paths listed of each leaf."""
PATH_STEPS_LISTED = 2_000_000
"""Beyond so many steps in all paths together the paths of further leaves are left empty."""
MOST_PATHS = 10**15
TREE_DEPTH = 60
"""Levels of the tree: JSON libraries stop at some depth, and people long before."""

_OWNERS = (Company.KIND, ValueStream.KIND, Product.KIND, Team.KIND, Person.KIND)
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class CascadeLeaf:
    """A key result that the number comes from.

    `share` is its weight among all leaves; `effective_weight` its weight among those with data,
    0 without: the sum of effective_weight times progress is the number. `progress` is clamped to
    0-1, `raw_progress` is not, both null without data. `paths` lead from the root (KIND/KEY), at
    most `PATHS_LISTED` of `path_count`.
    """

    key: str
    name: str | None
    effective_weight: float
    share: float
    progress: float | None
    raw_progress: float | None
    confidence: float | None
    forecast: float | None
    checked_in: date | None
    paths: tuple[tuple[str, ...], ...]
    path_count: int


@dataclass(frozen=True, slots=True)
class CascadeNode:
    """A node of the tree. `weight` is its normalised weight in what it is shown under.

    `repeated`: its contributors are shown at its first place. `cut`: the tree is too deep to go on.
    """

    kind: str
    key: str
    name: str | None
    weight: float
    progress: float | None
    coverage: float
    repeated: bool
    cut: bool
    children: tuple["CascadeNode", ...]


@dataclass(frozen=True, slots=True)
class Cascade:
    """Progress (0-1, null without data) and what it consists of.

    `coverage` is the share of the weights that had data. `expected` and `pace` (on_track, lagging,
    at_risk, no_data) are null without a day or a dated cycle. `forecast` is the progress at the end
    of the cycle over the leaves that have two check-ins, whose share is `forecast_coverage`.
    """

    root: str
    name: str | None
    cycle: str | None
    progress: float | None
    coverage: float
    expected: float | None
    pace: str | None
    confidence: float | None
    forecast: float | None
    forecast_coverage: float
    leaves: tuple[CascadeLeaf, ...]
    tree: CascadeNode
    violations: tuple[CascadeViolation, ...]


def cascade(snapshot: Snapshot, *, root: str, today: date | None = None) -> Cascade:
    """Roll progress up from the key results below an objective, a key result, or an owner's all.

    Progress is the mean of the leaves' clamped progress, each weighted by the sum, over the paths
    to it, of the products of the normalised weights; leaves without data are left out and the rest
    renormalised. A key result with data of its own is a leaf; without, its contributing objectives
    make its progress. The cycle is the root's own, else that of the nearest objective above it.
    NotFound for an unknown root, BadUsage for a kind that has no progress. Cost: linear in what
    contributes (a diamond is visited once), plus the paths listed.
    """
    ref = find(snapshot, root, "", (Objective.KIND, KeyResult.KIND, *_OWNERS))
    parts = contribution(snapshot, ref)
    cycle = _cycle(snapshot, ref, parts)
    leaves = _leaves(snapshot, parts, cycle)
    values = _values(parts)
    progress, coverage = values[0]
    expected = _expected(cycle, today)
    guess, guessed = _mean(leaves, lambda leaf: leaf.forecast)
    return Cascade(
        root=str(ref),
        name=_name(snapshot, ref),
        cycle=cycle.key if cycle else None,
        progress=progress,
        coverage=coverage,
        expected=expected,
        pace=_pace(progress, expected, today),
        confidence=_mean(leaves, lambda leaf: leaf.confidence)[0],
        forecast=guess,
        forecast_coverage=guessed,
        leaves=leaves,
        tree=_Tree(snapshot, parts, values).node(0, 1.0, TREE_DEPTH),
        violations=parts.violations,
    )


def _name(snapshot: Snapshot, ref: Ref) -> str | None:
    node = snapshot.get(ref)
    return node.name if node else None


def _values(parts: Contribution) -> list[tuple[float | None, float]]:
    """Give progress and coverage of every node, from the leaves up."""
    values: list[tuple[float | None, float]] = [(None, 0.0)] * len(parts.refs)
    for at in reversed(parts.order):
        if at in parts.readings:
            progress = parts.readings[at].progress
            values[at] = (progress, 0.0 if progress is None else 1.0)
            continue
        known = [
            (weight * values[child][1], values[child][0] or 0.0)
            for child, weight in parts.shares[at]
        ]
        coverage = math.fsum(weight for weight, _ in known)
        if coverage:
            total = math.fsum(weight * progress for weight, progress in known)
            values[at] = (total / coverage, coverage)
    return values


def _leaves(
    snapshot: Snapshot, parts: Contribution, cycle: Cycle | None
) -> tuple[CascadeLeaf, ...]:
    shares, counts = [0.0] * len(parts.refs), [0] * len(parts.refs)
    shares[0], counts[0] = 1.0, 1
    for at in parts.order:
        for child, weight in parts.shares[at]:
            shares[child] += shares[at] * weight
            counts[child] = min(MOST_PATHS, counts[child] + counts[at])
    covered = math.fsum(shares[at] for at, read in parts.readings.items() if read.raw is not None)
    paths = _Paths(parts)
    found = []
    for at in sorted(parts.readings, key=lambda at: parts.refs[at]):
        reading = parts.readings[at]
        key_result = snapshot.node(KeyResult, parts.refs[at].key)
        counts_in = covered > 0 and reading.raw is not None
        guess = None
        if key_result and cycle and cycle.to:
            guess = forecast(key_result, reading.points, cycle.to)
        found.append(
            CascadeLeaf(
                key=parts.refs[at].key,
                name=key_result.name if key_result else None,
                effective_weight=shares[at] / covered if counts_in else 0.0,
                share=shares[at],
                progress=reading.progress,
                raw_progress=reading.raw,
                confidence=reading.confidence,
                forecast=guess,
                checked_in=reading.checked_in,
                paths=paths.to(at),
                path_count=counts[at],
            )
        )
    return tuple(found)


class _Paths:
    """Paths from the root to a leaf, found upward: within what contributes, every way up ends there."""

    def __init__(self, parts: Contribution) -> None:
        self._texts = [str(ref) for ref in parts.refs]
        self._above: list[list[int]] = [[] for _ in parts.refs]
        for at in parts.order:
            for child, _ in parts.shares[at]:
                self._above[child].append(at)
        self._left = PATH_STEPS_LISTED

    def to(self, leaf: int) -> tuple[tuple[str, ...], ...]:
        """Give the first paths to a leaf, none when too much has been listed already."""
        found = []
        for path in self._walk(leaf) if self._left > 0 else ():
            self._left -= len(path)
            found.append(tuple(self._texts[at] for at in reversed(path)))
            if len(found) == PATHS_LISTED:
                break
        return tuple(sorted(found))

    def _walk(self, leaf: int) -> Iterator[list[int]]:
        path, branches = [leaf], [iter(self._above[leaf])]
        if leaf == 0:
            yield path
        while path:
            above = next(branches[-1], None)
            if above is None:
                path.pop()
                branches.pop()
                continue
            path.append(above)
            branches.append(iter(self._above[above]))
            if above == 0:
                yield path


@dataclass(slots=True)
class _Tree:
    snapshot: Snapshot
    parts: Contribution
    values: list[tuple[float | None, float]]
    shown: set[int] = field(default_factory=set)

    def node(self, at: int, weight: float, levels: int) -> CascadeNode:
        """Give a node with what contributes to it; what was shown before is not shown again."""
        below = self.parts.shares[at]
        repeated = bool(below) and at in self.shown
        cut = bool(below) and not repeated and levels == 1
        children: tuple[CascadeNode, ...] = ()
        if below and not repeated and not cut:
            self.shown.add(at)
            children = tuple(self.node(child, part, levels - 1) for child, part in below)
        ref = self.parts.refs[at]
        name, (progress, coverage) = _name(self.snapshot, ref), self.values[at]
        return CascadeNode(
            ref.kind, ref.key, name, weight, progress, coverage, repeated, cut, children
        )


def _mean(
    leaves: tuple[CascadeLeaf, ...], value: Callable[[CascadeLeaf], float | None]
) -> tuple[float | None, float]:
    """Give the mean over the leaves that have a value, weighted by share, and their share."""
    known = [(leaf.share, found) for leaf in leaves if (found := value(leaf)) is not None]
    total = math.fsum(share for share, _ in known)
    if not total:
        return None, 0.0
    return math.fsum(share * found for share, found in known) / total, total


def _expected(cycle: Cycle | None, today: date | None) -> float | None:
    """Give the progress that a straight line from the first to the last day asks for."""
    if today is None or cycle is None or cycle.from_ is None or cycle.to is None:
        return None
    if today >= cycle.to:
        return 1.0
    return max(0.0, (today - cycle.from_).days / max(1, (cycle.to - cycle.from_).days))


def _pace(progress: float | None, expected: float | None, today: date | None) -> str | None:
    if progress is None:
        return None if today is None else "no_data"
    if expected is None:
        return None
    if progress >= ON_TRACK * expected - _TINY:
        return "on_track"
    return "lagging" if progress >= LAGGING * expected - _TINY else "at_risk"


def _cycle(snapshot: Snapshot, root: Ref, parts: Contribution) -> Cycle | None:
    """Give the cycle of the root or the nearest above; an owner's only if its objectives share it."""
    if root.kind in _OWNERS:
        owned = [parts.refs[child] for child, _ in parts.shares[0]]
        found = {link.target.key for ref in owned for link in snapshot.out(ref, InCycle)}
        return snapshot.node(Cycle, found.pop()) if len(found) == 1 else None
    for ref in spread([root], lambda at: _above(snapshot, at)):
        for link in snapshot.out(ref, InCycle):
            return snapshot.node(Cycle, link.target.key)
    return None


def _above(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    links = (*snapshot.out(ref, Measures), *snapshot.out(ref, ContributesTo))
    return [link.target for link in links]
