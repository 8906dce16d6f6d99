"""Where an impact begins at something that carries nothing itself: at what it holds, or pays for.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Callable, Mapping

from graph.analyses.scope import spread
from graph.model.entities import (
    Assessment,
    BudgetLine,
    CheckIn,
    Company,
    Cycle,
    Feedback,
    Metric,
    Person,
    Scenario,
    ValueStream,
)
from graph.model.relations import For, InCycle, MemberOf, Owns, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

_CARRIES_NOTHING: Mapping[str, str] = {
    CheckIn.KIND: "tells how a key result stands",
    Metric.KIND: "tells how an outcome goes",
    Feedback.KIND: "tells what a customer said",
    Assessment.KIND: "tells how mature something is",
    Scenario.KIND: "is a what-if",
}


def held_by(snapshot: Snapshot, root: Ref) -> dict[Ref, list[Ref]]:
    """Give what a root holds, level by level, where it is of a kind that holds something.

    A company its value streams and the objectives it owns; a value stream its streams, teams and
    products; a cycle its cycles, and the work and objectives planned for it; a person the objectives
    it owns and the teams it belongs to; a budget line what it pays for.
    """
    if root.kind not in _HOLDING:
        return {}

    def held(ref: Ref) -> list[Ref]:
        rule = _HOLDING.get(ref.kind)
        return [] if rule is None else rule(snapshot, ref)

    return {ref: found for ref in spread([root], held) if (found := held(ref))}


def why_nothing(snapshot: Snapshot, root: Ref) -> str | None:
    """Say why nothing flows from a node of a kind that carries nothing; None for other kinds."""
    if root.kind not in _CARRIES_NOTHING:
        return None
    told = f"{root} {_CARRIES_NOTHING[root.kind]} and carries nothing"
    about = [str(link.target) for link in snapshot.out(root, For)]
    return f"{told}; ask for {', '.join(about)}" if about else told


def _of_company(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    owned = [link.target for link in snapshot.out(ref, Owns)]
    return owned + _of_stream(snapshot, ref)


def _of_stream(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [link.source for link in snapshot.into(ref, PartOf)]


def _of_cycle(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    planned = [link.source for link in snapshot.into(ref, InCycle)]
    return planned + [link.source for link in snapshot.into(ref, PartOf)]


def _of_person(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    teams = [link.target for link in snapshot.out(ref, MemberOf) if link.until is None]
    return teams + [link.target for link in snapshot.out(ref, Owns)]


def _of_budget(snapshot: Snapshot, ref: Ref) -> list[Ref]:
    return [link.target for link in snapshot.out(ref, For)]


_HOLDING: Mapping[str, Callable[[Snapshot, Ref], list[Ref]]] = {
    Company.KIND: _of_company,
    ValueStream.KIND: _of_stream,
    Cycle.KIND: _of_cycle,
    Person.KIND: _of_person,
    BudgetLine.KIND: _of_budget,
}
