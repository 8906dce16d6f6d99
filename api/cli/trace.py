"""`trace`: an objective, key result, team or work item, up to the company and down to its leaves."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.cli import options
from api.cli.naming import resolved
from api.cli.reading import Source, reading
from api.cli.terminal import print_json, screen
from api.cli.tracing import DEPTH, Step, Trace, TraceNode, trace
from api.cli.trees import tree_of
from graph.model.values import Ref


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
        found = trace(snapshot, Ref.parse(resolved(snapshot, key)), depth)
        if as_json:
            print_json(found)
        else:
            show_trace(screen(), found)


def show_trace(console: Console, found: Trace) -> None:
    """Show a trace: as one tree where there is one way up, else the ways up and then the tree."""
    if len(found.above) == 1:
        console.print(tree_of(_hung(found.above[0], found.below)))
        return
    for path in found.above:
        console.print(_way(path), soft_wrap=True)
    if found.paths_truncated:
        console.print(Text("and more ways up", "dim"))
    console.print(tree_of(found.below))


def _hung(path: Sequence[Step], below: TraceNode) -> TraceNode:
    """Give the tree from the top of a way up down to all that is below the traced thing."""
    for step in reversed(path):
        below = TraceNode(
            *(step.kind, step.key, step.name, "", step.progress, step.coverage, None),
            repeated=False,
            cut=False,
            children=(below,),
        )
    return below


def _way(path: Sequence[Step]) -> Text:
    return Text(" → ".join(f"{step.kind}/{step.key}" for step in path), "dim")
