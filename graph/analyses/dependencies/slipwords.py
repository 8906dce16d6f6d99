"""The answer to "what if this slips?" in one sentence.

References: docs/definitions.md §5.
"""

from collections.abc import Sequence

from graph.analyses.dependencies.slipgoals import SlippedGoal, amount, percent
from graph.analyses.dependencies.slipteams import SlippedTeam
from graph.model.entities import KeyResult

_NAMED = 3
"""So many company objectives are named."""


def summary_of(
    root: str,
    days: float,
    reason: str | None,
    teams: Sequence[SlippedTeam],
    goals: Sequence[SlippedGoal],
    items: int,
    worst: Sequence[tuple[str, float]],
) -> str:
    """Say in a sentence what happens, and what is hit worst.

    `items` is how many work items move; `worst` the most moved one, with its working days.
    """
    if_so = f"If {root} {'slips' if days >= 0 else 'comes earlier by'} {amount(abs(days))}"
    if reason is not None:
        return f"{if_so}, nothing moves: {reason}."
    results = [row for row in goals if row.kind == KeyResult.KIND and row.moves]
    objectives = [row for row in goals if row.kind != KeyResult.KIND and row.moves]
    company = [row for row in objectives if row.is_company]
    counts = [
        _counted(items, "work item"),
        _counted(len(teams), "team"),
        _counted(len(results), "key result"),
        _company(company) if company else _counted(len(objectives), "objective"),
    ]
    told = ", ".join(counts[:-1]) + f" and {counts[-1]} move"
    return f"{if_so}: {told}{_worst(results or objectives, worst)}."


def _counted(count: int, what: str) -> str:
    number = "no" if count == 0 else f"{count:,}"
    return f"{number} {what}" if count == 1 else f"{number} {what}s"


def _company(rows: Sequence[SlippedGoal]) -> str:
    named = ", ".join(row.name or row.key for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return f"the company's {'objective' if len(rows) == 1 else 'objectives'} {named}{more}"


def _worst(goals: Sequence[SlippedGoal], items: Sequence[tuple[str, float]]) -> str:
    if goals:
        worst = goals[0]
        name = worst.name or worst.key
        if worst.change and worst.before is not None:
            return (
                f"; the most moved is {name}, forecast {percent(worst.after)}"
                f" instead of {percent(worst.before)}"
            )
        if worst.finish_after:
            return f"; the most moved is {name}, whose work ends on {worst.finish_after}"
    for key, days in items:
        return f"; {key} ends {amount(abs(days))} {'later' if days > 0 else 'earlier'}"
    return ""
