"""A schedule before it is drawn: bars on days, links between them, and what is said of the whole."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bar:
    """Something with a beginning and an end, in days from the start; a milestone where they are one.

    `late_end` is the day to which it can slip without moving the end of all; before `end` where it
    is late already. `first` and `last` are its days of the calendar, null where they are not known.
    `facts` are said to who points at it.
    """

    id: str
    key: str
    title: str
    begin: float
    end: float
    late_end: float
    critical: bool = False
    done: bool = False
    first: date | None = None
    last: date | None = None
    facts: tuple[str, ...] = ()

    @property
    def is_milestone(self) -> bool:
        """Whether it takes no time."""
        return self.end <= self.begin

    @property
    def float_days(self) -> float:
        """How far it can slip; negative where it is late already."""
        return self.late_end - self.end


@dataclass(frozen=True, slots=True)
class Link:
    """What holds the target back: a link from a finish or start of the source to one of the target."""

    source: str
    target: str
    from_finish: bool = True
    to_finish: bool = False
    binding: bool = False
    title: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the axis of days."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, in the order of their rows. `marks` are the axis, in order, the first at the start.

    `first_day` and `last_day` are the days that everything lies between; `today` is the status
    date, if any. `note` says what is left out, "" if nothing is.
    """

    title: str
    description: str
    bars: tuple[Bar, ...]
    links: tuple[Link, ...]
    marks: tuple[Mark, ...]
    first_day: float
    last_day: float
    today: Mark | None = None
    note: str = ""
