"""In which order to escalate dependencies: by the cost of delay that is at stake.

References: docs/definitions.md §7 and §8 (escalation). D. Reinertsen, The Principles of Product
Development Flow, 2009 (cost of delay).
"""

import math
from dataclasses import dataclass
from datetime import date

from graph.analyses.dependencies.ends import has_ended, in_days
from graph.analyses.dependencies.piecewise import sorted_in_pieces
from graph.analyses.dependencies.stakes import Stake, stakes
from graph.analyses.reference import find
from graph.analyses.teams.teamgraph import teams_of
from graph.errors import BadUsage
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import Criticality, DependencyStatus

LIMIT = 100

_WEIGHT = {None: 0, Criticality.LOW: 1, Criticality.MEDIUM: 2, Criticality.HIGH: 4}
"""How criticality breaks ties; CRITICAL weighs 8."""


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """A dependency, `rank` 1 first. `dependent` needs `needed` (KIND/KEY).

    `late_days`: by how many calendar days it is, or is promised, after the day it is needed; 0 when
    it is not, null where no day is known. `cost_per_day` is the sum of the cost of delay of the
    unfinished items that wait on it, `cost_at_stake` that times the days it is late, at least one;
    null beyond the largest number. `items` are the keys of those with a cost, the dearest first, at
    most `DEAREST` of `item_count`.
    """

    rank: int
    dependency: str
    dependent: str
    needed: str
    dependent_teams: tuple[str, ...]
    needed_teams: tuple[str, ...]
    status: str
    criticality: str | None
    needed_by: date | None
    committed_by: date | None
    late_days: int | None
    cost_per_day: float | None
    cost_at_stake: float | None
    items: tuple[str, ...]
    item_count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """The dependencies in the order in which to escalate them; at most the limit of `count`."""

    today: date
    rows: tuple[EscalationRow, ...]
    count: int
    truncated: bool


def escalation(
    snapshot: Snapshot, *, today: date | None = None, team: str | None = None, limit: int = LIMIT
) -> Escalation:
    """Order what is owed, or was refused, by the cost of delay at stake; all, or a team's.

    Looked at are open and rejected dependencies between things that have not ended. On one waits
    its dependent, what needs that by an open dependency, the parts of what so waits, and the wholes
    that any of it is part of, on and on. Ties are broken by criticality, then by days late, the day
    it is needed, and key. NotFound for an unknown team. Cost: that of
    `stakes`, and the sorting of all dependencies looked at.
    """
    if today is None:
        msg = "today is missing"
        raise BadUsage(msg, "give the day from which it is seen")
    if limit < 0:
        msg = f"limit {limit} is below 0"
        raise BadUsage(msg, "give 0 or more")
    only = None if team is None else find(snapshot, team, Team.KIND, (Team.KIND,)).key
    links = [
        link
        for link in snapshot.relations(DependsOn).values()
        if _is_owed(snapshot, link) and (only is None or only in _teams(snapshot, link))
    ]
    found = stakes(snapshot, (link.source for link in links))
    order = sorted_in_pieces(links, lambda link: _place(link, found[link.source], today))
    rows = tuple(
        _row(snapshot, link, found[link.source], today, rank)
        for rank, link in enumerate(order[:limit], 1)
    )
    return Escalation(today, rows, len(links), len(links) > limit)


def _is_owed(snapshot: Snapshot, link: DependsOn) -> bool:
    ended = has_ended(snapshot, link.source) or has_ended(snapshot, link.target)
    return not ended and (link.is_open or link.status is DependencyStatus.REJECTED)


def _teams(snapshot: Snapshot, link: DependsOn) -> tuple[str, ...]:
    return teams_of(snapshot, link.source) + teams_of(snapshot, link.target)


def _late(link: DependsOn, today: date) -> int | None:
    """Give the days from the need to today, or to the promise where that is later."""
    if link.needed_by is None:
        promised = link.committed_by
        return None if promised is None else max((today - promised).days, 0)
    by = max(today, link.committed_by or today)
    return max((by - link.needed_by).days, 0)


def _at_stake(link: DependsOn, stake: Stake, today: date) -> float:
    return stake.cost * max(_late(link, today) or 1, 1)


def _place(link: DependsOn, stake: Stake, today: date) -> tuple[float, float, int, date, str]:
    return (
        -_at_stake(link, stake, today),
        -_weight(link),
        -(_late(link, today) or 0),
        link.needed_by or date.max,
        link.key,
    )


def _weight(link: DependsOn) -> int:
    return _WEIGHT.get(link.criticality, 8)


def _row(
    snapshot: Snapshot, link: DependsOn, stake: Stake, today: date, rank: int
) -> EscalationRow:
    cost = _at_stake(link, stake, today)
    return EscalationRow(
        *(rank, link.key, str(link.source), str(link.target)),
        *(teams_of(snapshot, link.source), teams_of(snapshot, link.target)),
        str(link.status),
        str(link.criticality) if link.criticality else None,
        link.needed_by,
        link.committed_by,
        _late(link, today),
        stake.cost if math.isfinite(stake.cost) else None,
        cost if math.isfinite(cost) else None,
        tuple(stake.dearest),
        stake.count,
        _reason(link, stake, _late(link, today)),
    )


def _reason(link: DependsOn, stake: Stake, late: int | None) -> str:
    if not stake.count:
        held = "no unfinished item with a cost of delay waits on it"
    else:
        words = "item waits" if stake.count == 1 else "items wait"
        held = f"{stake.count} unfinished {words} on it, at {stake.cost:,.6g} a day"
    if late is None:
        when = "nobody said by when it is needed"
    elif late and link.needed_by is not None:
        when = f"it is {in_days(late)} late for {link.needed_by}"
    elif late:
        when = f"it was promised for {link.committed_by}, {in_days(late)} ago"
    else:
        when = "it is not late"
    refused = "; it was rejected" if link.status is DependencyStatus.REJECTED else ""
    return f"{held}; {when}{refused}"
