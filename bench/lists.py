"""Lists of 200,000 work items through the API: filtered, sorted, counted, and after a write."""

import asyncio
import gc
import sys
import time
from dataclasses import replace

from bench.figures import Figure
from graph.commands import examine
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.changes import NodeChange
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from graph.model.vocabulary import FlowState
from graph.workspace import Workspace
from schema.build import build_schema
from schema.context import Context
from seeds.generate import generate

TEAMS = 5_000
SEED = 1
TICK_S = 0.002
LATE_BOUND_MS = 50.0
ASKED = {
    "by state, first 50": ("filter: {state: {eq: ACTIVE}}, first: 50", "nodes { key }", 20.0),
    "the same, counted": (
        "filter: {state: {eq: ACTIVE}}, first: 50",
        "totalCount nodes { key }",
        20.0,
    ),
    "by team": (
        'filter: {deliveredBy: {some: {key: {eq: "team-0007"}}}}',
        "totalCount nodes { key }",
        20.0,
    ),
    "by a text that few hold, first 50": (
        'filter: {name: {contains: "É 99"}}, first: 50',
        "nodes { key }",
        None,
    ),
    "by days, counted": (
        "filter: {durationDays: {gt: 8}}, first: 50",
        "totalCount nodes { key }",
        None,
    ),
    "by flow and name": (
        "orderBy: [{field: FLOW}, {field: NAME}], first: 50",
        "nodes { key }",
        20.0,
    ),
}
"""What is asked: arguments, selection, and the milliseconds that it may take once asked before."""


DEAR = {
    "wide": "{ "
    + " ".join(
        f"a{at}: workItems(first: 500) {{ nodes {{ key name description durationDays state"
        " createdAt updatedAt } }"
        for at in range(55)
    )
    + " }",
    "deep": "{ teams(first: 490) { nodes { key name delivers(first: 100)"
    " { nodes { key name state flow } } } } }",
}
"""What costs nearly as much as an operation may: its fields are completed on the event loop."""


def list_figures(runs: int) -> list[Figure]:
    """Measure in memory, on an event loop that ticks meanwhile."""
    records = list(generate(TEAMS, SEED))
    made = Snapshot.empty().apply(examine(Snapshot.empty(), records).changes, revision=1)
    del records
    gc.collect()
    gc.freeze()  # as the service does once the graph is loaded
    turns, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(0.001)  # as the service does, which leaves full collections to sweeps
    gc.set_threshold(thresholds[0], thresholds[1], 2**31 - 1)
    try:
        return _figures(made, runs)
    finally:
        sys.setswitchinterval(turns)
        gc.set_threshold(*thresholds)


def _figures(made: Snapshot, runs: int) -> list[Figure]:
    items, figures = len(made.nodes(WorkItem)), []
    for name, (arguments, selection, bound) in ASKED.items():
        query = f"{{ workItems({arguments}) {{ {selection} }} }}"
        first, again, written = [], [], []
        late: list[float] = []
        snapshot = made
        for _ in range(runs):
            first.append(_asked(query, _anew(made), late))
            _asked(query, snapshot, [])
            again.append(_asked(query, snapshot, []))
            snapshot = _altered(snapshot)
            written.append(_asked(query, snapshot, []))
        begin = f"{items:,} work items {name}: "
        figures += [
            Figure(begin + "first", "ms", tuple(first)),
            Figure(begin + "again", "ms", tuple(again), bound),
            Figure(begin + "after a write", "ms", tuple(written), bound and 2 * bound),
            Figure(begin + "loop late, first", "ms", tuple(late), LATE_BOUND_MS),
        ]
    for name, query in DEAR.items():
        late = []
        took = [_asked(query, made, late) for _ in range(runs)]
        begin = f"a {name} query at the limit of cost: "
        figures += [
            Figure(begin + "answered", "ms", tuple(took)),
            Figure(begin + "loop late", "ms", tuple(late), LATE_BOUND_MS),
        ]
    return figures


def _anew(made: Snapshot) -> Snapshot:
    """Give the same graph with nothing derived from it yet."""
    return Snapshot.build(
        (node for kind in ENTITIES for node in made.nodes(kind.cls).values()),
        (link for kind in RELATIONS for link in made.relations(kind.cls).values()),
        revision=1,
    )


def _altered(snapshot: Snapshot) -> Snapshot:
    item = snapshot.ordered(WorkItem)[777 + snapshot.revision]
    after = replace(item, state=FlowState.ACTIVE, name="moved", revision=snapshot.revision + 1)
    return snapshot.apply([NodeChange(item.ref, item, after)], revision=snapshot.revision + 1)


def _asked(query: str, snapshot: Snapshot, late: list[float]) -> float:
    """Give the milliseconds that a query took, and note how late the loop woke at most."""

    async def main() -> float:
        lates = [0.0]

        async def ticking() -> None:
            while True:
                begin = time.perf_counter()
                await asyncio.sleep(TICK_S)
                lates.append(time.perf_counter() - begin - TICK_S)

        ticks = asyncio.create_task(ticking())
        await asyncio.sleep(TICK_S * 3)
        context = Context.of(Workspace.in_memory(), snapshot=snapshot)
        begin = time.perf_counter()
        result = await build_schema().execute(query, context_value=context)
        took = time.perf_counter() - begin
        await asyncio.sleep(TICK_S * 3)
        ticks.cancel()
        if result.errors:
            raise RuntimeError(str(result.errors))
        late.append(max(lates) * 1e3)
        return took * 1e3

    return asyncio.run(main())
