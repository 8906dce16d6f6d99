"""What stands in a cell: numbers and days as spreadsheets write them, where only one is meant."""

import math
import re
from dataclasses import dataclass
from datetime import date

from graph.errors import ErrorCode
from graph.model.codec import BadValue, parse_moment, shown
from seeds.importers.rows import Row

MAX_DIGITS = 60
_BLANK = "[ \u00a0\u2009\u202f'\u2019]"
_DOT_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d+")
_GROUPS = re.compile(
    r"[+-]?[1-9]\d{0,2}(?P<mark>" + _BLANK + r"|[.,])\d{3}((?P=mark)\d{3})*(?P<rest>[.,]\d+)?"
)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(?P<mark>[.,])\d{3}")
_ORDERS = (
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})"),
)
_A_DAY = "write the day as YYYY-MM-DD"


class Unclear(BadValue):
    """A text that may be two different numbers."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a cell; `percent` says that a percent sign follows it."""

    value: int | float
    percent: bool = False


def parse_number(text: str, *, decimal_comma: bool = False) -> Number:
    """Read a number with a dot or a comma, thousands set apart, and perhaps a percent sign.

    Unclear for what may be two numbers (`1,234`; `1.234` too where decimals may have a comma),
    BadValue for what is none.
    """
    bare = text.strip().replace("\u2212", "-")
    percent = bare.endswith("%")
    bare = bare.removesuffix("%").rstrip() if percent else bare
    found = _AMBIGUOUS.fullmatch(bare)
    if found is not None and (found["mark"] == "," or decimal_comma):
        whole, decimal = bare.replace(found["mark"], ""), bare.replace(",", ".") + "0"
        message = f"may be {whole} or {decimal}"
        raise Unclear(message, hint=f"write {whole} or {decimal}")
    plain = _plain(bare) if len(bare) <= MAX_DIGITS else None
    value = math.inf if plain is None else float(plain)
    if not math.isfinite(value):
        message = "is not a number"
        raise BadValue(message, hint="write digits with a dot for the decimals, such as 1234.5")
    return Number(int(value) if value.is_integer() and abs(value) < 2**53 else value, percent)


def _plain(text: str) -> str | None:
    """Give a number as Python writes it, None where it is none."""
    if _DOT_DECIMAL.fullmatch(text):
        return text
    if _COMMA_DECIMAL.fullmatch(text):
        return text.replace(",", ".")
    found = _GROUPS.fullmatch(text)
    if found is None or found["mark"] == (found["rest"] or "")[:1]:
        return None
    whole = text.removesuffix(found["rest"]) if found["rest"] else text
    return whole.replace(found["mark"], "") + (found["rest"] or "").replace(",", ".")


def number(row: Row, name: str, unit: str = "") -> Number | None:
    """Give the number in a cell, None where there is none; reports what cannot be read.

    A percent sign is taken where the unit is per cent, or not told.
    """
    text = row.text(name)
    if not text:
        return None
    try:
        found = parse_number(text, decimal_comma=row.decimal_comma)
    except BadValue as bad:
        refuse(row, name, text, bad)
        return None
    if found.percent and unit not in {"", "%"}:
        other = BadValue(f"is in per cent, the unit is {shown(unit)}", hint=f"write it in {unit}")
        refuse(row, name, text, other)
        return None
    return found


def ratio(row: Row, name: str) -> int | float | None:
    """Give a ratio: `70%` is 0.7. None where there is none; reports what cannot be read."""
    found = number(row, name)
    return None if found is None else as_ratio(found)


def as_ratio(found: Number) -> int | float:
    """Give a number as a ratio: divided by 100 where a percent sign follows it."""
    return found.value / 100 if found.percent else found.value


def moment(row: Row, name: str) -> str:
    """Give the day or instant in a cell, ISO 8601, or ""; reports what cannot be read."""
    text = row.text(name)
    if not text:
        return ""
    try:
        parse_moment(text)
    except BadValue as bad:
        refuse(row, name, text, BadValue(str(bad), hint=_day_meant(text)))
        return ""
    return text


def day(row: Row, name: str) -> str:
    """Give the day in a cell, YYYY-MM-DD, or ""; reports what cannot be read."""
    text = moment(row, name)
    if len(text) > len("2026-03-01"):
        refuse(row, name, text, BadValue("is an instant, not a day", hint=_A_DAY))
        return ""
    return text


def refuse(row: Row, name: str, text: str, bad: BadValue) -> None:
    """Report a cell that was left out, with its column, its value and the way out."""
    hint = f"{bad.hint}; it was left out" if bad.hint else "it was left out"
    message = f"{name} {shown(text)} {bad}"
    row.problem(ErrorCode(bad.code), message, field=name, value=text, hint=hint)


def _day_meant(text: str) -> str:
    for order in _ORDERS:
        found = order.fullmatch(text)
        if found is not None:
            try:
                meant = date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
            return f"write {meant.isoformat()}"
    return _A_DAY
