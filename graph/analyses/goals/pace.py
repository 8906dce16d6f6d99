"""Whether something is where its cycle asks it to be, on a day.

References: docs/definitions.md §2.
"""

from dataclasses import dataclass
from datetime import date

from graph.model.cycles import goals_above, nearest_cycle, own_cycle
from graph.model.entities import Cycle
from graph.model.goalrules import is_dropped
from graph.model.relations import InCycle, Owns
from graph.model.snapshot import Snapshot
from graph.model.values import Ref

ON_TRACK = 0.95
LAGGING = 0.75
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Pace:
    """The progress that the day asks for (0-1), and the word for how it compares.

    `expected` is null without a day or a dated cycle; `pace` is on_track, lagging, at_risk or
    no_data, and null where there is progress but nothing to compare it with, or no day.
    """

    expected: float | None
    pace: str | None


def pace_of(progress: float | None, cycle: Cycle | None, today: date | None) -> Pace:
    """Compare a progress with a straight line from the cycle's first day (0) to its last (1)."""
    expected = _expected(cycle, today)
    if progress is None:
        return Pace(expected, None if today is None else "no_data")
    if expected is None:
        return Pace(None, None)
    if progress >= ON_TRACK * expected - _TINY:
        return Pace(expected, "on_track")
    return Pace(expected, "lagging" if progress >= LAGGING * expected - _TINY else "at_risk")


def cycle_of(snapshot: Snapshot, ref: Ref) -> Cycle | None:
    """Give the cycle of a node, else that of the nearest objective above it.

    Of an owner it is the one cycle that all its objectives share, apart from dropped ones and those
    in none; None where they do not.
    """
    owned = snapshot.out(ref, Owns)
    if owned:
        meant = [own.target for own in owned if not is_dropped(snapshot, own.target)]
        found = {link.target.key for at in meant for link in snapshot.out(at, InCycle)}
        return snapshot.node(Cycle, found.pop()) if len(found) == 1 else None
    return nearest_cycle(snapshot, ref)


class Cycles:
    """Gives the cycles of many nodes; those of siblings are looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[tuple[Ref, ...], Cycle | None] = {}

    def of(self, ref: Ref) -> Cycle | None:
        """Give what `cycle_of` gives."""
        own = own_cycle(self._snapshot, ref)
        if own is not None:
            return own
        above = tuple(goals_above(self._snapshot, ref))
        if not above:
            return cycle_of(self._snapshot, ref)
        if above not in self._known:
            self._known[above] = cycle_of(self._snapshot, ref)
        return self._known[above]


def _expected(cycle: Cycle | None, today: date | None) -> float | None:
    if today is None or cycle is None or cycle.from_ is None or cycle.to is None:
        return None
    if today >= cycle.to:
        return 1.0
    return max(0.0, (today - cycle.from_).days / max(1, (cycle.to - cycle.from_).days))
