"""Places for boxes that are joined by lines: in columns from the left to the right, none on another.

Layers are by the longest path (as in K. Sugiyama, S. Tagawa and M. Toda, 1981). The rows are those
of a tree: each box has a band of its own, its tree's part of the column, and a line that passes a
column has a thin band there, so that no line runs over a box.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final, TypeAlias

from api.pictures.elements import Point

LANE: Final = 14.0
"""Height of the band of a line that passes a column."""
LOWEST: Final = 260.0
"""A box stands in the middle of what hangs on it, but so far from its upper end at most."""
MIDDLE: Final = 0.5
_BENDS: Final = (0.3, 0.66, 0.38, 0.74)

_Edge: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The room that is left between two columns, between two boxes, and between two lines' ends."""

    across: float = 92.0
    down: float = 14.0
    ports: float = 15.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each box is, by id, and the points of each line, from left to right, as they were given.

    A line from a box to itself has no points. Between two columns a line turns at that share of the
    way that `bends` has for it; those that turn at the middle come from one box wherever they meet.
    `turned` says of each line that its source stands on the right.
    `width` and `height` hold everything.
    """

    boxes: Mapping[str, Box]
    routes: tuple[tuple[Point, ...], ...]
    bends: tuple[float, ...]
    turned: tuple[bool, ...]
    width: float
    height: float


def layered(sizes: Mapping[str, Point], edges: Sequence[_Edge], gaps: Gaps | None = None) -> Layout:
    """Place boxes of given widths and heights. Lines that close a circle run backwards.

    The order of `sizes` and `edges` is kept down the columns. Cost: linear in the boxes, the lines,
    and the columns that the lines pass.
    """
    return _Layered(sizes, edges, gaps or Gaps()).layout()


def _forward(ids: Sequence[str], edges: Sequence[_Edge]) -> tuple[list[_Edge], list[str]]:
    """Turn the lines that close a circle around, and give the boxes in an order along all lines."""
    out: dict[str, list[int]] = {name: [] for name in ids}
    for at, (source, _) in enumerate(edges):
        out[source].append(at)
    turned = list(edges)
    state: dict[str, bool] = {}  # True while the walk is below the box
    order: list[str] = []
    for start in ids:
        stack = [] if start in state else [(start, iter(out[start]))]
        state.setdefault(start, True)
        while stack:
            name, rest = stack[-1]
            found = next(rest, None)
            if found is None:
                state[name] = False
                order.append(name)
                stack.pop()
                continue
            target = edges[found][1]
            if target not in state:
                state[target] = True
                stack.append((target, iter(out[target])))
            elif state[target]:
                turned[found] = (target, name)
    return turned, order[::-1]


class _Layered:
    def __init__(self, sizes: Mapping[str, Point], edges: Sequence[_Edge], gaps: Gaps) -> None:
        self._sizes = dict(sizes)
        self._gaps = gaps
        self._given = edges
        self._edges, self._order = _forward(list(sizes), edges)
        self._layer = self._layers()
        self._below: dict[str, list[str]] = {name: [] for name in sizes}
        self._lanes: dict[int, list[str]] = {}
        self._bends: list[float] = []
        self._roots = self._tree()

    def _layers(self) -> dict[str, int]:
        targets: dict[str, list[str]] = {name: [] for name in self._sizes}
        for source, target in self._edges:
            if source != target:
                targets[source].append(target)
        layer = dict.fromkeys(self._sizes, 0)
        for name in self._order:
            for target in targets[name]:
                layer[target] = max(layer[target], layer[name] + 1)
        return layer

    def _tree(self) -> list[str]:
        """Hang each box on one beside it on its left, and give each passing line its lanes."""
        hung: set[str] = set()
        others = cycle(_BENDS)
        for at, (source, target) in enumerate(self._edges):
            span = self._layer[target] - self._layer[source]
            if span == 1 and target not in hung:
                hung.add(target)
                self._below[source].append(target)
                self._bends.append(MIDDLE)
                continue
            self._bends.append(next(others))
            if span > 1:
                self._lay(at, source, span)
        return [name for name in self._given_ids() if name not in hung]

    def _given_ids(self) -> list[str]:
        return [name for name in self._sizes if not name.startswith("/")]

    def _lay(self, at: int, source: str, span: int) -> None:
        lanes = self._lanes[at] = []
        for step in range(1, span):
            lane = f"/{at}/{step}"  # no box is named so
            self._sizes[lane] = (0.0, LANE)
            self._layer[lane] = self._layer[source] + step
            self._below[lane] = []
            self._below[lanes[-1] if lanes else source].append(lane)
            lanes.append(lane)

    def layout(self) -> Layout:
        """Compute it."""
        columns = self._columns()
        middles, height = self._middles()
        boxes = {}
        for name in self._given_ids():
            wide, high = self._sizes[name]
            left = columns[self._layer[name]][0]
            boxes[name] = Box(left, middles[name] - high / 2, wide, high)
        ports = self._ports(boxes, middles)
        routes = [self._route(at, boxes, middles, columns, ports) for at in range(len(self._edges))]
        width = max((right for _, right in columns), default=0.0)
        turned = [made != given for made, given in zip(self._edges, self._given, strict=True)]
        return Layout(boxes, tuple(routes), tuple(self._bends), tuple(turned), width, height)

    def _columns(self) -> list[Point]:
        """Give the left and the right side of each column."""
        wide = [0.0] * (max(self._layer.values(), default=-1) + 1)
        for name, layer in self._layer.items():
            wide[layer] = max(wide[layer], self._sizes[name][0])
        sides, left = [], 0.0
        for width in wide:
            sides.append((left, left + width))
            left += width + self._gaps.across
        return sides

    def _middles(self) -> tuple[dict[str, float], float]:
        """Give the middle of each band, and the height of all: what is below a box lies beside it."""
        order = list(self._roots)
        for name in order:
            order.extend(self._below[name])
        inner: dict[str, float] = {}
        band: dict[str, float] = {}
        for name in reversed(order):
            inner[name] = sum(band[child] for child in self._below[name])
            band[name] = max(inner[name], self._sizes[name][1] + self._gaps.down)
        top: dict[str, float] = {}
        height = 0.0
        for root in self._roots:
            top[root] = height
            height += band[root]
        for name in order:
            begin = top[name] + (band[name] - inner[name]) / 2
            for child in self._below[name]:
                top[child] = begin
                begin += band[child]
        middles = {}
        for name in order:
            least = (self._sizes[name][1] + self._gaps.down) / 2
            middles[name] = top[name] + max(least, min(band[name] / 2, LOWEST))
        return middles, height

    def _last(self, at: int) -> str:
        return self._lanes[at][-1] if at in self._lanes else self._edges[at][0]

    def _ports(self, boxes: Mapping[str, Box], middles: Mapping[str, float]) -> dict[int, float]:
        """Give the height at which each line meets its right end: one below the other."""
        coming: dict[str, list[int]] = {}
        for at, (_, target) in enumerate(self._edges):
            coming.setdefault(target, []).append(at)
        found = {}
        for target, lines in coming.items():
            lines.sort(key=lambda at: middles[self._last(at)])
            step = min(self._gaps.ports, boxes[target].height / (len(lines) + 1))
            begin = middles[target] - step * (len(lines) - 1) / 2
            found.update({at: begin + step * place for place, at in enumerate(lines)})
        return found

    def _route(
        self,
        at: int,
        boxes: Mapping[str, Box],
        middles: Mapping[str, float],
        columns: Sequence[Point],
        ports: Mapping[int, float],
    ) -> tuple[Point, ...]:
        source, target = self._edges[at]
        if source == target:
            return ()
        begin = boxes[source]
        points = [(begin.x + begin.width, middles[source])]
        if points[0][0] < columns[self._layer[source]][1]:
            points.append((columns[self._layer[source]][1], middles[source]))
        for lane in self._lanes.get(at, ()):
            left, right = columns[self._layer[lane]]
            points += [(left, middles[lane]), (right, middles[lane])]
        points.append((boxes[target].x, ports[at]))
        return tuple(points)
