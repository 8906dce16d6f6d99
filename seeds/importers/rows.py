"""The rows of another program's files: read with their lines, and asked for values by name."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extractOne

from graph.errors import ErrorCode, Violation
from graph.model.codec import shown
from graph.model.values import Json
from seeds.document import opened
from seeds.form import Report
from seeds.jsonlines import decoded
from seeds.jsontext import BadJson, JsonText


def nearest(word: str, known: Sequence[str]) -> str:
    """Give a hint with the known word that is most like a word, "" where none is."""
    found = extractOne(word, known, scorer=JaroWinkler.normalized_similarity, score_cutoff=0.89)
    return f"did you mean {found[0]}?" if found else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a file, with the place where it stands and where its problems go.

    `decimal_comma` says that the file may be of those that write 1.234 for a thousand and more.
    """

    values: Mapping[str, Json]
    source: str
    line: int
    report: Report
    decimal_comma: bool = False

    def text(self, name: str) -> str:
        """Give a text, or a whole number as one; "" where there is none."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self._misshapen(name, value, "a text")
        return ""

    def texts(self, name: str) -> list[str]:
        """Give a list of texts without what is there twice; empty where there is none."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._misshapen(name, value, "a list of texts")
            return []
        return list(dict.fromkeys(str(item) for item in value))

    def named(self, name: str) -> dict[str, str]:
        """Give a mapping of texts; empty where there is none."""
        value = self.values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self._misshapen(name, value, "texts by name")
            return {}
        return {key: str(item) for key, item in value.items()}

    def rows(self, name: str) -> list["Row"]:
        """Give the records inside this one."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._misshapen(name, value, "a list of records")
            return []
        return [self.within(item) for item in value if isinstance(item, dict)]

    def within(self, values: Mapping[str, Json]) -> "Row":
        """Give a record that stands at the same place."""
        return replace(self, values=values)

    def into(self, report: Report) -> "Row":
        """Give the same record with another place where its problems go."""
        return replace(self, report=report)

    def problem(
        self,
        code: ErrorCode,
        message: str,
        *,
        subject: str = "",
        field: str = "",
        value: str = "",
        hint: str = "",
    ) -> None:
        """Report what is wrong with this record."""
        self.report(
            Violation(
                code, message, subject, field, shown(value) if value else "", hint,
                self.line, self.source,
            )
        )  # fmt: skip

    def _misshapen(self, name: str, value: Json, wanted: str) -> None:
        message = f"{name} {shown(value)} is not {wanted}"
        self.problem(ErrorCode.INVALID_VALUE, message, field=name, hint="it was left out")


def json_rows(path: Path, report: Report) -> Iterator[Row]:
    """Give the records of a file that holds a list of objects. BadUsage where there is no file."""
    text = whole(path, report)
    try:
        for line, value in JsonText(text or "").values():
            row = as_row(value, path.name, line, report)
            if row is not None:
                yield row
    except BadJson as bad:
        report(Violation(bad.code, bad.message, hint=bad.hint, source=path.name, line=bad.line))


def as_row(value: Json, source: str, line: int, report: Report) -> Row | None:
    """Give a value as a row; reports one that is no object, and gives None."""
    if isinstance(value, dict):
        return Row(value, source, line, report)
    message = f"{shown(value)} is not a record"
    report(Violation(ErrorCode.MALFORMED, message, source=source, line=line))
    return None


def csv_rows(path: Path, columns: Sequence[str], report: Report) -> Iterator[Row]:
    """Give the rows of a CSV file with a header. BadUsage where there is no file."""
    reader = csv.reader(io.StringIO(whole(path, report) or "", newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            row = Row(dict(zip(header or cells, cells, strict=False)), path.name, line, report)
            line = reader.line_num + 1
            if header is None:
                header = cells
                if not _has(header, columns, row):
                    return
            elif len(cells) == len(header):
                yield row
            elif cells:
                message = f"the row has {len(cells)} cells, the header {len(header)}"
                row.problem(ErrorCode.MALFORMED, message)
    except csv.Error as error:
        report(Violation(ErrorCode.MALFORMED, f"not CSV: {error}", source=path.name, line=line))


def _has(header: Sequence[str], columns: Sequence[str], row: Row) -> bool:
    missing = [name for name in columns if name not in header]
    if missing:
        message = f"the header lacks {', '.join(missing)}"
        row.problem(ErrorCode.MALFORMED, message, hint="the file was left out")
    return not missing


def whole(path: Path, report: Report) -> str | None:
    """Give a file's text; None, and a problem, when it is too large or not UTF-8."""
    with opened(path) as stream:
        return decoded(stream, path.name, report)
