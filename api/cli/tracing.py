"""Following something up to the company and down to its leaves, by the relationships alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.analyses.cascade import cascade
from graph.analyses.cascadetree import CascadeNode
from graph.model.entities import KeyResult, Objective, WorkItem
from graph.model.relations import (
    ContributesTo,
    Delivers,
    Measures,
    MemberOf,
    Owns,
    PartOf,
    Relation,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

PATHS_LISTED = 20
DEPTH = 60
"""Levels below, unless the caller says otherwise: JSON libraries stop at some depth."""

_PROGRESSES = frozenset({Objective.KIND, KeyResult.KIND})


@dataclass(frozen=True, slots=True)
class Step:
    """A thing on the way up. `progress` is 0-1, null without data or for what has none."""

    kind: str
    key: str
    name: str | None
    progress: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class TraceNode:
    """A thing and what is below it. `relation` says how it hangs on what it is shown under.

    `repeated`: what is below is shown at its first place. `cut`: it goes on, deeper than was asked.
    """

    kind: str
    key: str
    name: str | None
    relation: str
    progress: float | None
    coverage: float | None
    state: str | None
    repeated: bool
    cut: bool
    children: tuple["TraceNode", ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The ways from the top to the root, without the root itself, and the tree below the root.

    At most `PATHS_LISTED` ways are listed; `paths_truncated` says that there are more.
    """

    root: str
    above: tuple[tuple[Step, ...], ...]
    paths_truncated: bool
    below: TraceNode


def trace(snapshot: Snapshot, root: Ref, depth: int = DEPTH) -> Trace:
    """Trace a node that is in the graph. Cost: linear in what is below, plus a cascade a step up."""
    paths = _paths(snapshot, root)
    listed = [path for _, path in zip(range(PATHS_LISTED + 1), paths, strict=False)]
    above = {ref: _step(snapshot, ref) for path in listed for ref in path}
    return Trace(
        str(root),
        tuple(tuple(above[ref] for ref in path) for path in listed[:PATHS_LISTED]),
        len(listed) > PATHS_LISTED,
        _Below(snapshot, root).node(root, "", depth),
    )


def _paths(snapshot: Snapshot, root: Ref) -> Iterator[tuple[Ref, ...]]:
    """Give the ways up, each from its top to just above the root; none when there is no way up."""
    path = [root]
    branches = [iter(above(snapshot, root))]
    while path:
        step = next(branches[-1], None)
        if step is None:
            path.pop()
            branches.pop()
        elif step not in path:
            further = above(snapshot, step)
            if not further:
                yield (step, *reversed(path[1:]))
            path.append(step)
            branches.append(iter(further))


def above(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    """Give what a node serves directly: what it contributes to, else who owns or holds it."""
    found = [link.target for cls in (Measures, ContributesTo) for link in snapshot.out(ref, cls)]
    found += [link.target for link in snapshot.out(ref, PartOf)]
    if found:
        return found
    found = [link.source for cls in (Owns, Delivers) for link in snapshot.into(ref, cls)]
    return found + [link.target for link in snapshot.out(ref, MemberOf)]


def _step(snapshot: Snapshot, ref: Ref) -> Step:
    node = snapshot.get(ref)
    progress = coverage = None
    if ref.kind in _PROGRESSES:
        found = cascade(snapshot, root=str(ref))
        progress, coverage = found.progress, found.coverage
    return Step(ref.kind, ref.key, node.name if node else None, progress, coverage)


class _Below:
    """The tree below a root, with the progress that one cascade gives to all of it."""

    def __init__(self, snapshot: Snapshot, root: Ref) -> None:
        self._snapshot = snapshot
        self._root = root
        self._shown: set[Ref] = set()
        self._progress: dict[Ref, tuple[float | None, float]] = {}
        if root.kind in _PROGRESSES:
            self._note(root)

    def _note(self, ref: Ref) -> None:
        todo: list[CascadeNode] = [cascade(self._snapshot, root=str(ref)).tree]
        for node in todo:
            self._progress[Ref(node.kind, node.key)] = node.progress, node.coverage
            todo.extend(node.children)

    def node(self, ref: Ref, relation: str, levels: int) -> TraceNode:
        """Give a node with what is below it; what was shown before is not shown again."""
        if ref.kind in _PROGRESSES and ref not in self._progress:
            self._note(ref)
        links = self._links(ref)
        repeated = bool(links) and ref in self._shown
        cut = bool(links) and not repeated and levels <= 0
        children: tuple[TraceNode, ...] = ()
        if links and not repeated and not cut:
            self._shown.add(ref)
            children = tuple(self.node(_other(link, ref), link.TYPE, levels - 1) for link in links)
        node = self._snapshot.get(ref)
        state = node.current_state if isinstance(node, WorkItem) else None
        name = node.name if node else None
        progress, coverage = self._progress.get(ref, (None, None))
        return TraceNode(
            *(ref.kind, ref.key, name, relation, progress, coverage),
            *(None if state is None else str(state), repeated, cut, children),
        )

    def _links(self, ref: Ref) -> list[Relation]:
        """Give the relationships down from a node, in the order in which the tree shows them."""
        snapshot = self._snapshot
        inward: tuple[type[Relation], ...] = (PartOf, Measures, ContributesTo)
        down: list[Relation] = [link for cls in inward for link in snapshot.into(ref, cls)]
        outward: tuple[type[Relation], ...] = (Owns, Delivers)
        for cls in outward:
            down += [link for link in snapshot.out(ref, cls) if self._hangs(link, ref)]
        return down

    def _hangs(self, link: Relation, owner: Ref) -> bool:
        """Say whether what is owned or delivered is shown under its owner.

        Under the root all of it is; further down only what serves nothing else, which shows it.
        """
        return owner == self._root or owner in above(self._snapshot, link.target)


def _other(link: Relation, ref: Ref) -> Ref:
    return link.target if link.source == ref else link.source
