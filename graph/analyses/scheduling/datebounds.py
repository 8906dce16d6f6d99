"""What dates do to a schedule: constraints, actual dates, and the date up to which is known.

References: docs/definitions.md §3.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.analyses.scheduling.workdays import Workdays
from graph.model.entities import WorkItem
from graph.model.vocabulary import DateConstraint, FlowState

_AT_START = frozenset(
    {
        DateConstraint.START_NO_EARLIER_THAN,
        DateConstraint.START_NO_LATER_THAN,
        DateConstraint.MUST_START_ON,
    }
)
_FROM_BELOW = frozenset(
    {
        DateConstraint.START_NO_EARLIER_THAN,
        DateConstraint.FINISH_NO_EARLIER_THAN,
        DateConstraint.MUST_START_ON,
        DateConstraint.MUST_FINISH_ON,
    }
)
_FINISH_FROM_BELOW = _FROM_BELOW - _AT_START
_FROM_ABOVE = frozenset(
    {
        DateConstraint.START_NO_LATER_THAN,
        DateConstraint.FINISH_NO_LATER_THAN,
        DateConstraint.MUST_START_ON,
        DateConstraint.MUST_FINISH_ON,
    }
)


@dataclass(frozen=True, slots=True)
class DateBounds:
    """Bounds on the starts of items by index: from below, from above, and starts that are facts.

    `settled` are the items that are done, by the status date where nobody knows when; `elapsed` are the others whose
    start is a fact, with the part of their duration that is not work left: it lies before the
    status date, or waits for a finish that may come no earlier. `ignored` says of each constraint that could not be kept in mind why. `status` is the status date.
    """

    earliest: Mapping[int, int] = field(default_factory=dict)
    latest: Mapping[int, int] = field(default_factory=dict)
    fixed: Mapping[int, int] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    elapsed: Mapping[int, int] = field(default_factory=dict)
    ignored: Mapping[int, str] = field(default_factory=dict)
    status: int | None = None


def bounds_of(
    items: Sequence[WorkItem],
    durations: list[int],
    completed: Container[int],
    calendar: Workdays | None,
    status_date: date | None,
    unit: int,
) -> DateBounds:
    """Give the bounds of items in parts of a day (`unit` to the day).

    An item's duration becomes what its actual dates say: `durations` is brought up to date. A
    finish is the end of its day, a start the beginning.
    """
    if calendar is None:
        bound = {number for number, item in enumerate(items) if is_bound(item)}
        return DateBounds(ignored=dict.fromkeys(sorted(bound), "it needs a start date"))
    reader = _Reader(calendar, status_date, unit)
    for number, item in enumerate(items):
        durations[number] = reader.read(number, item, durations[number], number in completed)
    return DateBounds(
        reader.earliest,
        reader.latest,
        reader.fixed,
        frozenset(reader.settled),
        reader.elapsed,
        reader.ignored,
        reader.status,
    )


def is_bound(item: WorkItem) -> bool:
    """Say whether a date constraint is set."""
    return item.constraint is not None and item.constraint is not DateConstraint.AS_SOON_AS_POSSIBLE


class _Reader:
    def __init__(self, calendar: Workdays, status_date: date | None, unit: int) -> None:
        self.calendar = calendar
        self.status = None if status_date is None else calendar.number(status_date) * unit
        self.unit = unit
        self.earliest: dict[int, int] = {}
        self.latest: dict[int, int] = {}
        self.fixed: dict[int, int] = {}
        self.settled: set[int] = set()
        self.elapsed: dict[int, int] = {}
        self.ignored: dict[int, str] = {}

    def read(self, number: int, item: WorkItem, duration: int, completed: bool) -> int:
        started, finished = self._actual(item)
        finish = self.status if finished is None else self._end(finished)
        if completed and finish is not None:
            start = finish - duration if started is None else min(self._begin(started), finish)
            self.fixed[number] = start
            self.settled.add(number)
            return finish - start
        if started is not None:
            duration = self._begun(number, item, self._begin(started), duration, completed)
        self._constrain(number, item, duration)
        if self.status is not None and not completed:
            self.earliest[number] = max(self.earliest.get(number, self.status), self.status)
        return duration

    def _begun(
        self, number: int, item: WorkItem, start: int, duration: int, completed: bool
    ) -> int:
        """Fix a start; give the duration up to where it ends, not before the status date.

        A finish that must not come earlier draws the work out: its start can no longer move.
        """
        now = start if completed or self.status is None else self.status
        finish = max(start + duration, now)
        left = finish - max(start, now)
        if item.constraint in _FINISH_FROM_BELOW and item.constraint_date is not None:
            finish = max(finish, self._end(item.constraint_date))
        self.fixed[number] = start
        self.elapsed[number] = finish - start - left
        return finish - start

    def _constrain(self, number: int, item: WorkItem, duration: int) -> None:
        if item.constraint is None or item.constraint is DateConstraint.AS_SOON_AS_POSSIBLE:
            return
        if item.constraint_date is None:
            self.ignored[number] = "it has no constraint_date"
            return
        if item.constraint in _AT_START:
            start = self._begin(item.constraint_date)
        else:
            start = self._end(item.constraint_date) - duration
        if item.constraint in _FROM_BELOW:
            self.earliest[number] = start
        if item.constraint in _FROM_ABOVE:
            self.latest[number] = start

    def _actual(self, item: WorkItem) -> tuple[date | None, date | None]:
        """Give the actual days: as stated, else as the state history shows them."""
        started, finished = item.actual_start, item.actual_finish
        for change in item.states:
            if change.state is FlowState.ACTIVE and started is None:
                started = change.at
            if change.state is FlowState.DONE and item.actual_finish is None:
                finished = change.at
        local = self.calendar.local
        return (
            None if started is None else local(started),
            None if finished is None else local(finished),
        )

    def _begin(self, day: date) -> int:
        return self.calendar.number(day) * self.unit

    def _end(self, day: date) -> int:
        return self.calendar.number_after(day) * self.unit
