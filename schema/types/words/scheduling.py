"""What the results about schedules say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "ScheduledItem": "WorkItem",
    "ScheduleViolation": "WorkItem",
}

WORDS: Mapping[str, str] = {
    # critical-path
    "finish_days": "When all is finished, from the start. Unit: days of the calendar.",
    "start": "The first day; null without a start date.",
    "finish": "The last day; null without a start date.",
    "calendar": "The days that count: continuous or weekdays.",
    "items": "The work items, by key.",
    "CriticalPath.paths": "The critical paths: keys of work items, first to last.",
    "paths_truncated": "Whether there are more paths, or longer ones, than are listed.",
    "near_critical": "Keys of the items that are nearly critical, as asked.",
    "links_left_out": "How many live links end outside the scope or at a cancelled item.",
    "duration_days": "How long it takes. Unit: days of the calendar.",
    "es": "Earliest start, from the start. Unit: days of the calendar.",
    "ef": "Earliest finish, from the start. Unit: days of the calendar.",
    "ls": "Latest start, from the start. Unit: days of the calendar.",
    "lf": "Latest finish, from the start. Unit: days of the calendar.",
    "total_float": "How far it can slip without moving the finish. Unit: days of the calendar.",
    "free_float": "How far it can slip without moving what follows. Unit: days of the calendar.",
    "critical": "Whether it has the least total float.",
    "held_by": "What holds its earliest start: start (day 0), link, constraint, status_date or"
    " actual_start (it has begun).",
    "driver": "The key of the predecessor that holds its start; null if none does.",
    "driver_link": "The kind of the link by which it does: FS, SS, FF or SF; null if none does.",
    "driver_lag_days": "The lag of that link; null if none does. Unit: days of the calendar.",
    "constraint": "The date constraint that is meant; null if none is.",
    "days": "By how much, or how many are assumed; null where that says nothing."
    " Unit: days of the calendar.",
}

CHOICES: Mapping[str, str] = {
    "continuous": "All days count.",
    "weekdays": "The company's working days count.",
    "assume": "They are taken to last the assumed days.",
    "refuse": "They are refused, all of them named.",
}
