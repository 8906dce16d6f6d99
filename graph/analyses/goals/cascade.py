"""Progress of an objective, rolled up from key results, with what each of them weighs in it.

References: docs/definitions.md §2. J. Doerr, Measure What Matters, 2018 (OKRs).
"""

import math
from dataclasses import dataclass
from datetime import date

from graph.analyses.goals.cascadetree import TREE_DEPTH, CascadeNode, CascadeTree
from graph.analyses.goals.contribution import ROOTS, CascadeViolation, Contribution, contribution
from graph.analyses.goals.leafpaths import LeafPaths
from graph.analyses.goals.magnitudes import CascadeTotal, sized, sizes_in, totals_of
from graph.analyses.goals.pace import Cycles, cycle_of, pace_of
from graph.analyses.goals.projection import mean_interval, projected
from graph.analyses.goals.weighting import (
    DECLARED,
    MAGNITUDE,
    WEIGHTINGS,
    Figures,
    by_size,
    declared,
)
from graph.analyses.reference import find
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.entities import (
    KeyResult,
)
from graph.model.snapshot import Snapshot

MOST_PATHS = 10**15


@dataclass(frozen=True, slots=True)
class CascadeLeaf:
    """A key result that the number comes from.

    `share` is its weight among all leaves; `effective_weight` its weight among those with data,
    0 without: the sum of effective_weight times progress is the number. `progress` is clamped to
    0-1, `raw_progress` is not, both null without data. `forecast` is the clamped progress at the
    end of its own cycle, with the interval that holds it in 80 of 100 cases. `paths` lead from the
    root (KIND/KEY), at most `PATHS_LISTED` of `path_count`.
    """

    key: str
    name: str | None
    effective_weight: float
    share: float
    progress: float | None
    raw_progress: float | None
    confidence: float | None
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None
    checked_in: date | None
    paths: tuple[tuple[str, ...], ...]
    path_count: int


@dataclass(frozen=True, slots=True)
class Cascade:
    """Progress (0-1, null without data) and what it consists of.

    `coverage` is the share of the weights that had data. `expected` and `pace` (on_track, lagging,
    at_risk, no_data) are null without a day or a dated cycle. `forecast` is the progress at the end
    of the cycles over the leaves that have two check-ins, whose share is `forecast_coverage`; the
    ends of its interval are taken where all leaves miss, or surpass, together. `totals` are what
    the leaves add up to, unit by unit.
    """

    root: str
    name: str | None
    cycle: str | None
    weighting: str
    progress: float | None
    coverage: float
    expected: float | None
    pace: str | None
    confidence: float | None
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None
    forecast_coverage: float
    leaves: tuple[CascadeLeaf, ...]
    totals: tuple[CascadeTotal, ...]
    tree: CascadeNode
    violations: tuple[CascadeViolation, ...]


