"""The critical path of 200,000 work items, the risk of 1,000, and how late the event loop is meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from bench.figures import Figure, timed
from bench.graphs import fresh, needs
from bench.lateness import LATE_BOUND_MS, as_served, beside_a_loop
from graph.analyses.scheduling.critical_path import critical_path
from graph.analyses.scheduling.schedule_risk import schedule_risk
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Estimate

ITEMS, LINKS, SCHEDULE_BOUND_S = 200_000, 240_000, 3.0
RISK_ITEMS, RISK_LINKS, ITERATIONS, RISK_BOUND_S = 1_000, 1_500, 10_000, 3.0
SEED = 1


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    graph: Callable[[], Snapshot]
    run: Callable[[Snapshot], object]
    bound_s: float


def schedule_figures(runs: int) -> list[Figure]:
    """Measure in memory, in a process set up as the service's."""
    jobs = (
        _Job(
            f"critical path of {ITEMS:,} work items with {LINKS:,} links",
            lambda: _network(ITEMS, LINKS),
            critical_path,
            SCHEDULE_BOUND_S,
        ),
        _Job(
            f"schedule risk of {RISK_ITEMS:,} work items in {ITERATIONS:,} iterations",
            lambda: _network(RISK_ITEMS, RISK_LINKS),
            lambda snapshot: schedule_risk(snapshot, iterations=ITERATIONS),
            RISK_BOUND_S,
        ),
    )
    return [figure for job in jobs for figure in _measured(job, runs)]


def _measured(job: _Job, runs: int) -> list[Figure]:
    made = job.graph()
    job.run(_network(10, 9))  # the libraries are imported once
    seconds, late = [], []
    with as_served():
        for _ in range(runs):
            seconds.append(timed(partial(job.run, fresh(made)))[0])
            late.append(beside_a_loop(partial(job.run, fresh(made)))[1])
    return [
        Figure(job.name, "s", tuple(seconds), job.bound_s),
        Figure(job.name + ": event loop late", "ms", tuple(late), LATE_BOUND_MS),
    ]


def _network(items: int, links: int) -> Snapshot:
    """Give work with three-point estimates, each item needing some of the fifty before it."""
    dice = Random(SEED)
    work = []
    for number in range(items):
        low = dice.uniform(1, 5)
        likely = low + dice.uniform(0, 5)
        estimate = Estimate(low, likely, likely + dice.uniform(0, 10))
        work.append(WorkItem(key=f"w{number:06}", estimate_days=estimate))
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        source = dice.randrange(1, items)
        pairs.add((source, dice.randrange(max(0, source - 50), source)))
    return Snapshot.build(work, (needs(f"w{s:06}", f"w{t:06}") for s, t in sorted(pairs)))
