"""Delimited text as people's spreadsheets write it, read row by row.

A byte order mark, commas, semicolons or tabs, quoted line breaks, blank rows and a first line
`sep=;` are taken as they come. A row that cannot be read is reported, and the reading goes on.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from graph.errors import ErrorCode, Violation
from graph.model.codec import shown
from seeds.document import opened
from seeds.form import Report
from seeds.importers.rows import Row, nearest
from seeds.jsonlines import MAX_LINE, Bytes, lines

DELIMITERS: dict[str, str] = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_BYTE = re.compile("[\udc80-\udcff]")
_SEPARATOR = re.compile(r"sep=([,;\t])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """A header that is known, by the names as rows give them.

    Case, blanks and hyphens do not matter in a file's header. A `loose` form has further columns,
    with or without a name, which are passed over.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    loose: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.required + self.optional


Numbered: TypeAlias = Iterator[tuple[int, str]]


def table_rows(
    path: Path, report: Report, forms: Sequence[Columns]
) -> Iterator[tuple[Columns, Row]]:
    """Give the rows of a file with one of the headers; cells without text are left out of them.

    BadUsage where there is no file. A file whose header is none of these is reported as a whole.
    """
    with opened(path) as stream:
        numbered = _texts(stream, path.name, report)
        head = _header(numbered, path.name, report, forms)
        if head is not None:
            for row in head.rows(numbered):
                yield head.form, row


@dataclass(frozen=True, slots=True)
class _Header:
    """How a file is laid out, with the line of its header.

    `titles` are the header's cells; `places` gives for each the column it is read as, or "".
    """

    form: Columns
    delimiter: str
    titles: tuple[str, ...]
    source: str
    line: int
    report: Report
    places: tuple[str, ...] = ()

    def rows(self, numbered: Numbered) -> Iterator[Row]:
        place = [self.line]

        def texts() -> Iterator[str]:
            for number, text in numbered:
                place[0] = number
                yield text

        reader = csv.reader(texts(), delimiter=self.delimiter, strict=True)
        while True:
            begin = place[0] + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                hint = "is a quote left open, or one inside a text not doubled?"
                self._tell(begin, ErrorCode.MALFORMED, f"not CSV: {error}", hint)
                continue
            if cells is None:
                return
            row = self._row(cells, begin)
            if row is not None:
                yield row

    def _row(self, cells: list[str], line: int) -> Row | None:
        while len(cells) > len(self.places) and (self.form.loose or not cells[-1].strip()):
            cells.pop()
        if not any(map(str.strip, cells)):
            return None
        if len(cells) != len(self.places):
            message = f"the row has {len(cells)} cells, the header {len(self.places)}"
            hint = f"put a text that holds {DELIMITERS[self.delimiter]} in quotes; it was left out"
            self._tell(line, ErrorCode.MALFORMED, message, hint)
            return None
        bad = next(filter(None, map(_BYTE.search, cells)), None)
        if bad is not None:
            message = f"not UTF-8: byte 0x{ord(bad[0]) - 0xDC00:02x}"
            self._tell(line, ErrorCode.MALFORMED, message, "save it as UTF-8; it was left out")
            return None
        self._tell_unnamed(cells, line)
        texts = {name: cell.strip() for name, cell in zip(self.places, cells, strict=True)}
        values = {name: text for name, text in texts.items() if name and text}
        return Row(values, self.source, line, self.report, decimal_comma=self.delimiter == ";")

    def _tell_unnamed(self, cells: Sequence[str], line: int) -> None:
        for title, cell in zip(self.titles, cells, strict=True):
            if cell.strip() and not title.strip() and not self.form.loose:
                message = f"{shown(cell)} stands in a column without a name"
                self._tell(line, ErrorCode.MALFORMED, message, "name the column; it was left out")

    def _tell(self, line: int, code: ErrorCode, message: str, hint: str) -> None:
        self.report(Violation(code, message, hint=hint, source=self.source, line=line))


def _texts(stream: Bytes, source: str, report: Report) -> Numbered:
    """Give number and text of each line; what is no UTF-8 stays in it as half surrogates."""
    for number, line in lines(stream):
        if line is None:
            message = f"the line is longer than {MAX_LINE // 2**20} MB"
            hint = "it was left out"
            report(Violation(ErrorCode.TOO_LARGE, message, hint=hint, source=source, line=number))
        yield number, (line or b"").decode("utf-8", "surrogateescape")


def _header(
    numbered: Numbered, source: str, report: Report, forms: Sequence[Columns]
) -> _Header | None:
    number, text = next(((n, t) for n, t in numbered if t.strip()), (1, ""))
    choices = list(DELIMITERS)
    if told := _SEPARATOR.fullmatch(text.strip(" \r\n")):
        choices = [told[1]]
        number, text = next(numbered, (number, ""))
    splits = {choice: _split(text, choice) for choice in choices}
    found = [
        (sum(_folded(cell) in known for cell in cells), form, delimiter)
        for delimiter, cells in splits.items()
        for form in forms
        for known in ({_folded(name) for name in form.names},)
    ]
    most = max(count for count, _, _ in found)
    best = [(form, delimiter) for count, form, delimiter in found if count == most]
    form, delimiter = best[0]
    row = Row({}, source, number, report)
    marks = dict.fromkeys(DELIMITERS[each] for _, each in best)
    if most and len(marks) > 1:
        message = f"the delimiter may be {' or '.join(marks)}"
        row.problem(ErrorCode.MALFORMED, message, hint=f"{DELIMITERS[delimiter]} was taken")
    head = _Header(form, delimiter, tuple(splits[delimiter]), source, number, report)
    return _checked(head, row)


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _checked(head: _Header, row: Row) -> _Header | None:
    """Report what is wrong with a header; give it with its places, None if it cannot be used."""
    own = {_folded(name): name for name in head.form.names}
    places: list[str] = []
    for title in head.titles:
        name = own.get(_folded(title), "")
        if name and name in places:
            message = f"the column {name} is there twice"
            hint = "keep one of the two; the second was left out"
            row.problem(ErrorCode.DUPLICATE, message, field=name, hint=hint)
            name = ""
        elif not name and title.strip() and not head.form.loose:
            _tell_unknown(title, head.form, row)
        places.append(name)
    missing = [name for name in head.form.required if name not in places]
    if missing:
        message = f"the header lacks {', '.join(missing)}"
        row.problem(ErrorCode.MALFORMED, message, hint="the file was left out")
        return None
    return replace(head, places=tuple(places))


def _tell_unknown(title: str, form: Columns, row: Row) -> None:
    message = f"there is no column {shown(title)}"
    hint = nearest(_folded(title), form.names) or "columns are " + ", ".join(form.names)
    hint += "; it was left out"
    row.problem(ErrorCode.UNKNOWN_PROPERTY, message, field=title[:60], hint=hint)


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())
