"""The life of cycles and objectives: opening, closing, and the scores given at the close."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, TypeVar, cast

from graph.commands.finding import OVER, Inquiry, existing_of
from graph.commands.nodes import brief, patched
from graph.commands.planning import Plan, settle
from graph.errors import ErrorCode
from graph.model.catalog import ENTITY
from graph.model.changes import Change, NodeChange
from graph.model.codec import near, parse_properties
from graph.model.cycles import own_cycle
from graph.model.days import today_of
from graph.model.entities import Cycle, Entity, KeyResult, Objective
from graph.model.relations import InCycle, Measures, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import CycleState, ObjectiveState

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Score:
    """A grade from 0 to 1 and why it was given, in raw form."""

    value: Json
    note: Json = None


@dataclass(frozen=True, slots=True)
class CloseObjective:
    """Close an objective, with its score and those of its key results. `by` is who gives them."""

    key: str
    score: Score | None
    key_result_scores: Mapping[str, Score]
    by: str
    now: datetime
    name: ClassVar[str] = "close_objective"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound; Refused for what is over already or has not begun, and for bad scores."""
        before = existing_of(snapshot, Objective, self.key)
        inquiry = Inquiry(snapshot)
        if before.state in OVER:
            hint = "undo the write that ended it"
            inquiry.tell(
                ErrorCode.CLOSED, before.ref, f"is {before.state}", "state", before.state, hint
            )
        cycle = own_cycle(snapshot, before.ref)
        if cycle is not None:
            _refuse_unbegun(inquiry, cycle, before.ref, self.now, "drop it instead")
        scoring = _Scoring(inquiry, self.by)
        changes: list[Change] = [scoring.closed(before, self.score)]
        changes += scoring.key_results(self.key_result_scores, [before], before.ref)
        return settle(snapshot, changes, inquiry.problems)


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """Open a planned cycle. `now` is when; nothing hangs on it, a cycle may open early or late."""

    key: str
    now: datetime
    name: ClassVar[str] = "open_cycle"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound; Refused when it is open or closed, or what it is part of is closed."""
        before = existing_of(snapshot, Cycle, self.key)
        inquiry = Inquiry(snapshot)
        if before.state is CycleState.OPEN:
            hint = "it takes changes already; close it when it is over"
            inquiry.tell(
                ErrorCode.INVALID_VALUE, before.ref, "is open", "state", before.state, hint
            )
        if before.state is CycleState.CLOSED:
            hint = "undo its close"
            inquiry.tell(ErrorCode.CLOSED, before.ref, "is closed", "state", before.state, hint)
        for link in snapshot.out(before.ref, PartOf):
            whole = snapshot.node(Cycle, link.target.key)
            if whole is not None and whole.state is CycleState.CLOSED:
                words, hint = f"is part of {whole.ref}, which is closed", "undo that cycle's close"
                inquiry.tell(ErrorCode.CLOSED, before.ref, words, "part_of", str(whole.ref), hint)
        opened = replace(before, state=CycleState.OPEN)
        return settle(snapshot, [NodeChange(before.ref, before, opened)], inquiry.problems)


@dataclass(frozen=True, slots=True)
class CloseCycle:
    """Close a cycle and every objective in it that is still pursued, with scores by key.

    What gets no score is closed without one. `by` is who gives the scores; `now` is an aware
    instant.
    """

    key: str
    scores: Mapping[str, Score]
    key_result_scores: Mapping[str, Score]
    by: str
    now: datetime
    name: ClassVar[str] = "close_cycle"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound; Refused when it is closed, has not begun, or a cycle in it is not closed.

        Refused, too, for a score of what is not in the cycle. Cost: linear in what is in it.
        """
        before = existing_of(snapshot, Cycle, self.key)
        inquiry = Inquiry(snapshot)
        if before.state is CycleState.CLOSED:
            hint = "undo its close to score anew"
            inquiry.tell(ErrorCode.CLOSED, before.ref, "is closed", "state", before.state, hint)
        hint = "wait for its first day, or change its dates"
        _refuse_unbegun(inquiry, before, before.ref, self.now, hint)
        for part in _parts(snapshot, before):
            if part.state is not CycleState.CLOSED:
                words, hint = f"its part {part.ref} is {part.state}", f"close {part.ref} first"
                inquiry.tell(
                    ErrorCode.INVALID_VALUE, before.ref, words, "state", str(part.ref), hint
                )
        objectives = objectives_in(snapshot, before)
        scoring = _Scoring(inquiry, self.by)
        changes: list[Change] = [
            NodeChange(before.ref, before, replace(before, state=CycleState.CLOSED))
        ]
        changes += scoring.objectives(self.scores, objectives, before)
        changes += scoring.key_results(self.key_result_scores, objectives, before.ref)
        return settle(snapshot, changes, inquiry.problems)


