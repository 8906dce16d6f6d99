"""`undo`: take a write back, as a write of its own."""

from functools import partial
from typing import Annotated

import typer

from api.cli import options
from api.cli.writing import Actor, Once, write
from graph.workspace import Workspace


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("undo")(_undo)
    return made


def _undo(
    revision: Annotated[
        int, typer.Argument(metavar="REVISION", help="The revision that the write led to.")
    ],
    actor: Actor = "cli",
    idempotency_key: Once = None,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """Take a write back. Refused, with all of them, when later writes rest on it; see `log`."""
    run = partial(Workspace.undo, revision=revision, actor=actor, idempotency_key=idempotency_key)
    write(run, data_dir, as_json=as_json)
