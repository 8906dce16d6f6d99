"""What a goal or a piece of work contributes to: reading its parents, and giving it others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias, cast

from graph.commands.finding import Inquiry, expect_kind
from graph.commands.nodes import brief, existing
from graph.commands.planning import Plan, expect_unwritten, making, removing, settle
from graph.errors import ErrorCode
from graph.model.catalog import RELATION
from graph.model.changes import Change, RelationChange
from graph.model.codec import parse_properties, shown
from graph.model.entities import KeyResult, Objective, WorkItem
from graph.model.relations import ContributesTo, Measures, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref

Alignment: TypeAlias = Measures | ContributesTo | Supports

_UPWARD: Mapping[str, tuple[type[Alignment], ...]] = {
    Objective.KIND: (ContributesTo, Supports),
    WorkItem.KIND: (ContributesTo, Supports),
    KeyResult.KIND: (Measures,),
}


@dataclass(frozen=True, slots=True)
class ParentLink:
    """A parent to contribute to, with a weight in raw form; `supports`: aligned only."""

    target: Ref
    weight: Json = None
    supports: bool = False


def aligned(
    inquiry: Inquiry, source: Ref, parents: Sequence[ParentLink], kept: Collection[Ref] = ()
) -> list[Alignment]:
    """Make the links of a thing to its parents; what is wrong with one is a problem.

    A parent that is over is refused, unless it is one of those `kept`.
    """
    goals = (Objective.KIND, KeyResult.KIND)
    kinds = (Objective.KIND,) if source.kind == KeyResult.KIND else goals
    found: dict[Ref, Alignment] = {}
    for parent in parents:
        if inquiry.find(parent.target, kinds, source, "parents") is None:
            continue
        if parent.target in found:
            words, hint = f"has the parent {parent.target} twice", "keep one of the two"
            inquiry.tell(ErrorCode.DUPLICATE, source, words, "parents", str(parent.target), hint)
            continue
        if parent.target not in kept:
            hint = "name a parent that goes on"
            inquiry.refuse_over(parent.target, source, "parents", hint)
        found[parent.target] = _link(inquiry, source, parent)
    return list(found.values())


def _link(inquiry: Inquiry, source: Ref, parent: ParentLink) -> Alignment:
    cls: type[Alignment] = Supports if parent.supports else ContributesTo
    if source.kind == KeyResult.KIND:
        cls = Measures
        if parent.supports:
            words, hint = "a key result measures its objective", "leave supports out"
            inquiry.tell(ErrorCode.INVALID_VALUE, source, words, "supports", "true", hint)
    raw = {} if parent.weight is None else {"weight": parent.weight}
    subject = f"{source} {cls.TYPE} {parent.target}"
    values, problems = parse_properties(RELATION[cls.TYPE], raw, subject)
    inquiry.problems += problems
    return cast("Alignment", RELATION[cls.TYPE].make(source, parent.target, values))


@dataclass(frozen=True, slots=True)
class Reparent:
    """Give an objective or work item other parents, a key result another objective.

    `parents` take the place of all it contributes to and supports, or only of those that `replace`
    names. A weight left out stays as it was where the parent stays, and moves along where exactly
    one parent takes the place of one. An empty list makes it stand alone.
    """

    ref: Ref
    parents: Sequence[ParentLink]
    replace: Sequence[Ref] | None = None
    expected_revision: int | None = None
    name: ClassVar[str] = "reparent"

    def plan(self, snapshot: Snapshot) -> Plan:
        """NotFound, Conflict on a stale revision, Refused for a parent that does not fit.

        Refused, too, for a loop, with its path, and for a key result that would measure nothing.
        """
        thing = existing(snapshot, self.ref)
        expect_kind(self.ref, _UPWARD, f"a {self.ref.kind} has no parents among objectives")
        inquiry = Inquiry(snapshot)
        old = [link for cls in _UPWARD[self.ref.kind] for link in snapshot.out(self.ref, cls)]
        expect_unwritten(snapshot, thing, old, self.expected_revision)
        replaced = self._replaced(inquiry, old)
        given = aligned(inquiry, self.ref, self.parents, {link.target for link in old})
        targets = {parent.target for parent in self.parents}
        going = [link for link in old if link.target in replaced or link.target in targets]
        if self.ref.kind == KeyResult.KIND and not self.parents and len(going) == len(old):
            words, hint = "would measure nothing", "name an objective, or delete the key result"
            inquiry.tell(ErrorCode.MISSING_VALUE, self.ref, words, "parents", hint=hint)
        return settle(snapshot, _moves(going, given, replaced, targets), inquiry.problems)

    def _replaced(self, inquiry: Inquiry, old: Sequence[Alignment]) -> set[Ref]:
        held = {link.target for link in old}
        if self.replace is None:
            return held
        for ref in self.replace:
            if ref not in held:
                words = f"is not aligned to {brief(ref)}"
                hint = "it is aligned to " + (", ".join(sorted(map(str, held))) or "nothing")
                inquiry.tell(ErrorCode.NOT_FOUND, self.ref, words, "replace", shown(str(ref)), hint)
        return held.intersection(self.replace)


def _moves(
    going: Sequence[Alignment], given: Sequence[Alignment], replaced: set[Ref], targets: set[Ref]
) -> list[Change]:
    """Give the changes that put links in the place of others, with the weights that stay."""
    was = {link.target: link.weight for link in going if not isinstance(link, Supports)}
    left = replaced - targets
    came = targets - {link.target for link in going}
    moving = was.get(next(iter(left))) if len(left) == len(came) == 1 else None
    before = {link.ref: link for link in going}
    changes: list[Change] = [
        removing(link) for ref, link in before.items() if ref not in {new.ref for new in given}
    ]
    for new in given:
        link = new
        if not isinstance(link, Supports) and link.weight is None:
            link = replace(link, weight=was.get(link.target, moving))
        old = before.get(link.ref)
        if old is None:
            changes.append(making(link))
        elif not isinstance(link, Supports):
            kept = replace(cast("Measures | ContributesTo", old), weight=link.weight)
            changes.append(RelationChange(old.ref, old, kept))
    return changes
