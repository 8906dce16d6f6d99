"""The two ends of a dependency: whether they have ended, and for which cycle they are planned.

References: docs/definitions.md §7 and §8 (dependency life cycle, conflicts).
"""

from collections.abc import Sequence
from datetime import date

from graph.analyses.scope import spread, wholes
from graph.model.cycles import nearest_cycle, own_cycle
from graph.model.entities import Cycle, KeyResult, Objective, Team, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import FlowState, ObjectiveState

_GOALS = frozenset({Objective.KIND, KeyResult.KIND})


def is_given_up(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether something is cancelled work or a dropped objective."""
    node = snapshot.get(ref)
    if isinstance(node, WorkItem):
        return node.current_state is FlowState.CANCELLED
    return isinstance(node, Objective) and node.state is ObjectiveState.DROPPED


def is_done(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether something is work that is done or an objective that was closed."""
    node = snapshot.get(ref)
    if isinstance(node, WorkItem):
        return node.current_state is FlowState.DONE
    return isinstance(node, Objective) and node.state is ObjectiveState.CLOSED


def has_ended(snapshot: Snapshot, ref: Ref) -> bool:
    """Say whether something is done or given up: nothing waits for it, nor does it wait."""
    return is_done(snapshot, ref) or is_given_up(snapshot, ref)


def is_waiting(snapshot: Snapshot, link: DependsOn) -> bool:
    """Say whether a dependency is open between two things that have not ended."""
    ended = has_ended(snapshot, link.source) or has_ended(snapshot, link.target)
    return link.is_open and not ended


def cycle_of(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    """Give the cycle something is planned for.

    Work: its own, else that of the nearest whole it is part of. An objective or a key result: its
    own, else that of the nearest objective above it. Anything else has none.
    """
    if ref.kind in _GOALS:
        return nearest_cycle(snapshot, ref)
    if ref.kind != WorkItem.KIND:
        return None
    for at in spread([ref], lambda item: wholes(snapshot, item)):
        found = own_cycle(snapshot, at)
        if found is not None:
            return found
    return None


def gone_by(
    snapshot: Snapshot, teams: Sequence[str], day: date, *, included: bool = False
) -> Team | None:
    """Give the team that lasts longest, where all of some teams are dissolved before a day.

    `included`: or on it.
    """
    found = [team for key in teams if (team := snapshot.node(Team, key)) is not None]
    for team in found:
        end = team.dissolved
        if end is None or end > day or (end == day and not included):
            return None
    return max(found, key=lambda team: (team.dissolved or date.min, team.key), default=None)


def in_days(count: int) -> str:
    """Give a number of days in words."""
    return "1 day" if count == 1 else f"{count} days"
