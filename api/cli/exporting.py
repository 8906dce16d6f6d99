"""`export`: the whole graph as a document, to a file or to standard output."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from api.cli import options
from api.cli.reading import Source, reading
from api.cli.replacing import replacing
from api.cli.terminal import print_json, say
from graph.errors import BadUsage
from graph.model.snapshot import Snapshot
from seeds.document import Form
from seeds.writing import write_document


class Format(StrEnum):
    """The forms in which a document is written."""

    YAML = "yaml"
    JSONL = "jsonl"


_BY_ENDING = {".yaml": Format.YAML, ".yml": Format.YAML}


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("export")(_export)
    return made


def _export(
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", help="How to write it. By the ending of --out if left out, else jsonl."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; standard output if left out."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Tell what was written as JSON; needs --out.")
    ] = False,
    as_of: options.AsOf = None,
    file: options.Files = None,
    partial: options.Partial = False,
    data_dir: options.DataDir = None,
) -> None:
    """Write the whole graph as a document, which `import document` reads back unchanged."""
    if out is None and as_json:
        msg = "--json needs --out"
        raise BadUsage(msg, "--format jsonl writes the graph itself as JSON Lines")
    chosen = form or _BY_ENDING.get(out.suffix.lower() if out else "", Format.JSONL)
    with reading(Source(file, as_of, partial, data_dir)) as snapshot:
        if out is None:
            sys.stdout.flush()
            write_document(snapshot, cast("BinaryIO", sys.stdout.buffer), Form(chosen))
            return
        with replacing(out, "--out") as stream:
            write_document(snapshot, stream, Form(chosen))
        _tell(snapshot, out, as_json=as_json)


def _tell(snapshot: Snapshot, out: Path, *, as_json: bool) -> None:
    nodes, relationships = snapshot.count()
    if as_json:
        print_json(
            {
                "file": str(out),
                "revision": snapshot.revision,
                "nodes": nodes,
                "relationships": relationships,
            }
        )
        return
    what = f"{nodes:,} nodes and {relationships:,} relationships"
    say(f"{out}: {what}, as of revision {snapshot.revision:,}", stderr=True)
