"""The analyses of teams, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.teams import bottlenecks
from graph.analyses.teams.teamgraph import SOURCES

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
                "dependencies",
                ParameterKind.CHOICE,
                "Look only at the dependencies declared between teams, or only at those derived"
                " from their work, products and goals; at both if left out.",
                choices=SOURCES,
            ),
            Parameter(
                "cycle",
                ParameterKind.REF,
                "Key of the cycle whose plan tells utilisation. If left out, history tells it, and"
                " where there is none, the plans of today's cycles.",
            ),
            Parameter(
                "today",
                ParameterKind.DATE,
                "The day from which age and intake are counted and by which a team counts as"
                " dissolved; the organisation's day if left out.",
                today=True,
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
