"""`trace`: an objective, key result, team or work item, up to the company and down to its leaves."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from api.cli import forms, options
from api.cli.analyze import tells_of_a_loop
from api.cli.failures import FOUND_PROBLEMS
from api.cli.naming import resolved
from api.cli.reading import Source, reading
from api.cli.trees import show_tree
from api.painting.painters import drawn
from api.painting.subject import Subject
from api.painting.trees import hung
from api.pictures.branch import short_kind
from api.plain import plain
from graph.analyses.goals.trace import DEPTH, Trace, TraceStep, trace

TEAMS_NAMED: Final = 12
ENDS_TOLD: Final = 10
"""Steps told at either end of a way that is too long to be told as a whole."""


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("trace")(_trace)
    return made


def _trace(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="KIND/KEY, or a key that one node alone has."),
    ],
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=0, max=DEPTH, help="Levels to show below.")
    ] = DEPTH,
    form: forms.AsForm = None,
    output: forms.Output = None,
    as_json: options.AsJson = False,
    as_of: options.AsOf = None,
    file: options.Files = None,
    partial: options.Partial = False,
    data_dir: options.DataDir = None,
) -> None:
    """Follow something up to the company and down to its leaves, with progress."""
    want = forms.wanted(form, output, as_json=as_json)
    with reading(Source(file, as_of, partial, data_dir)) as snapshot:
        found = trace(snapshot, root=resolved(snapshot, key), depth=depth)
        answer = forms.Answer(
            found,
            lambda console: show_trace(console, found),
            lambda: drawn(Subject(snapshot, found)),
        )
        forms.deliver(answer, want)
    if tells_of_a_loop(found):
        raise typer.Exit(FOUND_PROBLEMS)


def show_trace(console: Console, found: Trace) -> None:
    """Show a trace: as one tree where there is one way up, else the ways up and then the tree.

    A way longer than a tree is deep would be indented off any screen: it is a line, too.
    """
    if len(found.up) == 1 and len(found.up[0].path) <= DEPTH:
        show_tree(console, hung(found.up[0].path, found.down), found.root)
    else:
        for way in found.up:
            console.print(_way(way.path[:-1]), soft_wrap=True)
        show_tree(console, found.down, found.root)
    for words in _beside(found):
        console.print(Text(plain(words), "dim"), soft_wrap=True)


def _way(path: Sequence[TraceStep]) -> Text:
    steps = [f"{short_kind(step.kind)} {plain(step.name or step.key)}" for step in path]
    if len(steps) > DEPTH:
        steps[ENDS_TOLD:-ENDS_TOLD] = [f"… {len(steps) - 2 * ENDS_TOLD:,} more …"]
    return Text(" → ".join(steps), "dim")


def _beside(found: Trace) -> Iterator[str]:
    """Give what the tree does not show: more ways up, or why there is none, and the teams."""
    if len(found.up) < found.path_count:
        yield f"and {found.path_count - len(found.up):,} more ways up"
    for way in found.supports:
        yield f"supports: {_way(way.path[:-1])}"
    if found.reason:
        yield f"does not reach a company: {found.reason}"
    if found.teams:
        named = ", ".join(team.name or team.key for team in found.teams[:TEAMS_NAMED])
        more = len(found.teams) - TEAMS_NAMED
        yield f"carried by {named}" + (f", and {more:,} more teams" if more > 0 else "")
