"""The analyses by name, with all their parameters: command line, API and MCP are derived from it.

To add one: write its module, add a line to the `ENTRIES` of its package.
"""

from graph.analyses.analysis import Analysis
from graph.analyses.dependencies import entries as dependencies
from graph.analyses.goals import entries as goals
from graph.analyses.scheduling import entries as scheduling
from graph.analyses.structure import entries as structure
from graph.analyses.teams import entries as teams
from graph.errors import BadUsage
from graph.model.codec import near

ANALYSES: tuple[Analysis, ...] = (
    *scheduling.ENTRIES,
    *teams.ENTRIES,
    *dependencies.ENTRIES,
    *goals.ENTRIES,
    *structure.ENTRIES,
)
"""All analyses, in the order in which help lists them."""


def analysis(name: str) -> Analysis:
    """Give the analysis of a name. BadUsage, with the nearest name, when there is none."""
    for found in ANALYSES:
        if found.name == name:
            return found
    msg = f"there is no analysis {name!r}"
    raise BadUsage(msg, near(name, [found.name for found in ANALYSES]))
