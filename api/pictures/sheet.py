"""What every SVG picture has around its marks: the paper, its name, and what is said above it."""

from collections.abc import Iterable
from typing import Final

from api.pictures.colours import INK, PAPER, SOFT_INK
from api.pictures.elements import FONTS, Point, block, element, lettered, number, words
from api.pictures.lettering import clean, folded

MARGIN: Final = 24.0
SMALL, TEXT, LARGE = 11.0, 12.5, 19.0
MIDDLE: Final = 13.5
BOLD: Final = 1.12
"""How much wider bold letters are."""
LEADING: Final = 1.32


def sheet(title: str, description: str, size: Point, marks: Iterable[str]) -> str:
    """Write a whole picture of a width and height: one file that needs nothing beside it."""
    width, height = size
    parts = (
        words("title", title, id="title"),
        words("desc", description, id="desc"),
        block((0, 0), size, PAPER),
        *marks,
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


def heading(title: str, description: str, note: str, width: float) -> tuple[list[str], float]:
    """Give what is said above a picture of a width, and the line below which the picture begins."""
    marks, y = [], MARGIN
    for line in folded(clean(title), width / LARGE / BOLD, 2):
        y += LARGE
        marks.append(lettered(line, (MARGIN, y), LARGE, INK, font_weight="bold"))
        y += LARGE * (LEADING - 1)
    for line in folded(clean(description), width / SMALL, 3):
        y += SMALL * LEADING
        marks.append(lettered(line, (MARGIN, y), SMALL, SOFT_INK))
    for line in folded(clean(note), width / MIDDLE / BOLD, 3):
        y += MIDDLE * LEADING
        marks.append(lettered(line, (MARGIN, y), MIDDLE, INK, font_weight="bold"))
    return marks, y


def described(description: str, note: str) -> str:
    """Give the words for who cannot see a picture."""
    return " ".join(filter(None, (description, note)))
