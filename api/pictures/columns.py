"""Places for boxes whose columns are known, such as those on both sides of something.

The rows of each column are ordered by the middle of what they are joined to (K. Sugiyama, S. Tagawa
and M. Toda, 1981), and then moved towards it as far as the boxes between leave room, which is a
regression onto a rising order (R. E. Barlow et al., Statistical inference under order restrictions,
1972). A line that passes a column has a thin band there, so that no line runs over a box.
"""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Final, TypeAlias

from api.pictures.elements import Point
from api.pictures.layout import LANE, MIDDLE, Box, Gaps, Layout

SWEEPS: Final = 8
BOW: Final = 36.0
"""How far a line between two boxes of one column leads out of it."""
_BENDS: Final = (0.3, 0.66, 0.38, 0.74)

_Edge: TypeAlias = tuple[str, str]


def in_columns(
    sizes: Mapping[str, Point],
    columns: Mapping[str, int],
    edges: Sequence[_Edge],
    gaps: Gaps | None = None,
) -> Layout:
    """Place boxes of given widths, heights and columns; none lies on another.

    Lines within a column bow out of it, away from column 0. Cost: linear in the boxes, lines and
    columns that the lines pass, times a fixed number of sweeps, n log n for their order.
    """
    return _Columns(sizes, columns, edges, gaps or Gaps()).layout()


