"""The analyses of teams, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.teams import bottlenecks

ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "bottlenecks",
        bottlenecks.bottlenecks,
        (
            Parameter(
                "weights",
                ParameterKind.WEIGHTS,
                "Weights of the components in the combined rank; the others keep theirs.",
                choices=tuple(bottlenecks.WEIGHTS),
            ),
            Parameter(
                "seed",
                ParameterKind.INTEGER,
                f"Picks the sample of betweenness beyond {bottlenecks.EXACT_TEAMS} teams.",
                default=0,
            ),
        ),
        bottlenecks.Bottlenecks,
        "Teams that hold others up, each component by itself and combined.",
    ),
)
