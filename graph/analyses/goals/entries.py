"""The analyses of objectives and key results, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.goals import alignment as alignment_of
from graph.analyses.goals import cascade, forecast, history, weighting
from graph.analyses.goals import trace as trace_of
from graph.analyses.parameters import Parameter, ParameterKind

_GOAL = Parameter(
    "root",
    ParameterKind.REF,
    "An Objective or KeyResult; or a Company, ValueStream, Product, Team or Person for the"
    " objectives it owns.",
    required=True,
    positional=True,
)
ENTRIES: tuple[Analysis, ...] = (
    Analysis(
        "cascade",
        cascade.cascade,
        (
            _GOAL,
            Parameter(
                "today",
                ParameterKind.DATE,
                "The day at which pace is judged; the organisation's day if left out.",
                today=True,
            ),
            Parameter(
                "depth",
                ParameterKind.INTEGER,
                "Levels of the tree below the root; all, up to 60, if left out.",
            ),
            Parameter(
                "weighting",
                ParameterKind.CHOICE,
                "How the leaves are weighed: as declared, or by their size in one unit.",
                default=weighting.DECLARED,
                choices=weighting.WEIGHTINGS,
            ),
            Parameter(
                "unit",
                ParameterKind.TEXT,
                "The unit that weighting by magnitude looks at, where the leaves have several.",
            ),
        ),
        cascade.Cascade,
        "Progress rolled up from key results, with every leaf's share and the paths it came by.",
    ),
    Analysis(
        "forecast",
        forecast.forecast,
        (
            _GOAL,
            Parameter(
                "today",
                ParameterKind.DATE,
                "The day from which unfinished work is scheduled; the organisation's day if left"
                " out.",
                today=True,
            ),
        ),
        forecast.Forecast,
        "Where key results will stand at the end of their cycles, by check-ins and by the work.",
    ),
    Analysis(
        "history",
        history.history,
        (
            Parameter(
                "root",
                ParameterKind.REF,
                "A KeyResult; a bare key is a key result's.",
                required=True,
                positional=True,
            ),
        ),
        history.History,
        "The check-ins of a key result as a series, with the progress of each.",
    ),
    Analysis(
        "trace",
        trace_of.trace,
        (
            Parameter(
                "root",
                ParameterKind.REF,
                "What to follow: an Objective, KeyResult or WorkItem; or a Team, Person, Product,"
                " ValueStream or Company.",
                required=True,
                positional=True,
            ),
            Parameter(
                "depth",
                ParameterKind.INTEGER,
                f"Levels to show below, at most {trace_of.DEPTH}.",
                default=trace_of.DEPTH,
            ),
        ),
        trace_of.Trace,
        "Every way up to the company, the tree below, and the teams that carry it.",
    ),
    Analysis(
        "alignment",
        alignment_of.alignment,
        (
            Parameter(
                "cycle",
                ParameterKind.REF,
                "Look only at the objectives and work of this cycle and the cycles within it."
                " A bare key is a cycle's.",
            ),
        ),
        alignment_of.Alignment,
        "Objectives, key results, work and teams that hang in the air.",
    ),
)
