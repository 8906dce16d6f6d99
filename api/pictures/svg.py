"""A picture as SVG: one file of XML that needs no font, script or file beside it."""

from collections.abc import Iterator, Mapping
from typing import Final

from api.pictures.colours import FOCUS, INK, LINE, PAPER, SHADES, SOFT_INK
from api.pictures.elements import (
    FONTS,
    Point,
    block,
    curve,
    element,
    lettered,
    moved,
    number,
    words,
)
from api.pictures.layout import Box, layered
from api.pictures.lettering import clean, folded, room_of
from api.pictures.picture import Edge, Node, Picture, Tone

MARGIN: Final = 24.0
LEAST_WIDTH: Final = 720.0

BOX: Final = 272.0
INSET: Final = 14.0
BAR: Final = (72.0, 8.0)
SMALL, MIDDLE, LARGE = 11.0, 13.5, 19.0
TITLE_LINES: Final = 3
DASHED_BEND: Final = 0.4
"""Where dashed lines turn, so that none runs along one that is not."""
_BOLD: Final = 1.12
"""How much wider bold letters are."""
_LEADING: Final = 1.32
_LABEL_CHARACTERS: Final = 18


def svg(picture: Picture) -> str:
    """Write a picture as SVG. Cost: linear in what is drawn."""
    drawn = {node.id: _Drawn(node) for node in picture.nodes}
    sizes = {name: (BOX, box.height) for name, box in drawn.items()}
    layout = layered(sizes, [(edge.source, edge.target) for edge in picture.edges])
    width = max(LEAST_WIDTH, layout.width + 2 * MARGIN)
    head, top = _head(picture, width - 2 * MARGIN)
    height = top + layout.height + MARGIN
    lines = [
        mark
        for edge, route, bend in zip(picture.edges, layout.routes, layout.bends, strict=True)
        if route
        for mark in _line(edge, route, bend)
    ]
    boxes = [drawn[node.id].marks(layout.boxes[node.id]) for node in picture.nodes]
    parts = (
        words("title", picture.title, id="title"),
        words("desc", " ".join(filter(None, (picture.description, picture.note))), id="desc"),
        block((0, 0), (width, height), PAPER),
        *head,
        element("g", (*lines, *boxes), transform=moved((MARGIN, top))),
    )
    return (
        element(
            "svg",
            parts,
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {number(width)} {number(height)}",
            role="img",
            aria_labelledby="title desc",
            font_family=FONTS,
        )
        + "\n"
    )


def _head(picture: Picture, width: float) -> tuple[list[str], float]:
    """Give what stands above the boxes, and where the boxes begin."""
    marks, y = [], MARGIN
    for line in folded(clean(picture.title), width / LARGE / _BOLD, 2):
        y += LARGE
        marks.append(lettered(line, (MARGIN, y), LARGE, INK, font_weight="bold"))
        y += LARGE * (_LEADING - 1)
    for line in folded(clean(picture.description), width / SMALL, 3):
        y += SMALL * _LEADING
        marks.append(lettered(line, (MARGIN, y), SMALL, SOFT_INK))
    if picture.note:
        y += MIDDLE * _LEADING
        marks.append(lettered(picture.note, (MARGIN, y), MIDDLE, INK, font_weight="bold"))
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


def _line(edge: Edge, route: tuple[Point, ...], bend: float) -> Iterator[str]:
    """Give the marks of a line: its curve, and its label above its right end."""
    title = edge.title or edge.label
    told = (words("title", title),) if title else ()
    dashes = "5 4" if edge.dashed else ""
    drawn = curve(
        route, DASHED_BEND if edge.dashed else bend, LINE, stroke_width=1.5, stroke_dasharray=dashes
    )
    yield element("g", (*told, drawn))
    if edge.label:
        x, y = route[-1]
        label = clean(edge.label)
        short = label if len(label) <= _LABEL_CHARACTERS else label[: _LABEL_CHARACTERS - 1] + "…"
        halo: Mapping[str, str | float] = {
            "stroke": PAPER,
            "stroke_width": 3,
            "paint_order": "stroke",
        }
        yield lettered(short, (x - 5, y - 3), SMALL, SOFT_INK, text_anchor="end", **halo)


class _Drawn:
    """A box with its texts folded, before its place is known."""

    def __init__(self, node: Node) -> None:
        room = BOX - 2 * INSET
        self._node = node
        self._shades = SHADES[node.tone]
        heading = clean(f"{node.kind} · {node.key}" if node.key != node.title else node.kind)
        self._heading = folded(heading, room / SMALL, 1)
        title = clean(node.title)
        self._title = folded(title, room / MIDDLE / _BOLD, TITLE_LINES)
        beside = room if node.progress is None else room - BAR[0] - 8
        self._words = folded(clean(node.words), beside / SMALL / _BOLD, 1)
        self._lines = [row for line in node.lines for row in folded(clean(line), room / SMALL, 1)]

    @property
    def height(self) -> float:
        """The height that the texts need."""
        rows = len(self._heading) + bool(self._words or self._has_bar) + len(self._lines)
        return 16.0 + (rows * SMALL + len(self._title) * MIDDLE) * _LEADING

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
            y += SMALL * _LEADING
            yield lettered(line, (INSET, y - 3), SMALL, SOFT_INK)
        for line in self._title:
            y += MIDDLE * _LEADING
            yield lettered(line, (INSET, y - 4), MIDDLE, INK, font_weight="bold")
        if self._words or self._has_bar:
            y += SMALL * _LEADING
            yield from self._progress(y - 3)
        for line in self._lines:
            y += SMALL * _LEADING
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
