"""The cycles that the rows of OKRs name, with their days."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.errors import ErrorCode
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from seeds.importers.cells import day
from seeds.importers.okr.periods import PERIODS, Period, named_period
from seeds.importers.okr.tree import Item


@dataclass(slots=True)
class _Cycle:
    """A cycle, the first item that names it, and how often which days are given for it."""

    period: Period
    item: Item
    days: Counter[tuple[str, str]] = field(default_factory=Counter)


class Cycles:
    """The cycles by their key, in the order in which they are first named.

    Days that the rows give come before those of the name; where they differ, the most frequent
    are taken and each other is reported.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._cycles: dict[str, _Cycle] = {}
        given: list[tuple[Item, str, tuple[str, str]]] = []
        for item in items:
            days = day(item.row, "cycle_from"), day(item.row, "cycle_to")
            key = self.key(item)
            if any(days):
                given.append((item, key, days))
            if key:
                period = named_period(key) or Period(key, {"name": key})
                cycle = self._cycles.setdefault(key, _Cycle(period, item))
                cycle.days.update([days] if any(days) else [])
        for item, key, days in given:
            self._tell_other_days(item, key, days)

    def key(self, item: Item) -> str:
        """Give the key of the cycle of an item, "" where it names none."""
        name = item.row.text("cycle")
        period = named_period(name)
        return name if period is None else period.key

    def tags(self, item: Item, above: Item | None) -> list[str]:
        """Tag a key result with its cycle, if that is another than its objective's.

        In the graph only objectives are in cycles.
        """
        key = self.key(item)
        return [f"cycle:{key}"] if key and (above is None or key != self.key(above)) else []

    def records(self) -> Iterator[Record]:
        """Give the cycles; a quarter is part of its year where that is named too."""
        for cycle in self._cycles.values():
            row, period = cycle.item.row, cycle.period
            raw = dict(period.properties)
            if cycle.days:
                begin, end = self._days(period.key)
                days: dict[str, Json] = {"from": begin, "to": end}
                raw |= {name: text for name, text in days.items() if text}
            if "from" not in raw and "to" not in raw:
                message = f"cycle {period.key!r} is not a quarter or a year"
                hint = f"such as {PERIODS}, or give its days in cycle_from and cycle_to"
                row.problem(
                    ErrorCode.INVALID_VALUE, message, field="cycle", value=period.key, hint=hint
                )
            yield NodeRecord("Cycle", period.key, raw, row.source, row.line)
            if period.year in self._cycles:
                ends = f"Cycle/{period.key}", f"Cycle/{period.year}"
                yield RelationRecord("PART_OF", *ends, {}, row.source, row.line)

    def _days(self, key: str) -> tuple[str, str]:
        return self._cycles[key].days.most_common(1)[0][0]

    def _tell_other_days(self, item: Item, key: str, days: tuple[str, str]) -> None:
        if key and days == self._days(key):
            return
        what = _span(days)
        if key:
            others = _span(self._days(key))
            message = f"{item.key}: the days {what} are not those of {key}, {others}"
            hint = "an item has the days of its cycle; they were left out"
        else:
            message = f"{item.key}: the days {what} are of no cycle"
            hint = "name the cycle; they were left out"
        item.row.problem(ErrorCode.CONFLICT, message, field="cycle_from", value=what, hint=hint)


def _span(days: tuple[str, str]) -> str:
    return " to ".join(day or "…" for day in days)
