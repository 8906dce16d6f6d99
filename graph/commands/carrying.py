"""Carrying objectives over into another cycle, so that no progress above them changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from graph.commands.carriedlinks import Carried, carried_links
from graph.commands.closing import objectives_in
from graph.commands.finding import OVER, Inquiry, existing_of
from graph.commands.objectives import owned
from graph.commands.planning import Plan, making, settle
from graph.errors import ErrorCode, Refused
from graph.model.catalog import ENTITY
from graph.model.changes import Change, NodeChange
from graph.model.checkins import confidence_of, value_of
from graph.model.codec import near, parse_properties, shown
from graph.model.cycles import own_cycle
from graph.model.days import today_of
from graph.model.entities import Cycle, Entity, KeyResult, Objective
from graph.model.relations import Continues, InCycle, Measures, Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import KeyResultType, ObjectiveState

_DIRECTED = frozenset({KeyResultType.INCREASE, KeyResultType.DECREASE})


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Copy objectives of a cycle into another; each copy continues its origin, which is closed.

    `objectives` left out are all that are neither dropped nor carried over already. A copy's key
    is that of `keys`, else `OLD.INTO`, for key results too; its owner that of `owners`, else the
    origin's. A key result's copy stands at the latest value; with `restart` that is also where it
    starts from. `now` is an aware instant.

    Copies contribute to copies. A parent that goes on and is not carried gets the copy's
    contribution in place of the origin's, which supports it from then on. What is still open and
    contributes to an origin moves to its copy. Without `restart` everything outside the cycle has
    the progress it had, except for contributors that were dropped: they are left behind.
    """

    cycle: str
    into: str
    objectives: Sequence[str] | None = None
    restart: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, Ref] = field(default_factory=dict)
    now: datetime = field(kw_only=True)
    name: ClassVar[str] = "carry_over"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound for an unknown cycle to carry over from.

        Refused when the cycle to carry into is unknown, the same, closed or begins earlier, for an
        objective not of the cycle or carried over already, a taken key, and an owner that is gone
        today or when the cycle begins. Cost: linear in what joins the carried objectives.
        """
        cycle = existing_of(snapshot, Cycle, self.cycle)
        inquiry = Inquiry(snapshot)
        into = self._into(inquiry, cycle)
        chosen = self._chosen(inquiry, cycle)
        if into is None:
            raise Refused(inquiry.problems)
        copying = _Copying(inquiry, Carried(snapshot, cycle, into, restart=self.restart), self)
        for objective in chosen:
            copying.objective(objective)
        for key_result in _key_results(snapshot, chosen):
            copying.key_result(key_result)
        self._refuse_unused(inquiry, copying.carried)
        changes = [*copying.changes, *carried_links(copying.carried)]
        return settle(snapshot, changes, inquiry.problems)

    def _into(self, inquiry: Inquiry, cycle: Cycle) -> Cycle | None:
        into = inquiry.node(Cycle, self.into, cycle.ref, "into")
        if into is None:
            return None
        if into == cycle:
            words, hint = "cannot be carried over into itself", "name another cycle"
            inquiry.tell(ErrorCode.SELF_REFERENCE, cycle.ref, words, "into", str(into.ref), hint)
            return None
        inquiry.refuse_closed(into, cycle.ref, "into")
        if cycle.from_ is not None and into.from_ is not None and into.from_ < cycle.from_:
            words = f"begins on {cycle.from_}, and {into.ref} before it, on {into.from_}"
            hint = "name a later cycle"
            inquiry.tell(ErrorCode.OUT_OF_RANGE, cycle.ref, words, "into", str(into.ref), hint)
        return into

    def _chosen(self, inquiry: Inquiry, cycle: Cycle) -> list[Objective]:
        snapshot = inquiry.snapshot
        if self.objectives is None:
            return [
                node
                for node in objectives_in(snapshot, cycle)
                if node.state is not ObjectiveState.DROPPED and not _next(snapshot, node, cycle)
            ]
        found = []
        for key in dict.fromkeys(self.objectives):
            node = inquiry.node(Objective, key, cycle.ref, "objectives")
            if node is None:
                continue
            own = own_cycle(snapshot, node.ref)
            if own != cycle:
                words = f"{node.ref} is not in it, but in " + (str(own.ref) if own else "no cycle")
                hint = "carry it over from its own cycle"
                inquiry.tell(
                    ErrorCode.INVALID_VALUE, cycle.ref, words, "objectives", str(node.ref), hint
                )
            later = _next(snapshot, node, cycle)
            if later is None:
                found.append(node)
                continue
            words, hint = f"{node.ref} was carried over already, as {later}", "leave it out"
            inquiry.tell(
                ErrorCode.ALREADY_EXISTS, cycle.ref, words, "objectives", str(node.ref), hint
            )
        return found

    def _refuse_unused(self, inquiry: Inquiry, carried: Carried) -> None:
        """Keys and owners for what is not carried are mistakes: nothing would come of them."""
        objectives = {ref.key for ref in carried.copies if ref.kind == Objective.KIND}
        every = {ref.key for ref in carried.copies}
        for name, given, known in (("keys", self.keys, every), ("owners", self.owners, objectives)):
            for key in given:
                if key not in known:
                    words, hint = (
                        f"{shown(key)} is not carried over",
                        near(key, known) or "leave it out",
                    )
                    inquiry.tell(
                        ErrorCode.NOT_FOUND, carried.cycle.ref, words, name, shown(key), hint
                    )


def _key_results(snapshot: Snapshot, objectives: Sequence[Objective]) -> list[KeyResult]:
    links = [link for node in objectives for link in snapshot.into(node.ref, Measures)]
    keys = dict.fromkeys(link.source.key for link in links)
    return [node for key in keys if (node := snapshot.node(KeyResult, key)) is not None]


def _next(snapshot: Snapshot, node: Objective, cycle: Cycle) -> Ref | None:
    """Give what continues an objective in another cycle; a part that was split off does not."""
    later = (link.source for link in snapshot.into(node.ref, Continues))
    return next((ref for ref in later if own_cycle(snapshot, ref) != cycle), None)


@dataclass(slots=True)
class _Copying:
    """The state of copying one thing after the other."""

    inquiry: Inquiry
    carried: Carried
    command: CarryOver
    changes: list[Change] = field(default_factory=list)

    def objective(self, origin: Objective) -> None:
        """Copy an objective, and close its origin."""
        copy = Objective(
            key=self._key(origin),
            name=origin.name,
            description=origin.description,
            tags=origin.tags,
            type=origin.type,
        )
        if not self._put(origin, copy):
            return
        snapshot = self.inquiry.snapshot
        owner = self.command.owners.get(origin.key)
        if owner is None:
            owner = next((link.source for link in snapshot.into(origin.ref, Owns)), None)
        today = today_of(snapshot, self.command.now)
        self.changes += owned(self.inquiry, copy.ref, owner, today)
        self.changes.append(making(InCycle(source=copy.ref, target=self.carried.into.ref)))
        if origin.state not in OVER:
            closed = replace(origin, state=ObjectiveState.CLOSED)
            self.changes.append(NodeChange(origin.ref, origin, closed))

    def key_result(self, origin: KeyResult) -> None:
        """Copy a key result, unless it was copied with another objective before."""
        earlier = self.carried.earlier(origin.ref)
        if earlier is not None:
            self.carried.copies[origin.ref] = earlier
            return
        snapshot = self.inquiry.snapshot
        value = value_of(snapshot, origin)
        again = (
            self.command.restart
            and origin.type in _DIRECTED
            and value is not None
            and value != origin.target
        )
        copy = replace(
            origin,
            key=self._key(origin),
            start=value if again else origin.start,
            current=value,
            confidence=confidence_of(snapshot, origin),
            source=None,
            source_id=None,
            score=None,
            score_by=None,
            score_note=None,
            created_at=None,
            updated_at=None,
            revision=0,
        )
        self._put(origin, copy)

    def _key(self, origin: Entity) -> str:
        return self.command.keys.get(origin.key, f"{origin.key}.{self.carried.into.key}")

    def _put(self, origin: Entity, copy: Entity) -> bool:
        kind = ENTITY[origin.KIND]
        problems = parse_properties(kind, {"key": copy.key}, str(origin.ref))[1]
        self.inquiry.problems += problems
        self.carried.copies[origin.ref] = copy.ref
        if problems or not self.inquiry.put(copy):
            self.carried.failed.add(origin.ref)
            return False
        self.changes += [making(copy), making(Continues(source=copy.ref, target=origin.ref))]
        return True
