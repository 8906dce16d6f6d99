"""The matrix of `dsm`: a row for each element that needs, a column for each that is needed."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from api.plain import plain
from graph.analyses.structure.dsm import Dsm, DsmMark

MOST: Final = 60
"""A matrix of more elements is none that a person reads as text."""
LABEL_WIDTH: Final = 24

_Places = Mapping[tuple[int, int], DsmMark]


def show_structure(console: Console, found: Dsm) -> None:
    """Show the matrix where it has room; else say how to see it."""
    if not found.marks:
        return
    lines = _lines(found)
    if len(found.elements) > MOST or max(map(cell_len, lines)) > console.width:
        words = f"no room for the matrix of {len(found.elements):,}; --output FILE.svg draws it"
        console.print(Text(words, "dim"))
    else:
        for line in lines:
            console.print(Text(line.rstrip()), soft_wrap=True)
        words = "a row needs what its numbers stand under; * needs what comes after it"
        console.print(Text(words, "dim"))
    console.print()


def _lines(found: Dsm) -> Sequence[str]:
    places = {(mark.row, mark.column): mark for mark in found.marks}
    size = range(len(found.elements))
    numbers = [str(element.position) for element in found.elements]
    cells = [[_cell(places, row, column) for column in size] for row in size]
    width = max(len(text) for row in (numbers, *cells) for text in row) + 1
    label = min(LABEL_WIDTH, max(cell_len(plain(element.key)) for element in found.elements))
    left = label + 1 + len(numbers[-1])
    head = " " * left + "".join(number.rjust(width) for number in numbers)
    return [
        head,
        *(
            f"{set_cell_size(plain(element.key), label)} {number.rjust(left - label - 1)}"
            + "".join(text.rjust(width) for text in row)
            for element, number, row in zip(found.elements, numbers, cells, strict=True)
        ),
    ]


def _cell(places: _Places, row: int, column: int) -> str:
    mark = places.get((row, column))
    if mark is None:
        return "■" if row == column else "·"
    return f"{mark.weight}*" if mark.feedback else str(mark.weight)
