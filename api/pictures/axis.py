"""The marks of an axis of days: at round numbers, or at the beginnings of weeks, months and years."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from api.pictures.chart import Mark

MOST_MARKS: Final = 12

_ROOM: Final = 0.1
"""The share of the axis that a label needs."""
_STEPS: Final = (1, 2, 5)
_MONTHS: Final = (1, 3, 12, 60, 240, 1_200, 6_000, 12_000)
"""Months between two marks: a month, a quarter, one year, 5, 20, 100, 500 and 1,000."""


def round_marks(first: float, last: float) -> tuple[Mark, ...]:
    """Mark round day numbers between two days, at most `MOST_MARKS`."""
    scale, place = 1, 0
    while (last - first) / (scale * _STEPS[place]) >= MOST_MARKS - 1:
        place = (place + 1) % len(_STEPS)
        scale *= 1 if place else 10
    step = scale * _STEPS[place]
    numbers = range(-int(-first // step), int(last // step) + 1)
    return tuple(Mark(float(at * step), f"{at * step:,}") for at in numbers)


def dated_marks(first: date, last: date, number: Callable[[date], float]) -> tuple[Mark, ...]:
    """Mark days, Mondays, or firsts of months between two days, at most `MOST_MARKS`.

    The first day is marked too where there is room before the next mark. `number` gives the place of a day on the axis. Days that share a place share the mark of the
    first of them.
    """
    days = (last - first).days
    monday = first + timedelta(min(days, -first.weekday() % 7))
    weeks = (last - monday).days // 7
    if days < MOST_MARKS:
        return _marked([first + timedelta(at) for at in range(days + 1)], number, _day_words)
    if weeks < MOST_MARKS:
        dates, words = [monday + timedelta(7 * at) for at in range(weeks + 1)], _day_words
    else:
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next(found for found in _MONTHS if months / found < MOST_MARKS - 2)
        dates, words = list(_firsts(first, last, step)), _month_words
    if not dates or (dates[0] - first).days > _ROOM * days:
        dates.insert(0, first)
    return _marked(dates, number, words)


def _firsts(first: date, last: date, step: int) -> Iterator[date]:
    """Give the firsts of every so many months, counted from the first of the year 0."""
    begin = first.year * 12 + first.month - 1 + (first.day > 1)
    for month in range(-(-begin // step) * step, last.year * 12 + last.month, step):
        yield date(month // 12, month % 12 + 1, 1)


def _marked(
    dates: list[date], number: Callable[[date], float], words: Callable[[date, bool], str]
) -> tuple[Mark, ...]:
    made: dict[float, Mark] = {}
    year = 0
    for day in dates:
        at = number(day)
        if at not in made:
            made[at] = Mark(at, words(day, day.year != year))
            year = day.year
    return tuple(made.values())


def _day_words(day: date, with_year: bool) -> str:
    return f"{day.day} {day:%b}" + (f" {day.year}" if with_year else "")


def _month_words(day: date, with_year: bool) -> str:
    if day.day > 1:
        return _day_words(day, with_year)
    return f"{day:%b} {day.year}" if with_year else f"{day:%b}"
