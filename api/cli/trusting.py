"""The options of `serve` that say which documents are run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from api.settings import DocumentsMode

Documents: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--documents", metavar="FILE", help="Manifest of trusted documents, which are run by id."
    ),
]
Mode: TypeAlias = Annotated[
    DocumentsMode | None,
    typer.Option(
        "--documents-mode", help="Whether others are run too; with a manifest `only`, if left out."
    ),
]


def trusting(documents: Path | None, mode: DocumentsMode | None) -> Mapping[str, object]:
    """Give the settings of trusted documents; a manifest alone says that nothing else is run."""
    if documents is not None and mode is None:
        mode = DocumentsMode.ONLY
    return {"documents": documents, "documents_mode": mode}
