"""Days of the organisation: on which day an instant falls in its time zone."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from graph.model.entities import Company
from graph.model.snapshot import Snapshot
from graph.model.values import Moment


def zone_of(snapshot: Snapshot) -> tzinfo:
    """Give the time zone of the (first) company; UTC where there is none or it names none."""
    return snapshot.derived(_zone)


def _zone(snapshot: Snapshot) -> tzinfo:
    company = next(iter(snapshot.ordered(Company)), None)
    return ZoneInfo(company.time_zone) if company and company.time_zone else UTC


def day_of(moment: Moment, zone: tzinfo) -> date:
    """Give the day on which a moment falls in a time zone; a day is itself.

    Where that day is beyond the calendar's first or last, it is the moment's own.
    """
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def today_of(snapshot: Snapshot, now: datetime) -> date:
    """Give the organisation's day: at the instant from which the graph is seen, else now."""
    return day_of(snapshot.seen_at or now, zone_of(snapshot))
