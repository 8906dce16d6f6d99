"""How much each leaf and each node of a roll-up weighs: as declared, or by size.

References: docs/definitions.md §2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.analyses.goals.contribution import CascadeViolation, Contribution
from graph.analyses.goals.magnitudes import Figure, weighed
from graph.analyses.goals.rollup import rollup, sums_of
from graph.model.entities import KeyResult, Objective
from graph.model.snapshot import Snapshot

DECLARED = "declared"
MAGNITUDE = "magnitude"
WEIGHTINGS = (DECLARED, MAGNITUDE)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of every node, what it weighs in others, and the leaves' shares."""

    values: Sequence[Figure]
    weights: Sequence[Sequence[tuple[int, float]]]
    shares: Mapping[int, float]
    violations: tuple[CascadeViolation, ...] = ()


def declared(snapshot: Snapshot, parts: Contribution) -> Figures:
    """Weigh by the weights that the graph declares."""
    known = rollup(snapshot)
    values = [
        Figure(known.progress(ref), known.coverage(ref), known.confidence(ref))
        for ref in parts.refs
    ]
    if parts.refs[0].kind not in {Objective.KIND, KeyResult.KIND}:
        sums = sums_of([(parts.refs[child], share) for child, share in parts.shares[0]], known.sums)
        values[0] = Figure(sums.mean_progress, sums.coverage, sums.mean_confidence)
    shares = [0.0] * len(parts.refs)
    shares[0] = 1.0
    for at in parts.order:
        for child, weight in parts.shares[at]:
            shares[child] += shares[at] * weight
    return Figures(values, parts.shares, {leaf: shares[leaf] for leaf in parts.readings})


def by_size(parts: Contribution, sizes: Mapping[int, float]) -> Figures:
    """Weigh the distinct leaves by their size."""
    found = weighed(parts, sizes)
    total = found[0][0]
    weights = [
        [(child, found[child][0] / found[at][0] if found[at][0] else 0.0) for child, _ in below]
        for at, below in enumerate(parts.shares)
    ]
    shares = {leaf: sizes.get(leaf, 0.0) / total if total else 0.0 for leaf in parts.readings}
    left_out = [parts.refs[leaf] for leaf in parts.readings if leaf not in sizes]
    return Figures(
        [figure for _, figure in found],
        weights,
        shares,
        tuple(
            CascadeViolation(
                "no_size", ref.kind, ref.key, f"{ref} has no size in this unit and is left out"
            )
            for ref in sorted(left_out)
        ),
    )
