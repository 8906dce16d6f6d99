"""Check-ins as CSV: read as they are written. What they may say of a key result is not known here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ErrorCode
from graph.model.codec import BadValue
from graph.model.values import Json
from seeds.form import Report
from seeds.importers.cells import Unclear, as_ratio, parse_number, refuse
from seeds.importers.delimited import Columns, table_rows
from seeds.importers.rows import Row

CHECK_INS = Columns("check-ins", ("key_result", "value"), ("at", "confidence", "note", "by"))


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """A check-in as a row gives it, with the place where it stands.

    `value` is a number, or the text where it is none or has a percent sign: only the key result's
    unit says what `70%` is. `at` is a day or an instant as written. `confidence` is a ratio (`70%`
    is 0.7), or the text where it is no number. What a row leaves out is None.
    """

    key_result: str
    value: Json
    at: str | None
    confidence: Json
    note: str | None
    by: str | None
    source: str
    line: int


def read_check_ins(path: Path, report: Report) -> list[CheckInRow]:
    """Give the check-ins of a file, `-` for standard input; reports rows without what they need.

    BadUsage where there is no file.
    """
    return list(_read(path, report))


def _read(path: Path, report: Report) -> Iterator[CheckInRow]:
    for _, row in table_rows(path, report, (CHECK_INS,)):
        missing = [name for name in CHECK_INS.required if not row.text(name)]
        if missing:
            message = f"the check-in has no {' and no '.join(missing)}"
            hint = "it was left out"
            row.problem(ErrorCode.MISSING_VALUE, message, field=missing[0], hint=hint)
        elif (value := _number(row, "value")) is not None:
            yield CheckInRow(
                row.text("key_result"), value, row.text("at") or None,
                _number(row, "confidence", is_ratio=True), row.text("note") or None,
                row.text("by") or None, row.source, row.line,
            )  # fmt: skip


def _number(row: Row, name: str, *, is_ratio: bool = False) -> Json:
    """Give a cell as a number, or as text where it is none; None where it is empty or unclear."""
    text = row.text(name)
    if not text:
        return None
    try:
        found = parse_number(text, decimal_comma=row.decimal_comma)
    except Unclear as unclear:
        refuse(row, name, text, unclear)
        return None
    except BadValue:
        return text
    if is_ratio:
        return as_ratio(found)
    return text if found.percent else found.value