def objectives_in(snapshot: Snapshot, cycle: Cycle) -> list[Objective]:
    """Give the objectives planned for a cycle, by key."""
    found = (snapshot.get(link.source) for link in snapshot.into(cycle.ref, InCycle))
    return [node for node in found if isinstance(node, Objective)]


def _parts(snapshot: Snapshot, cycle: Cycle) -> Iterator[Cycle]:
    """Give the cycles within a cycle, at any depth."""
    seen, todo = {cycle.ref}, [cycle.ref]
    for ref in todo:
        for link in snapshot.into(ref, PartOf):
            part = snapshot.node(Cycle, link.source.key)
            if part is not None and part.ref not in seen:
                seen.add(part.ref)
                todo.append(part.ref)
                yield part


def _refuse_unbegun(inquiry: Inquiry, cycle: Cycle, subject: Ref, now: datetime, hint: str) -> None:
    today = today_of(inquiry.snapshot, now)
    if cycle.from_ is not None and cycle.from_ > today:
        own = "" if subject == cycle.ref else f"{cycle.ref} "
        words = f"{own}begins on {cycle.from_}, after today, {today}"
        inquiry.tell(ErrorCode.OUT_OF_RANGE, subject, words, "from", str(cycle.from_), hint)


@dataclass(slots=True)
class _Scoring:
    """Who gives scores, and the problems found in them."""

    inquiry: Inquiry
    by: str

    def scored(self, before: E, score: Score | None) -> E:
        """Give a node with its score; without one, as it is."""
        if score is None:
            return before
        raw: dict[str, Json] = {
            "score": score.value,
            "score_note": score.note,
            "score_by": self.by or None,
        }
        values, problems = parse_properties(ENTITY[before.KIND], raw, str(before.ref))
        self.inquiry.problems += problems
        if score.value is None:
            words, hint = "a score needs a value", "give a number from 0 to 1, or leave it out"
            self.inquiry.tell(ErrorCode.MISSING_VALUE, before.ref, words, "score", hint=hint)
        return cast("E", patched(before, values))

    def closed(self, before: Objective, score: Score | None) -> Change:
        """Give the change that closes an objective."""
        after = replace(self.scored(before, score), state=ObjectiveState.CLOSED)
        return NodeChange(before.ref, before, after)

    def objectives(
        self, scores: Mapping[str, Score], objectives: Sequence[Objective], cycle: Cycle
    ) -> list[Change]:
        """Close what is still pursued; what was closed before takes a score, what was dropped none."""
        self._refuse_foreign(scores, {node.key for node in objectives}, Objective, cycle.ref)
        changes: list[Change] = []
        for node in objectives:
            score = scores.get(node.key)
            if node.state not in OVER:
                changes.append(self.closed(node, score))
            elif node.state is ObjectiveState.CLOSED:
                changes.append(NodeChange(node.ref, node, self.scored(node, score)))
            elif score is not None:
                words, hint = "was dropped and takes no score", "leave the score out"
                self.inquiry.tell(ErrorCode.CLOSED, node.ref, words, "score", hint=hint)
        return changes

    def key_results(
        self, scores: Mapping[str, Score], objectives: Sequence[Objective], whole: Ref
    ) -> list[Change]:
        """Score key results of these objectives."""
        snapshot = self.inquiry.snapshot
        links = [link for node in objectives for link in snapshot.into(node.ref, Measures)]
        keys = dict.fromkeys(link.source.key for link in links)
        self._refuse_foreign(scores, keys, KeyResult, whole)
        nodes = (snapshot.node(KeyResult, key) for key in keys if key in scores)
        return [
            NodeChange(node.ref, node, self.scored(node, scores[node.key]))
            for node in nodes
            if node is not None
        ]

    def _refuse_foreign(
        self,
        scores: Mapping[str, Score],
        known: Collection[str],
        cls: type[Entity],
        whole: Ref,
    ) -> None:
        for key in scores:
            if key not in known:
                ref = Ref(cls.KIND, key)
                words = f"{brief(ref)} is not of it, and cannot be scored with it"
                hint = near(key, known) or "leave its score out"
                self.inquiry.tell(ErrorCode.NOT_FOUND, whole, words, "scores", brief(ref), hint)
