"""Short ways to read a document that stands in a test."""

import io
from collections.abc import Iterable

from graph.commands.importing import examine
from graph.errors import Violation
from graph.model.records import NodeRecord, Record
from graph.model.snapshot import Snapshot
from seeds.document import Form, read_stream


def read(text: str | bytes, form: Form | None = None) -> tuple[list[Record], list[Violation]]:
    """Give the records of a document, and the problems of its form."""
    problems: list[Violation] = []
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_stream(io.BytesIO(data), problems.append, form, source="doc")), problems


def said(problems: Iterable[Violation]) -> list[str]:
    """Give problems as a person reads them."""
    return [str(problem) for problem in problems]


def names(records: Iterable[Record]) -> list[str]:
    """Give records by kind and key, or by type and ends."""
    return [
        f"{r.kind}/{r.key}" if isinstance(r, NodeRecord) else f"{r.start} {r.type} {r.end}"
        for r in records
    ]


def imported(records: Iterable[Record]) -> tuple[Snapshot, list[str]]:
    """Give the graph of good records, and what is said of the others."""
    plan = examine(Snapshot.empty(), records)
    return Snapshot.empty().apply(plan.changes), said(plan.problems)
