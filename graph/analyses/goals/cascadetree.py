"""The tree of a roll-up: what contributes to what, from the root down.

References: docs/definitions.md §2.
"""

from dataclasses import dataclass, field
from datetime import date

from graph.analyses.goals.contribution import Contribution
from graph.analyses.goals.pace import Cycles, pace_of
from graph.analyses.goals.weighting import Figures
from graph.model.entities import Objective
from graph.model.relations import Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

TREE_DEPTH = 60
"""Levels of the tree: JSON libraries stop at some depth, and people long before."""


@dataclass(frozen=True, slots=True)
class CascadeNode:
    """A node of the tree. `weight` is its normalised weight in what it is shown under.

    `owners` are KIND/KEY, `cycle` is a key. `repeated`: its contributors are shown at its first
    place. `cut`: the tree is too deep to go on.
    """

    kind: str
    key: str
    name: str | None
    weight: float
    progress: float | None
    coverage: float
    confidence: float | None
    pace: str | None
    owners: tuple[str, ...]
    cycle: str | None
    repeated: bool
    cut: bool
    children: tuple["CascadeNode", ...]


@dataclass(slots=True)
class CascadeTree:
    """Makes the tree. `day` is the day at which pace is judged."""

    snapshot: Snapshot
    parts: Contribution
    figures: Figures
    day: date | None
    shown: set[int] = field(default_factory=set)
    cycles: Cycles = field(init=False)

    def __post_init__(self) -> None:
        self.cycles = Cycles(self.snapshot)

    def node(self, at: int, weight: float, levels: int) -> CascadeNode:
        """Give a node with what contributes to it; what was shown before is not shown again."""
        below = self.figures.weights[at]
        repeated = bool(below) and at in self.shown
        cut = bool(below) and not repeated and levels == 1
        children: tuple[CascadeNode, ...] = ()
        if below and not repeated and not cut:
            self.shown.add(at)
            children = tuple(self.node(child, part, levels - 1) for child, part in below)
        ref = self.parts.refs[at]
        progress, coverage, confidence = self.figures.values[at]
        cycle, node = self.cycles.of(ref), self.snapshot.get(ref)
        return CascadeNode(
            *(ref.kind, ref.key, node.name if node else None, weight, progress, coverage),
            confidence,
            pace_of(progress, cycle, self.day).pace,
            self._owners(ref),
            *(cycle.key if cycle else None, repeated, cut, children),
        )

    def _owners(self, ref: Ref) -> tuple[str, ...]:
        links = self.snapshot.into(ref, Owns) if ref.kind == Objective.KIND else ()
        return tuple([str(link.source) for link in links])
