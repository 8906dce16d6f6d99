"""`db backup` and `db restore`: one file that a graph, its log and its tokens come back from."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.cli import options
from api.cli.replacing import replacing
from api.cli.terminal import print_json, say, waiting
from api.engine import open_workspace, settings_for, to_database
from graph.store.backups import Backup, Head, write_backup
from seeds.writing import write_document

Where = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


def backup(file: Where, as_json: options.AsJson = False, data_dir: options.DataDir = None) -> None:
    """Write graph, log and tokens to a file, while others may go on writing.

    The file lets in nobody, but tells all: it can be read by its owner alone.
    """
    with (
        open_workspace(settings_for(data_dir), make=False) as workspace,
        waiting("writing the backup"),
        replacing(file, "FILE", private=True) as stream,
    ):
        head = write_backup(
            workspace, workspace.access.tokens(), write_document, stream, version("headwater")
        )
    _tell(file, head, "written", as_json=as_json)


def restore(file: Where, as_json: options.AsJson = False, data_dir: options.DataDir = None) -> None:
    """Put an empty database back from a backup, of whichever engine, to whichever.

    A file that is not whole is refused before anything is written.
    """
    from graph.store.restoring import restore as put_back  # noqa: PLC0415 - it brings the driver

    found = Backup(file)
    with waiting("reading the backup"):
        checked = found.checked()
    with to_database(settings_for(data_dir)) as connection, waiting("restoring"):
        put_back(connection, found, checked)
    _tell(file, checked.head, "restored", as_json=as_json)


def _tell(file: Path, head: Head, done: str, *, as_json: bool) -> None:
    if as_json:
        told = {"revision": head.revision, "nodes": head.nodes, "relationships": head.relationships}
        print_json({"file": str(file), "done": done, **told})
        return
    size = f"{head.nodes:,} nodes, {head.relationships:,} relationships"
    say(f"{file}: {done}, revision {head.revision:,}, {size}")
