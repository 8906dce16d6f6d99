"""Importers: each turns the files of one format into records, and reports what it cannot read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from graph.errors import BadUsage, Violation
from graph.model.records import Record
from seeds.document import read_document
from seeds.form import Report
from seeds.importers.kubernetes import read_kubernetes
from seeds.importers.okr_csv import read_okr_csv
from seeds.importers.okr_json import read_okr_json

Read: TypeAlias = Callable[[Sequence[Path], Report], Iterator[Record]]
Merge: TypeAlias = Callable[[Sequence[Path], Report, Report], Iterator[Record]]
"""Reads like `Read` and makes likely duplicates one; each merge goes to the second report."""


def unheard(_: Violation) -> None:
    """Take a note that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller asks of an importer beside the files.

    `note` takes what was done because it was asked for: that is told, but is no problem.
    """

    merge_duplicates: bool = False
    note: Report = unheard


@dataclass(frozen=True, slots=True)
class Importer:
    """A format by its name: `reader` takes the paths and where problems go, and gives records.

    What a `strict` one reports refuses an import: whoever wrote the file can mend it. Other
    programs' files are as they are, and what is not wrong with them is imported. `merger` is
    there where a format reports likely duplicates.
    """

    name: str
    summary: str
    reader: Read
    strict: bool = False
    merger: Merge | None = None

    def read(
        self, paths: Sequence[Path], report: Report, options: Options | None = None
    ) -> Iterator[Record]:
        """Give the records of files. BadUsage when they, or an option, are not for this format."""
        if options is None or not options.merge_duplicates:
            return self.reader(paths, report)
        if self.merger is None:
            names = " and ".join(known.name for known in IMPORTERS if known.merger is not None)
            msg = f"{self.name} knows no likely duplicates that could be merged"
            raise BadUsage(msg, f"only {names} do")
        return self.merger(paths, report, options.note)


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
    Importer(
        "okr-json", "OKRs of a company and quarter, as JSON.", read_okr_json, merger=read_okr_json,
    ),
    Importer(
        "okr-csv", "OKRs as CSV: our own header, or an export of Viva Goals.",
        read_okr_csv, merger=read_okr_csv,
    ),
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
