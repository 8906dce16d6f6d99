"""The period that a file of OKRs names: a quarter of the calendar or of a fiscal year."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from graph.errors import ErrorCode
from graph.model.values import Json
from seeds.importers.rows import Row

_CALENDAR = re.compile(r"(\d{4})-Q([1-4])")
_FISCAL = re.compile(r"FY(\d{2})-Q([1-4])")
FISCAL_START_MONTH = 2


@dataclass(frozen=True, slots=True)
class Period:
    """A cycle: its key, its properties, its last day ("" when not known)."""

    key: str = ""
    properties: dict[str, Json] = field(default_factory=dict)
    last_day: str = ""
    fiscal_year_start: str = ""


def period_of(head: Row) -> Period:
    """Read `2019-Q4`, or `FY20-Q4`: the fiscal year that ends on 31 January 2020.

    Reports what is neither; such a cycle has no days.
    """
    name = head.text("period")
    if found := _CALENDAR.fullmatch(name):
        year, quarter = int(found[1]), int(found[2])
        return _quarter(name, year, 3 * quarter - 2, "")
    if found := _FISCAL.fullmatch(name):
        year, quarter = 2000 + int(found[1]) - 1, int(found[2])
        start = f"{FISCAL_START_MONTH:02d}-01"
        return _quarter(name, year, FISCAL_START_MONTH + 3 * (quarter - 1), start)
    message = f"period {name!r} is not a quarter"
    head.problem(
        ErrorCode.INVALID_VALUE, message, field="period", value=name, hint="2019-Q4 or FY20-Q4"
    )
    return Period(name, {"name": name} if name else {})


def _quarter(name: str, year: int, month: int, fiscal_year_start: str) -> Period:
    begins = _first(year, month)
    ends = _first(year, month + 3) - timedelta(days=1)
    raw: dict[str, Json] = {
        "name": name,
        "type": "quarter",
        "from": begins.isoformat(),
        "to": ends.isoformat(),
    }
    return Period(name, raw, ends.isoformat(), fiscal_year_start)


def _first(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
