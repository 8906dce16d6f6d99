"""The critical path of 200,000 work items, the risk of 1,000, and how late the event loop is meanwhile."""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from api.cli.serving import SWITCH_S
from api.cli.sweeping import leave_full_collections_to_sweeps, settle
from bench.figures import Figure, timed
from graph.analyses.scheduling.critical_path import critical_path
from graph.analyses.scheduling.schedule_risk import schedule_risk
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Estimate, Ref
from schema.worker import in_worker

ITEMS, LINKS, SCHEDULE_BOUND_S = 200_000, 240_000, 3.0
RISK_ITEMS, RISK_LINKS, ITERATIONS, RISK_BOUND_S = 1_000, 1_500, 10_000, 3.0
LATE_BOUND_MS = 50.0
TICK_S = 0.005
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
    with _as_served():
        for _ in range(runs):
            seconds.append(timed(partial(job.run, _fresh(made)))[0])
            late.append(_lateness(job.run, _fresh(made)))
    return [
        Figure(job.name, "s", tuple(seconds), job.bound_s),
        Figure(job.name + ": event loop late", "ms", tuple(late), LATE_BOUND_MS),
    ]


def _lateness(run: Callable[[Snapshot], object], snapshot: Snapshot) -> float:
    """Give by how many milliseconds the loop was late at worst while a worker computed."""

    async def beside() -> float:
        work = asyncio.ensure_future(in_worker(run, snapshot))
        worst = 0.0
        while not work.done():
            began = time.perf_counter()
            await asyncio.sleep(TICK_S)
            worst = max(worst, time.perf_counter() - began - TICK_S)
        work.result()
        return worst * 1e3

    return asyncio.run(beside())


@contextmanager
def _as_served() -> Iterator[None]:
    """Set the interpreter as `serve` does: the graph out of the collector's sight, short turns."""
    turns, thresholds = sys.getswitchinterval(), gc.get_threshold()
    settle()
    leave_full_collections_to_sweeps()
    sys.setswitchinterval(SWITCH_S)
    yield
    sys.setswitchinterval(turns)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def _fresh(made: Snapshot) -> Snapshot:
    """Give the graph anew, with nothing derived from it yet."""
    return Snapshot.build(made.nodes(WorkItem).values(), made.relations(DependsOn).values())


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
    return Snapshot.build(work, (_needs(f"w{s:06}", f"w{t:06}") for s, t in sorted(pairs)))


def _needs(source: str, target: str) -> DependsOn:
    ends = Ref(WorkItem.KIND, source), Ref(WorkItem.KIND, target)
    return DependsOn(source=ends[0], target=ends[1], key=f"{ends[0]}->{ends[1]}:FS")
