"""Where a slip goes: the work that moves, where floats take it up, and the goals it reaches.

References: docs/definitions.md §5. E. W. Dijkstra, A note on two problems in connexion with graphs,
1959 (shortest ways from beginnings at different distances).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from graph.analyses.dependencies.timetable import Timetable, Timing
from graph.analyses.dependencies.workreach import dependents
from graph.analyses.goals.serving import stands
from graph.analyses.scheduling.schedule import in_days
from graph.analyses.scope import parts, wholes
from graph.model.cycles import goals_above
from graph.model.entities import WorkItem
from graph.model.relations import ContributesTo
from graph.model.snapshot import Snapshot
from graph.model.values import Ref


class Move(NamedTuple):
    """An item before and after the slip."""

    before: Timing
    after: Timing

    @property
    def days(self) -> float:
        """How much later it ends, in working days; below 0 where it ends earlier."""
        return in_days(self.after.end - self.before.end)


_Place = tuple[Ref, bool]
"""A node, and whether it moves itself; work that does not merely ends later because of a part."""


@dataclass(slots=True)
class Reached:
    """What a slip reaches, nearest first.

    `moves` are the items that end at another time, `absorbed` the unfinished ones at which the
    slip was taken up, `goals` the key results and objectives, each after one that leads to it.
    The others say how it was reached.
    """

    moves: dict[Ref, Move] = field(default_factory=dict)
    absorbed: list[Ref] = field(default_factory=list)
    goals: list[Ref] = field(default_factory=list)
    ways: Mapping[Ref, tuple[Ref, ...]] = field(default_factory=dict)
    before: dict[_Place, _Place] = field(default_factory=dict)
    steps: dict[_Place, int] = field(default_factory=dict)
    first: dict[Ref, _Place] = field(default_factory=dict)

    def length(self, ref: Ref) -> int:
        """Count the nodes on the way to something that was reached."""
        return self.steps[self.first[ref]]

    def way(self, ref: Ref) -> tuple[Ref, ...]:
        """Give a shortest way from the root, both ends included."""
        place, found = self.first[ref], []
        while place in self.before:
            above = self.before[place]
            if above[0] != place[0]:
                found.append(place[0])
            place = above
        return (*self.ways[place[0]], *reversed(found))


def reached(
    snapshot: Snapshot, before: Timetable, after: Timetable, ways: Mapping[Ref, tuple[Ref, ...]]
) -> Reached:
    """Follow a slip from where it begins to be felt; `ways` lead there from the root.

    Cost: linear in what it reaches, n log n for the order.
    """
    return _Walk(snapshot, before, after).run(ways)


@dataclass(slots=True)
class _Walk:
    snapshot: Snapshot
    before: Timetable
    after: Timetable
    found: Reached = field(default_factory=Reached)

    def run(self, ways: Mapping[Ref, tuple[Ref, ...]]) -> Reached:
        self.found.ways, steps = ways, self.found.steps
        ahead = [(len(way), ref, True) for ref, way in ways.items()]
        heapify(ahead)
        steps.update({(ref, True): length for length, ref, _ in ahead})
        settled: set[_Place] = set()
        while ahead:
            length, ref, moves = heappop(ahead)
            if (ref, moves) in settled:
                continue
            settled.add((ref, moves))
            self.found.first.setdefault(ref, (ref, moves))
            for place in self._next(ref, moves):
                further = length + (place[0] != ref)
                if place not in steps or further < steps[place]:
                    self.found.before[place], steps[place] = (ref, moves), further
                    heappush(ahead, (further, *place))
        return self.found

    def _next(self, ref: Ref, moves: bool) -> Iterator[_Place]:
        if ref.kind != WorkItem.KIND:
            self.found.goals.append(ref)
            yield from ((above, True) for above in self._standing(goals_above(self.snapshot, ref)))
        elif not moves and self._stays(ref):
            yield from ((whole, False) for whole in self._wholes(ref))
        elif not moves:
            links = self.snapshot.out(ref, ContributesTo)
            yield from ((goal, True) for goal in self._standing([link.target for link in links]))
            yield from ((whole, False) for whole in self._wholes(ref))
            yield from ((dependent, True) for dependent in dependents(self.snapshot, ref))
        elif ref.key in self.before.items:
            if self._moves(ref):
                yield ref, False
        else:
            yield from ((part, True) for part in parts(self.snapshot, ref))

    def _moves(self, ref: Ref) -> bool:
        first = self.before.items[ref.key]
        last = self.after.items.get(ref.key, first)
        if first.done:
            return False
        if last.end == first.end:
            self.found.absorbed.append(ref)
            return False
        self.found.moves[ref] = Move(first, last)
        return True

    def _standing(self, goals: list[Ref]) -> list[Ref]:
        return [goal for goal in dict.fromkeys(goals) if stands(self.snapshot, goal)]

    def _stays(self, ref: Ref) -> bool:
        """Say whether a whole is scheduled by itself, beside its parts, and does not move."""
        first = self.before.items.get(ref.key)
        return first is not None and self.after.items.get(ref.key, first).end == first.end

    def _wholes(self, ref: Ref) -> list[Ref]:
        """Give the wholes, which end when their parts do, or are a part of what does."""
        return [whole for whole in wholes(self.snapshot, ref) if stands(self.snapshot, whole)]
