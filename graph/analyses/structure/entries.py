"""The analyses of structure, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.structure import cycles

_REACHED_KINDS = ("KeyResult", "Objective", "Product", "Team", "ValueStream", "WorkItem")

ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "cycles",
        cycles.cycles,
        (
            Parameter(
                "kind",
                ParameterKind.CHOICE,
                "The kind of node among which to look.",
                default="Team",
                choices=_REACHED_KINDS,
            ),
        ),
        cycles.Cycles,
        "Loops of dependencies, and the fewest to break so that none is left.",
    ),
)
