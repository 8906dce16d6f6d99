"""Importers: each turns the files of one format into records, and reports what it cannot read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from graph.errors import BadUsage
from graph.model.records import Record
from seeds.document import read_document
from seeds.form import Report
from seeds.importers.kubernetes import read_kubernetes
from seeds.importers.okr_json import read_okr_json

Read: TypeAlias = Callable[[Sequence[Path], Report], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Importer:
    """A format by its name: `read` takes the paths and where problems go, and gives records.

    What a `strict` one reports refuses an import: whoever wrote the file can mend it. Other
    programs' files are as they are, and what is not wrong with them is imported.
    """

    name: str
    summary: str
    read: Read
    strict: bool = False


def read_documents(paths: Sequence[Path], report: Report) -> Iterator[Record]:
    """Give the records of documents, one after the other. BadUsage when none is named."""
    if not paths:
        msg = "no document was named"
        raise BadUsage(msg, "name one or more files, or - for standard input")
    for path in paths:
        yield from read_document(path, report)


IMPORTERS: tuple[Importer, ...] = (
    Importer(
        "document", "Headwater's own format: YAML or JSON Lines.", read_documents, strict=True,
    ),
    Importer(
        "kubernetes", "A folder with the Kubernetes groups, enhancements and releases.",
        read_kubernetes,
    ),
    Importer("okr-json", "OKRs of a company and quarter, as JSON.", read_okr_json),
)  # fmt: skip


def importer(name: str) -> Importer:
    """Look an importer up by its name. BadUsage when there is none, with the nearest."""
    names = [known.name for known in IMPORTERS]
    for known in IMPORTERS:
        if known.name == name:
            return known
    match = get_close_matches(name, names, n=1)
    msg = f"there is no format {name!r}"
    raise BadUsage(msg, f"did you mean {match[0]}?" if match else "one of " + ", ".join(names))
