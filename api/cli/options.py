"""The options that several commands share, and what they come to."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

_STORE = "Where the graph is"

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
AsOf: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="REVISION|INSTANT",
        help="Read the graph as it stood then; a day means its end, UTC.",
        rich_help_panel=_STORE,
    ),
]
Files: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        metavar="DOCUMENT",
        help="Read this document in memory, without a database; may be given several times.",
        rich_help_panel=_STORE,
    ),
]
Partial: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--partial",
        help="Use what is good of the documents, and list the rest.",
        rich_help_panel=_STORE,
    ),
]
DataDir: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        help="The folder of the embedded engine; HEADWATER_NEO4J_URI names a Neo4j instead.",
        rich_help_panel=_STORE,
    ),
]
