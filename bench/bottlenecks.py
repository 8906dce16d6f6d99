"""The bottlenecks of 5,000 teams with 30,000 dependencies, and how late the event loop is meanwhile."""

from datetime import date
from functools import partial
from statistics import median

import networkx as nx

from bench.figures import Figure, timed
from bench.lateness import LATE_BOUND_MS, as_served, beside_a_loop
from graph.analyses.teams.betweenness import Distances, betweenness
from graph.analyses.teams.bottlenecks import bottlenecks
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from seeds.dice import Dice

TEAMS = 5_000
EACH = 6
SEED = 1
PEER_TEAMS = 500
"""So many teams networkx is given: with all of them it needs a minute."""
BOUND_S = 6.0
TODAY = date(2026, 9, 30)


def bottleneck_figures(runs: int) -> list[Figure]:
    """Measure in memory, in a worker thread beside an event loop, as the service does."""
    snapshot = _made(TEAMS)
    bottlenecks(_made(300), today=TODAY)  # the libraries are imported once
    with as_served():
        work = partial(bottlenecks, snapshot, today=TODAY)
        measured = [beside_a_loop(work) for _ in range(runs)]
    name = f"bottlenecks of {TEAMS:,} teams, {TEAMS * EACH:,} dependencies: "
    return [
        Figure(name + "all", "s", tuple(took for took, _ in measured), BOUND_S),
        Figure(name + "event loop late", "ms", tuple(late for _, late in measured), LATE_BOUND_MS),
        Figure(
            f"exact betweenness of {PEER_TEAMS} teams: times as fast as networkx",
            "x",
            tuple(_times_as_fast() for _ in range(runs)),
        ),
    ]


def _made(teams: int) -> Snapshot:
    """Make teams that need each other by preferential attachment (see README.md)."""
    dice, refs = Dice(SEED), [Ref(Team.KIND, f"team-{number:05}") for number in range(teams)]
    hat, links = list(range(teams)), []
    for source in range(teams):
        for nth in range(EACH):
            target = source
            while target == source:
                target = dice.pick(hat)
            hat.append(target)
            key = f"{source}-{nth}"
            links.append(DependsOn(source=refs[source], target=refs[target], key=key))
    return Snapshot.build([Team(key=ref.key) for ref in refs], links)


def _times_as_fast() -> float:
    snapshot = _made(PEER_TEAMS)
    arcs = _distances(snapshot)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(PEER_TEAMS))
    graph.add_weighted_edges_from((tail, head, far) for (tail, head), far in arcs.items())
    peer = timed(lambda: nx.betweenness_centrality(graph, weight="weight"))[0]
    own = median(timed(lambda: betweenness(PEER_TEAMS, arcs, 0))[0] for _ in range(3))
    return peer / own


def _distances(snapshot: Snapshot) -> Distances:
    counts: dict[tuple[int, int], int] = {}
    for link in snapshot.relations(DependsOn).values():
        pair = int(link.source.key[5:]), int(link.target.key[5:])
        counts[pair] = counts.get(pair, 0) + 1
    return {pair: 720_720 // count for pair, count in counts.items()}
