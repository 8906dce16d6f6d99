"""How long what waits is held up, and the changes to the graph that this comes to.

A slip is a scenario: the same changes that a write would make are applied in memory, and the work
is scheduled again.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from graph.analyses.dependencies.slipforecast import below
from graph.analyses.dependencies.slipsource import Slipping, Waiting
from graph.analyses.dependencies.timetable import SlipAssumption, Timetable
from graph.analyses.scheduling.schedule import in_days, units
from graph.analyses.scope import parts, spread
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.values import Ref
from graph.model.vocabulary import LinkType

_HELD = "\U0010ffff"
"""Keys of what holds items back begin so: after all others, so that loops are cut where they were."""


@dataclass(slots=True)
class Delays:
    """What a slip comes to: the changes, and where it begins to be felt.

    `ways` are the ways from the root to the first items and goals, these included; `standing` says
    how many days goals without work, and those below them, stand still; `arrivals` are the days before and after, by
    the key of the dependency.
    """

    changes: list[Change] = field(default_factory=list)
    ways: dict[Ref, tuple[Ref, ...]] = field(default_factory=dict)
    standing: dict[Ref, float] = field(default_factory=dict)
    arrivals: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    assumptions: list[SlipAssumption] = field(default_factory=list)


def delays(slip: Slipping, table: Timetable, days: float) -> Delays:
    """Turn what slips by so many days into changes.

    A link's lag grows by the days. An item that is begun takes so much longer; one that is not
    begins so much later; with days below 0 either takes so much less.
    """
    return _Planner(table, days).plan(slip)


@dataclass(slots=True)
class _Planner:
    table: Timetable
    days: float
    made: Delays = field(default_factory=Delays)

    def plan(self, slip: Slipping) -> Delays:
        self._links(slip)
        for _, link in slip.idle:
            self._arrival(link)
        for goal in slip.goals:
            still = self._delay(None, goal.link)
            for at in below(self.table.snapshot, [goal.goal]):
                self._begin(at, goal.path if at == goal.goal else (*goal.path, goal.goal))
                self.made.standing[at] = max(still, self.made.standing.get(at, still), key=abs)
        held: dict[str, float] = {}
        for waiting in slip.waiting:
            for item, path in self._scheduled(waiting):
                delay = self._delay(item, waiting.link)
                self._begin(item, path)
                held[item.key] = max(delay, held.get(item.key, delay), key=abs)
        for key, delay in sorted(held.items()):
            if delay:
                self.made.changes += self._hold(key, delay)
        return self.made

    def _links(self, slip: Slipping) -> None:
        """Let each link's lag grow, once, however many ways lead to it."""
        for link, path in slip.links:
            self._begin(link.source, path)
        for link in {link.key: link for link, _ in slip.links}.values():
            late = replace(link, lag_days=link.lag_days + self.days)
            self.made.changes.append(RelationChange(link.ref, link, late))

    def _begin(self, ref: Ref, path: tuple[Ref, ...]) -> None:
        """Note a way to something that is held up first; the shortest of several."""
        way = (*path, ref)
        known = self.made.ways.get(ref, way)
        self.made.ways[ref] = min(known, way, key=lambda found: (len(found), found))

    def _scheduled(self, waiting: Waiting) -> list[tuple[Ref, tuple[Ref, ...]]]:
        """Give the unfinished items scheduled for a waiting one, with the ways to them.

        That is itself, else its parts.
        """
        if waiting.item.key in self.table.items:
            found = [(waiting.item, waiting.path)]
        else:
            snapshot, path = self.table.snapshot, (*waiting.path, waiting.item)
            inside = spread([waiting.item], lambda at: parts(snapshot, at))
            found = [(at, path) for at in inside if at.key in self.table.items]
        return [row for row in found if not self.table.items[row[0].key].done]

    def _delay(self, item: Ref | None, link: DependsOn | None) -> float:
        """Give the days of the slip that are left once it has used up the time before the need."""
        if link is None or self.days <= 0:
            return self.days
        arrival, _ = self._arrival(link)
        if arrival is None:
            return self.days
        number, timing = self.table.days.number, self.table.items[item.key] if item else None
        at = need = float(number(arrival))
        if link.needed_by is not None:
            need = float(number(link.needed_by))
        elif timing is not None and not timing.begun:
            need = in_days(timing.start)
        return min(self.days, max(0.0, self.days - max(0.0, need - at)))

    def _arrival(self, link: DependsOn) -> tuple[date | None, date | None]:
        """Give the days on which what is needed arrives before and after the slip; say why."""
        if link.key not in self.made.arrivals:
            day, why = self._promised(link)
            late = None
            if day is not None:
                calendar = self.table.days
                late = calendar.first_day(calendar.number(day) + self.days)
                why += f", and with the slip on {late}"
            self.made.arrivals[link.key] = day, late
            value = None if day is None else day.isoformat()
            self.made.assumptions.append(SlipAssumption("arrival", link.key, why, value))
        return self.made.arrivals[link.key]

    def _promised(self, link: DependsOn) -> tuple[date | None, str]:
        today = self.table.days.start
        what = f"{link.target} is taken to arrive"
        timing = self.table.items.get(link.target.key)
        if link.target.kind == WorkItem.KIND and timing and timing.finish:
            if timing.finish < today:
                return today, f"{what} today, {today}, for it is done"
            return timing.finish, f"{what} on {timing.finish}, when it ends by the schedule"
        for day, word in ((link.committed_by, "committed"), (link.needed_by, "needed")):
            if day is not None and day < today:
                return today, f"{what} today, {today}, for the day it was {word} by, {day}, is past"
            if day is not None:
                return day, f"{what} on {day}, the day it is {word} by"
        return None, f"{what} just when it is needed, for it has neither committed_by nor needed_by"

    def _hold(self, key: str, delay: float) -> list[Change]:
        """Let a begun item take longer, and one that is not begin later; or either take less.

        One that takes less ends no earlier than by these days, though what it needs does so too.
        """
        node = self.table.snapshot.node(WorkItem, key)
        assert node is not None
        timing = self.table.items[key]
        if not timing.begun and delay > 0:
            return self._not_before(node.ref, timing.start + units(delay), opens=timing.opens)
        takes = max(0.0, in_days(timing.end - timing.start) + delay)
        changed: list[Change] = [
            NodeChange(node.ref, node, replace(node, duration_days=takes, estimate_days=None))
        ]
        if not timing.begun:
            start = timing.end + units(delay) - units(takes)
            changed += self._not_before(node.ref, start, opens=timing.opens)
        return changed

    def _not_before(self, ref: Ref, start: int, *, opens: bool) -> list[Change]:
        """Hold an item until a time from the start, by something before it that takes so long.

        A milestone that `opens` its day still does: it is held by the start of that, with a lag.
        """
        if start <= 0:
            return []
        days = in_days(start)
        held = WorkItem(key=_HELD + ref.key, duration_days=days)
        link = DependsOn(key=_HELD + ref.key, source=ref, target=held.ref)
        if opens:
            link = replace(link, link=LinkType.SS, lag_days=days)
        return [NodeChange(held.ref, None, held), RelationChange(link.ref, None, link)]
