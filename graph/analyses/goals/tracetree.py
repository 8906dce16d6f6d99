"""What hangs below a node, as a tree that shows everything once.

References: docs/definitions.md §2.
"""

from dataclasses import dataclass
from typing import NamedTuple

from graph.analyses.goals.rollup import RollUp
from graph.analyses.goals.serving import owners_of, stands
from graph.model.entities import KeyResult, Objective, Product, WorkItem
from graph.model.relations import (
    ContributesTo,
    Delivers,
    For,
    InCycle,
    Measures,
    Owns,
    PartOf,
    Relation,
    Supports,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveState

_PROGRESSES = frozenset({Objective.KIND, KeyResult.KIND})
_INWARD: tuple[type[Relation], ...] = (PartOf, Measures, ContributesTo)
_OUTWARD: tuple[type[Relation], ...] = (Owns, Delivers)


@dataclass(frozen=True, slots=True)
class TraceNode:
    """A node and what is below it.

    `relation` says how it hangs on what it is shown under, null for the root. `progress` is 0-1,
    null without data or for what has none; `state` that of a work item, or of an objective that is
    not active; `owners` (KIND/KEY) own the objective or deliver the work; `cycle` is the key of its
    own cycle.
    `repeated`: what is below is shown at its first place. `cut`: it goes on, deeper than was asked.
    """

    kind: str
    key: str
    name: str | None
    relation: str | None
    progress: float | None
    coverage: float | None
    state: str | None
    owners: tuple[str, ...]
    cycle: str | None
    repeated: bool
    cut: bool
    children: tuple["TraceNode", ...]


class Facts(NamedTuple):
    """What a trace tells of a node wherever it shows it."""

    name: str | None
    progress: float | None
    coverage: float | None
    state: str | None
    owners: tuple[str, ...]
    cycle: str | None


def facts_of(snapshot: Snapshot, rolled: RollUp, ref: Ref) -> Facts:
    """Gather what is told of a node."""
    node = snapshot.get(ref)
    progress = coverage = state = None
    if ref.kind in _PROGRESSES:
        progress, coverage = rolled.progress(ref), rolled.coverage(ref)
    if isinstance(node, Objective) and node.state is not ObjectiveState.ACTIVE:
        state = str(node.state)
    elif isinstance(node, WorkItem) and node.current_state is not None:
        state = str(node.current_state)
    cycle = next((link.target.key for link in snapshot.out(ref, InCycle)), None)
    name = node.name if node else None
    return Facts(name, progress, coverage, state, owners_of(snapshot, ref), cycle)


class Below:
    """Makes the tree below a root. Cost: linear in what is below."""

    def __init__(self, snapshot: Snapshot, rolled: RollUp, root: Ref) -> None:
        self._snapshot = snapshot
        self._rolled = rolled
        self._root = root
        self._shown: set[Ref] = set()

    def tree(self, depth: int) -> TraceNode:
        """Give the tree, so many levels below the root. Recursion goes no deeper than that."""
        return self._node(self._root, None, depth)

    def _node(self, ref: Ref, relation: str | None, levels: int) -> TraceNode:
        below = self._children(ref)
        repeated = bool(below) and ref in self._shown
        cut = bool(below) and not repeated and levels <= 0
        children: tuple[TraceNode, ...] = ()
        if below and not repeated and not cut:
            self._shown.add(ref)
            children = tuple(self._node(to, how, levels - 1) for to, how in below.items())
        told = facts_of(self._snapshot, self._rolled, ref)
        return TraceNode(
            *(ref.kind, ref.key, told.name, relation, told.progress, told.coverage),
            *(told.state, told.owners, told.cycle, repeated, cut, children),
        )

    def _children(self, ref: Ref) -> dict[Ref, str]:
        """Give what hangs on a node and how, each thing once, in the order of the tree."""
        snapshot = self._snapshot
        found = [(link.source, cls.TYPE) for cls in _INWARD for link in snapshot.into(ref, cls)]
        held = [(link.target, cls.TYPE) for cls in _OUTWARD for link in snapshot.out(ref, cls)]
        if ref.kind == Product.KIND:
            about = (link.source for link in snapshot.into(ref, For))
            held += [(item, For.TYPE) for item in about if item.kind == WorkItem.KIND]
        found += [pair for pair in held if ref == self._root or not self._is_placed(pair[0])]
        found += [(link.source, Supports.TYPE) for link in snapshot.into(ref, Supports)]
        children: dict[Ref, str] = {}
        for to, how in found:
            if to not in children and (to.kind == WorkItem.KIND or stands(snapshot, to)):
                children[to] = how
        return children

    def _is_placed(self, ref: Ref) -> bool:
        """Say whether what is owned or delivered serves something else, which shows it."""
        kinds: tuple[type[Relation], ...] = (ContributesTo, PartOf)
        links = (link for cls in kinds for link in self._snapshot.out(ref, cls))
        return any(stands(self._snapshot, link.target) for link in links)
