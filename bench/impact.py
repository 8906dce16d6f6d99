"""Impact on the packages of a Linux distribution, beside networkx, and what if something slips."""

import csv
import gc
import gzip
from datetime import date
from functools import partial
from pathlib import Path

import networkx as nx

from bench.figures import Figure, timed
from bench.graphs import needs
from bench.lateness import LATE_BOUND_MS, as_served, beside_a_loop
from graph.analyses.dependencies.impact import impact
from graph.analyses.dependencies.impact_of_slip import impact_of_slip
from graph.analyses.dependencies.reachindex import reach_index
from graph.commands import examine
from graph.model.changes import RelationChange
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from seeds.generate import generate

ROOT = "libc6"
LISTED = 1_000
ALL_BOUND_MS = 250.0
WRITE_BOUND_MS = 50.0
SLIP_BOUND_MS = 500.0
TIMES_AS_FAST = 5.0
TODAY = date(2026, 9, 30)
SLIPS = ("Team/team-0100", "ValueStream/stream-001", "Objective/goal-1")


def impact_figures(packages: Path, runs: int) -> list[Figure]:
    """Measure in memory; the packages only where they are there."""
    figures = _packages(packages, runs) if packages.is_dir() else []
    return figures + _slips(runs)


def _packages(folder: Path, runs: int) -> list[Figure]:
    names = [row["package"] for row in _rows(folder / "nodes.csv.gz")]
    pairs = [
        (names[int(row["from_id"])], names[int(row["to_id"])])
        for row in _rows(folder / "edges.csv.gz")
    ]
    snapshot = Snapshot.build(
        (WorkItem(key=name) for name in names), (needs(source, target) for source, target in pairs)
    )
    graph: nx.DiGraph[str] = nx.DiGraph(pairs)
    reach_index(snapshot)
    root = str(Ref(WorkItem.KIND, ROOT))
    every, first, peer, moved, late = [], [], [], [], []
    with as_served():
        for turn in range(max(runs, 5)):
            every.append(timed(partial(impact, snapshot, root=root))[0] * 1e3)
            first.append(timed(partial(impact, snapshot, root=root, limit=LISTED))[0] * 1e3)
            peer.append(timed(partial(nx.ancestors, graph, ROOT))[0] * 1e3)
            link = needs(names[turn], ROOT, f"bench-{turn}")
            after = snapshot.apply([RelationChange(link.ref, None, link)])
            moved.append(timed(partial(reach_index, after))[0] * 1e3)
            late.append(beside_a_loop(partial(impact, after, root=root))[1])
    name = f"{len(names):,} packages, what needs {ROOT}: "
    shares = tuple(a / b for a, b in zip(first, peer, strict=True))
    return [
        Figure(name + "all with paths", "ms", tuple(every), ALL_BOUND_MS),
        Figure(name + f"the count and {LISTED:,}", "ms", tuple(first)),
        Figure(name + "networkx.ancestors", "ms", tuple(peer)),
        Figure(
            name + f"the count and {LISTED:,}, of networkx's time", "", shares, 1 / TIMES_AS_FAST
        ),
        Figure(name + "the index after a write", "ms", tuple(moved), WRITE_BOUND_MS),
        Figure(name + "event loop late", "ms", tuple(late), LATE_BOUND_MS),
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _slips(runs: int) -> list[Figure]:
    snapshot = Snapshot.empty().apply(examine(Snapshot.empty(), list(generate(750, 1))).changes)
    gc.collect()
    gc.freeze()
    figures = []
    for root in SLIPS:
        ask = partial(impact_of_slip, snapshot, root=root, days=10, today=TODAY)
        ask()
        seconds = tuple(timed(ask)[0] * 1e3 for _ in range(runs))
        figures.append(Figure(f"750 teams: {root} slips 10 days", "ms", seconds, SLIP_BOUND_MS))
    return figures
