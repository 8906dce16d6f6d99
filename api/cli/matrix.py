"""The matrix of a roll call: a row for each team that needs, a column for each that is needed."""

from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.text import Text

from api.cli.tables import print_table
from graph.analyses.dependencies.rollcall import WORST_FIRST, RollCall, RollCallPair
from graph.model.vocabulary import DependencyStatus

LETTERS: Final[Mapping[str, str]] = {
    DependencyStatus.REJECTED: "X",
    DependencyStatus.IDENTIFIED: "I",
    DependencyStatus.REQUESTED: "R",
    DependencyStatus.AGREED: "A",
    DependencyStatus.IN_PROGRESS: "P",
    DependencyStatus.RESOLVED: "D",
    DependencyStatus.CANCELLED: "C",
}
NOBODY: Final = "(no team)"
CORNER: Final = "needs ↓ of →"


def show_matrix(console: Console, call: RollCall) -> None:
    """Show how many dependencies stand where, pair by pair, the worst first; nothing where none."""
    if not call.pairs:
        return
    cells = {(pair.dependent_team, pair.needed_team): pair for pair in call.pairs}
    rows = list(dict.fromkeys(pair.dependent_team for pair in call.pairs))
    found = {pair.needed_team for pair in call.pairs}
    columns = sorted(found, key=lambda team: (team is None, team or ""))
    lines = [
        [row or NOBODY, *(_cell(cells.get((row, column))) for column in columns)] for row in rows
    ]
    print_table(console, "", [CORNER, *(column or NOBODY for column in columns)], lines)
    legend = ", ".join(f"{LETTERS[status]} {status}" for status in WORST_FIRST)
    console.print(Text(legend, "dim"))
    console.print()


def _cell(pair: RollCallPair | None) -> str:
    if pair is None:
        return "·"
    found = ((pair.statuses.get(str(status)), LETTERS[status]) for status in WORST_FIRST)
    return " ".join(f"{count}{letter}" for count, letter in found if count)
