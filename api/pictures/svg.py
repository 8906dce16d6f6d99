"""A picture as SVG: one file of XML that needs no font, script or file beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from api.pictures.colours import FOCUS, INK, LINE, SHADES, SOFT_INK
from api.pictures.columns import in_columns
from api.pictures.elements import (
    Point,
    arrowhead,
    block,
    curve,
    element,
    haloed,
    lettered,
    moved,
    words,
)
from api.pictures.layout import Box, Layout, layered
from api.pictures.lettering import clean, folded, room_of, shortened
from api.pictures.picture import Arrows, Edge, Node, Picture, Tone
from api.pictures.sheet import (
    BOLD,
    LEADING,
    MARGIN,
    MIDDLE,
    SMALL,
    described,
    heading,
    sheet,
)

LEAST_WIDTH: Final = 720.0

BOX: Final = 272.0
INSET: Final = 14.0
BAR: Final = (72.0, 8.0)
TITLE_LINES: Final = 3
DASHED_BEND: Final = 0.4
"""Where dashed lines turn, so that none runs along one that is not."""
_LABEL_CHARACTERS: Final = 18


def svg(picture: Picture) -> str:
    """Write a picture as SVG. Cost: linear in what is drawn."""
    drawn = {node.id: _Drawn(node) for node in picture.nodes}
    sizes = {name: (BOX, box.height) for name, box in drawn.items()}
    layout = _placed(picture, sizes)
    width = max(LEAST_WIDTH, layout.width + 2 * MARGIN)
    crowded = _crowded(picture)
    head, top = _head(picture, width - 2 * MARGIN)
    height = top + layout.height + MARGIN
    lines = [
        mark
        for at, edge in enumerate(picture.edges)
        if layout.routes[at]
        for mark in _line(edge, at, layout, picture.arrows, crowded[at])
    ]
    boxes = [drawn[node.id].marks(layout.boxes[node.id]) for node in picture.nodes]
    field = element("g", (*lines, *boxes), transform=moved((MARGIN, top)))
    about = picture.title, described(picture.description, picture.note)
    return sheet(*about, (width, height), (*head, field))


def _placed(picture: Picture, sizes: Mapping[str, Point]) -> Layout:
    edges = [(edge.source, edge.target) for edge in picture.edges]
    columns = {node.id: node.column for node in picture.nodes if node.column is not None}
    return (
        in_columns(sizes, columns, edges) if len(columns) == len(sizes) else layered(sizes, edges)
    )


def _head(picture: Picture, width: float) -> tuple[list[str], float]:
    """Give what stands above the boxes, and where the boxes begin."""
    marks, y = heading(picture.title, picture.description, picture.note, width)
    if picture.legend:
        y += 2 * SMALL
        marks += _legend(picture.legend, y)
    return marks, y + MARGIN


def _legend(legend: tuple[tuple[Tone, str], ...], y: float) -> Iterator[str]:
    x = MARGIN
    for tone, meaning in legend:
        shades = SHADES[tone]
        yield block((x, y - 9), (16, 11), shades.ground, stroke=shades.strong, rx=2)
        yield block((x, y - 9), (5, 11), shades.strong)
        yield lettered(meaning, (x + 22, y), SMALL, SOFT_INK)
        x += 22 + room_of(meaning) * SMALL + 18


def _crowded(picture: Picture) -> list[bool]:
    """Say of each line whether more lines meet at its target than at its source."""
    if picture.arrows is Arrows.NONE:
        return [False] * len(picture.edges)
    leaving = Counter(edge.source for edge in picture.edges)
    coming = Counter(edge.target for edge in picture.edges)
    return [coming[edge.target] > leaving[edge.source] for edge in picture.edges]


def _line(edge: Edge, at: int, layout: Layout, arrows: Arrows, crowded: bool) -> Iterator[str]:
    """Give the marks of a line: its curve, its arrow, and its label at its right end.

    The label stands at the left end where the right one is crowded.
    """
    route = layout.routes[at]
    title = edge.title or edge.label
    told = (words("title", title),) if title else ()
    drawn = curve(
        route,
        DASHED_BEND if edge.dashed else layout.bends[at],
        INK if edge.strong else LINE,
        stroke_width=2 if edge.strong else 1.5,
        stroke_dasharray="5 4" if edge.dashed else "",
    )
    yield element("g", (*told, drawn, *_arrow(route, arrows, layout.turned[at])))
    if edge.label and route[0][0] != route[-1][0]:  # a bow has no room for words
        label = clean(edge.label)
        short = label if len(label) <= _LABEL_CHARACTERS else label[: _LABEL_CHARACTERS - 1] + "…"
        yield _label(short, route, crowded != layout.turned[at])


def _label(text: str, route: tuple[Point, ...], at_left: bool) -> str:
    """Write the label of a line, above its end."""
    (x, y), anchor, aside = (route[0], "start", 9) if at_left else (route[-1], "end", -7)
    return haloed(text, (x + aside, y - 3), SMALL, SOFT_INK, text_anchor=anchor)


def _arrow(route: tuple[Point, ...], arrows: Arrows, turned: bool) -> Iterator[str]:
    if arrows is Arrows.NONE:
        return
    begin, end = route[0], route[-1]
    at_end = (arrows is Arrows.RIGHT) != turned
    if begin[0] == end[0]:  # it leaves a column and comes back on the same side
        way = 1.0 if route[1][0] < begin[0] else -1.0
    else:
        way = 1.0 if at_end else -1.0
    yield arrowhead(end if at_end else begin, (way, 0), SOFT_INK)


class _Drawn:
    """A box with its texts folded, before its place is known."""

    def __init__(self, node: Node) -> None:
        room = BOX - 2 * INSET
        self._node = node
        self._shades = SHADES[node.tone]
        heading = clean(f"{node.kind} · {node.key}" if node.key != node.title else node.kind)
        self._heading = (shortened(heading, room / SMALL),)
        title = clean(node.title)
        self._title = folded(title, room / MIDDLE / BOLD, TITLE_LINES)
        beside = room if node.progress is None else room - BAR[0] - 8
        self._words = folded(clean(node.words), beside / SMALL / BOLD, 1)
        self._lines = [row for line in node.lines for row in folded(clean(line), room / SMALL, 1)]

    @property
    def height(self) -> float:
        """The height that the texts need."""
        rows = len(self._heading) + bool(self._words or self._has_bar) + len(self._lines)
        return 16.0 + (rows * SMALL + len(self._title) * MIDDLE) * LEADING

    @property
    def _has_bar(self) -> bool:
        return self._node.progress is not None

    def marks(self, box: Box) -> str:
        """Give the box at its place, with all of its text for who points at it."""
        node, shades = self._node, self._shades
        whole = (f"{node.kind} {node.key}: {node.title}", node.words, *node.lines)
        frame: Mapping[str, str | float] = {
            "stroke": FOCUS if node.focus else shades.strong,
            "stroke_width": 3 if node.focus else 1,
            "stroke_dasharray": "4 3" if node.tone is Tone.UNKNOWN and not node.focus else "",
        }
        ground = block((0, 0), (BOX, box.height), shades.ground, rx=6, **frame)
        strip = block((0, 6), (5, box.height - 12), shades.strong)
        return element(
            "g",
            (words("title", "; ".join(filter(None, whole))), ground, strip, *self._texts()),
            transform=moved((box.x, box.y)),
        )

    def _texts(self) -> Iterator[str]:
        y = 8.0
        for line in self._heading:
            y += SMALL * LEADING
            yield lettered(line, (INSET, y - 3), SMALL, SOFT_INK)
        for line in self._title:
            y += MIDDLE * LEADING
            yield lettered(line, (INSET, y - 4), MIDDLE, INK, font_weight="bold")
        if self._words or self._has_bar:
            y += SMALL * LEADING
            yield from self._progress(y - 3)
        for line in self._lines:
            y += SMALL * LEADING
            yield lettered(line, (INSET, y - 3), SMALL, SOFT_INK)

    def _progress(self, y: float) -> Iterator[str]:
        x, progress, strong = INSET, self._node.progress, self._shades.strong
        if progress is not None:
            wide, high = BAR
            full = wide * min(1.0, max(0.0, progress))
            yield block((x, y - high), BAR, self._shades.rest, stroke=strong, stroke_width=0.8)
            if full:
                yield block((x, y - high), (full, high), strong)
            x += wide + 8
        for line in self._words:
            yield lettered(line, (x, y), SMALL, strong, font_weight="bold")
