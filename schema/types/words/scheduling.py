"""What the results about schedules say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "ItemRisk": "WorkItem",
    "ScheduledItem": "WorkItem",
    "ScheduleViolation": "WorkItem",
    "TeamRisk": "Team",
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
    # schedule-risk
    "ScheduleRisk.finish": "When all is finished, over all iterations.",
    "FinishRisk.p50": "Half of the iterations are finished by then. Unit: days from the start.",
    "FinishRisk.p80": "80 in 100 are finished by then. Unit: days from the start.",
    "FinishRisk.p95": "95 in 100 are finished by then. Unit: days from the start.",
    "FinishRisk.mean": "The mean finish. Unit: days from the start.",
    "std_days": "The standard deviation of the finish. Unit: days of the calendar.",
    "least_days": "The earliest finish of all iterations. Unit: days from the start.",
    "most_days": "The latest finish of all iterations. Unit: days from the start.",
    "p50_date": "The last day at P50; null without a start date.",
    "p80_date": "The last day at P80; null without a start date.",
    "p95_date": "The last day at P95; null without a start date.",
    "mean_date": "The last day at the mean; null without a start date.",
    "distribution": "How durations lie between the points of their estimates.",
    "ItemRisk.distribution": "How its duration was drawn; fixed where it was not.",
    "iterations": "How often durations were drawn and the work was scheduled.",
    "sensitivity_iterations": "From how many of the iterations, the first, sensitivities and the"
    " figures of durations are.",
    "seed": "Where chance began.",
    "deterministic_days": "The finish that critical-path gives. Unit: days from the start.",
    "deterministic_date": "The last day by critical-path; null without a start date.",
    "deterministic_probability": "The share of iterations finished by then. Unit: ratio 0-1.",
    "path_sum": "The finish as classical PERT gives it, which understates where paths merge.",
    "PathSum.mean": "The finish that critical-path gives. Unit: days from the start.",
    "PathSum.std_days": "The deviation along the longest path. Unit: days of the calendar.",
    "PathSum.p80": "80 in 100 by then, on the normal curve. Unit: days from the start.",
    "PathSum.p95": "95 in 100 by then, on the normal curve. Unit: days from the start.",
    "quantiles": "The finish at every twentieth of the iterations: the S-curve.",
    "percent": "So many iterations in 100 are finished by then; 0 is the first of all.",
    "FinishQuantile.finish_days": "The finish. Unit: days from the start.",
    "ScheduleRisk.items": "The work items, the most critical first.",
    "ScheduleRisk.teams": "The teams that answer for them, the most critical first.",
    "ScheduleRisk.dependencies": "The dependencies that bind, the most critical first.",
    "dependency_count": "How many dependencies bind, listed or not.",
    "dependencies_truncated": "Whether more dependencies bind than are listed.",
    "mean_days": "The mean of the drawn durations. Unit: days of the calendar.",
    "p80_days": "80 in 100 of the drawn durations are at most this. Unit: days of the calendar.",
    "criticality": "The share of iterations in which it was critical. Unit: ratio 0-1.",
    "sensitivity": "The rank correlation of its duration with the finish; null where one of the"
    " two never varied. Unit: ratio -1 to 1.",
    "TeamRisk.item_count": "How many of the items it answers for.",
    "TeamRisk.criticality": "The share of iterations in which an item of it was critical."
    " Unit: ratio 0-1.",
    "TeamRisk.sensitivity": "The rank correlation of the sum of its items' durations with the"
    " finish; null where one of the two never varied. Unit: ratio -1 to 1.",
    "critical_share": "The mean share of the critical duration that its items have."
    " Unit: ratio 0-1.",
    "DependencyRisk.key": "The key of the dependency.",
    "DependencyRisk.source": "The key of the item that waits.",
    "DependencyRisk.target": "The key of the item that is needed.",
    "DependencyRisk.link": "Which ends are tied: FS, SS, FF or SF.",
    "DependencyRisk.lag_days": "The wait between them. Unit: days of the calendar.",
    "DependencyRisk.criticality": "The share of iterations in which it was on a critical path."
    " Unit: ratio 0-1.",
    "DependencyRisk.sensitivity": "The rank correlation with the finish of the moment at which the"
    " needed end came; null where one of the two never varied. Unit: ratio -1 to 1.",
}

CHOICES: Mapping[str, str] = {
    "continuous": "All days count.",
    "weekdays": "The company's working days count.",
    "assume": "They are taken to last the assumed days.",
    "refuse": "They are refused, all of them named.",
    "pert": "By Beta-PERT: smooth, most likely near the likely value.",
    "triangular": "Along straight lines from the likely value to both ends.",
}
