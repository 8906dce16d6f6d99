"""The finish as classical PERT gives it: means and variances summed along the critical path.

References: docs/definitions.md §3. D. G. Malcolm et al., Application of a technique for R&D program
evaluation, 1959. That it understates: K. R. MacCrimmon and C. A. Ryavec, An analytical study of the
PERT assumptions, 1964.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from graph.analyses.scheduling.schedule import UNIT, duration_of
from graph.analyses.scheduling.uncertainty import UncertainNetwork


@dataclass(frozen=True, slots=True)
class PathSum:
    """The finish by PERT's sum along the longest path, as a normal distribution, in days.

    `mean` is the finish that critical-path gives. Of paths that are equally long the one with the
    largest variance counts.
    """

    mean: float
    std_days: float
    p80: float
    p95: float


def path_sum(uncertain: UncertainNetwork) -> PathSum:
    """Sum the means and variances of the estimates along the longest path. Cost: linear."""
    durations, scheduled = uncertain.network.durations, uncertain.network.scheduled
    chain = _Chain(uncertain)
    chain.follow()
    finish = max((chain.early[node] + durations[node] for node in scheduled), default=0)
    variances = [
        chain.leaving(node, by_finish=True)
        for node in scheduled
        if chain.early[node] + durations[node] == finish
    ]
    mean, std = finish / UNIT, math.sqrt(max(variances, default=0.0))
    by = NormalDist().inv_cdf
    return PathSum(mean, std, mean + by(0.8) * std, mean + by(0.95) * std)


class _Chain:
    """Earliest starts over mean durations, with the variance of the chains that hold them.

    A chain comes in at an item's start or at its finish and leaves by one of them; the item's own
    duration is in its length only when these differ.
    """

    def __init__(self, uncertain: UncertainNetwork) -> None:
        self.uncertain = uncertain
        nodes = len(uncertain.ties)
        self.durations = uncertain.network.durations
        self.early = [0] * nodes
        self.in_by_start = [0.0] * nodes
        self.in_by_finish = [-math.inf] * nodes
        for node, bound in uncertain.earliest.items():
            self.early[node] = max(0, bound)
        for node, end in uncertain.finish_earliest.items():
            self._arrive(node, end - self.durations[node], 0.0, by_finish=True)

    def follow(self) -> None:
        fixed = self.uncertain.network.bounds.fixed
        for node in self.uncertain.order:
            if node in fixed:
                self.early[node] = fixed[node]
                self.in_by_start[node], self.in_by_finish[node] = 0.0, -math.inf
            for tie in self.uncertain.ties[node]:
                bound = self.early[node] + tie.weight
                if tie.tail_varies:
                    bound += self.durations[node]
                if tie.head_varies:
                    bound -= self.durations[tie.head]
                variance = self.leaving(node, by_finish=tie.tail_varies)
                self._arrive(tie.head, bound, variance, by_finish=tie.head_varies)

    def leaving(self, node: int, *, by_finish: bool) -> float:
        """Give the variance of the chains up to an item's finish or start."""
        own = self._own(node)
        across, along = self.in_by_start[node], self.in_by_finish[node]
        return max(across + own, along) if by_finish else max(across, along + own)

    def _own(self, node: int) -> float:
        """Give an item's own variance; none where a date holds the finish of work under way."""
        spread = self.uncertain.spreads.get(node)
        if spread is None:
            return 0.0
        mean, least = (
            duration_of(self.uncertain.network.items[node]),
            self.uncertain.waits.get(node),
        )
        if mean is not None and least is not None and mean < least:
            return 0.0
        return ((spread.high - spread.low) / (6 * UNIT)) ** 2

    def _arrive(self, node: int, bound: int, variance: float, *, by_finish: bool) -> None:
        if bound < self.early[node]:
            return
        if bound > self.early[node]:
            self.early[node] = bound
            self.in_by_start[node] = self.in_by_finish[node] = -math.inf
        ways = self.in_by_finish if by_finish else self.in_by_start
        ways[node] = max(ways[node], variance)
