"""Axes: few marks, all of them round, in order and between the two ends."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pictures.axis import MOST_MARKS, dated_marks, round_marks

START = date(2026, 1, 5)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e12))
def test_round_marks_are_few_equally_far_apart_and_between_the_ends(
    first: float, room: float
) -> None:
    marks = round_marks(first, first + room)
    assert len(marks) <= MOST_MARKS
    assert all(first <= mark.at <= first + room for mark in marks)
    steps = {after.at - before.at for before, after in pairwise(marks)}
    assert len(steps) <= 1
    assert all(str(int(step)).rstrip("0") in {"1", "2", "5"} for step in steps)
    assert [mark.label for mark in marks] == [f"{mark.at:,.0f}" for mark in marks]


@given(st.dates(), st.dates())
def test_dated_marks_are_few_in_order_and_between_the_ends(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    marks = dated_marks(first, last, lambda day: (day - first).days)
    assert len(marks) <= MOST_MARKS
    assert all(0 <= mark.at <= (last - first).days for mark in marks)
    assert all(before.at < after.at for before, after in pairwise(marks))


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (2, ["5 Jan 2026", "6 Jan", "7 Jan"]),
        (21, ["5 Jan 2026", "12 Jan", "19 Jan", "26 Jan"]),
        (100, ["5 Jan 2026", "Feb", "Mar", "Apr"]),
        (400, ["5 Jan 2026", "Apr", "Jul", "Oct", "Jan 2027"]),
        (1000, ["5 Jan 2026", "Jan 2027", "Jan 2028"]),
    ],
)
def test_marks_are_days_weeks_months_quarters_or_years(days: int, labels: list[str]) -> None:
    marks = dated_marks(START, START + timedelta(days), lambda day: (day - START).days)
    assert [mark.label for mark in marks] == labels


def test_days_that_share_a_place_share_a_mark() -> None:
    friday = date(2026, 1, 9)
    marks = dated_marks(friday, friday + timedelta(3), lambda day: float(day.weekday() < 5))
    assert [mark.at for mark in marks] == [1.0, 0.0]
