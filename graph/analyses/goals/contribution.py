"""What progress flows from: objectives, key results, and their normalised weights.

References: docs/definitions.md §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.analyses.goals.progress import Reading
from graph.analyses.goals.rollup import RollUp, Shares, rollup, shares_of
from graph.analyses.ordering import ordered
from graph.model.entities import (
    Company,
    KeyResult,
    Objective,
    Person,
    Product,
    Team,
    ValueStream,
)
from graph.model.goalrules import is_dropped
from graph.model.relations import Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

ROOTS = (
    *(Objective.KIND, KeyResult.KIND),
    *(Company.KIND, ValueStream.KIND, Product.KIND, Team.KIND, Person.KIND),
)
"""The kinds that have progress: their own, or that of the objectives they own."""


@dataclass(frozen=True, slots=True)
class CascadeViolation:
    """Something because of which progress does not flow as drawn.

    `code` is `loop` (the contribution that closes it is left out; `path` shows it, KIND/KEY),
    `no_weight` (all weights of its contributors are 0, nothing flows), `nothing_below` (an
    objective without key results or contributing objectives), `not_measurable` (a key result
    whose value gives no progress) or `no_size` (a key result that has no size in the unit by
    which the leaves are weighed).
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
    """Gather everything that contributes to a node, directly or not, out of the roll-up.

    An owner's objectives weigh the same; dropped ones are left out. Cost: linear in what is
    gathered, once the roll-up is there.
    """
    return _Gatherer(snapshot, rollup(snapshot)).gather(root)


@dataclass(slots=True)
class _Gatherer:
    snapshot: Snapshot
    known: RollUp
    violations: list[CascadeViolation] = field(default_factory=list)

    def gather(self, root: Ref) -> Contribution:
        numbers, refs = {root: 0}, [root]
        shares: list[list[tuple[int, float]]] = []
        readings: dict[int, Reading] = {}
        for at in refs:
            found = []
            for ref, weight in self._shares(at):
                if ref not in numbers:
                    numbers[ref] = len(refs)
                    refs.append(ref)
                found.append((numbers[ref], weight))
            if at.kind == KeyResult.KIND and at.key in self.known.readings:
                self._read(at, len(shares), readings, is_leaf=not found)
            shares.append(found)
        self._report_loops(numbers)
        order = ordered([[child for child, _ in found] for found in shares]).order
        return Contribution(refs, shares, order, readings, tuple(self.violations))

    def _shares(self, ref: Ref) -> Shares:
        if ref.kind not in {Objective.KIND, KeyResult.KIND}:
            owned = [link.target for link in self.snapshot.out(ref, Owns)]
            return shares_of((to, 1.0) for to in owned if not is_dropped(self.snapshot, to))
        found = self.known.shares.get(ref, ())
        if found and not any(weight for _, weight in found):
            self._say("no_weight", ref, f"all that contributes to {ref} has the weight 0")
        if not found and ref.kind == Objective.KIND:
            message = f"{ref} has neither key results nor contributing objectives"
            self._say("nothing_below", ref, message)
        return found

    def _read(self, ref: Ref, number: int, readings: dict[int, Reading], *, is_leaf: bool) -> None:
        reading = self.known.readings[ref.key]
        if reading.problem:
            message = f"{ref} has a value but no progress: {reading.problem}"
            self._say("not_measurable", ref, message)
        if is_leaf:
            readings[number] = reading

    def _report_loops(self, numbers: dict[Ref, int]) -> None:
        for loop in self.known.loops:
            if loop[0] not in numbers:
                continue
            # The search ran from the whole to its contributors; progress flows the other way.
            path = tuple(str(ref) for ref in reversed((*loop, loop[0])))
            shown = " → ".join(path if len(path) <= 12 else (*path[:10], "…", path[-1]))
            message = f"contribution runs in a loop, {shown}; one contribution is left out"
            self._say("loop", loop[0], message, path)

    def _say(self, code: str, ref: Ref, message: str, path: tuple[str, ...] = ()) -> None:
        self.violations.append(CascadeViolation(code, ref.kind, ref.key, message, path))
