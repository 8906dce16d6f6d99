"""The analyses of structure, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind
from graph.analyses.structure import communities, cycles, dsm, network, topologies

_REACHED_KINDS = ("KeyResult", "Objective", "Product", "Team", "ValueStream", "WorkItem")

_LEVEL = Parameter(
    "level",
    ParameterKind.CHOICE,
    "Whether nested value streams stand for themselves.",
    default=network.OWN,
    choices=network.LEVELS,
)

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
    Analysis(
        "dsm",
        dsm.dsm,
        (
            Parameter(
                "kind",
                ParameterKind.CHOICE,
                "The kind of node that makes rows and columns.",
                default="Team",
                choices=_REACHED_KINDS,
            ),
            Parameter(
                "scope",
                ParameterKind.REF,
                "What the rows and columns belong to, such as a value stream, a product or a cycle; all"
                " if left out.",
            ),
            Parameter(
                "order",
                ParameterKind.CHOICE,
                "The order of rows and columns.",
                default=dsm.PARTITIONED,
                choices=dsm.ORDERS,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Rows and columns at most; those with the most marks are taken.",
                default=dsm.LIMIT,
            ),
        ),
        dsm.Dsm,
        "Who needs whom, as a matrix in an order that shows the loops as blocks.",
    ),
    Analysis(
        "network",
        network.network,
        (
            _LEVEL,
            Parameter(
                "since",
                ParameterKind.DATE,
                f"First day of the period that counts; {network.PERIOD_DAYS} days before its end if left"
                " out.",
                flag="from",
            ),
            Parameter(
                "until",
                ParameterKind.DATE,
                "Day before which the period ends; today if left out.",
                flag="to",
            ),
            Parameter("today", ParameterKind.DATE, "The day it is.", today=True),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Edges to list at most.",
                default=network.LIMIT,
            ),
        ),
        network.Network,
        "Which value stream needs which, how much hangs on it, and how loaded both are.",
    ),
    Analysis(
        "topologies",
        topologies.topologies,
        (
            Parameter("today", ParameterKind.DATE, "The day it is.", today=True),
            Parameter(
                "partners",
                ParameterKind.INTEGER,
                "Teams that a team may work with other than as a service.",
                default=topologies.PARTNERS,
            ),
            Parameter(
                "suppliers",
                ParameterKind.INTEGER,
                "Teams that a stream-aligned team may wait for to deliver or agree.",
                default=topologies.SUPPLIERS,
            ),
            Parameter(
                "people",
                ParameterKind.INTEGER,
                "People that a team may have.",
                default=topologies.PEOPLE,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Findings to list at most.",
                default=topologies.LIMIT,
            ),
        ),
        topologies.Topologies,
        "Where teams and their ways of working together go against Team Topologies.",
    ),
    Analysis(
        "communities",
        communities.communities,
        (
            _LEVEL,
            Parameter(
                "resolution",
                ParameterKind.NUMBER,
                "Above 1 for smaller communities, below for larger ones.",
                default=1.0,
            ),
            Parameter(
                "seed",
                ParameterKind.INTEGER,
                "The order in which teams are looked at.",
                default=0,
            ),
            Parameter("today", ParameterKind.DATE, "The day it is.", today=True),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Moves to list at most.",
                default=communities.LIMIT,
            ),
        ),
        communities.Communities,
        "Which teams hang together by their dependencies, against today's value streams.",
    ),
)
