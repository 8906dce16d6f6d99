"""The analyses of schedules, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.scheduling import critical_path, missing, workdays

ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "critical-path",
        critical_path.critical_path,
        (
            Parameter(
                "scope",
                ParameterKind.REF,
                "What to schedule: a work item with its parts, or the work of an Objective,"
                " KeyResult, Cycle, Team or Product. A bare key is a work item's. All work if left"
                " out.",
            ),
            Parameter("start", ParameterKind.DATE, "Day 0; gives dates beside the day numbers."),
            Parameter(
                "calendar",
                ParameterKind.CHOICE,
                "The days that count: all of them, or the company's working days.",
                default=workdays.CONTINUOUS,
                choices=workdays.CALENDARS,
            ),
            Parameter(
                "near_days",
                ParameterKind.NUMBER,
                "Also list the items whose total float is at most this many days.",
                flag="near",
            ),
            Parameter(
                "status_date",
                ParameterKind.DATE,
                "Nothing unfinished is scheduled before this day. Needs a start.",
            ),
            Parameter(
                "missing",
                ParameterKind.CHOICE,
                "What is done about items without a duration: assume some days, or refuse. Either"
                " way each is named.",
                default=missing.ASSUME,
                choices=missing.MISSING,
            ),
            Parameter(
                "assume_days",
                ParameterKind.NUMBER,
                "How long an item without a duration is taken to last.",
                default=0.0,
            ),
        ),
        critical_path.CriticalPath,
        "Earliest and latest dates, floats and all critical paths of work.",
    ),
)
