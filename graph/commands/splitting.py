"""Splitting an objective, so that no progress above it changes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, cast

from graph.commands.finding import Inquiry, existing_of, expect_kind, named
from graph.commands.nodes import brief
from graph.commands.objectives import owned
from graph.commands.planning import Plan, expect_unwritten, making, removing, settle
from graph.errors import ErrorCode
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.codec import near
from graph.model.cycles import own_cycle
from graph.model.days import today_of
from graph.model.entities import Objective
from graph.model.goalrules import contributions, weight_in
from graph.model.relations import (
    Continues,
    ContributesTo,
    InCycle,
    Measures,
    Owns,
    Supports,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import ObjectiveState


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A new objective that takes some contributors over: key results, objectives, work items.

    Properties are in raw form, without the key; state and type are the original's unless given,
    and so is the owner.
    """

    key: Json
    properties: Mapping[str, Json]
    owner: Ref | None
    contributors: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Split:
    """Split an objective: each part takes its contributors over and continues the original.

    A part takes the original's cycle, parents and what it supports. To each parent it contributes
    the original's weight there times its share of the original's contributors, and the original
    keeps the rest: what stands above has the progress and coverage it had. Where nothing carries
    progress, all parts, and the original if something is left, weigh the same. When nothing is
    left the original is dropped and no longer contributes. `now` is an aware instant.
    """

    objective: Ref
    parts: Sequence[SplitPart]
    now: datetime
    expected_revision: int | None = None
    name: ClassVar[str] = "split"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, or Conflict on a stale revision.

        Refused for no parts, an empty part, a contributor that is none or in two parts, an
        objective that is over, and all that refuses a new objective. Cost: linear in what joins
        the objective.
        """
        expect_kind(self.objective, (Objective.KIND,), "only an objective can be split")
        original = existing_of(snapshot, Objective, self.objective.key)
        links = snapshot.touching(original.ref)
        expect_unwritten(snapshot, original, links, self.expected_revision)
        splitting = _Splitting(Inquiry(snapshot), original)
        splitting.inquiry.refuse_over(
            original.ref, original.ref, "objective", "split one that goes on"
        )
        if not self.parts:
            words, hint = "is split into no parts", "give at least one part"
            splitting.inquiry.tell(ErrorCode.MISSING_VALUE, original.ref, words, "parts", hint=hint)
        for part in self.parts:
            splitting.take(part, self.now)
        good = len(splitting.parts) == len(self.parts) > 0
        changes = splitting.changes() if good else splitting.made
        return settle(snapshot, changes, splitting.inquiry.problems)


@dataclass(slots=True)
class _Splitting:
    """The state of reading parts one by one. `moved` are contributors and the parts they go to."""

    inquiry: Inquiry
    original: Objective
    moved: dict[Ref, Ref] = field(default_factory=dict)
    parts: list[Ref] = field(default_factory=list)
    made: list[Change] = field(default_factory=list)

    def take(self, part: SplitPart, now: datetime) -> None:
        """Make a part; what is wrong with it is a problem."""
        snapshot, whole = self.inquiry.snapshot, self.original
        ref = named(Objective, part.key)
        inherited = {"state": str(whole.state), "type": str(whole.type)}
        made = self.inquiry.make(Objective, part.key, {**inherited, **part.properties})
        self._contributors(ref, part.contributors)
        owner = part.owner
        if owner is None:
            owner = next((link.source for link in snapshot.into(whole.ref, Owns)), None)
        joins = owned(self.inquiry, ref, owner, today_of(snapshot, now))
        if made is None:
            return
        cycle = own_cycle(snapshot, whole.ref)
        if cycle is not None:
            joins.append(making(InCycle(source=ref, target=cycle.ref)))
        self.parts.append(ref)
        self.made += [making(made), *joins, making(Continues(source=ref, target=whole.ref))]

    def _contributors(self, part: Ref, contributors: Sequence[Ref]) -> None:
        links = _movable(self.inquiry.snapshot, self.original.ref)
        if not contributors:
            words, hint = "takes nothing over", "name what it takes over, or leave the part out"
            self.inquiry.tell(ErrorCode.MISSING_VALUE, part, words, "contributors", hint=hint)
        for ref in contributors:
            if ref not in links:
                words = f"{brief(ref)} does not contribute to {self.original.ref}"
                hint = near(str(ref), map(str, links)) or "name one of its contributors"
                self.inquiry.tell(
                    ErrorCode.NOT_FOUND, part, words, "contributors", brief(ref), hint
                )
            elif ref in self.moved:
                words = f"{ref} goes to {self.moved[ref]} already"
                hint = "keep it in one of the two"
                self.inquiry.tell(ErrorCode.DUPLICATE, part, words, "contributors", str(ref), hint)
            else:
                self.moved[ref] = part

    def changes(self) -> list[Change]:
        """Give all changes: the parts, what moves to them, and what becomes of the original."""
        links = _movable(self.inquiry.snapshot, self.original.ref)
        changes = list(self.made)
        for ref, part in self.moved.items():
            changes += [removing(links[ref]), making(replace(links[ref], target=part, revision=0))]
        left = len(self.moved) < len(links)
        changes += self._upward(left)
        if not left:
            dropped = replace(self.original, state=ObjectiveState.DROPPED)
            changes.append(NodeChange(self.original.ref, self.original, dropped))
        return changes

    def _upward(self, left: bool) -> list[Change]:
        snapshot, whole = self.inquiry.snapshot, self.original.ref
        shares, rest = self._shares(left)
        changes: list[Change] = []
        for link in snapshot.out(whole, ContributesTo):
            weight = weight_in(snapshot, link)
            parts = [
                replace(link, source=part, weight=weight * shares[part], revision=0)
                for part in self.parts
            ]
            kept = replace(link, weight=weight * rest) if rest != 1.0 else link
            changes += map(making, parts)
            changes.append(RelationChange(link.ref, link, kept if left else None))
        for support in snapshot.out(whole, Supports):
            changes += [making(replace(support, source=part, revision=0)) for part in self.parts]
            changes.append(RelationChange(support.ref, support, support if left else None))
        return changes

    def _shares(self, left: bool) -> tuple[dict[Ref, float], float]:
        """Give what share of the original's weight goes to each part, and what share stays."""
        snapshot = self.inquiry.snapshot
        links = contributions(snapshot, self.original.ref)
        weights = {link.source: weight_in(snapshot, link) for link in links}
        heaviest = max(weights.values(), default=0.0)
        if not heaviest:
            equal = 1.0 / (len(self.parts) + left)
            return dict.fromkeys(self.parts, equal), equal
        parts: dict[Ref | None, list[float]] = {}
        for ref, weight in weights.items():
            parts.setdefault(self.moved.get(ref), []).append(weight / heaviest)
        total = math.fsum(weight / heaviest for weight in weights.values())
        shares = {part: math.fsum(parts.get(part, ())) / total for part in self.parts}
        return shares, math.fsum(parts.get(None, ())) / total


def _movable(snapshot: Snapshot, objective: Ref) -> dict[Ref, Measures | ContributesTo]:
    """Give the links by which anything contributes to an objective, by what it is."""
    links = [*snapshot.into(objective, Measures), *snapshot.into(objective, ContributesTo)]
    return {link.source: cast("Measures | ContributesTo", link) for link in links}
