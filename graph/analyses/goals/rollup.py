"""Progress of every objective and key result at once, kept up with each write.

A roll-up is made once and then moved forward: a write costs what it touches and what is above it,
not the whole graph.

References: docs/definitions.md §2.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.analyses.goals.progress import Reading, reading_of
from graph.analyses.ordering import ordered
from graph.model.changes import Change
from graph.model.cycles import goals_above
from graph.model.entities import CheckIn, Company, KeyResult, Objective
from graph.model.goalrules import contributions, is_dropped, weight_in
from graph.model.relations import ContributesTo, For, Measures
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

LEAST_SHARE = 2.0**-970
"""A share that is no larger counts as none: the numbers below have too few digits to divide by."""

Shares = Sequence[tuple[Ref, float]]
"""Contributors with their normalised weights, sorted by kind and key."""


class Sums(NamedTuple):
    """What a node's leaves add up to, each weighted by its share of all leaves below the node.

    `progress` and `confidence` are the sums over the leaves that have one; `coverage` and
    `judged` the shares of those leaves.
    """

    progress: float
    coverage: float
    confidence: float
    judged: float

    @property
    def mean_progress(self) -> float | None:
        """The mean progress of the leaves that have one, None without such a leaf."""
        return self.progress / self.coverage if self.coverage > LEAST_SHARE else None

    @property
    def mean_confidence(self) -> float | None:
        """The mean confidence of the leaves that have one, None without such a leaf."""
        return self.confidence / self.judged if self.judged > LEAST_SHARE else None


NOTHING = Sums(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RollUp:
    """Progress of everything. `readings` are by the key result's key; `shares` of what has some.

    `loops` are contributions that run in a circle, each as the nodes on it; the contribution from
    the first to the last of a loop is left out. Checked graphs have none.
    """

    readings: Mapping[str, Reading]
    shares: Mapping[Ref, Shares]
    sums: Mapping[Ref, Sums]
    loops: Sequence[tuple[Ref, ...]] = ()

    def progress(self, ref: Ref) -> float | None:
        """Give the progress of an objective or key result: 0-1, None without data."""
        return self.sums.get(ref, NOTHING).mean_progress

    def coverage(self, ref: Ref) -> float:
        """Give the share of the weights below it that had data, 0-1."""
        return self.sums.get(ref, NOTHING).coverage

    def confidence(self, ref: Ref) -> float | None:
        """Give the confidence, a mean of its own; None where nobody judged."""
        return self.sums.get(ref, NOTHING).mean_confidence


def rollup(snapshot: Snapshot) -> RollUp:
    """Give the roll-up of a snapshot.

    A key result with data of its own is a leaf, whatever contributes to it; one without takes the
    progress of the objectives that contribute to it. Weights are those of MEASURES, else of the
    key result, else 1; those of contributions 1 unless given. Dropped objectives contribute
    nothing, nor does SUPPORTS, nor does work. Cost: linear in goals and check-ins the first time;
    after a write linear in what it touches and all above that.
    """
    return snapshot.evolved(_RULE)


def is_rolled_up(snapshot: Snapshot) -> bool:
    """Say whether the roll-up of a snapshot is there, or near enough to cost little."""
    return snapshot.is_near(_RULE)


def shares_of(contributors: Iterable[tuple[Ref, float]]) -> Shares:
    """Normalise weights, so that they sum to 1; all stay 0 where none is above 0."""
    found = sorted(contributors)
    heaviest = max((weight for _, weight in found), default=0.0)
    if not heaviest:
        return [(ref, 0.0) for ref, _ in found]
    total = math.fsum(weight / heaviest for _, weight in found)
    return [(ref, weight / heaviest / total) for ref, weight in found]


def sums_of(shares: Shares, known: Mapping[Ref, Sums]) -> Sums:
    """Add up what contributes to a node."""
    parts = [(weight, known.get(ref, NOTHING)) for ref, weight in shares]
    return Sums(
        math.fsum(weight * sums.progress for weight, sums in parts),
        math.fsum(weight * sums.coverage for weight, sums in parts),
        math.fsum(weight * sums.confidence for weight, sums in parts),
        math.fsum(weight * sums.judged for weight, sums in parts),
    )


def _leaf(reading: Reading) -> Sums:
    progress, confidence = reading.progress, reading.confidence
    return Sums(
        0.0 if progress is None else progress,
        0.0 if progress is None else 1.0,
        0.0 if confidence is None else confidence,
        0.0 if confidence is None else 1.0,
    )


def _contributors(snapshot: Snapshot, ref: Ref) -> list[tuple[Ref, float]]:
    return [
        (link.source, weight_in(snapshot, link))
        for link in contributions(snapshot, ref)
        if not is_dropped(snapshot, link.source)
    ]


class _RollUpRule:
    """Makes the roll-up, and moves it forward."""

    def build(self, snapshot: Snapshot) -> RollUp:
        """Roll everything up, from the leaves to the tops."""
        readings = {
            key: reading_of(snapshot, node) for key, node in snapshot.nodes(KeyResult).items()
        }
        raw = {
            ref: found
            for ref in self._parents(snapshot, readings)
            if (found := _contributors(snapshot, ref))
        }
        refs = sorted({*raw, *(ref for found in raw.values() for ref, _ in found)})
        numbers = {ref: number for number, ref in enumerate(refs)}
        ordering = ordered(
            [sorted(numbers[child] for child, _ in raw.get(ref, ())) for ref in refs]
        )
        dropped = {(refs[tail], refs[head]) for tail, head in ordering.dropped}
        shares = {
            ref: shares_of(part for part in found if (ref, part[0]) not in dropped)
            for ref, found in raw.items()
        }
        sums = {Ref(KeyResult.KIND, key): _leaf(reading) for key, reading in readings.items()}
        for number in reversed(ordering.order):
            if refs[number] in shares:
                sums[refs[number]] = sums_of(shares[refs[number]], sums)
        loops = tuple(tuple(refs[number] for number in loop) for loop in ordering.loops)
        return RollUp(readings, shares, sums, loops)

    def _parents(self, snapshot: Snapshot, readings: Mapping[str, Reading]) -> Iterable[Ref]:
        """Give what can have contributors: objectives, and key results without data of their own."""
        yield from (Ref(Objective.KIND, key) for key in snapshot.nodes(Objective))
        for key, reading in readings.items():
            if reading.raw is None:
                yield Ref(KeyResult.KIND, key)

    def advance(self, value: RollUp, after: Snapshot, changes: Sequence[Change]) -> RollUp | None:
        """Read again what was touched, and add up again what is above it."""
        if value.loops or any(isinstance(c.before or c.after, Company) for c in changes):
            return None
        read, joined = _touched(after, changes)
        joined |= read
        if not joined:
            return value
        readings, shares, sums = dict(value.readings), dict(value.shares), dict(value.sums)
        for ref in read:
            node = after.node(KeyResult, ref.key)
            if node is None:
                readings.pop(ref.key, None)
            else:
                readings[ref.key] = reading_of(after, node)
        for ref in joined:
            _rejoin(after, ref, readings, shares)
        upward = _upward(after, joined, shares)
        if upward is None:
            return None
        for ref in upward:
            _add_up(ref, readings, shares, sums)
        return RollUp(readings, shares, sums)


_RULE = _RollUpRule()


def _touched(after: Snapshot, changes: Sequence[Change]) -> tuple[set[Ref], set[Ref]]:
    """Give the key results to read again, and the nodes whose contributors may be others."""
    read: set[Ref] = set()
    joined: set[Ref] = set()
    for change in changes:
        for thing in (change.before, change.after):
            if isinstance(thing, KeyResult):
                read.add(thing.ref)
                joined.update(goals_above(after, thing.ref))
            elif isinstance(thing, CheckIn):
                read.update(link.target for link in after.out(thing.ref, For))
            elif isinstance(thing, For):
                read.update({thing.target} if thing.source.kind == CheckIn.KIND else ())
            elif isinstance(thing, Objective):
                joined.add(thing.ref)
                joined.update(goals_above(after, thing.ref))
            elif isinstance(thing, Measures | ContributesTo):
                joined.add(thing.target)
    return read, joined


def _rejoin(
    after: Snapshot, ref: Ref, readings: Mapping[str, Reading], shares: dict[Ref, Shares]
) -> None:
    reading = readings.get(ref.key) if ref.kind == KeyResult.KIND else None
    has_data = reading is not None and reading.raw is not None
    found = [] if has_data or after.get(ref) is None else _contributors(after, ref)
    if found:
        shares[ref] = shares_of(found)
    else:
        shares.pop(ref, None)


def _upward(
    after: Snapshot, begin: Iterable[Ref], shares: Mapping[Ref, Shares]
) -> Sequence[Ref] | None:
    """Give what is touched and all above it, each after everything that contributes to it.

    None where contributions run in a loop: a graph that nobody checked may hold one.
    """
    above: dict[Ref, list[Ref]] = {}
    queue = sorted(begin)
    for ref in queue:
        if ref not in above:
            above[ref] = goals_above(after, ref)
            queue.extend(above[ref])
    waiting = {ref: {child for child, _ in shares.get(ref, ()) if child in above} for ref in above}
    ready = [ref for ref, children in waiting.items() if not children]
    for ref in ready:
        for parent in above[ref]:
            if ref in waiting[parent]:
                waiting[parent].remove(ref)
                if not waiting[parent]:
                    ready.append(parent)
    return ready if len(ready) == len(above) else None


def _add_up(
    ref: Ref,
    readings: Mapping[str, Reading],
    shares: Mapping[Ref, Shares],
    sums: dict[Ref, Sums],
) -> None:
    if ref in shares:
        sums[ref] = sums_of(shares[ref], sums)
    elif ref.kind == KeyResult.KIND and ref.key in readings:
        sums[ref] = _leaf(readings[ref.key])
    else:
        sums.pop(ref, None)
