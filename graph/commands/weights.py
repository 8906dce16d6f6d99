"""Weighing what contributes to an objective or key result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from graph.commands.finding import Inquiry, expect_kind
from graph.commands.nodes import brief, existing
from graph.commands.planning import Plan, expect_unwritten, settle
from graph.errors import ErrorCode
from graph.model.catalog import RELATION
from graph.model.changes import Change, RelationChange
from graph.model.codec import near, parse_properties, shown
from graph.model.entities import KeyResult, Objective
from graph.model.goalrules import contributions
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref


@dataclass(frozen=True, slots=True)
class Reweight:
    """Weigh several contributors of one objective or key result in one write.

    `weights` are in raw form, by key result (MEASURES) or objective (CONTRIBUTES_TO); null puts
    one back to its default.
    """

    target: Ref
    weights: Mapping[Ref, Json]
    expected_revision: int | None = None
    name: ClassVar[str] = "reweight"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, Conflict when the target, or a weight of it, was written since.

        Refused for what is no contributor, a weight that is none, and weights that are all 0.
        """
        target = existing(snapshot, self.target)
        words = f"nothing contributes to a {self.target.kind}"
        expect_kind(self.target, (Objective.KIND, KeyResult.KIND), words)
        inquiry = Inquiry(snapshot)
        links = {link.source: link for link in contributions(snapshot, self.target)}
        expect_unwritten(snapshot, target, links.values(), self.expected_revision)
        changes: list[Change] = []
        for ref, raw in self.weights.items():
            link = links.get(ref)
            if link is None:
                words = f"{brief(ref)} carries no progress to it"
                hint = near(str(ref), map(str, links)) or "name one of its contributors"
                inquiry.tell(
                    ErrorCode.NOT_FOUND, self.target, words, "weights", shown(str(ref)), hint
                )
                continue
            kind, subject = RELATION[link.TYPE], f"{ref} {link.TYPE} {self.target}"
            values, problems = parse_properties(kind, {"weight": raw}, subject)
            inquiry.problems += problems
            changes.append(RelationChange(link.ref, link, kind.altered(link, values)))
        return settle(snapshot, changes, inquiry.problems)
