"""What a schedule's risk is told in: the finish as a distribution, and what it hangs on.

References: docs/definitions.md §3 and §8.
"""

from dataclasses import dataclass
from datetime import date

from graph.analyses.scheduling.pathsum import PathSum
from graph.analyses.scheduling.schedule import ScheduleViolation


@dataclass(frozen=True, slots=True)
class FinishRisk:
    """When all is finished, in days of the calendar from the start.

    Of the iterations 50, 80 and 95 in a hundred are finished by `p50`, `p80` and `p95`: the
    nearest rank, so that each is the finish of an iteration. Dates are null without a start.
    """

    p50: float
    p80: float
    p95: float
    mean: float
    std_days: float
    least_days: float
    most_days: float
    p50_date: date | None
    p80_date: date | None
    p95_date: date | None
    mean_date: date | None


@dataclass(frozen=True, slots=True)
class FinishQuantile:
    """So many iterations in a hundred are finished by then; 0 is the first of them."""

    percent: int
    finish_days: float
    finish: date | None


@dataclass(frozen=True, slots=True)
class ItemRisk:
    """A work item. `duration_days` is what critical-path takes, `mean_days` and `p80_days` are drawn.

    `criticality` is the share of iterations in which it is critical. `sensitivity` is the rank
    correlation of its duration with the finish: null where its duration, or the finish, is the
    same in all.
    """

    key: str
    name: str | None
    distribution: str
    duration_days: float
    mean_days: float
    p80_days: float
    criticality: float
    sensitivity: float | None


@dataclass(frozen=True, slots=True)
class TeamRisk:
    """A team that answers for items of the schedule (`item_count` of them).

    `criticality` is the share of iterations in which at least one of its items is critical,
    `critical_share` the mean share of the critical duration that its items have (an item of
    several teams counts for each in equal parts), `sensitivity` the rank correlation of the sum of
    its items' durations with the finish.
    """

    key: str
    name: str | None
    item_count: int
    criticality: float
    critical_share: float
    sensitivity: float | None


@dataclass(frozen=True, slots=True)
class DependencyRisk:
    """A dependency that binds: the item `source` needs `target`.

    `criticality` is the share of iterations in which it is on a critical path: both ends critical,
    and no room between them. `sensitivity` is the rank correlation with the finish of the moment
    at which what is needed has started or finished, as the link asks.
    """

    key: str
    source: str
    target: str
    link: str
    lag_days: float
    criticality: float
    sensitivity: float | None


@dataclass(frozen=True, slots=True)
class ScheduleRisk:
    """The finish of a schedule as a distribution, and what it hangs on.

    `deterministic_days` is the finish that critical-path gives, `deterministic_probability` the
    share of iterations that are finished by then, `path_sum` what classical PERT makes of it.
    `items` (all), `teams` and `dependencies` (at most 10,000, of `dependency_count`) come by
    criticality, then by sensitivity, the highest first, then by key. Sensitivities and the figures
    of durations are of the first `sensitivity_iterations`: all, unless the network is so large
    that the memory for them is bounded.
    """

    finish: FinishRisk
    start: date | None
    calendar: str
    distribution: str
    iterations: int
    sensitivity_iterations: int
    seed: int
    deterministic_days: float
    deterministic_date: date | None
    deterministic_probability: float
    path_sum: PathSum
    quantiles: tuple[FinishQuantile, ...]
    items: tuple[ItemRisk, ...]
    teams: tuple[TeamRisk, ...]
    dependencies: tuple[DependencyRisk, ...]
    dependency_count: int
    dependencies_truncated: bool
    violations: tuple[ScheduleViolation, ...]
    links_left_out: int
