"""What the results about the life of dependencies say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "TeamDependencies": "Team",
    "RollCallTeam": "Team",
}

_PARTS = {
    "dependency": "The key of the dependency.",
    "dependent": "What needs the other, KIND/KEY.",
    "needed": "What is needed, KIND/KEY.",
    "status": "Where it stands in its life.",
    "criticality": "How much hangs on it; null where nobody said.",
}

WORDS: Mapping[str, str] = {
    **{
        f"{row}.{name}": words
        for row in ("DependencyCase", "EscalationRow", "DependencyChange")
        for name, words in _PARTS.items()
    },
    # dependencies
    "Dependencies.today": "The day it is seen from.",
    "Dependencies.teams": "The teams that need something or are needed, by key.",
    "Dependencies.overdue": "Not resolved, though the day it is needed or promised for is over.",
    "overdue_count": "How many rows are overdue, listed or not.",
    "Dependencies.unanswered": "Asked for, and neither agreed nor rejected.",
    "unanswered_count": "How many rows are unanswered, listed or not.",
    "Dependencies.unasked": "Identified and needed soon, and nobody asked.",
    "unasked_count": "How many rows are not asked for, listed or not.",
    "Dependencies.promised_late": "Promised for after the day it is needed.",
    "promised_late_count": "How many rows are promised too late, listed or not.",
    "DependencyCase.team": "The key of the team that has to act; null where none answers for it.",
    "DependencyCase.since": "The day from which the days count; null where none is known.",
    "DependencyCase.days": "Calendar days since then; of what nobody asked for, days that are left.",
    "DependencyCase.reason": "What the matter is, in words.",
    "TeamDependencies.needs": "How many dependencies it has, by status.",
    "TeamDependencies.needed": "How many dependencies are on it, by status.",
    "TeamDependencies.overdue": "How many of the overdue ones it has to act on.",
    "TeamDependencies.unanswered": "How many of the unanswered ones it has to act on.",
    "TeamDependencies.unasked": "How many of those that nobody asked for it has to act on.",
    "TeamDependencies.promised_late": "How many of those promised too late it has to act on.",
    # roll-call
    "RollCall.cycle": "The key of the cycle; null for all dependencies.",
    "begins": "The first day of the cycle; null without one.",
    "RollCall.ends": "The last day of the cycle; null without one.",
    "RollCall.count": "How many dependencies the cycle has.",
    "statuses": "How many stand where in their life.",
    "RollCall.teams": "The teams at either end, by key.",
    "silent": "Keys of the teams that have requests and answered none.",
    "unteamed": "Ends for which no team answers, KIND/KEY.",
    "unteamed_count": "How many such ends there are, listed or not.",
    "pairs": "The cells of the matrix, row by row.",
    "pair_count": "How many cells are filled, listed or not.",
    "dependent_team": "The key of the team that needs; null where none answers for it.",
    "needed_team": "The key of the team that is needed; null where none answers for it.",
    "worst": "The status that is farthest from delivery.",
    "keys": "Keys of the dependencies, the worst first.",
    "RollCallTeam.needs": "How many dependencies it has.",
    "RollCallTeam.needed": "How many dependencies are on it.",
    "RollCallTeam.unanswered": "How many requests to it have no answer.",
    "RollCallTeam.unasked": "How many of its needs it has not asked for.",
    "RollCallTeam.dissolved": "The day the team ends, where that is before the cycle does; else null.",
    # escalation
    "Escalation.today": "The day it is seen from.",
    "Escalation.rows": "The dependencies, the one to escalate first first.",
    "dependent_teams": "Keys of the teams that answer for what needs it.",
    "needed_teams": "Keys of the teams that answer for what is needed.",
    "EscalationRow.late_days": "Calendar days it is, or is promised, after it is needed; 0 when it is"
    " not, null where no day is known.",
    "cost_per_day": "The cost of delay a day of the unfinished items that wait on it; null beyond"
    " the largest number.",
    "cost_at_stake": "That times the days it is late, at least one; null beyond the largest number.",
    "EscalationRow.items": "Keys of the items with a cost that wait, the dearest first.",
    "EscalationRow.item_count": "How many items with a cost wait, listed or not.",
    "EscalationRow.reason": "Why it stands there, in words.",
    # changes of dependencies
    "change": "What happened: made, moved, redated, altered or removed.",
    "DependencyChange.revision": "The revision that it led to.",
    "actor": "Who wrote it.",
    "status_before": "Where it stood before; null where it was made.",
    "status_after": "Where it stands now; null where it was removed.",
    "fields": "The properties that changed, by name.",
    "sides": "The watched teams that it is about, and on which side.",
    "DependencyChange.note": "What was said at its last move; null where nothing was.",
    "DependencySide.team": "The key of the team.",
    "DependencySide.side": "needs: the team needs something; needed: something is needed of it.",
}
