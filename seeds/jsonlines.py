"""JSON Lines: one record a line, read line by line so that a bad one costs only itself."""

from collections.abc import Iterator
from typing import Protocol

from graph.errors import ErrorCode, Violation
from graph.model.records import Record
from seeds.form import Report, read_record
from seeds.jsontext import MAX_RECORD, BadJson, JsonText, parse

MAX_LINE = MAX_RECORD
MAX_TEXT = 256 * 2**20
_MARK = b"\xef\xbb\xbf"
_CHUNK = 2**20


class Bytes(Protocol):
    """What a document is read from: an open binary file, or anything that reads like one."""

    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes, none at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Give the bytes up to and with the next line feed, at most so many."""
        ...


def lines(stream: Bytes) -> Iterator[tuple[int, bytes | None]]:
    """Give number and bytes of each line; None for a line that is too long to be held."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line.removeprefix(_MARK) if number == 1 else line


def read_lines(stream: Bytes, source: str, report: Report) -> Iterator[Record]:
    """Give the record of each line. Empty lines are passed over, bad ones reported."""
    for number, line in lines(stream):
        record = _read_line(line, source, number, report)
        if record is not None:
            yield record


def _read_line(line: bytes | None, source: str, number: int, report: Report) -> Record | None:
    if line is None:
        message = f"the line is longer than {MAX_LINE // 2**20} MB"
        report(
            Violation(
                ErrorCode.TOO_LARGE, message, hint="one record a line", source=source, line=number
            )
        )
        return None
    if not line.strip():
        return None
    try:
        raw = parse(line.decode().strip())
    except UnicodeDecodeError as error:
        report(_not_utf8(error, source, number))
        return None
    except BadJson as bad:
        report(Violation(bad.code, bad.message, hint=bad.hint, source=source, line=number))
        return None
    return read_record(raw, source, number, report)


def read_text(stream: Bytes, source: str, report: Report) -> Iterator[Record]:
    """Give the records of a JSON list, or of JSON objects laid out over several lines.

    The text is held as a whole, up to a bound; nothing behind a fault of its syntax is read.
    """
    text = decoded(stream, source, report)
    try:
        for line, raw in JsonText(text or "").values():
            record = read_record(raw, source, line, report)
            if record is not None:
                yield record
    except BadJson as bad:
        hint = bad.hint or "what follows was not read"
        report(Violation(bad.code, bad.message, hint=hint, source=source, line=bad.line))


def decoded(stream: Bytes, source: str, report: Report) -> str | None:
    """Give the whole text, or None and a problem when it is too large or not UTF-8."""
    data = stream.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        message = f"the list is larger than {MAX_TEXT // 2**20} MB"
        hint = "write one record a line: JSON Lines has no such bound"
        report(Violation(ErrorCode.TOO_LARGE, message, hint=hint, source=source))
        return None
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        report(_not_utf8(error, source, 1 + data.count(b"\n", 0, error.start)))
        return None


def _not_utf8(error: UnicodeDecodeError, source: str, line: int) -> Violation:
    message = f"not UTF-8: byte 0x{error.object[error.start]:02x}"
    return Violation(
        ErrorCode.MALFORMED, message, hint="save it as UTF-8", source=source, line=line
    )