class _Columns:
    def __init__(
        self,
        sizes: Mapping[str, Point],
        columns: Mapping[str, int],
        edges: Sequence[_Edge],
        gaps: Gaps,
    ) -> None:
        self._sizes = dict(sizes)
        self._boxes = list(sizes)
        self._column = dict(columns)
        self._gaps = gaps
        self._turned = [columns[source] > columns[target] for source, target in edges]
        self._edges = [
            (target, source) if turned else (source, target)
            for (source, target), turned in zip(edges, self._turned, strict=True)
        ]
        self._lanes: dict[int, list[str]] = {}
        self._joined: dict[str, list[str]] = {name: [] for name in sizes}
        for at, (left, right) in enumerate(self._edges):
            self._join(at, left, right)
        self._rows = self._stacked()
        self._middle = dict.fromkeys(self._sizes, 0.0)

    def _join(self, at: int, left: str, right: str) -> None:
        """Join what lies in columns side by side, by bands in those that the line passes."""
        if self._column[left] == self._column[right]:
            return
        chain = [left]
        for column in range(self._column[left] + 1, self._column[right]):
            lane = f"/{at}/{column}"  # no box is named so
            self._sizes[lane] = (0.0, LANE)
            self._column[lane] = column
            self._joined[lane] = []
            chain.append(lane)
        self._lanes[at] = chain[1:]
        for one, other in zip(chain, [*chain[1:], right], strict=True):
            self._joined[one].append(other)
            self._joined[other].append(one)

    def _stacked(self) -> dict[int, list[str]]:
        rows: dict[int, list[str]] = {}
        for name, column in sorted(self._column.items(), key=lambda pair: pair[1]):
            rows.setdefault(column, []).append(name)
        return rows

    def layout(self) -> Layout:
        """Compute it."""
        for column in self._rows:
            self._settle(column, dict.fromkeys(self._rows[column], 0.0))
        order = [*self._rows, *reversed(self._rows)]
        for sweep in range(SWEEPS):
            for column in order:
                wanted = {name: self._wanted(name) for name in self._rows[column]}
                if sweep < SWEEPS // 2:
                    self._rows[column].sort(key=lambda name: wanted[name])
                self._settle(column, wanted)
        top = min((self._top(name) for name in self._boxes), default=0.0)
        self._middle = {name: at - top for name, at in self._middle.items()}
        return self._answer()

    def _top(self, name: str) -> float:
        return self._middle[name] - self._sizes[name][1] / 2 - self._gaps.down / 2

    def _wanted(self, name: str) -> float:
        joined = self._joined[name]
        if not joined:
            return self._middle[name]
        return sum(self._middle[other] for other in joined) / len(joined)

    def _settle(self, column: int, wanted: Mapping[str, float]) -> None:
        """Bring the rows of a column as near to where they should be as their order allows."""
        names = self._rows[column]
        offsets: list[float] = []
        at = 0.0
        for before, name in zip([names[0], *names], names, strict=False):
            if offsets:
                at += (self._sizes[before][1] + self._sizes[name][1]) / 2 + self._gaps.down
            offsets.append(at)
        pools: list[tuple[float, int]] = []  # sum and number of those that stand close
        for name, offset in zip(names, offsets, strict=True):
            total, count = wanted[name] - offset, 1
            while pools and pools[-1][0] / pools[-1][1] > total / count:
                more, others = pools.pop()
                total, count = total + more, count + others
            pools.append((total, count))
        levels = [total / count for total, count in pools for _ in range(count)]
        for name, offset, level in zip(names, offsets, levels, strict=True):
            self._middle[name] = level + offset

    def _answer(self) -> Layout:
        sides = self._sides()
        boxes = {}
        for name in self._boxes:
            wide, high = self._sizes[name]
            boxes[name] = Box(
                sides[self._column[name]][0], self._middle[name] - high / 2, wide, high
            )
        ports = self._ports(boxes)
        routes = [self._route(at, boxes, ports, sides) for at in range(len(self._edges))]
        bends = cycle(_BENDS)
        single = [MIDDLE if self._lanes.get(at) == [] else next(bends) for at in range(len(routes))]
        bottom = max((box.y + box.height for box in boxes.values()), default=0.0)
        lowest = max(self._middle.values(), default=0.0)
        width = max((right for _, right in sides.values()), default=0.0)
        spare = BOW if any(edge not in self._lanes for edge in range(len(self._edges))) else 0.0
        return Layout(
            boxes,
            tuple(routes),
            tuple(single),
            tuple(self._turned),
            width + spare,
            max(bottom, lowest),
        )

    def _sides(self) -> dict[int, Point]:
        """Give the left and the right side of each column."""
        loops = any(at not in self._lanes for at in range(len(self._edges)))
        sides, left = {}, BOW if loops else 0.0
        for column in range(min(self._rows, default=0), max(self._rows, default=-1) + 1):
            names = self._rows.get(column, ())
            width = max((self._sizes[name][0] for name in names), default=0.0)
            sides[column] = left, left + width
            left += width + self._gaps.across
        return sides

    def _ports(self, boxes: Mapping[str, Box]) -> dict[tuple[int, str], float]:
        """Give the height at which each line meets its ends: one below the other on each side."""
        meeting: dict[tuple[str, bool], list[tuple[float, int]]] = {}
        for at, (left, right) in enumerate(self._edges):
            lanes = self._lanes.get(at)
            if lanes is None:
                outer = self._column[left] >= 0
                meeting.setdefault((left, outer), []).append((self._middle[right], at))
                meeting.setdefault((right, outer), []).append((self._middle[left], at))
                continue
            chain = [left, *lanes, right]
            meeting.setdefault((left, True), []).append((self._middle[chain[1]], at))
            meeting.setdefault((right, False), []).append((self._middle[chain[-2]], at))
        found = {}
        for (name, _), lines in meeting.items():
            lines.sort()
            step = min(self._gaps.ports, boxes[name].height / (len(lines) + 1))
            begin = self._middle[name] - step * (len(lines) - 1) / 2
            found.update({(at, name): begin + step * n for n, (_, at) in enumerate(lines)})
        return found

    def _route(
        self,
        at: int,
        boxes: Mapping[str, Box],
        ports: Mapping[tuple[int, str], float],
        sides: Mapping[int, Point],
    ) -> tuple[Point, ...]:
        left, right = self._edges[at]
        if left == right:
            return ()
        begin, end = boxes[left], boxes[right]
        if at not in self._lanes:
            outer = self._column[left] >= 0
            x = begin.x + (begin.width if outer else 0.0)
            aside = x + (BOW if outer else -BOW)
            first, last = ports[at, left], ports[at, right]
            return (x, first), (aside, (first + last) / 2), (x, last)
        points = [(begin.x + begin.width, ports[at, left])]
        for lane in self._lanes[at]:
            near, far = sides[self._column[lane]]
            points += [(near, self._middle[lane]), (far, self._middle[lane])]
        points.append((end.x, ports[at, right]))
        return tuple(points)
