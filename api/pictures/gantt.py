"""A schedule as SVG: a row for each item, with its name, its days and its float, and its bar.

What is critical is solid and said in words, so that nothing hangs on the colour alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.pictures.chart import Bar, Chart, Link
from api.pictures.colours import FOCUS, INK, LINE, SHADES, SOFT_INK
from api.pictures.elements import (
    Point,
    arrowhead,
    block,
    element,
    haloed,
    lettered,
    moved,
    ruled,
    shape,
    through,
    words,
)
from api.pictures.lettering import clean, room_of, shortened
from api.pictures.picture import Tone
from api.pictures.sheet import BOLD, MARGIN, SMALL, TEXT, described, heading, sheet

ROW: Final = 24.0
THICK: Final = 12.0
"""Height of a bar."""
NAME, DAYS, FLOAT = 300.0, 64.0, 74.0
FIELD: Final = 760.0
"""Width of what the days are spread over."""
AXIS: Final = 26.0
LEAST_BAR: Final = 2.0
STUB: Final = 7.0
"""How far a link leads out of a bar before it turns."""
_ARROW: Final = 4.0
_BAND: Final = "#f6f8fa"
_GRID: Final = "#dfe3e8"

CRITICAL: Final = SHADES[Tone.POOR]
PLAIN: Final = SHADES[Tone.PLAIN]
DONE: Final = SHADES[Tone.UNKNOWN]


def gantt_svg(chart: Chart) -> str:
    """Write a chart as SVG. Cost: linear in its bars and links; its width is always the same."""
    return _Drawn(chart).svg()


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a bar stands: left and right end, and its middle line."""

    left: float
    right: float
    y: float


class _Drawn:
    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._left = MARGIN + NAME + DAYS + FLOAT
        self._scale = FIELD / max(chart.last_day - chart.first_day, 1e-9)
        words_above = chart.title, chart.description, chart.note
        self._head, top = heading(*words_above, self._width - 2 * MARGIN)
        self._legend_y = top + 2 * SMALL
        self._rows = self._legend_y + AXIS + 14
        self._spots = {bar.id: self._spot(bar, at) for at, bar in enumerate(chart.bars)}

    @property
    def _width(self) -> float:
        return self._left + FIELD + 2 * MARGIN

    def svg(self) -> str:
        bottom = self._rows + ROW * len(self._chart.bars)
        marks = (
            *self._head,
            *self._legend(),
            *self._bands(),
            *self._axis(bottom),
            *self._today(bottom),
            *(mark for link in self._chart.links for mark in self._link(link)),
            *(self._row(bar) for bar in self._chart.bars),
        )
        about = self._chart.title, described(self._chart.description, self._chart.note)
        return sheet(*about, (self._width, bottom + MARGIN), marks)

    def _x(self, day: float) -> float:
        return self._left + (day - self._chart.first_day) * self._scale

    def _spot(self, bar: Bar, at: int) -> _Spot:
        left = self._x(bar.begin)
        right = left if bar.is_milestone else max(self._x(bar.end), left + LEAST_BAR)
        return _Spot(left, right, self._rows + ROW * (at + 0.5))

    def _legend(self) -> Iterator[str]:
        x, y = MARGIN, self._legend_y
        middle = y - 4
        for meaning, marks in _samples():
            yield element("g", marks, transform=moved((x, middle)))
            yield lettered(meaning, (x + 30, y), SMALL, SOFT_INK)
            x += 30 + room_of(meaning) * SMALL + 16

    def _bands(self) -> Iterator[str]:
        for at in range(0, len(self._chart.bars), 2):
            size = self._left + FIELD, ROW
            yield block((MARGIN / 2, self._rows + ROW * at), size, _BAND)

    def _axis(self, bottom: float) -> Iterator[str]:
        y = self._rows - 8
        heads = ("item", MARGIN, "start"), ("days", self._left - FLOAT - 14, "end")
        for text, x, anchor in (*heads, ("float", self._left - 14, "end")):
            yield lettered(text, (x, y), SMALL, SOFT_INK, text_anchor=anchor)
        right = 0.0
        for mark in self._chart.marks:
            x = self._x(mark.at)
            yield ruled((x, self._rows - 4), (x, bottom), _GRID)
            if x >= right:
                yield lettered(mark.label, (x + 3, y), SMALL, SOFT_INK)
                right = x + 3 + room_of(mark.label) * SMALL + 4

    def _today(self, bottom: float) -> Iterator[str]:
        today = self._chart.today
        if today is not None and self._chart.first_day <= today.at <= self._chart.last_day:
            x = self._x(today.at)
            line = ruled((x, self._rows - 6), (x, bottom), FOCUS, stroke_width=2)
            yield element("g", (words("title", today.label), line))
            yield lettered(today.label, (x + 3, bottom + 12), SMALL, FOCUS)

    def _row(self, bar: Bar) -> str:
        spot = self._spots[bar.id]
        told = "; ".join(
            (f"{bar.key}: {bar.title}" if bar.title != bar.key else bar.key, *bar.facts)
        )
        y = spot.y + 4
        bold = "bold" if bar.critical else ""
        name = _named(bar, (NAME - 8) / TEXT / (BOLD if bold else 1))
        parts = [
            words("title", told),
            lettered(name, (MARGIN, y), TEXT, INK, font_weight=bold),
            lettered(
                _days(bar.end - bar.begin),
                (self._left - FLOAT - 14, y),
                SMALL,
                SOFT_INK,
                text_anchor="end",
            ),
            lettered(
                _float(bar), (self._left - 14, y), SMALL, INK, text_anchor="end", font_weight=bold
            ),
            *self._bar(bar, spot),
        ]
        return element("g", parts)

    def _bar(self, bar: Bar, spot: _Spot) -> Iterator[str]:
        shades = DONE if bar.done else CRITICAL if bar.critical else PLAIN
        if bar.float_days > 0 and not bar.done:
            end = self._x(bar.late_end)
            yield ruled((spot.right, spot.y), (end, spot.y), shades.strong, stroke_width=1.5)
            yield ruled((end, spot.y - 3), (end, spot.y + 3), shades.strong, stroke_width=1.5)
        fill = shades.strong if bar.critical else shades.rest
        edge: Mapping[str, str | float] = {
            "stroke": shades.strong,
            "stroke_dasharray": "3 2" if bar.done else "",
        }
        if bar.is_milestone:
            yield _diamond((spot.left, spot.y), THICK / 2 + 1, fill, edge)
        else:
            size = spot.right - spot.left, THICK
            yield block((spot.left, spot.y - THICK / 2), size, fill, rx=2, **edge)

    def _link(self, link: Link) -> Iterator[str]:
        source, target = self._spots[link.source], self._spots[link.target]
        points, tip = _way(source, target, link)
        colour = CRITICAL.strong if link.binding else LINE
        line = shape(
            through(points),
            "none",
            stroke=colour,
            stroke_width=1.8 if link.binding else 1,
            stroke_linejoin="round",
        )
        told = (words("title", link.title),) if link.title else ()
        yield element("g", (*told, line, arrowhead(points[-1], tip, colour, _ARROW)))
        if link.label:
            x, y = points[-2]
            yield haloed(link.label, (x + 3, y - 3), 9, SOFT_INK)


