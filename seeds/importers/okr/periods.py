"""The period that OKRs are for: a quarter or a year of the calendar, or of a fiscal year."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from graph.errors import ErrorCode
from graph.model.values import Json
from seeds.importers.rows import Row

FISCAL_START_MONTH = 2
PERIODS = "2019-Q4, FY20-Q4, 2019 or FY20"
_YEAR = r"(?P<fiscal>FY)?(?P<year>(?(fiscal)(20)?\d\d|\d{4}))"
_FORMS = (
    re.compile(_YEAR + r"([- ]?Q(?P<quarter>[1-4]))?", re.IGNORECASE),
    re.compile(r"(Q(?P<quarter>[1-4])|annual)[- ]?" + _YEAR, re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Period:
    """A cycle: its key, its properties, its first and last day ("" when not known).

    `year` is the key of the year that a quarter is a part of.
    """

    key: str = ""
    properties: dict[str, Json] = field(default_factory=dict)
    first_day: str = ""
    last_day: str = ""
    fiscal_year_start: str = ""
    year: str = ""


def period_of(head: Row) -> Period:
    """Read the period of a file. Reports what is none; such a cycle has no days."""
    name = head.text("period")
    period = named_period(name)
    if period is None:
        message = f"period {name!r} is not a quarter or a year"
        head.problem(
            ErrorCode.INVALID_VALUE, message, field="period", value=name, hint=f"such as {PERIODS}"
        )
        return Period(name, {"name": name} if name else {})
    return period


def named_period(name: str) -> Period | None:
    """Read `2019-Q4`, `Q4 2019`, `2019` or `Annual 2019`, and the same of a fiscal year.

    FY20 is the fiscal year that ends on 31 January 2020. None when the name is none of these.
    """
    found = next(filter(None, (form.fullmatch(name.strip()) for form in _FORMS)), None)
    if found is None:
        return None
    fiscal, quarter = found["fiscal"] is not None, found["quarter"]
    named = 2000 + int(found["year"][-2:]) if fiscal else int(found["year"])
    key = f"FY{named % 100:02d}" if fiscal else f"{named:04d}"
    year, month = (named - 1, FISCAL_START_MONTH) if fiscal else (named, 1)
    if not 1 <= year < date.max.year:
        return None
    if quarter is None:
        return _period(key, _first(year, month), _first(year, month + 12), fiscal=fiscal)
    month += 3 * (int(quarter) - 1)
    begin, end = _first(year, month), _first(year, month + 3)
    return _period(f"{key}-Q{quarter}", begin, end, fiscal=fiscal, year=key)


def _period(key: str, begin: date, end: date, *, fiscal: bool, year: str = "") -> Period:
    first, last = begin.isoformat(), (end - timedelta(days=1)).isoformat()
    kind = "quarter" if year else "year"
    raw: dict[str, Json] = {"name": key, "type": kind, "from": first, "to": last}
    return Period(key, raw, first, last, f"{FISCAL_START_MONTH:02d}-01" if fiscal else "", year)


def _first(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
