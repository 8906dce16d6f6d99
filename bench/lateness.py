"""How late the event loop is while a worker computes, in a process set up as the service's."""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.cli.serving import SWITCH_S
from api.cli.sweeping import leave_full_collections_to_sweeps, settle
from schema.worker import in_worker

LATE_BOUND_MS = 50.0
TICK_S = 0.005


@contextmanager
def as_served() -> Iterator[None]:
    """Set the interpreter as `serve` does: the graph out of the collector's sight, short turns."""
    turns, thresholds = sys.getswitchinterval(), gc.get_threshold()
    settle()
    leave_full_collections_to_sweeps()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(turns)
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def beside_a_loop(work: Callable[[], object]) -> tuple[float, float]:
    """Run in a worker; give the seconds it took, and by how many ms a loop woke late at worst."""

    async def beside() -> tuple[float, float]:
        begin = time.perf_counter()
        running = asyncio.ensure_future(in_worker(work))
        late = 0.0
        while not running.done():
            slept = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late = max(late, time.perf_counter() - slept - TICK_S)
        running.result()
        return time.perf_counter() - begin, late * 1e3

    return asyncio.run(beside())
