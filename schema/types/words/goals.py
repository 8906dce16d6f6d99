"""What the results about objectives and key results say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "CascadeLeaf": "KeyResult",
    "KeyResultForecast": "KeyResult",
    "HistoryPoint": "CheckIn",
    "ProgressCause": "KeyResult",
    "TraceTeam": "Team",
}

WORDS: Mapping[str, str] = {
    # cascade
    "Cascade.cycle": "The key of the cycle whose pace counts; null where there is none.",
    "expected": "The progress that the day asks for; null without a day or a dated cycle."
    " Unit: ratio 0-1.",
    "pace": "on_track, lagging, at_risk or no_data; null without a day or a dated cycle.",
    "weighting": "How the leaves were weighed: declared or magnitude.",
    "forecast_low": "The lower end of the interval that holds it in 80 of 100 cases; null without"
    " one. Unit: ratio 0-1.",
    "forecast_high": "The upper end of the interval that holds it in 80 of 100 cases; null without"
    " one. Unit: ratio 0-1.",
    "totals": "What the distinct leaves add up to, unit by unit.",
    "unit": "The unit; null where none is named.",
    "CascadeTotal.leaves": "How many leaves can be added up in this unit.",
    "with_data": "How many of them have data.",
    "CascadeTotal.start": "The sum of their starts, over those with data.",
    "current": "The sum of their values, over those with data.",
    "CascadeTotal.target": "The sum of their targets, over those with data.",
    "CascadeTotal.progress": "What was moved over what was to be moved, as it is; null without data.",
    "CascadeTotal.coverage": "The share of the size that had data. Unit: ratio 0-1.",
    "forecast_coverage": "The share of the leaves that have a forecast. Unit: ratio 0-1.",
    "leaves": "The key results that the number comes from.",
    "tree": "How it is rolled up, from the root down.",
    "effective_weight": "Its weight among those with data: the sum of weight times progress is the"
    " number. Unit: ratio 0-1.",
    "share": "Its weight among all leaves. Unit: ratio 0-1.",
    "raw_progress": "Progress as it is, below 0 or above 1 too; null without data.",
    "checked_in": "The day of the last check-in; null where there is none.",
    "CascadeLeaf.paths": "The ways by which it came, KIND/KEY, from the root.",
    "weight": "Its normalised weight in what it is shown under. Unit: ratio 0-1.",
    "repeated": "Whether its contributors are shown at its first place alone.",
    "cut": "Whether the tree is too deep to go on here.",
    "children": "What contributes to it.",
    # forecast
    "ends": "The last day of the cycle; null without a dated cycle.",
    "today": "The day from which unfinished work was scheduled.",
    "work": "What the contributing work promises; null where none contributes.",
    "key_results": "The key results that the forecast comes from.",
    "KeyResultForecast.value": "Where the line through its check-ins leads, in its unit; null below"
    " two.",
    "value_low": "The lower end of the interval that holds the value in 80 of 100 cases; null below"
    " three check-ins.",
    "value_high": "The upper end of that interval; null below three check-ins.",
    "check_ins": "How many check-ins with a value it has.",
    "WorkOutlook.items": "How many work items contribute, cancelled ones left out.",
    "done": "How many of them are done.",
    "unscheduled": "How many of them have no duration, so that their end is not known.",
    "WorkOutlook.finish": "The last day of the unfinished ones; null while some are unscheduled or"
    " none is left.",
    "in_time": "Their share, by the weights of their contributions, that is done by the cycle's end;"
    " null without one. Unit: ratio 0-1.",
    "late_days": "Calendar days from the cycle's end to the finish, 0 when it is in time; null where"
    " one of the two is not known.",
    "late": "Keys of the items that are not done by the cycle's end, the latest first.",
    # lineage and history
    "Ancestor.path": "A shortest way up to it, KIND/KEY, both ends included.",
    "Ancestor.supports": "Whether every way there has a step of alignment alone, which carries no progress.",
    "Share.relation": "The relationship by which it contributes.",
    "Share.weight": "Its declared weight; 1 where none is given.",
    "Share.share": "Its normalised share of the parent's progress; 0 for what does not count.",
    "at": "When it was.",
    "points": "The check-ins, oldest first.",
    "History.type": "The rule for its progress.",
    "HistoryPoint.value": "The value, in the key result's unit; null where none was given.",
    "note": "What there was to say.",
    "by": "Who said it.",
    # trace
    "reaches_company": "Whether it leads up to a company, by contribution.",
    "Trace.reason": "Why it does not reach a company; null where it does.",
    "shortest": "The shortest way of contribution to a company; null where there is none.",
    "up": "The ways of contribution, by length and then by the kinds and keys on them.",
    "Trace.supports": "The ways with a SUPPORTS on them, by which no progress flows, in the same order.",
    "supporting_path_count": "How many ways with a SUPPORTS there are, listed or not. Whole; may be"
    " beyond 32 bits.",
    "Trace.truncated": "Whether there are more ways than are listed.",
    "down": "The tree below it.",
    "Trace.teams": "The teams that carry it: by contribution first, then by distance and key.",
    "Trace.paths_truncated": "Whether paths to the farthest teams are left empty for length.",
    "Trace.violations": "Contributions that close a loop on the way up, and are left out.",
    "TraceWay.path": "The way, from its top down to the root, both included.",
    "TraceTeam.path": "A shortest way down to it, KIND/KEY, root and team included.",
    "TraceViolation.path": "The loop, KIND/KEY, first and last the same.",
    "TraceNode.coverage": "The share of the weights that had data; null for what has no progress."
    " Unit: ratio 0-1.",
    "TraceStep.coverage": "The share of the weights that had data; null for what has no progress."
    " Unit: ratio 0-1.",
    "relation": "The relationship that joins it to what is above it; null where nothing is shown"
    " above it.",
    "state": "The state of the work item, or of an objective that is not active; else null.",
    "owners": "Who owns the objective or delivers the work item, KIND/KEY.",
    "TraceNode.cycle": "The key of its own cycle; null where it has none.",
    "TraceStep.cycle": "The key of its own cycle; null where it has none.",
    "TraceNode.repeated": "Whether what is below it is shown at its first place alone.",
    "TraceNode.cut": "Whether it goes on, deeper than was asked.",
    "TraceNode.children": "What is below it.",
    "supporting": "Whether the only ways to it lead over a SUPPORTS, by which no progress flows.",
    "dissolved": "The day on which the team ended; null while it lasts.",
    # progress as it changes
    "ProgressChange.revision": "The revision at which it stands so.",
    "before": "Progress before; null without data. Unit: ratio 0-1.",
    "after": "Progress after; null without data. Unit: ratio 0-1.",
    "coverage_before": "The share of the weights that had data before. Unit: ratio 0-1.",
    "coverage_after": "The share of the weights that has data now. Unit: ratio 0-1.",
    "causes": "Key results below it that moved; none where a contribution or weight was changed.",
    "cause_count": "How many such key results there are, listed or not.",
    "ProgressCause.path": "The way up from it, KIND/KEY.",
    # alignment
    "orphan_objectives": "Keys of objectives below company level that contribute to nothing.",
    "key_results_without_work": "Keys of key results to which no work item contributes.",
    "work_without_key_result": "Keys of work items that contribute to no key result.",
    "teams_without_objective": "Keys of teams that own no objective.",
    "unreached_company_objectives": "Keys of company objectives with no path to any team.",
    "objectives_without_owner": "Keys of objectives that nobody owns.",
    "objectives_without_key_result": "Keys of objectives that nothing measures.",
    "work_without_team": "Keys of work items that no team delivers.",
    "key_results_carried_by_objectives": "Keys of those of the key results without work that an"
    " objective contributes to.",
    "work_for_objective_only": "Keys of those of the work items without a key result that"
    " contribute to an objective.",
}

CHOICES: Mapping[str, str] = {
    "declared": "By the weights that the graph declares.",
    "magnitude": "By their size in one unit, each leaf once: |target - start|.",
}