def cascade(
    snapshot: Snapshot,
    *,
    root: str,
    today: date | None = None,
    depth: int | None = None,
    weighting: str = DECLARED,
    unit: str | None = None,
) -> Cascade:
    """Roll progress up from the key results below an objective, a key result, or an owner's all.

    Progress is the mean of the leaves' clamped progress, each weighted by the sum, over the paths
    to it, of the products of the normalised weights; leaves without data are left out and the rest
    renormalised. Weighting `magnitude` weighs the distinct leaves of one unit by their size
    (|target - start|) instead. A key result with data of its own is a leaf; without, its
    contributing objectives make its progress. The cycle is the root's own, else that of the
    nearest objective above it. The tree goes `depth` levels down. NotFound for an unknown root,
    BadUsage for parameters that do not fit. Cost: linear in what contributes (a diamond is visited
    once), plus the paths listed; plus the roll-up of the graph, where it is not known yet.
    """
    ref = find(snapshot, root, "", ROOTS)
    _check(depth, weighting, unit)
    parts = contribution(snapshot, ref)
    amounts = sized(snapshot, parts)
    figures = (
        declared(snapshot, parts)
        if weighting == DECLARED
        else by_size(parts, sizes_in(amounts, unit))
    )
    levels = TREE_DEPTH if depth is None else min(depth + 1, TREE_DEPTH)
    tree = CascadeTree(snapshot, parts, figures, today).node(0, 1.0, levels)
    leaves = _leaves(snapshot, parts, figures)
    found = _Found(snapshot, parts, figures, totals_of(amounts), leaves, tree)
    return found.answer(weighting, today)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the answer is put together from."""

    snapshot: Snapshot
    parts: Contribution
    figures: Figures
    totals: tuple[CascadeTotal, ...]
    leaves: tuple[CascadeLeaf, ...]
    tree: CascadeNode

    def answer(self, weighting: str, today: date | None) -> Cascade:
        ref, tree = self.parts.refs[0], self.tree
        pace = pace_of(tree.progress, cycle_of(self.snapshot, ref), today)
        guess = mean_interval(
            (leaf.share, leaf.forecast, leaf.forecast_low, leaf.forecast_high)
            for leaf in self.leaves
        )
        return Cascade(
            root=str(ref),
            name=tree.name,
            cycle=tree.cycle,
            weighting=weighting,
            progress=tree.progress,
            coverage=tree.coverage,
            expected=pace.expected,
            pace=pace.pace,
            confidence=tree.confidence,
            forecast=guess.mean,
            forecast_low=guess.low,
            forecast_high=guess.high,
            forecast_coverage=guess.share,
            leaves=self.leaves,
            totals=self.totals,
            tree=tree,
            violations=(*self.parts.violations, *self.figures.violations),
        )


def _check(depth: int | None, weighting: str, unit: str | None) -> None:
    if weighting not in WEIGHTINGS:
        msg = f"there is no weighting {weighting!r}"
        raise BadUsage(msg, near(weighting, WEIGHTINGS))
    if unit is not None and weighting != MAGNITUDE:
        msg = f"a unit, {unit!r}, needs the weighting {MAGNITUDE}"
        raise BadUsage(msg, "declared weights do not look at units")
    if depth is not None and depth < 0:
        msg = f"depth {depth} is below 0"
        raise BadUsage(msg, "0 shows the root alone; leave it out to have all")


def _leaves(snapshot: Snapshot, parts: Contribution, figures: Figures) -> tuple[CascadeLeaf, ...]:
    counts = [0] * len(parts.refs)
    counts[0] = 1
    for at in parts.order:
        for child, _ in parts.shares[at]:
            counts[child] = min(MOST_PATHS, counts[child] + counts[at])
    covered = math.fsum(
        figures.shares[at] for at, read in parts.readings.items() if read.raw is not None
    )
    if figures.values[0].progress is None:
        covered = 0.0
    paths, cycles = LeafPaths(parts), Cycles(snapshot)
    return tuple(
        _leaf(snapshot, parts, at, figures.shares[at], covered, paths, counts[at], cycles)
        for at in sorted(parts.readings, key=lambda at: parts.refs[at])
    )


def _leaf(
    snapshot: Snapshot,
    parts: Contribution,
    at: int,
    share: float,
    covered: float,
    paths: LeafPaths,
    count: int,
    cycles: Cycles,
) -> CascadeLeaf:
    reading, ref = parts.readings[at], parts.refs[at]
    node = snapshot.node(KeyResult, ref.key)
    cycle = cycles.of(ref) if len(reading.points) > 1 else None
    guess = projected(node, reading.points, cycle.to) if node and cycle and cycle.to else None
    return CascadeLeaf(
        key=ref.key,
        name=node.name if node else None,
        effective_weight=share / covered if covered > 0 and reading.raw is not None else 0.0,
        share=share,
        progress=reading.progress,
        raw_progress=reading.raw,
        confidence=reading.confidence,
        forecast=guess.progress if guess else None,
        forecast_low=guess.progress_low if guess else None,
        forecast_high=guess.progress_high if guess else None,
        checked_in=reading.checked_in,
        paths=paths.to(at),
        path_count=count,
    )
