"""A design structure matrix before it is drawn, and how it is drawn as SVG: a heat map of needs.

The shape is that of the analysis `dsm`; anything of this shape can be drawn. References: D. V.
Steward, The design structure system, 1981 (the matrix, its blocks and feedback marks);
docs/definitions.md §6.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from api.pictures.colours import INK, PAPER, SOFT_INK
from api.pictures.elements import block, element, lettered, moved, number, ruled, shape, words
from api.pictures.lettering import clean, room_of, shortened
from api.pictures.sheet import MARGIN, SMALL, TEXT, described, heading, sheet

MOST_ELEMENTS: Final = 120
"""Rows of a matrix: more are no matrix that a person reads."""
CELL: Final = 19.0
LABELS: Final = 230.0
"""Room for the names of the rows; those of the columns have as much at most."""
NUMBERS: Final = 26.0
LEAST_WIDTH: Final = 640.0

DIAGONAL: Final = "#c9ced4"
FRAME: Final = "#1f4fa3"
FEEDBACK: Final = "#b0231b"
_GRID: Final = "#e6e9ed"
_BAND: Final = "#f8f9fb"
SHADES: Final = (
    ("#dbe6f5", INK),
    ("#b5cdea", INK),
    ("#85abd9", INK),
    ("#3f6fae", PAPER),
    ("#234a80", PAPER),
)
"""The grounds of cells from light to heavy, each with the colour of the number on it."""


class Element(Protocol):
    """Something of the matrix; `block` is the number of its block, `group` where it belongs."""

    @property
    def key(self) -> str: ...  # noqa: D102 - said above
    @property
    def name(self) -> str | None: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def inputs(self) -> int: ...  # noqa: D102
    @property
    def outputs(self) -> int: ...  # noqa: D102


class Mark(Protocol):
    """What stands in a row needs what stands in the column, by so many dependencies (`weight`)."""

    @property
    def row(self) -> int: ...  # noqa: D102 - said above
    @property
    def column(self) -> int: ...  # noqa: D102
    @property
    def weight(self) -> int: ...  # noqa: D102
    @property
    def declared(self) -> bool: ...  # noqa: D102
    @property
    def feedback(self) -> bool: ...  # noqa: D102


class Block(Protocol):
    """Elements in a row, from a position on, that all need each other."""

    @property
    def first(self) -> int: ...  # noqa: D102 - said above
    @property
    def size(self) -> int: ...  # noqa: D102


class Matrix(Protocol):
    """Elements in their order, the marks between them and the blocks."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - said above
    @property
    def order(self) -> str: ...  # noqa: D102
    @property
    def elements(self) -> Sequence[Element]: ...  # noqa: D102
    @property
    def marks(self) -> Sequence[Mark]: ...  # noqa: D102
    @property
    def blocks(self) -> Sequence[Block]: ...  # noqa: D102
    @property
    def feedback_marks(self) -> int: ...  # noqa: D102
    @property
    def exact(self) -> bool: ...  # noqa: D102
    @property
    def element_count(self) -> int: ...  # noqa: D102


def matrix_svg(matrix: Matrix) -> str:
    """Write a matrix as SVG: at most `MOST_ELEMENTS` rows, the first ones, and says so.

    Cost: linear in elements and marks.
    """
    return _Drawn(matrix).svg()


def matrix_title(matrix: Matrix) -> str:
    """Say what a matrix shows."""
    return f"Who needs whom: {matrix.kind}"


def matrix_description(matrix: Matrix) -> str:
    """Say how a matrix is read, and how much is in it."""
    surely = "" if matrix.exact else ", by a heuristic"
    return (
        "A row needs what stands in the columns of its marks; the number is how many dependencies."
        f" {matrix.element_count:,} elements, {len(matrix.marks):,} marks,"
        f" {matrix.feedback_marks:,} of them feedback{surely}; {_blocks(len(matrix.blocks))} whose"
        " elements all need each other."
    )


def _blocks(count: int) -> str:
    return "1 block" if count == 1 else f"{count:,} blocks"


def matrix_note(matrix: Matrix, most: int = MOST_ELEMENTS) -> str:
    """Say what of a matrix is not drawn."""
    missing = matrix.element_count - min(most, len(matrix.elements))
    return f"{missing:,} of {matrix.element_count:,} elements are not drawn" if missing > 0 else ""


