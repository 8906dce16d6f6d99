from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.importers.okr.periods import named_period


@pytest.mark.parametrize(
    ("name", "key", "first", "last"),
    [
        ("2026-Q1", "2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026 q4", "2026-Q4", "2026-10-01", "2026-12-31"),
        ("Q2 2025", "2025-Q2", "2025-04-01", "2025-06-30"),
        ("2026", "2026", "2026-01-01", "2026-12-31"),
        ("Annual 2025", "2025", "2025-01-01", "2025-12-31"),
        ("FY20-Q4", "FY20-Q4", "2019-11-01", "2020-01-31"),
        ("FY2020-Q4", "FY20-Q4", "2019-11-01", "2020-01-31"),
        ("Q1 FY21", "FY21-Q1", "2020-02-01", "2020-04-30"),
        ("fy20", "FY20", "2019-02-01", "2020-01-31"),
    ],
)
def test_a_period_is_known_by_its_name(name: str, key: str, first: str, last: str) -> None:
    period = named_period(name)
    assert period is not None
    assert (period.key, period.first_day, period.last_day) == (key, first, last)
    assert period.fiscal_year_start == ("02-01" if key.startswith("FY") else "")
    assert period.year == (key.partition("-")[0] if "Q" in key else "")
    assert period.properties["type"] == ("quarter" if "Q" in key else "year")


@pytest.mark.parametrize("name", ["", "soon", "2026-Q5", "26-Q1", "FY1999", "0000", "9999", "H1"])
def test_what_names_no_quarter_and_no_year_is_none(name: str) -> None:
    assert named_period(name) is None


@given(st.integers(1, 9998))
def test_the_quarters_of_a_year_follow_one_another_and_fill_it(year: int) -> None:
    whole = named_period(f"{year:04d}")
    quarters = [named_period(f"{year:04d}-Q{number}") for number in (1, 2, 3, 4)]
    assert whole is not None
    at = date.fromisoformat(whole.first_day)
    assert at == date(year, 1, 1)
    for number, quarter in enumerate(quarters, 1):
        assert quarter is not None
        assert quarter.first_day == at.isoformat()
        last = date(year, 3 * number, monthrange(year, 3 * number)[1])
        assert quarter.last_day == last.isoformat()
        at = last + timedelta(days=1)
    assert quarters[-1] is not None
    assert quarters[-1].last_day == whole.last_day
