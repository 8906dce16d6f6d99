from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from graph.analyses.scheduling.workdays import Workdays

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@given(
    DAYS,
    st.sets(st.integers(0, 6), min_size=1),
    st.sets(DAYS, max_size=20),
    st.integers(0, 40),
)
def test_numbering_agrees_with_counting_day_by_day(
    start: date, worked: set[int], holidays: set[date], number: int
) -> None:
    off = sorted(day.toordinal() for day in holidays if day.weekday() in worked)
    calendar = Workdays(start, tuple(sorted(worked)), off)
    day, left = start, number
    while day in holidays or day.weekday() not in worked or left:
        left -= day not in holidays and day.weekday() in worked
        day += timedelta(days=1)
    assert calendar.day(number) == day
    assert calendar.number(day) == number
    assert calendar.number_after(day) == number + 1


def test_days_before_the_start_have_negative_numbers() -> None:
    calendar = Workdays(date(2026, 1, 5), (0, 1, 2, 3, 4))
    assert calendar.number(date(2026, 1, 1)) == -2
    assert calendar.day(-2) == date(2026, 1, 1)


def test_there_is_no_day_beyond_the_calendar() -> None:
    calendar = Workdays(date(2026, 1, 5))
    assert calendar.day(10**9) is None
    assert calendar.day(-(10**9)) is None
