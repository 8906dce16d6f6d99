"""The risk of a schedule: when it is finished with what probability, and what that hangs on.

Adding PERT means along a path understates where paths merge; so durations are drawn and the whole
network scheduled, many times.

References: docs/definitions.md §3 and §8; conventions in docs/schedule.md (Risk). R. M. Van Slyke,
Monte Carlo methods and the PERT problem, 1963; M. Vanhoucke, Integrated Project Management and
Control, 2014 (sensitivity measures).
"""

from datetime import date

from graph.analyses.scheduling.missing import ASSUME, check_missing, refuse_missing
from graph.analyses.scheduling.riskresult import ScheduleRisk
from graph.analyses.scheduling.schedule import network_of
from graph.analyses.scheduling.uncertainty import (
    DISTRIBUTIONS,
    PERT,
    UncertainNetwork,
    uncertain,
)
from graph.analyses.scheduling.workdays import CONTINUOUS, planned_days
from graph.analyses.scope import work_of
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.snapshot import Snapshot

ITERATIONS = 10_000
MOST_ITERATIONS = 100_000
MOST_STEPS = 200_000_000
"""Iterations times items and links, and the overhead of large networks: 10 to 30 seconds."""


def schedule_risk(
    snapshot: Snapshot,
    *,
    scope: str | None = None,
    start: date | None = None,
    calendar: str = CONTINUOUS,
    status_date: date | None = None,
    iterations: int = ITERATIONS,
    seed: int = 0,
    distribution: str = PERT,
    missing: str = ASSUME,
    assume_days: float = 0.0,
) -> ScheduleRisk:
    """Schedule the work items of a scope many times over drawn durations.

    An item with an estimate and no fixed duration, that is not done, gets a duration from its
    estimate each time; all else is as critical-path takes it. The same snapshot, parameters and
    seed give the same answer. NotFound and BadUsage for a scope or parameters that do not fit, and
    for more iterations of so large a network than `MOST_STEPS` allows. Cost: iterations times items
    and links; memory is bounded, at about 300 MB beside the network and the result.
    """
    _check(iterations, distribution)
    check_missing(missing, assume_days)
    days = planned_days(snapshot, start, calendar, status_date)
    network = network_of(snapshot, work_of(snapshot, scope), days, status_date, assume_days)
    refuse_missing(network.violations, missing)
    plan = uncertain(network, days)
    _check_size(plan, iterations)
    # numpy takes 0.07 s to load, which commands that draw nothing should not wait for.
    from graph.analyses.scheduling.riskrows import Draws, risk_of  # noqa: PLC0415

    return risk_of(snapshot, plan, Draws(iterations, seed, distribution), days, calendar)


def _check(iterations: int, distribution: str) -> None:
    if distribution not in DISTRIBUTIONS:
        msg = f"there is no distribution {distribution!r}"
        raise BadUsage(msg, near(distribution, DISTRIBUTIONS))
    if not 1 <= iterations <= MOST_ITERATIONS:
        msg = f"iterations cannot be {iterations:,}"
        raise BadUsage(msg, f"ask for 1 to {MOST_ITERATIONS:,}")


def _check_size(plan: UncertainNetwork, iterations: int) -> None:
    most = int(MOST_STEPS / plan.steps)
    if iterations > most:
        work = f"{len(plan.network.scheduled):,} items and {len(plan.links):,} links"
        msg = f"{iterations:,} iterations of {work} would take too long"
        fewer = f"ask for at most {most:,} iterations, or for" if most else "ask for"
        raise BadUsage(msg, f"{fewer} a scope with less work")
