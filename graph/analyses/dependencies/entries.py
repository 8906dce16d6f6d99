"""The analyses of dependencies, with their parameters."""

from graph.analyses.analysis import Analysis
from graph.analyses.dependencies import (
    conflicts,
    dependencylist,
    escalation,
    impact,
    impact_of_slip,
    neighborhood,
    rollcall,
)
from graph.analyses.dependencies.slipresult import ImpactOfSlip
from graph.analyses.parameters import Parameter, ParameterKind
from graph.model.catalog import RELATION

_REACHED_KINDS = ("Cycle", "KeyResult", "Objective", "Product", "Team", "ValueStream", "WorkItem")

_TODAY = Parameter(
    "today", ParameterKind.DATE, "The day it is seen from; today if left out.", today=True
)
_TEAM = Parameter(
    "team", ParameterKind.REF, "Those of and on this team alone; its key will do. All if left out."
)

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
        "What is hit when something slips or fails, or what it needs, with a shortest path each; lifted"
        " to teams, products, value streams and goals.",
    ),
    Analysis(
        "impact-of-slip",
        impact_of_slip.impact_of_slip,
        (
            Parameter(
                "root",
                ParameterKind.SUBJECT,
                "What slips: the key of a dependency, its two ends as KIND/KEY->KIND/KEY, or a"
                " WorkItem, Team, Product, ValueStream, Objective or KeyResult for all that it"
                " provides. A bare key is a work item's.",
                required=True,
                positional=True,
            ),
            Parameter(
                "days",
                ParameterKind.NUMBER,
                "Working days of the company that it slips; below 0: that it comes earlier.",
                required=True,
            ),
            Parameter(
                "today",
                ParameterKind.DATE,
                "The day from which unfinished work is scheduled; the organisation's day if left"
                " out.",
                today=True,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Rows of each list at most.",
                default=impact_of_slip.LIMIT,
            ),
        ),
        ImpactOfSlip,
        "What if this slips: which teams, key results and objectives move, by which way, with what"
        " new forecast.",
    ),
    Analysis(
        "conflicts",
        conflicts.conflicts,
        (_TODAY,),
        conflicts.Conflicts,
        "Dependencies whose promise contradicts the need.",
    ),
    Analysis(
        "dependencies",
        dependencylist.dependencies,
        (
            _TODAY,
            _TEAM,
            Parameter(
                "days",
                ParameterKind.INTEGER,
                "A request without an answer is listed after so many days.",
                default=dependencylist.DAYS,
            ),
            Parameter(
                "within_days",
                ParameterKind.INTEGER,
                "What nobody asked for is listed when it is needed within so many days.",
                default=dependencylist.WITHIN_DAYS,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Rows of each list at most.",
                default=dependencylist.LIMIT,
            ),
        ),
        dependencylist.Dependencies,
        "Dependencies team by team: overdue, unanswered, not asked for, promised too late.",
    ),
    Analysis(
        "roll-call",
        rollcall.roll_call,
        (Parameter("cycle", ParameterKind.REF, "The cycle; its key will do. All if left out."),),
        rollcall.RollCall,
        "Every dependency of a cycle by pair of teams, for a planning event.",
    ),
    Analysis(
        "escalation",
        escalation.escalation,
        (
            _TODAY,
            _TEAM,
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                "Dependencies to list at most.",
                default=escalation.LIMIT,
            ),
        ),
        escalation.Escalation,
        "In which order to escalate dependencies: by the cost of delay at stake.",
    ),
    Analysis(
        "neighborhood",
        neighborhood.neighborhood,
        (
            Parameter(
                "root", ParameterKind.REF, "What to look around.", required=True, positional=True
            ),
            Parameter(
                "depth",
                ParameterKind.INTEGER,
                f"Relationships to go at most, 0 to {neighborhood.MOST_DEPTH}.",
                default=neighborhood.DEPTH,
            ),
            Parameter(
                "relations",
                ParameterKind.LIST,
                "Types of relationship to go along; all if left out.",
                choices=tuple(RELATION),
            ),
            Parameter(
                "direction",
                ParameterKind.CHOICE,
                "Along relationships as they lead (out), against them (in), or both.",
                default=neighborhood.BOTH,
                choices=neighborhood.DIRECTIONS,
            ),
            Parameter(
                "limit",
                ParameterKind.INTEGER,
                f"Nodes to list at most, beside the root, up to {neighborhood.MOST_LISTED:,}.",
                default=neighborhood.LIMIT,
            ),
        ),
        neighborhood.Neighborhood,
        "What is around something: the nodes within a few relationships, and what joins them.",
    ),
)
