"""Runs a schedule many times over drawn durations, all iterations of a part at once.

Every step of the critical path method becomes one operation on vectors, an element for each
iteration: for each node in topological order an addition and a maximum for each arc, then
backward the same with minima. Memory is bounded whatever the network: the iterations are run
part by part (`uncertainty.PART_BYTES`), and what rank correlations need is kept for as many of the first
iterations as `KEPT_BYTES` hold. Nothing that is computed depends on the size of the parts.

References: docs/definitions.md §3. R. M. Van Slyke, Monte Carlo methods and the PERT problem, 1963.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.analyses.scheduling.criticalcounts import Counting, Group, Moments
from graph.analyses.scheduling.criticality import FAR
from graph.analyses.scheduling.sampling import Streams, Times
from graph.analyses.scheduling.uncertainty import NO_LINK, Tie, UncertainNetwork

KEPT_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """Times of the first iterations.

    `lengths` are durations, `rows` gives the row of an item. `freed` are the moments at which the
    end that a dependency needs came; `freed_rows` gives the row of a node and whether that is its
    finish.
    """

    rows: Mapping[int, int]
    lengths: NDArray[np.float64]
    freed_rows: Mapping[tuple[int, bool], int]
    freed: NDArray[np.float64]

    @property
    def iterations(self) -> int:
        """How many iterations are kept."""
        return int(self.lengths.shape[1])

    def keep(self, node: int, start: Times, finish: Times, where: slice) -> None:
        """Keep the moments of a node that dependencies wait for."""
        count = where.stop - where.start
        for ends, moment in ((False, start), (True, finish)) if count else ():
            row = self.freed_rows.get((node, ends))
            if row is not None:
                self.freed[row, where] = moment[:count]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the iterations gave: finishes in parts of a day, one for each; counts; what is kept."""

    finishes: Times
    counting: Counting
    kept: Kept


def simulate(
    uncertain: UncertainNetwork,
    streams: Streams,
    iterations: int,
    groups: Sequence[Group] = (),
    part_size: int | None = None,
    kept_bytes: int = KEPT_BYTES,
) -> Outcome:
    """Run the iterations; `streams` gives durations of `uncertain.spreads`, in that order.

    Cost: iterations times nodes and arcs; memory about `PART_BYTES` + `KEPT_BYTES` at most.
    """
    part = Part(uncertain, streams, min(part_size or uncertain.part_size, iterations))
    outcome = Outcome(
        np.empty(iterations),
        Counting(uncertain, groups),
        _keeping(uncertain, iterations, kept_bytes),
    )
    for begin in range(0, iterations, part.size):
        end = min(begin + part.size, iterations)
        moments = part.run(begin, end, outcome.kept)
        outcome.finishes[begin:end] = moments.finish
        outcome.counting.count(moments)
    return outcome


def count_critical(
    uncertain: UncertainNetwork, streams: Streams, iterations: int, part_size: int | None = None
) -> NDArray[np.int64]:
    """Run the iterations and count alone, by node, in how many of them it was critical."""
    part = Part(uncertain, streams, min(part_size or uncertain.part_size, iterations))
    counting = Counting(uncertain, ())
    nothing = Kept({}, np.empty((len(uncertain.spreads), 0)), {}, np.empty((0, 0)))
    for begin in range(0, iterations, part.size):
        counting.count_nodes(part.run(begin, min(begin + part.size, iterations), nothing))
    return counting.critical


