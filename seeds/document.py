"""Reading a document: which form it has, and then its records one by one.

JSON Lines and YAML are streamed; a JSON list is held as a text. What is wrong with a record is
reported with its line, and the reading goes on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.records import Record
from seeds.form import Report
from seeds.jsonlines import MAX_LINE, Bytes, read_lines, read_text
from seeds.yamlreading import read_yaml


class Form(StrEnum):
    """How a document is laid out."""

    JSONL = "jsonl"
    JSON = "json"
    YAML = "yaml"


_ENDINGS = {
    ".jsonl": Form.JSONL,
    ".ndjson": Form.JSONL,
    ".json": Form.JSON,
    ".yaml": Form.YAML,
    ".yml": Form.YAML,
}
_READERS = {Form.JSONL: read_lines, Form.JSON: read_text, Form.YAML: read_yaml}
STANDARD_INPUT = Path("-")
A_RECORD = 'a record is such as {"kind": "Team", "key": "platform"}'
MAX_PROBLEMS = 100_000
"""Bad records of one document, at most: what has more is something else."""


def read_document(path: Path, report: Report, form: Form | None = None) -> Iterator[Record]:
    """Give the records of a file, `-` for standard input. Problems of form go to `report`.

    Without `form` the ending of the file's name tells it, on standard input its first character.
    BadUsage when there is no such file or its ending is not one of a document.
    """
    name = "standard input" if path == STANDARD_INPUT else str(path)
    if form is None and path != STANDARD_INPUT:
        form = _form_of(path)
    with opened(path) as stream:
        yield from read_stream(stream, report, form, source=name)


def read_stream(
    stream: Bytes, report: Report, form: Form | None = None, *, source: str = ""
) -> Iterator[Record]:
    """Give the records of an open binary stream; `source` is what problems call it."""
    problems = 0

    def counted(violation: Violation) -> None:
        nonlocal problems
        problems += 1
        report(violation)
        if problems == MAX_PROBLEMS:
            raise _NoDocument

    if form is None or form is Form.JSON:
        stream, form = _sniffed(stream, form)
    number = 0
    try:
        for number, record in enumerate(_READERS[form](stream, source, counted), 1):  # noqa: B007 - counted
            yield record
    except _NoDocument:
        message = f"{MAX_PROBLEMS:,} bad records: what follows was not read"
        hint = "is it a document?"
        report(Violation(ErrorCode.TOO_LARGE, message, hint=hint, source=source))
    if number == problems == 0:
        message = "the document holds no records"
        report(Violation(ErrorCode.MALFORMED, message, hint=A_RECORD, source=source, line=1))


class _NoDocument(Exception):
    """A file has so many bad records that it is no document."""


def _form_of(path: Path) -> Form:
    form = _ENDINGS.get(path.suffix.lower())
    if form is None:
        msg = f"{path} does not end like a document"
        raise BadUsage(msg, "one of " + ", ".join(_ENDINGS))
    return form


@contextmanager
def opened(path: Path) -> Iterator[Bytes]:
    """Open a file for reading, `-` for standard input. BadUsage when that cannot be done."""
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{path} cannot be read: {reason}"
        hint = "name the files in it" if path.is_dir() else ""
        raise BadUsage(msg, hint) from error
    with stream:
        yield stream


class _Resumed:
    """A stream whose first bytes were read already and are given again."""

    def __init__(self, head: bytes, rest: Bytes) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        taken, self._head = self._head[:size], self._head[size:]
        return taken + self._rest.read(size - len(taken)) if len(taken) < size else taken

    def readline(self, size: int, /) -> bytes:
        end = self._head.find(b"\n", 0, size) + 1 or min(size, len(self._head))
        taken, self._head = self._head[:end], self._head[end:]
        if taken.endswith(b"\n") or len(taken) == size:
            return taken
        return taken + self._rest.readline(size - len(taken))


def _sniffed(stream: Bytes, form: Form | None) -> tuple[Bytes, Form]:
    """Tell the form by the first line that is not empty, and give that line back to the stream."""
    head = b""
    mark = b""
    while not mark and len(head) < MAX_LINE and (line := stream.readline(MAX_LINE + 1)):
        mark = line.removeprefix(b"\xef\xbb\xbf").strip() if not head else line.strip()
        head += line
    again = _Resumed(head, stream)
    if mark.startswith(b"[") or mark.endswith((b"{", b"[", b",")):
        return again, Form.JSON if mark[:1] in {b"[", b"{"} else form or Form.YAML
    if form is Form.JSON or mark.startswith(b"{"):
        return again, Form.JSONL
    return again, Form.YAML
