"""What serves what: from teams over work and objectives up to the company, and the same way down.

`carriers` is the reverse of `served` among goals, work, people and teams. Where a trace begins,
`root_served` and `root_carriers` add what only a beginning has.

References: docs/definitions.md §2 and §7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graph.analyses.scope import parts, spread
from graph.model.entities import (
    Company,
    KeyResult,
    Objective,
    Product,
    Team,
    ValueStream,
    WorkItem,
)
from graph.model.goalrules import is_dropped
from graph.model.relations import (
    ContributesTo,
    Delivers,
    For,
    Measures,
    MemberOf,
    Owns,
    PartOf,
    Relation,
    Supports,
)
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState


class Tie(NamedTuple):
    """A node that is joined to another, and the type of the relationship that joins them."""

    ref: Ref
    relation: str


def served(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what a node serves directly, sorted by kind and key.

    A key result serves the objective it measures; objectives and work what they contribute to or
    support, an objective also the company that owns it, and a part its whole. A team serves the
    objectives that it or one of its people owns and the work it delivers, a person or product its
    objectives, a product also the work for it, a value stream its objectives and what is part of
    it. What was dropped or cancelled is served by nothing. Cost: linear in the ties; the first
    call on a revision also looks at all work.
    """
    ties = _GOALS_AND_WORK.get(ref.kind, _of_owner)(snapshot, ref)
    return sorted(tie for tie in ties if stands(snapshot, tie.ref))


def root_served(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what a node serves where a trace begins: a person also serves its teams."""
    return sorted(served(snapshot, ref) + _teams_of(snapshot, ref))


def carriers(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what directly carries a node, sorted by kind and key.

    An objective is carried by its owner, and a person's by the teams to which the person belongs.
    A team carries others and is carried by nothing, nor is a product or value stream: that a
    stream owns an objective does not say which of its teams takes it on.
    """
    ties = _incoming(snapshot, ref)
    if ref.kind == Objective.KIND:
        owners = (link.source for link in snapshot.into(ref, Owns))
        ties += [Tie(owner, Owns.TYPE) for owner in owners if owner.kind != Company.KIND]
    elif ref.kind == WorkItem.KIND:
        ties += [Tie(part, PartOf.TYPE) for part in parts(snapshot, ref)]
        teams = snapshot.derived(_deliveries).teams.get(ref, ())
        ties += [Tie(team, Delivers.TYPE) for team in teams]
    ties += _teams_of(snapshot, ref)
    return sorted(tie for tie in ties if stands(snapshot, tie.ref))


def root_carriers(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what carries a node where a trace begins: an owner's objectives, a team's work too."""
    ties = carriers(snapshot, ref) + _outgoing(snapshot, ref, (Owns, Delivers))
    return sorted(tie for tie in ties if stands(snapshot, tie.ref))


def stands(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether a node is still meant: neither a dropped objective nor cancelled work."""
    node = snapshot.get(ref)
    if isinstance(node, WorkItem):
        return node.current_state is not FlowState.CANCELLED
    return not is_dropped(snapshot, ref)


def ongoing(links: Iterable[MemberOf]) -> list[MemberOf]:
    """Give the memberships that have no end: whether another is over depends on the day."""
    return [link for link in links if link.until is None]


def aims(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what an objective or work item contributes to or supports; each thing once."""
    ties = _outgoing(snapshot, ref, (ContributesTo,))
    known = {tie.ref for tie in ties}
    return ties + [tie for tie in _outgoing(snapshot, ref, (Supports,)) if tie.ref not in known]


def _incoming(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    """Give what measures a goal, contributes to it or supports it; each thing once."""
    kinds: tuple[type[Relation], ...] = (Measures, ContributesTo, Supports)
    found = [Tie(link.source, cls.TYPE) for cls in kinds for link in snapshot.into(ref, cls)]
    # What contributes and supports is found as contributing.
    return [Tie(*pair) for pair in {tie.ref: tie.relation for tie in reversed(found)}.items()]


def _outgoing(snapshot: Snapshot, ref: Ref, kinds: Iterable[type[Relation]]) -> list[Tie]:
    return [Tie(link.target, cls.TYPE) for cls in kinds for link in snapshot.out(ref, cls)]


def _teams_of(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    return [Tie(link.target, MemberOf.TYPE) for link in ongoing(snapshot.out(ref, MemberOf))]


def _of_key_result(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    return _outgoing(snapshot, ref, (Measures,))


def _of_objective(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    owners = (link.source for link in snapshot.into(ref, Owns))
    company = [Tie(owner, Owns.TYPE) for owner in owners if owner.kind == Company.KIND]
    return aims(snapshot, ref) + company


def _of_work(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    return aims(snapshot, ref) + _outgoing(snapshot, ref, (PartOf,))


def _of_nothing(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    del snapshot, ref
    return []


def _of_owner(snapshot: Snapshot, ref: Ref) -> list[Tie]:
    ties = _outgoing(snapshot, ref, (Owns,))
    if ref.kind == Team.KIND:
        members = ongoing(snapshot.into(ref, MemberOf))
        ties += [Tie(link.source, MemberOf.TYPE) for link in members]
        ties += [Tie(item, Delivers.TYPE) for item in _delivered(snapshot, ref)]
    elif ref.kind == Product.KIND:
        about = (link.source for link in snapshot.into(ref, For))
        ties += [Tie(item, For.TYPE) for item in about if item.kind == WorkItem.KIND]
    elif ref.kind == ValueStream.KIND:
        ties += [Tie(link.source, PartOf.TYPE) for link in snapshot.into(ref, PartOf)]
    return ties


_GOALS_AND_WORK = {
    Company.KIND: _of_nothing,
    KeyResult.KIND: _of_key_result,
    Objective.KIND: _of_objective,
    WorkItem.KIND: _of_work,
}


def _delivered(snapshot: Snapshot, team: Ref) -> list[Ref]:
    """Give the work a team delivers; of the parts it has from a whole, those with an aim of their own.

    The others lead nowhere but to that whole.
    """
    own = {link.target for link in snapshot.out(team, Delivers)}
    reached = snapshot.derived(_deliveries).work.get(team, ())
    return [item for item in reached if item in own or aims(snapshot, item)]


@dataclass(frozen=True, slots=True)
class _Deliveries:
    """Which teams deliver which work, both ways.

    A part without a team has those of its whole, unless that was cancelled.
    """

    teams: Mapping[Ref, list[Ref]]
    work: Mapping[Ref, list[Ref]]


def _deliveries(snapshot: Snapshot) -> _Deliveries:
    own: dict[Ref, list[Ref]] = {}
    for link in snapshot.relations(Delivers).values():
        own.setdefault(link.source, []).append(link.target)

    def unassigned(ref: Ref) -> list[Ref]:
        if not stands(snapshot, ref):
            return []
        return [part for part in parts(snapshot, ref) if not snapshot.into(part, Delivers)]

    work = {team: list(spread(sorted(own[team]), unassigned)) for team in sorted(own)}
    teams: dict[Ref, list[Ref]] = {}
    for team, items in work.items():
        for item in items:
            teams.setdefault(item, []).append(team)
    return _Deliveries(teams, work)


def owners_of(snapshot: Snapshot, ref: Ref) -> tuple[str, ...]:
    """Give who owns an objective or delivers a work item itself, KIND/KEY."""
    kinds: tuple[type[Relation], ...] = (Owns, Delivers)
    return tuple(str(link.source) for cls in kinds for link in snapshot.into(ref, cls))
