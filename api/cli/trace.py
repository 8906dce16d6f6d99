"""`trace`: an objective, key result, team or work item, up to the company and down to its leaves."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.cli import options
from api.cli.analyze import tells_of_a_loop
from api.cli.failures import FOUND_PROBLEMS
from api.cli.naming import resolved
from api.cli.reading import Source, reading
from api.cli.terminal import print_json, screen
from api.cli.trees import tree_of
from graph.analyses.trace import DEPTH, Trace, TraceStep, trace
from graph.analyses.tracetree import TraceNode


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
    as_json: options.AsJson = False,
    as_of: options.AsOf = None,
    file: options.Files = None,
    partial: options.Partial = False,
    data_dir: options.DataDir = None,
) -> None:
    """Follow something up to the company and down to its leaves, with progress."""
    with reading(Source(file, as_of, partial, data_dir)) as snapshot:
        found = trace(snapshot, root=resolved(snapshot, key), depth=depth)
        if as_json:
            print_json(found)
        else:
            show_trace(screen(), found)
    if tells_of_a_loop(found):
        raise typer.Exit(FOUND_PROBLEMS)


def show_trace(console: Console, found: Trace) -> None:
    """Show a trace: as one tree where there is one way up, else the ways up and then the tree."""
    if len(found.up) == 1:
        console.print(tree_of(_hung(found.up[0].path[:-1], found.down)))
        return
    for way in found.up:
        console.print(_way(way.path[:-1]), soft_wrap=True)
    if found.truncated:
        console.print(Text("and more ways up", "dim"))
    console.print(tree_of(found.down))


def _hung(path: Sequence[TraceStep], below: TraceNode) -> TraceNode:
    """Give the tree from the top of a way up down to all that is below the traced thing."""
    for step in reversed(path):
        below = TraceNode(
            *(step.kind, step.key, step.name, step.relation, step.progress, step.coverage),
            *(step.state, step.owners, step.cycle),
            repeated=False,
            cut=False,
            children=(below,),
        )
    return below


def _way(path: Sequence[TraceStep]) -> Text:
    return Text(" → ".join(f"{step.kind}/{step.key}" for step in path), "dim")
