"""What the work of teams says about their load: how much is under way, how old, and what comes in.

An item is its teams' (see `teamgraph.teams_of`). Of an item with parts the parts count, so that
nothing counts twice; an item with parts is an epic.

References: docs/definitions.md §4 and §1. The warning signs are Vanguard's, as Planview tells them:
50 epics a team at once, and six items proposed for each one completed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from typing import TypeAlias

from graph.analyses.scope import wholes
from graph.analyses.teams.teamgraph import teams_of
from graph.analyses.teams.teammeasures import ENDED, Values
from graph.model.days import day_of
from graph.model.entities import Team, WorkItem
from graph.model.relations import PartOf
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import FlowState

WINDOW_DAYS = 90
"""So many days, today the last of them, are looked back on for what was proposed and completed."""
AGE_QUANTILE = 0.85
COMMITTED = frozenset({FlowState.WAITING, FlowState.ACTIVE})

Work: TypeAlias = Mapping[str, Sequence[WorkItem]]
"""Items by key of the team, in the order of their keys."""


def work_by_team(snapshot: Snapshot) -> Work:
    """Give the items without parts that each team delivers; no entry for a team without any."""
    found: dict[str, list[WorkItem]] = {}
    for item in snapshot.ordered(WorkItem):
        if not snapshot.into(item.ref, PartOf):
            for team in teams_of(snapshot, item.ref):
                found.setdefault(team, []).append(item)
    return found


def unfinished(work: Work) -> Mapping[str, int]:
    """Count the items of each team that have not ended."""
    return {team: sum(i.current_state not in ENDED for i in items) for team, items in work.items()}


def wip_per_member(teams: Mapping[str, Team], work: Work) -> Values:
    """Count the waiting and active items of each team by full-time equivalent of its capacity.

    Teams without a capacity have no value.
    """
    return {
        key: sum(1 for _ in _under_way(work.get(key, ()))) / team.capacity
        for key, team in teams.items()
        if team.capacity
    }


def wip_ages(work: Work, today: date, zone: tzinfo) -> Values:
    """Give the 85th percentile of the ages in days of each team's waiting and active items.

    An item's age is counted from the day of its first `waiting` or `active`; one without a history,
    or committed after today, has none. Between two ages the percentile is interpolated.
    """
    found = {}
    for team, items in work.items():
        ages = sorted(
            (today - begun).days
            for begun in (_committed(item, zone) for item in _under_way(items))
            if begun is not None and begun <= today
        )
        if ages:
            found[team] = _quantile(ages, AGE_QUANTILE)
    return found


def _under_way(items: Iterable[WorkItem]) -> Iterable[WorkItem]:
    return (item for item in items if item.current_state in COMMITTED)


def _committed(item: WorkItem, zone: tzinfo) -> date | None:
    for change in item.states:
        if change.state in COMMITTED:
            return day_of(change.at, zone)
    return None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Interpolate between the values next to a share of the way (Hyndman and Fan, type 7)."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def intake(work: Work, today: date, zone: tzinfo) -> Mapping[str, tuple[int, int]]:
    """Count for each team the items proposed and those completed within `WINDOW_DAYS` to today.

    An item is proposed on the first day of its history, completed on that of its last `done`, if
    it still is. Teams of whose items neither happened are left out.
    """
    after = _window(today)
    found = {}
    for team, items in work.items():
        proposed = completed = 0
        for item in items:
            if item.states:
                proposed += after < day_of(item.states[0].at, zone) <= today
                done = item.states[-1].state is FlowState.DONE
                completed += done and after < day_of(item.states[-1].at, zone) <= today
        if proposed or completed:
            found[team] = proposed, completed
    return found


def _window(today: date) -> date:
    try:
        return today - timedelta(days=WINDOW_DAYS)
    except OverflowError:
        return date.min


def proposed_per_completed(counts: Mapping[str, tuple[int, int]]) -> Values:
    """Divide what was proposed by what was completed; where nothing was, as if one had been.

    Then it is the least that the ratio can be, and the team still ranks.
    """
    return {team: proposed / max(1, completed) for team, (proposed, completed) in counts.items()}


def concurrent_epics(snapshot: Snapshot, work: Work) -> Mapping[str, int]:
    """Count the epics of which each team has at least one item under way."""
    return {
        team: len({whole for item in _under_way(items) for whole in wholes(snapshot, item.ref)})
        for team, items in work.items()
    }
