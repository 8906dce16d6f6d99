"""What is done about work items without a duration: never silently 0 or 1.

References: docs/schedule.md.
"""

from collections.abc import Iterable

from graph.analyses.scheduling.schedule import LONGEST_DAYS, ScheduleViolation
from graph.errors import BadUsage, ErrorCode, Refused, Violation
from graph.model.codec import near

ASSUME = "assume"
REFUSE = "refuse"
MISSING = (ASSUME, REFUSE)
"""What is done about an item without a duration: some days are assumed, or all is refused."""


def check_missing(missing: str, assume_days: float) -> None:
    """Check the choice, and the days assumed. BadUsage for what does not fit."""
    if missing not in MISSING:
        msg = f"there is no way {missing!r} to take a missing duration"
        raise BadUsage(msg, near(missing, MISSING))
    if not 0 <= assume_days <= LONGEST_DAYS:
        msg = f"an item cannot be taken to last {assume_days:g} days"
        raise BadUsage(msg, f"give 0 to {LONGEST_DAYS:g}")


def refuse_missing(violations: Iterable[ScheduleViolation], missing: str) -> None:
    """Refuse items without a duration, all at once, where that was chosen."""
    hint = "give it duration_days or estimate_days, or assume some days for all such items"
    found = [
        Violation(
            ErrorCode.MISSING_VALUE,
            f"WorkItem/{violation.key} has neither duration_days nor estimate_days",
            f"WorkItem/{violation.key}",
            "duration_days",
            hint=hint,
        )
        for violation in (violations if missing == REFUSE else ())
        if violation.code == "missing_duration"
    ]
    if found:
        raise Refused(found)
