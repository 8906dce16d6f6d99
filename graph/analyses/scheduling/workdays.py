"""Between days of the calendar and day numbers of a schedule.

Day 0 is the first working day at or after the start; only working days are numbered.

References: docs/definitions.md §3 (durations are working days on a calendar).
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.days import day_of, zone_of
from graph.model.entities import Company
from graph.model.snapshot import Snapshot
from graph.model.values import Moment
from graph.model.vocabulary import Weekday

CONTINUOUS = "continuous"
WEEKDAYS = "weekdays"
CALENDARS = (CONTINUOUS, WEEKDAYS)

_WEEK = tuple(Weekday)
_MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
_LAST = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar. `worked` are the weekdays worked (Monday is 0), `holidays` ordinals of days off."""

    start: date
    worked: tuple[int, ...] = tuple(range(7))
    holidays: Sequence[int] = ()
    zone: tzinfo = UTC
    _known: dict[int, date | None] = field(default_factory=dict, repr=False, compare=False)

    def number(self, day: date) -> int:
        """Count the working days from the start to a day, without it; negative before the start."""
        return self._before(day.toordinal()) - self._before(self.start.toordinal())

    def number_after(self, day: date) -> int:
        """Count the working days from the start to a day, with it."""
        return self._before(day.toordinal() + 1) - self._before(self.start.toordinal())

    def day(self, number: int) -> date | None:
        """Give the working day of a number; None beyond the year 9999 or before the year 1."""
        if number not in self._known:
            self._known[number] = self._day(number)
        return self._known[number]

    def local(self, moment: Moment) -> date:
        """Give the day on which a moment falls in the company's time zone."""
        return day_of(moment, self.zone)

    def first_day(self, days: float) -> date | None:
        """Give the day on which something begins that starts after so many days."""
        return self.day(math.floor(days))

    def last_day(self, days: float) -> date | None:
        """Give the last day worked by something that is finished after so many days."""
        return self.day(math.ceil(days) - 1) if days > 0 else self.day(math.floor(days))

    def _before(self, ordinal: int) -> int:
        """Count the working days before a day since the year 1, which began on a Monday."""
        weeks, days = divmod(ordinal - 1, 7)
        worked = weeks * len(self.worked) + bisect_left(self.worked, days)
        return worked - bisect_left(self.holidays, ordinal)

    def _day(self, number: int) -> date | None:
        wanted = number + self._before(self.start.toordinal())
        off = 0
        while True:  # each round passes over the holidays that the last one has met
            weeks, days = divmod(wanted + off, len(self.worked))
            ordinal = weeks * 7 + self.worked[days] + 1
            passed = bisect_left(self.holidays, ordinal + 1)
            if passed == off:
                return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else None
            off = passed


def workdays(snapshot: Snapshot, start: date, *, weekdays: bool) -> Workdays:
    """Give the calendar of the (first) company: all days, or its working days without holidays.

    Where there is no company, or it names no working days, Monday to Friday are worked.
    """
    company = next(iter(snapshot.ordered(Company)), None)
    zone = zone_of(snapshot)
    if not weekdays:
        return Workdays(start, zone=zone)
    named = company.working_days if company else ()
    worked = tuple(sorted({_WEEK.index(day) for day in named})) or _MONDAY_TO_FRIDAY
    days_off = company.holidays if company else ()
    holidays = sorted({day.toordinal() for day in days_off if day.weekday() in worked})
    return Workdays(start, worked, holidays, zone)


def planned_days(
    snapshot: Snapshot, start: date | None, calendar: str, status_date: date | None
) -> Workdays | None:
    """Give the calendar a schedule is asked on, None without a start. BadUsage when they do not fit."""
    if calendar not in CALENDARS:
        msg = f"there is no calendar {calendar!r}"
        raise BadUsage(msg, near(calendar, CALENDARS))
    if status_date is not None and start is None:
        msg = "a status date needs a start"
        raise BadUsage(msg, "give the start date of the schedule too")
    return None if start is None else workdays(snapshot, start, weekdays=calendar == WEEKDAYS)