def _samples() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give what the marks mean, each drawn around the line y = 0, up to 24 wide."""
    size, corner = (22.0, 9.0), (0.0, -4.5)
    for meaning, shades, solid, dashes in (
        ("critical", CRITICAL, True, ""),
        ("not critical", PLAIN, False, ""),
        ("done", DONE, False, "3 2"),
    ):
        fill = shades.strong if solid else shades.rest
        drawn = block(corner, size, fill, rx=2, stroke=shades.strong, stroke_dasharray=dashes)
        yield meaning, (drawn,)
    yield "milestone", (_diamond((11, 0), 5, PLAIN.rest, {"stroke": PLAIN.strong}),)
    tail = ruled((22, -3), (22, 3), PLAIN.strong, stroke_width=1.5)
    yield "float", (ruled((0, 0), (22, 0), PLAIN.strong, stroke_width=1.5), tail)
    for meaning, colour, wide in (
        ("link", LINE, 1.0),
        ("link without room between critical items", CRITICAL.strong, 1.8),
    ):
        line = ruled((0, 0), (18, 0), colour, stroke_width=wide)
        yield meaning, (line, arrowhead((22, 0), (1, 0), colour, _ARROW))


def _way(source: _Spot, target: _Spot, link: Link) -> tuple[list[Point], Point]:
    """Give the points of a link, and the direction in which its arrow points."""
    down = 1.0 if target.y > source.y else -1.0
    from_x = source.right if link.from_finish else source.left
    to_x = target.right if link.to_finish else target.left
    half = THICK / 2 + 1
    if link.from_finish and not link.to_finish and to_x >= from_x - 0.5:
        # It falls onto the beginning of what follows, from above or below.
        turn = max(to_x, from_x) + (0 if target.left == target.right else 3)
        return [(from_x, source.y), (turn, source.y), (turn, target.y - down * half)], (0, down)
    out = 1.0 if link.from_finish else -1.0
    into = -1.0 if link.to_finish else 1.0
    begin, end = from_x + out * STUB, to_x - into * (STUB + _ARROW)
    if out == -into:
        aside = max(begin, end) if out > 0 else min(begin, end)
        return [(from_x, source.y), (aside, source.y), (aside, target.y), (to_x, target.y)], (
            into,
            0,
        )
    between = target.y - down * ROW / 2
    return [
        (from_x, source.y),
        (begin, source.y),
        (begin, between),
        (end, between),
        (end, target.y),
        (to_x, target.y),
    ], (into, 0)


def _diamond(at: Point, half: float, fill: str, edge: Mapping[str, str | float]) -> str:
    x, y = at
    corners = (x - half, y), (x, y - half), (x + half, y), (x, y + half)
    return shape(through(corners, closed=True), fill, **edge)


def _named(bar: Bar, room: float) -> str:
    """Give the name and the key in so many ems; a long name is cut, so that the key is seen."""
    key = "" if bar.title == bar.key else f" · {clean(bar.key)}"
    if room_of(key) > 0.6 * room:
        key = ""
    return shortened(clean(bar.title), room - room_of(key)) + key


def _float(bar: Bar) -> str:
    """Say how far a bar can slip, or why that is not asked."""
    if bar.done:
        return "done"
    if bar.float_days < 0:
        return f"{_days(bar.float_days)} late"
    return "critical" if bar.critical else _days(bar.float_days)


def _days(days: float) -> str:
    return f"{abs(days):,.1f}".removesuffix(".0")
