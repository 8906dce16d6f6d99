"""The analyses by name, with all their parameters: command line, API and MCP are derived from it.

To add one: write its module, add a line to `ANALYSES`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.analyses import alignment as alignment_of
from graph.analyses import (
    bottlenecks,
    cascade,
    conflicts,
    critical_path,
    cycles,
    forecast,
    history,
    impact,
    weighting,
)
from graph.analyses import trace as trace_of
from graph.analyses.parameters import Parameter, ParameterKind, ParameterValue
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.snapshot import Snapshot

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis: its name on the command line, what it computes, and what it gives.

    `run` takes the snapshot and the parameters as keywords; `result` is the class it gives, whose
    field names are the JSON.
    """

    name: str
    run: "Callable[..., DataclassInstance]"
    parameters: tuple[Parameter, ...]
    result: "type[DataclassInstance]"
    summary: str

    def call(self, snapshot: Snapshot, values: Mapping[str, ParameterValue]) -> "DataclassInstance":
        """Run it on values by parameter name. BadUsage when one is unknown, missing or no choice."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                msg = f"{self.name} has no parameter {name!r}"
                raise BadUsage(msg, near(name, known))
        return self.run(snapshot, **{name: known[name].checked(values.get(name)) for name in known})


_GOAL = Parameter(
    "root",
    ParameterKind.REF,
    "An Objective or KeyResult; or a Company, ValueStream, Product, Team or Person for the"
    " objectives it owns.",
    required=True,
    positional=True,
)
_REACHED_KINDS = ("KeyResult", "Objective", "Product", "Team", "ValueStream", "WorkItem")

ANALYSES: tuple[Analysis, ...] = (
    Analysis(
        "critical-path",
        critical_path.critical_path,
        (
            Parameter(
                "scope",
                ParameterKind.REF,
                "What to schedule: a work item with its parts, or the work of an Objective,"
                " KeyResult, Cycle, Team or Product. A bare key is a work item's. All work if left"
                " out.",
            ),
            Parameter("start", ParameterKind.DATE, "Day 0; gives dates beside the day numbers."),
            Parameter(
                "calendar",
                ParameterKind.CHOICE,
                "The days that count: all of them, or the company's working days.",
                default=critical_path.CONTINUOUS,
                choices=critical_path.CALENDARS,
            ),
            Parameter(
                "near_days",
                ParameterKind.NUMBER,
                "Also list the items whose total float is at most this many days.",
                flag="near",
            ),
            Parameter(
                "status_date",
                ParameterKind.DATE,
                "Nothing unfinished is scheduled before this day. Needs a start.",
            ),
        ),
        critical_path.CriticalPath,
        "Earliest and latest dates, floats and all critical paths of work.",
    ),
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
    Analysis(
        "conflicts",
        conflicts.conflicts,
        (),
        conflicts.Conflicts,
        "Dependencies whose promise contradicts the need.",
    ),
)
"""All analyses, in the order in which help lists them."""


def analysis(name: str) -> Analysis:
    """Give the analysis of a name. BadUsage, with the nearest name, when there is none."""
    for found in ANALYSES:
        if found.name == name:
            return found
    msg = f"there is no analysis {name!r}"
    raise BadUsage(msg, near(name, [found.name for found in ANALYSES]))
