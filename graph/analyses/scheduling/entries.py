"""The analyses of schedules, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.scheduling import (
    critical_path,
    missing,
    riskresult,
    schedule_risk,
    uncertainty,
    workdays,
)

_SCOPE = Parameter(
    "scope",
    ParameterKind.REF,
    "What to schedule: a work item with its parts, or the work of an Objective,"
    " KeyResult, Cycle, Team or Product. A bare key is a work item's. All work if left"
    " out.",
)
_START = Parameter("start", ParameterKind.DATE, "Day 0; gives dates beside the day numbers.")
_CALENDAR = Parameter(
    "calendar",
    ParameterKind.CHOICE,
    "The days that count: all of them, or the company's working days.",
    default=workdays.CONTINUOUS,
    choices=workdays.CALENDARS,
)
_STATUS_DATE = Parameter(
    "status_date",
    ParameterKind.DATE,
    "Nothing unfinished is scheduled before this day. Needs a start.",
)
_MISSING = Parameter(
    "missing",
    ParameterKind.CHOICE,
    "What is done about items without a duration: assume some days, or refuse. Either way each is"
    " named.",
    default=missing.ASSUME,
    choices=missing.MISSING,
)
_ASSUME_DAYS = Parameter(
    "assume_days",
    ParameterKind.NUMBER,
    "How long an item without a duration is taken to last.",
    default=0.0,
)

ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "critical-path",
        critical_path.critical_path,
        (
            _SCOPE,
            _START,
            _CALENDAR,
            Parameter(
                "near_days",
                ParameterKind.NUMBER,
                "Also list the items whose total float is at most this many days.",
                flag="near",
            ),
            _STATUS_DATE,
            _MISSING,
            _ASSUME_DAYS,
        ),
        critical_path.CriticalPath,
        "Earliest and latest dates, floats and all critical paths of work.",
    ),
    Analysis(
        "schedule-risk",
        schedule_risk.schedule_risk,
        (
            _SCOPE,
            _START,
            _CALENDAR,
            _STATUS_DATE,
            Parameter(
                "iterations",
                ParameterKind.INTEGER,
                "How often durations are drawn and the work is scheduled: 1 to 100,000, fewer for"
                " large networks.",
                default=schedule_risk.ITERATIONS,
            ),
            Parameter(
                "seed",
                ParameterKind.INTEGER,
                "Where chance begins: the same seed draws the same durations.",
                default=0,
            ),
            Parameter(
                "distribution",
                ParameterKind.CHOICE,
                "How durations lie between the three points of their estimates.",
                default=uncertainty.PERT,
                choices=uncertainty.DISTRIBUTIONS,
            ),
            _MISSING,
            _ASSUME_DAYS,
        ),
        riskresult.ScheduleRisk,
        "P50, P80 and P95 of the finish of work, and what they hang on.",
    ),
)
