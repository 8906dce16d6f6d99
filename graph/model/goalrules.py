"""Rules on goals that look beyond one node: weights that carry nothing, owners that are gone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from graph.errors import ErrorCode, Violation
from graph.model.changes import Change, NodeChange
from graph.model.entities import Cycle, KeyResult, Objective, Team
from graph.model.relations import ContributesTo, InCycle, Measures, Owns, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import ObjectiveState

Found = tuple[Relation | None, Violation]
"""A broken rule, with the written relationship that breaks it; None where a property does."""


def check_goals(after: Snapshot, changes: Sequence[Change]) -> list[Found]:
    """Find what the written changes break among goals. Cost: linear in what they touch."""
    return [*_weightless(after, changes), *_ownerless(after, changes)]


def weight_in(snapshot: Snapshot, link: Measures | ContributesTo) -> float:
    """Give what a link weighs: its own weight, else that of the key result it is of, else 1."""
    if link.weight is not None:
        return link.weight
    if isinstance(link, Measures):
        node = snapshot.node(KeyResult, link.source.key)
        if node is not None and node.weight is not None:
            return node.weight
    return 1.0


def contributions(snapshot: Snapshot, target: Ref) -> list[Measures | ContributesTo]:
    """Give the links by which progress flows into an objective or key result."""
    return list(_flowing(snapshot, target))


def _flowing(snapshot: Snapshot, target: Ref) -> Iterator[Measures | ContributesTo]:
    yield from snapshot.into(target, Measures)
    for link in snapshot.into(target, ContributesTo):
        if link.source.kind == Objective.KIND:
            yield link


def is_dropped(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether a node is an objective that was given up."""
    node = snapshot.get(ref)
    return isinstance(node, Objective) and node.state is ObjectiveState.DROPPED


def _weightless(after: Snapshot, changes: Sequence[Change]) -> Iterator[Found]:
    written = {change.ref for change in changes if change.after is not None}
    for target in dict.fromkeys(_weighed(after, changes)):
        if any(weight_in(after, link) for link in _flowing(after, target)):
            continue  # one is enough, of thousands
        links = contributions(after, target)
        if links:
            last = next((link for link in reversed(links) if link.ref in written), None)
            message = f"{target}: all that contributes to it would have the weight 0"
            hint = "give one of them a weight above 0, or use SUPPORTS for what carries no progress"
            yield last, Violation(ErrorCode.NO_WEIGHT, message, str(target), "weight", "0", hint)


def _weighed(after: Snapshot, changes: Sequence[Change]) -> Iterator[Ref]:
    """Give the objectives and key results whose contributors' weights a write touches."""
    for change in changes:
        for thing in (change.before, change.after):
            if isinstance(thing, Measures | ContributesTo):
                yield thing.target
        if isinstance(change, NodeChange) and isinstance(change.after, KeyResult):
            yield from (link.target for link in after.out(change.ref, Measures))


def _ownerless(after: Snapshot, changes: Sequence[Change]) -> Iterator[Found]:
    told = {change.ref for change in changes if isinstance(change.after, Owns)}
    for change in changes:
        written = change.after
        if isinstance(written, Owns):
            yield from _gone(after, written, [written], after.out(written.target, InCycle))
        elif isinstance(written, InCycle) and written.source.kind == Objective.KIND:
            owners = [link for link in after.into(written.source, Owns) if link.ref not in told]
            yield from _gone(after, written, owners, [written])


def _gone(
    after: Snapshot, written: Relation, owners: Iterable[Owns], cycles: Iterable[InCycle]
) -> Iterator[Found]:
    cycle = next((after.node(Cycle, link.target.key) for link in cycles), None)
    begins = cycle.from_ if cycle else None
    for link in owners:
        team = after.node(Team, link.source.key) if link.source.kind == Team.KIND else None
        if cycle and begins and team and team.dissolved and team.dissolved <= begins:
            yield (
                written,
                dissolved(team, team.dissolved, link.target, f"{cycle.ref} begins {begins}"),
            )


def dissolved(team: Team, day: date, objective: Ref, why: str) -> Violation:
    """Say that an objective cannot be a dissolved team's."""
    message = f"{objective}: {team.ref} was dissolved on {day}, and {why}"
    hint = "name another owner"
    return Violation(ErrorCode.DISSOLVED, message, str(objective), "owner", str(team.ref), hint)
