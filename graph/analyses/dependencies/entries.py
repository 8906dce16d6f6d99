"""The analyses of dependencies, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.dependencies import conflicts, impact
from graph.analyses.parameters import Parameter, ParameterKind

_REACHED_KINDS = ("KeyResult", "Objective", "Product", "Team", "ValueStream", "WorkItem")

ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "impact",
        impact.impact,
        (
            Parameter("root", ParameterKind.REF, "Where to begin.", required=True, positional=True),
            Parameter(
                "direction",
                ParameterKind.CHOICE,
                "downstream: who is hit when it slips or fails; upstream: what it needs.",
                default=impact.DOWNSTREAM,
                choices=impact.DIRECTIONS,
            ),
            Parameter("depth", ParameterKind.INTEGER, "Steps to go at most; all if left out."),
            Parameter(
                "kinds",
                ParameterKind.LIST,
                "Kinds of target to list; all if left out. The way may lead through others.",
                choices=_REACHED_KINDS,
            ),
            Parameter(
                "hide",
                ParameterKind.LIST,
                "Kinds to leave out and step over: the way through them counts as one step.",
                choices=_REACHED_KINDS,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Targets to list at most.",
                default=impact.LIMIT,
            ),
        ),
        impact.Impact,
        "What is hit when something slips or fails, or what it needs, with a shortest path each.",
    ),
    Analysis(
        "conflicts",
        conflicts.conflicts,
        (),
        conflicts.Conflicts,
        "Dependencies whose promise contradicts the need.",
    ),
)
