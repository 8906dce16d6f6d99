"""What progress flows from: objectives, key results, and their normalised weights.

References: docs/definitions.md §2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.analyses.ordering import ordered
from graph.analyses.progress import Reading, reading_of
from graph.model.entities import KeyResult, Objective
from graph.model.goalrules import contributions, weight_in
from graph.model.relations import Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


@dataclass(frozen=True, slots=True)
class CascadeViolation:
    """Something because of which progress does not flow as drawn.

    `code` is `loop` (the contribution that closes it is left out; `path` shows it, KIND/KEY),
    `no_weight` (all weights of its contributors are 0, nothing flows), `nothing_below` (an
    objective without key results or contributing objectives) or `not_measurable` (a key result
    whose value gives no progress).
    """

    code: str
    kind: str
    key: str
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a node's progress comes from. `refs[0]` is that node.

    `shares[i]` are (contributor, normalised weight), sorted by the contributor's kind and key;
    `order` runs from the root to the leaves; `readings` are those of the key results that count by
    their own data, or have nothing below.
    """

    refs: Sequence[Ref]
    shares: Sequence[Sequence[tuple[int, float]]]
    order: Sequence[int]
    readings: dict[int, Reading]
    violations: tuple[CascadeViolation, ...]


def contribution(snapshot: Snapshot, root: Ref) -> Contribution:
    """Gather everything that contributes to a node, directly or not.

    A key result with data of its own is a leaf, whatever contributes to it; one without takes the
    progress of the objectives that contribute to it. Weights are those of MEASURES, else of the
    key result, else 1; those of contributions 1 unless given. An owner's objectives weigh the
    same. SUPPORTS carries nothing, nor does work. Cost: linear.
    """
    return _Gatherer(snapshot).gather(root)


@dataclass(slots=True)
class _Gatherer:
    snapshot: Snapshot
    readings: dict[int, Reading] = field(default_factory=dict)
    violations: list[CascadeViolation] = field(default_factory=list)

    def gather(self, root: Ref) -> Contribution:
        numbers, refs = {root: 0}, [root]
        weights: list[list[tuple[int, float]]] = []
        for at in refs:
            found = []
            for ref, weight in sorted(self._contributors(at, len(weights))):
                if ref not in numbers:
                    numbers[ref] = len(refs)
                    refs.append(ref)
                found.append((numbers[ref], weight))
            weights.append(found)
        ordering = ordered([[child for child, _ in found] for found in weights])
        self._report_loops(refs, ordering.loops)
        shares = [
            self._normalised(
                refs[at], [part for part in found if (at, part[0]) not in ordering.dropped]
            )
            for at, found in enumerate(weights)
        ]
        return Contribution(refs, shares, ordering.order, self.readings, tuple(self.violations))

    def _contributors(self, ref: Ref, number: int) -> list[tuple[Ref, float]]:
        if ref.kind == KeyResult.KIND:
            return self._below_key_result(ref, number)
        if ref.kind != Objective.KIND:
            return [(link.target, 1.0) for link in self.snapshot.out(ref, Owns)]
        found = self._below(ref)
        if not found:
            message = f"{ref} has neither key results nor contributing objectives"
            self._say("nothing_below", ref, message)
        return found

    def _below_key_result(self, ref: Ref, number: int) -> list[tuple[Ref, float]]:
        node = self.snapshot.node(KeyResult, ref.key)
        if node is None:
            return []
        reading = reading_of(self.snapshot, node)
        if reading.problem:
            self._say(
                "not_measurable", ref, f"{ref} has a value but no progress: {reading.problem}"
            )
        found = self._below(ref) if reading.raw is None else []
        if not found:
            self.readings[number] = reading
        return found

    def _below(self, ref: Ref) -> list[tuple[Ref, float]]:
        return [
            (link.source, weight_in(self.snapshot, link))
            for link in contributions(self.snapshot, ref)
        ]

    def _normalised(self, ref: Ref, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
        heaviest = max((weight for _, weight in found), default=0.0)
        if found and not heaviest:
            self._say("no_weight", ref, f"all that contributes to {ref} has the weight 0")
        if not heaviest:
            return [(child, 0.0) for child, _ in found]
        total = math.fsum(weight / heaviest for _, weight in found)
        return [(child, weight / heaviest / total) for child, weight in found]

    def _report_loops(self, refs: Sequence[Ref], loops: Sequence[Sequence[int]]) -> None:
        for loop in loops:
            # The search ran from the whole to its contributors; progress flows the other way.
            path = tuple(str(refs[at]) for at in reversed((*loop, loop[0])))
            shown = " → ".join(path if len(path) <= 12 else (*path[:10], "…", path[-1]))
            message = f"contribution runs in a loop, {shown}; one contribution is left out"
            self._say("loop", refs[loop[0]], message, path)

    def _say(self, code: str, ref: Ref, message: str, path: tuple[str, ...] = ()) -> None:
        self.violations.append(CascadeViolation(code, ref.kind, ref.key, message, path))
