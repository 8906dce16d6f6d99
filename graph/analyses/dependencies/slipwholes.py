"""Work that is not scheduled by itself and ends later because its parts do.

References: docs/definitions.md §5; conventions in docs/impact.md.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from graph.analyses.dependencies.slipreach import Reached
from graph.analyses.dependencies.slipsource import is_unfinished
from graph.analyses.dependencies.timetable import Timetable, Timing, timetable
from graph.analyses.scheduling.schedule import in_days
from graph.analyses.scope import parts, spread
from graph.model.entities import WorkItem
from graph.model.relations import Delivers
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


class MovedWhole(NamedTuple):
    """A whole that someone delivers, with the last days of its parts and the working days between."""

    whole: Ref
    before: date | None
    after: date | None
    days: float


def moved_wholes(snapshot: Snapshot, reach: Reached, before: Timetable) -> list[MovedWhole]:
    """Give the delivered wholes above what moves whose own end moves, nearest first.

    Other parts may end later than those that move: then the whole takes the slip up. Cost: linear
    in these wholes, their parts and what they need.
    """
    above = [
        ref
        for ref in reach.first
        if ref.kind == WorkItem.KIND and ref.key not in before.items
        if snapshot.into(ref, Delivers) and is_unfinished(snapshot, ref)
    ]
    if not above:
        return []
    items = {**timetable(snapshot, above, before.days).items, **before.items}
    found = []
    for whole in above:
        inside = spread([whole], lambda at: parts(snapshot, at))
        first = {at: items[at.key] for at in inside if at.key in items and not items[at.key].done}
        if not first:
            continue
        last = {at: reach.moves[at].after if at in reach.moves else first[at] for at in first}
        days = in_days(max(map(_end, last.values())) - max(map(_end, first.values())))
        if days:
            found.append(MovedWhole(whole, _last(first.values()), _last(last.values()), days))
    return found


def _end(timing: Timing) -> int:
    return timing.end


def _last(timings: Iterable[Timing]) -> date | None:
    return max((timing.finish for timing in timings if timing.finish), default=None)