def _keeping(uncertain: UncertainNetwork, iterations: int, kept_bytes: int) -> Kept:
    freed_rows: dict[tuple[int, bool], int] = {}
    for tail, heads in enumerate(uncertain.ties):
        for tie in heads:
            if tie.link != NO_LINK:
                freed_rows.setdefault((tail, tie.tail_varies), len(freed_rows))
    rows = len(uncertain.spreads) + len(freed_rows)
    kept = min(iterations, kept_bytes // (8 * max(1, rows)))
    return Kept(
        {node: row for row, node in enumerate(uncertain.spreads)},
        np.empty((len(uncertain.spreads), kept)),
        freed_rows,
        np.empty((len(freed_rows), kept)),
    )


class Part:
    """Runs parts of the iterations, one after the other in the same arrays."""

    def __init__(self, uncertain: UncertainNetwork, streams: Streams, size: int) -> None:
        self.uncertain, self.streams, self.size = uncertain, streams, size
        self._items = len(uncertain.network.items)
        self._spans = np.empty((len(uncertain.spreads), size))
        self._waits = np.empty((len(uncertain.waits), size))
        self._early, self._late = (np.empty((len(uncertain.ties), size)) for _ in range(2))
        self._critical = np.empty((len(uncertain.ties), size), np.bool_)

    def run(self, begin: int, end: int, kept: Kept) -> Moments:
        """Draw durations, and schedule forward and backward over them."""
        count = end - begin
        spans = dict(zip(self.uncertain.spreads, self._spans[:, :count], strict=True))
        waits = dict(zip(self.uncertain.waits, self._waits[:, :count], strict=True))
        keep = slice(begin, max(begin, min(end, kept.iterations)))
        for row, (node, span) in enumerate(spans.items()):
            span[:] = self.streams.draw(row, count)
            if node in waits:
                np.maximum(self.uncertain.waits[node] - span, 0.0, out=waits[node])
                np.add(span, waits[node], out=span)
            kept.lengths[row, keep] = span[: keep.stop - begin]
        moments = Moments(
            spans,
            waits,
            list(self._early[:, :count]),
            list(self._late[:, :count]),
            list(self._critical[:, :count]),
            np.zeros(count),
        )
        self._bind(moments)
        self._forward(moments, keep, kept)
        self._finish(moments)
        self._backward(moments)
        return moments

    def _bind(self, at: Moments) -> None:
        """Nothing starts before 0 nor before its earliest date; milestones are where what they mark is."""
        for node, row in enumerate(at.early):
            row.fill(0.0 if node < self._items else -float(FAR))
        for node, bound in self.uncertain.earliest.items():
            at.early[node].fill(max(0.0, bound))
        for node, end in self.uncertain.finish_earliest.items():
            np.maximum(at.early[node], end - at.spans[node], out=at.early[node])

    def _forward(self, at: Moments, keep: slice, kept: Kept) -> None:
        fixed = self.uncertain.network.bounds.fixed
        for node in self.uncertain.order:
            start = at.early[node]
            if node in fixed:
                start.fill(fixed[node])
            finish = start + at.spans[node] if node in at.spans else start
            for tie in self.uncertain.ties[node]:
                bound = at.allowed(finish if tie.tail_varies else start, tie)
                np.maximum(at.early[tie.head], bound, out=at.early[tie.head])
            kept.keep(node, start, finish, keep)

    def _finish(self, at: Moments) -> None:
        scheduled = self.uncertain.network.scheduled
        at.finish.fill(-np.inf if scheduled else 0.0)
        for node in scheduled:
            np.maximum(at.finish, at.early[node] + self._span(at, node), out=at.finish)

    def _span(self, at: Moments, node: int) -> Times | float:
        span = at.spans.get(node)
        return float(self.uncertain.network.durations[node]) if span is None else span

    def _backward(self, at: Moments) -> None:
        settled = self.uncertain.network.bounds.settled
        latest, by_finish = self.uncertain.latest, self.uncertain.finish_latest
        for node in reversed(self.uncertain.order):
            row = at.late[node]
            if node in settled:
                row[:] = at.early[node]
                continue
            if node < self._items:
                np.subtract(at.finish, self._span(at, node), out=row)
            else:  # the finish does not hold what only marks other items
                row.fill(float(FAR))
            if node in latest:
                np.minimum(row, float(latest[node]), out=row)
            if node in by_finish:
                np.minimum(row, by_finish[node] - at.spans[node], out=row)
            for tie in self.uncertain.ties[node]:
                if tie.eased is not None and tie.head not in settled:
                    np.minimum(row, self._needed(at, node, tie), out=row)

    def _needed(self, at: Moments, node: int, tie: Tie) -> Times:
        """Give the latest starts of a tail that one arc allows."""
        bound = at.late[tie.head] - float(tie.weight - (tie.eased or 0))
        if tie.eased_by_wait and tie.head in at.waits:
            bound += at.waits[tie.head]
        if tie.head_varies:
            bound += at.spans[tie.head]
        if tie.tail_varies:
            bound -= at.spans[node]
        return bound