class _Drawn:
    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._elements = matrix.elements[:MOST_ELEMENTS]
        self._side = CELL * len(self._elements)
        self._shown = [_shown(element) for element in self._elements]
        self._left = MARGIN + min(LABELS, self._longest() + 8) + NUMBERS
        self._width = max(LEAST_WIDTH, self._left + self._side + MARGIN)
        texts = matrix_title(matrix), matrix_description(matrix), matrix_note(matrix)
        self._texts = texts
        self._head, y = heading(*texts, self._width - 2 * MARGIN)
        self._legend_y = y + 2 * SMALL
        self._top = self._legend_y + 14 + min(LABELS, self._longest() + 8) + NUMBERS
        self._most = max((mark.weight for mark in matrix.marks), default=1)

    def _longest(self) -> float:
        return max((room_of(text) * TEXT for text in self._shown), default=0.0)

    def svg(self) -> str:
        title, description, note = self._texts
        field = (*self._ground(), *self._cells(), *self._frames())
        marks = (
            *self._head,
            *self._legend(),
            *self._names(),
            element("g", field, transform=moved((self._left, self._top))),
        )
        size = self._width, self._top + self._side + MARGIN
        return sheet(title, described(description, note), size, marks)

    def _legend(self) -> Iterator[str]:
        x, y = MARGIN, self._legend_y
        samples: list[tuple[str, str]] = []
        for at in sorted({0, len(SHADES) // 2, len(SHADES) - 1}):
            least = _least(at, self._most)
            samples.append((block((0, -10), (13, 13), SHADES[at][0]), f"{least:,} and more"))
        samples = samples if self._most > 2 else samples[:1]
        samples.append((block((0, -10), (13, 13), DIAGONAL), "itself"))
        samples.append((_ring((0, -10), 13), "feedback: needs what comes after it"))
        frame = block((0, -10), (13, 13), "none", stroke=FRAME, stroke_width=2)
        samples.append((frame, "block: all need each other"))
        samples.append((_corner((0, -10), 13), "derived only"))
        for mark, meaning in samples:
            yield element("g", (mark,), transform=moved((x, y)))
            yield lettered(meaning, (x + 18, y), SMALL, SOFT_INK)
            x += 18 + room_of(meaning) * SMALL + 14

    def _names(self) -> Iterator[str]:
        room = min(LABELS, self._longest() + 8) / TEXT
        for at, (found, text) in enumerate(zip(self._elements, self._shown, strict=True)):
            middle = (at + 0.5) * CELL
            short = shortened(text, room - 0.3)
            told = words(
                "title", f"{found.key}: {clean(found.name or found.key)}; {_degree(found)}"
            )
            row_y = self._top + middle + 4
            name = lettered(short, (self._left - NUMBERS - 4, row_y), TEXT, INK, text_anchor="end")
            place = lettered(
                str(at + 1), (self._left - 5, row_y), SMALL - 1, SOFT_INK, text_anchor="end"
            )
            yield element("g", (told, name, place))
            # A column's name stands upright above it, and reads from below.
            turn = (
                f"translate({number(self._left + middle + 4)} {number(self._top - 4)}) rotate(-90)"
            )
            name = lettered(short, (NUMBERS - 3, 0), TEXT, INK)
            place = lettered(str(at + 1), (0, 0), SMALL - 1, SOFT_INK)
            yield element("g", (told, name, place), transform=turn)

    def _ground(self) -> Iterator[str]:
        for at in range(len(self._elements)):
            if at % 2:
                yield block((0, at * CELL), (self._side, CELL), _BAND)
        for at in range(len(self._elements) + 1):
            yield ruled((at * CELL, 0), (at * CELL, self._side), _GRID, stroke_width=0.6)
            yield ruled((0, at * CELL), (self._side, at * CELL), _GRID, stroke_width=0.6)
        for at in range(len(self._elements)):
            yield block((at * CELL, at * CELL), (CELL, CELL), DIAGONAL)

    def _cells(self) -> Iterator[str]:
        most = len(self._elements)
        for mark in self._matrix.marks:
            if mark.row < most and mark.column < most:
                yield self._cell(mark)

    def _cell(self, mark: Mark) -> str:
        x, y = mark.column * CELL, mark.row * CELL
        fill, ink = SHADES[_shade(mark.weight, self._most)]
        row, column = self._elements[mark.row], self._elements[mark.column]
        count = "1 dependency" if mark.weight == 1 else f"{mark.weight:,} dependencies"
        facts = [f"{row.key} needs {column.key}: {count}"]
        facts += [] if mark.declared else ["derived only"]
        facts += ["feedback"] if mark.feedback else []
        text = f"{mark.weight}" if mark.weight < 100 else "99+"
        parts = [
            words("title", ", ".join(facts)),
            block((x + 0.5, y + 0.5), (CELL - 1, CELL - 1), fill),
            lettered(
                text,
                (x + CELL / 2, y + CELL / 2 + 3.5),
                10.0 if len(text) < 3 else 8.0,
                ink,
                text_anchor="middle",
            ),
        ]
        if not mark.declared:
            parts.append(_corner((x, y), CELL))
        if mark.feedback:
            parts.append(_ring((x, y), CELL))
        return element("g", parts)

    def _frames(self) -> Iterator[str]:
        for found in self._matrix.blocks:
            size = (min(found.first + found.size, len(self._elements)) - found.first) * CELL
            if size > 0:
                corner = found.first * CELL, found.first * CELL
                yield block(corner, (size, size), "none", stroke=FRAME, stroke_width=2)


def _shown(found: Element) -> str:
    """Give the name by which an element goes in the matrix."""
    return clean(found.name or found.key)


def _degree(found: Element) -> str:
    return f"needs {found.inputs:,}, is needed by {found.outputs:,}"


def _shade(weight: int, most: int) -> int:
    """Give the shade of a weight, by its share in the heaviest; single dependencies are lightest."""
    if most <= 1 or weight <= 1:
        return 0
    return min(len(SHADES) - 1, 1 + (weight - 1) * (len(SHADES) - 1) // most)


def _least(shade: int, most: int) -> int:
    """Give the least weight of a shade."""
    return next((n for n in range(1, most + 1) if _shade(n, most) >= shade), most)


def _ring(at: tuple[float, float], size: float) -> str:
    x, y = at
    corner, wide = (x + 1.5, y + 1.5), (size - 3, size - 3)
    return block(corner, wide, "none", stroke=FEEDBACK, stroke_width=2.4, rx=4)


def _corner(at: tuple[float, float], size: float) -> str:
    """Mark the upper left corner of a cell."""
    x, y = at
    return shape(
        f"M{number(x)} {number(y)}h{number(size / 3)}l{number(-size / 3)} {number(size / 3)}z",
        SOFT_INK,
    )
