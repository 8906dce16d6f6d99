"""The links of what is carried over: which go with the copies, and which stay with the origins."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from graph.commands.finding import over
from graph.commands.planning import making, removing
from graph.model.changes import Change
from graph.model.cycles import own_cycle
from graph.model.entities import Cycle, KeyResult, Objective, WorkItem
from graph.model.goalrules import contributions, is_dropped, weight_in
from graph.model.relations import (
    Continues,
    ContributesTo,
    Measures,
    Relation,
    RelationRef,
    Supports,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState

_Upward: TypeAlias = Measures | ContributesTo | Supports

_FINISHED = frozenset({FlowState.DONE, FlowState.CANCELLED})


@dataclass(slots=True)
class Carried:
    """What is carried over from a cycle into another: origins and their copies.

    `failed` are origins whose copies cannot be made, which is told; no links are made then.
    """

    snapshot: Snapshot
    cycle: Cycle
    into: Cycle
    copies: dict[Ref, Ref] = field(default_factory=dict)
    failed: set[Ref] = field(default_factory=set)
    restart: bool = field(kw_only=True)

    def earlier(self, ref: Ref) -> Ref | None:
        """Give the copy that an earlier carrying over into the same cycle made of a thing."""
        found = (link.source for link in self.snapshot.into(ref, Continues))
        return next((copy for copy in found if self._is_in(copy, self.into)), None)

    def _is_in(self, ref: Ref, cycle: Cycle) -> bool:
        """Whether an objective is in a cycle, or a key result is of one that is."""
        if ref.kind != KeyResult.KIND:
            return own_cycle(self.snapshot, ref) == cycle
        links = self.snapshot.out(ref, Measures)
        return any(own_cycle(self.snapshot, link.target) == cycle for link in links)

    def goes_on(self, ref: Ref) -> bool:
        """Whether an objective or key result is still pursued, and not in the cycle left."""
        return not over(self.snapshot, ref) and not self._is_in(ref, self.cycle)

    def is_open(self, ref: Ref) -> bool:
        """Whether a contributor is still at work."""
        node = self.snapshot.get(ref)
        if isinstance(node, WorkItem):
            return node.current_state not in _FINISHED
        return not over(self.snapshot, ref)

    def moves(self, contributor: Ref) -> bool:
        """Whether what contributes to an origin goes over to its copy."""
        if contributor.kind == KeyResult.KIND or contributor in self.copies:
            return False
        return self.earlier(contributor) is None and self.is_open(contributor)


def carried_links(carried: Carried) -> list[Change]:
    """Give the changes of links that carrying over makes."""
    links = _Links(carried)
    if carried.failed:
        return []
    for origin in carried.copies:
        for link in _upward(carried.snapshot, origin):
            links.outgoing(link)
    flowing = links.flowing()
    for origin in carried.copies:
        stays = origin in flowing or _weighs_nothing_without(carried, origin)
        for link in _downward(carried.snapshot, origin):
            if link.source not in carried.copies:
                links.incoming(link, stays=stays)
    return list(links.changes.values())


def _weighs_nothing_without(carried: Carried, origin: Ref) -> bool:
    """Whether all that stays with an origin weighs 0, which the rules forbid, once the rest moves."""
    snapshot = carried.snapshot
    left = [link for link in contributions(snapshot, origin) if not carried.moves(link.source)]
    return bool(left) and not any(weight_in(snapshot, link) for link in left)


def _upward(snapshot: Snapshot, ref: Ref) -> Iterator[_Upward]:
    yield from snapshot.out(ref, Measures)
    yield from snapshot.out(ref, ContributesTo)
    yield from snapshot.out(ref, Supports)


def _downward(snapshot: Snapshot, ref: Ref) -> Iterator[ContributesTo | Supports]:
    yield from snapshot.into(ref, ContributesTo)
    yield from snapshot.into(ref, Supports)


@dataclass(slots=True)
class _Links:
    """The state of going through links one by one.

    `fed` are the targets to which origins go on carrying progress, with these origins.
    """

    carried: Carried
    changes: dict[RelationRef, Change] = field(default_factory=dict)
    fed: dict[Ref, list[Ref]] = field(default_factory=dict)

    def outgoing(self, link: _Upward) -> None:
        """Go through a link of an origin to a parent."""
        carried, target = self.carried, link.target
        copy = carried.copies[link.source]
        above = carried.copies.get(target) or carried.earlier(target)
        moves = False
        if above is not None:
            self._add(link, copy, above)
        elif carried.goes_on(target):
            self._add(link, copy, target)
            moves = not isinstance(link, Supports)
        if moves:
            self._remove(link)
            if isinstance(link, ContributesTo):
                self._make(Supports(source=link.source, target=target))
        elif not isinstance(link, Supports):
            self.fed.setdefault(target, []).append(link.source)

    def incoming(self, link: ContributesTo | Supports, *, stays: bool) -> None:
        """Go through a link to an origin of what is not carried over.

        What is open moves to the copy. Where the origin still carries progress to something
        (`stays`), an objective's contribution to it stays as well. What was closed has done its
        part: it counts for the copy too, unless that starts anew.
        """
        carried, source = self.carried, link.source
        copy = carried.copies[link.target]
        later = carried.earlier(source)
        progress = isinstance(link, ContributesTo) and source.kind == Objective.KIND
        if later is not None:
            self._add(link, later, copy)
        elif carried.is_open(source):
            self._add(link, source, copy)
            if not (stays and progress):
                self._remove(link)
        elif progress and not carried.restart and not is_dropped(carried.snapshot, source):
            self._add(link, source, copy)

    def flowing(self) -> set[Ref]:
        """Give the origins from which progress still reaches something that is not carried."""
        todo = [target for target in self.fed if target not in self.carried.copies]
        seen = set(todo)
        for ref in todo:
            for origin in self.fed.get(ref, ()):
                if origin not in seen:
                    seen.add(origin)
                    todo.append(origin)
        return seen

    def _add(self, link: _Upward, source: Ref, target: Ref) -> None:
        self._make(replace(link, source=source, target=target, revision=0))

    def _make(self, link: Relation) -> None:
        if self.carried.snapshot.relation(link.ref) is None:
            self.changes.setdefault(link.ref, making(link))

    def _remove(self, link: Relation) -> None:
        self.changes[link.ref] = removing(link)
