"""The roll-up of a large organisation: from nothing, after a check-in, and explained."""

import gc
from datetime import date

from bench.figures import Figure, timed
from bench.graphs import fresh
from graph.analyses.goals.cascade import cascade
from graph.analyses.goals.rollup import rollup
from graph.commands import examine
from graph.model.changes import NodeChange, RelationChange
from graph.model.entities import CheckIn, KeyResult, Objective
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from seeds.generate import generate

TEAMS = 5_000
TEAM_KEY_RESULTS = 3
SEED = 1
COLD_BOUND_S = 1.0
CHECK_IN_BOUND_MS = 5.0
EXPLAIN_BOUND_MS = 200.0
CHECK_INS = 50
TODAY = date(2026, 9, 30)


def goal_figures(runs: int) -> list[Figure]:
    """Measure in memory, in a process that holds the graph as the service does."""
    records = list(generate(TEAMS, SEED, team_key_results=TEAM_KEY_RESULTS))
    made = Snapshot.empty().apply(examine(Snapshot.empty(), records).changes)
    del records
    cold, moved, explained, trees = [], [], [], []
    counts = len(made.nodes(Objective)), len(made.nodes(KeyResult))
    for _ in range(runs):
        snapshot = fresh(made)
        gc.collect()
        gc.freeze()  # as the service does once the graph is loaded
        cold.append(timed(lambda s=snapshot: rollup(s))[0])  # type: ignore[misc]
        gc.collect()
        gc.freeze()  # as the service does once it has rolled everything up
        snapshot, seconds = _checked_in(snapshot)
        moved += [second * 1e3 for second in seconds]
        explained.append(timed(lambda s=snapshot: _explain(s, 0))[0] * 1e3)  # type: ignore[misc]
        trees.append(timed(lambda s=snapshot: _explain(s, None))[0] * 1e3)  # type: ignore[misc]
    name = f"{TEAMS:,} teams, {counts[0]:,} objectives, {counts[1]:,} key results: "
    return [
        Figure(name + "roll-up from nothing", "s", tuple(cold), COLD_BOUND_S),
        Figure(name + "a check-in, to all above it", "ms", tuple(moved), CHECK_IN_BOUND_MS),
        Figure(name + "explain the company's", "ms", tuple(explained), EXPLAIN_BOUND_MS),
        Figure(name + "the same with its whole tree", "ms", tuple(trees)),
    ]


def _checked_in(snapshot: Snapshot) -> tuple[Snapshot, list[float]]:
    """Check key results all over the organisation in; each time from the changes to the new top."""
    keys = sorted(snapshot.keys(KeyResult.KIND))
    seconds = []
    for number in range(CHECK_INS):
        check = CheckIn(key=f"bench-{number}", at=TODAY, value=float(number))
        goal = Ref(KeyResult.KIND, keys[number * len(keys) // CHECK_INS])
        joined = For(source=check.ref, target=goal)
        changes = [NodeChange(check.ref, None, check), RelationChange(joined.ref, None, joined)]
        second, snapshot = timed(lambda s=snapshot, c=changes: _moved(s, c))  # type: ignore[misc]
        seconds.append(second)
    return snapshot, seconds


def _moved(snapshot: Snapshot, changes: list[NodeChange | RelationChange]) -> Snapshot:
    after = snapshot.apply(changes)
    rollup(after)
    return after


def _explain(snapshot: Snapshot, depth: int | None) -> int:
    found = cascade(snapshot, root="Objective/goal-1", today=TODAY, depth=depth)
    return len(found.leaves)
