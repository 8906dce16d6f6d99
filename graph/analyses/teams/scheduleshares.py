"""How much of what holds the schedule each team delivers: as planned, and over drawn durations.

References: docs/definitions.md §4 (schedule share) and §3 (criticality index). R. M. Van Slyke,
Monte Carlo methods and the PERT problem, 1963.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.analyses.scheduling.criticality import Passes, passes_of
from graph.analyses.scheduling.schedule import ScheduleNetwork, network_of
from graph.analyses.scheduling.uncertainty import PERT, uncertain, varies
from graph.analyses.teams.teammeasures import Values, shared_out
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot

MOST_ITERATIONS = 2_000
LEAST_ITERATIONS = 40
"""Of fewer a share would say more about chance than about the team."""
STEPS = 2_000_000
"""Iterations times items, or links where these are more: up to a second or two."""
MOST_SIMULATED = STEPS // LEAST_ITERATIONS
"""So many items, and as many links, are simulated; more are not."""


@dataclass(frozen=True, slots=True)
class ScheduleShares:
    """Shares by team (0-1): of critical duration, and of the summed criticality indices of items.

    `iterations` is how often the schedule was simulated, 0 where no duration varies. `too_large` is
    the number of items or links that were too many to be simulated, None where they were not.
    """

    duration: Values
    criticality: Values
    iterations: int = 0
    too_large: int | None = None


def schedule_shares(snapshot: Snapshot, seed: int = 0) -> ScheduleShares:
    """Give the shares that each team delivers; empty where no work that counts has a duration.

    All work is scheduled from day 0 by its links alone. An item of several teams counts for each
    in equal parts. Cost: linear in items and links, times the iterations, which are fewer of a
    larger network; what the first seed gives is kept with the snapshot.
    """
    return _shares(snapshot, seed) if seed else snapshot.derived(_first)


def _first(snapshot: Snapshot) -> ScheduleShares:
    return _shares(snapshot, 0)


def _shares(snapshot: Snapshot, seed: int) -> ScheduleShares:
    network = network_of(snapshot, snapshot.ordered(WorkItem))
    passes = passes_of(network)
    critical = [node for node in network.scheduled if passes.is_critical(node)]
    refs = [network.items[node].ref for node in critical]
    lengths = [network.durations[node] for node in critical]
    duration = shared_out(snapshot, zip(refs, lengths, strict=True))
    size, drawn = max(len(network.durations), len(network.columns.tails)), varies(network)
    if drawn and size > MOST_SIMULATED:
        return ScheduleShares(duration, {}, too_large=size)
    iterations = iterations_of(size) if drawn else 0
    counts = _counts(network, iterations, seed) if drawn else _once(network, passes)
    indices = zip((network.items[node].ref for node in network.scheduled), counts, strict=True)
    return ScheduleShares(duration, shared_out(snapshot, indices), iterations)


def iterations_of(size: int) -> int:
    """Give how often a network with so many items, or links if these are more, is simulated."""
    return min(MOST_ITERATIONS, STEPS // max(1, size))


def _once(network: ScheduleNetwork, passes: Passes) -> Iterable[int]:
    """Count what is critical where no duration varies. Without any duration all is, idly."""
    if not any(network.durations):
        return [0] * len(network.scheduled)
    return [int(passes.is_critical(node)) for node in network.scheduled]


def _counts(network: ScheduleNetwork, iterations: int, seed: int) -> Sequence[int]:
    """Count of each scheduled item in how many iterations it is critical."""
    # numpy takes 0.07 s to load, which organisations without estimates should not wait for.
    from graph.analyses.scheduling.sampling import Streams  # noqa: PLC0415
    from graph.analyses.scheduling.simulation import count_critical  # noqa: PLC0415

    plan = uncertain(network)
    keys = [network.items[node].key for node in plan.spreads]
    streams = Streams(keys, tuple(plan.spreads.values()), PERT, seed)
    found = count_critical(plan, streams, iterations).tolist()
    return [found[node] for node in network.scheduled]
