"""The answer to "what if this slips?": what moves, with the way to each, and what was assumed.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from dataclasses import dataclass
from datetime import date

from graph.analyses.dependencies.slipgoals import SlippedGoal
from graph.analyses.dependencies.slipteams import SlippedTeam
from graph.analyses.dependencies.timetable import SlipAssumption


@dataclass(frozen=True, slots=True)
class SlippedItem:
    """A work item that ends at another time. `path` leads to it from the root, KIND/KEY.

    `before` and `after` are its last days; `days` is how much later it ends and `absorbed_days` how
    much of the slip was taken up on the way, in working days. `cost_of_delay` is its cost of a day
    times `days`. `assumed`: it has no duration, so that its dates are assumed.
    """

    key: str
    name: str | None
    path: tuple[str, ...]
    before: date | None
    after: date | None
    days: float
    absorbed_days: float
    cost_of_delay: float | None
    assumed: bool


@dataclass(frozen=True, slots=True)
class AbsorbedItem:
    """A work item at which the slip was taken up: it ends when it would have, on `finish`.

    `why` says whether it has time to spare, or is begun: links do not move what has begun.
    """

    key: str
    name: str | None
    path: tuple[str, ...]
    finish: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ImpactOfSlip:
    """What happens if something slips by `days` working days, as seen on `today`.

    Each list comes the worst first, at most the limit; the counts are of all, and `truncated` says
    that a list is shorter. `reason` says why nothing moves, where nothing does. `company_objectives`
    are those of `objectives` that the company owns. `assumptions` are all that was taken for granted
    where the graph has no date, no duration or no work. `not_followed` are keys of dependencies of
    other things than work on what moves: no schedule says what they come to. `cost_of_delay` is
    the sum of cost of delay times days over all items that move. `paths_truncated`: paths to far things are
    empty, for their sheer length.
    """

    root: str
    days: float
    today: date
    summary: str
    reason: str | None
    teams: tuple[SlippedTeam, ...]
    key_results: tuple[SlippedGoal, ...]
    objectives: tuple[SlippedGoal, ...]
    company_objectives: tuple[SlippedGoal, ...]
    items: tuple[SlippedItem, ...]
    absorbed: tuple[AbsorbedItem, ...]
    assumptions: tuple[SlipAssumption, ...]
    not_followed: tuple[str, ...]
    team_count: int
    key_result_count: int
    objective_count: int
    item_count: int
    absorbed_count: int
    assumption_count: int
    not_followed_count: int
    cost_of_delay: float
    truncated: bool
    paths_truncated: bool
