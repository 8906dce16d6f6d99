"""How busy each team is, by its history or by a plan, and how long work waits for it.

References: docs/definitions.md §4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from graph.analyses.teams.planload import PlanLoad, Plans, plans
from graph.analyses.teams.queueing import queues
from graph.analyses.teams.teammeasures import Values
from graph.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Utilisation and expected wait in days of each team; no entry where it cannot be told.

    `planned` are the loads of the teams whose utilisation was read off a plan.
    """

    values: Values
    waits: Values
    planned: Mapping[str, PlanLoad]
    plans: Plans


def utilisation_of(snapshot: Snapshot, cycle: str | None, today: date | None) -> Utilisation:
    """Read utilisation off the plan of a cycle, for all teams, where the caller names one.

    Else it is read off each team's history, and where that shows too little, off the plans of the
    cycles on today. The expected wait is always by history; at a utilisation of 1 or more there is
    none. Errors: see `plans`.
    """
    known = snapshot.derived(queues)
    by_history = {} if cycle else {team: queue.utilisation for team, queue in known.items()}
    found = plans(snapshot, cycle, today)
    planned = {team: load for team, load in found.loads.items() if team not in by_history}
    by_plan = {team: load.load for team, load in planned.items() if load.load is not None}
    values = {**by_history, **by_plan}
    waits = {
        team: queue.expected_wait
        for team, queue in known.items()
        if queue.expected_wait is not None and values.get(team, 0.0) < 1
    }
    return Utilisation(values, waits, planned, found)
