"""Marks of an SVG picture as text: elements with attributes, and nothing that is not escaped."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from api.pictures.colours import PAPER
from api.pictures.lettering import clean

Point: TypeAlias = tuple[float, float]
FONTS: Final = "sans-serif"
TURN: Final = 32.0
"""Height in which a line turns to the upright."""


def number(value: float) -> str:
    """Give a number of the picture, to a tenth of its unit, in the fewest characters."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def moved(by: Point) -> str:
    """Write the transform of a group that stands elsewhere."""
    return f"translate({_point(*by)})"


def element(name: str, content: Iterable[str] = (), /, **attributes: str | float) -> str:
    """Write an element; an attribute is named as in SVG with _ for -, and one of "" is left out.

    `content` are elements, written already.
    """
    head = [name]
    for key, value in attributes.items():
        text = number(value) if isinstance(value, int | float) else clean(value)
        if text:
            head.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    inner = "".join(content)
    return f"<{' '.join(head)}>{inner}</{name}>" if inner else f"<{' '.join(head)}/>"


def words(name: str, text: str, /, **attributes: str | float) -> str:
    """Write an element that holds text alone."""
    return element(name, (escape(clean(text)),), **attributes)


def lettered(text: str, at: Point, size: float, fill: str, /, **attributes: str | float) -> str:
    """Write a line of text that begins (or, by its anchor, ends) at a point of its baseline."""
    x, y = at
    return words("text", text, x=x, y=y, font_size=size, fill=fill, **attributes)


def haloed(text: str, at: Point, size: float, fill: str, /, **attributes: str | float) -> str:
    """Write a line of text that is legible on lines, since it stands on a rim of paper."""
    rim: dict[str, str | float] = {"stroke": PAPER, "stroke_width": 3, "paint_order": "stroke"}
    return lettered(text, at, size, fill, **rim, **attributes)


def block(at: Point, size: Point, fill: str, /, **attributes: str | float) -> str:
    """Write a rectangle with its upper left corner at a point."""
    x, y = at
    width, height = size
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **attributes)


def shape(corners: str, fill: str, /, **attributes: str | float) -> str:
    """Write a path as SVG draws it."""
    return element("path", d=corners, fill=fill, **attributes)


def through(points: Iterable[Point], *, closed: bool = False) -> str:
    """Give the path of straight lines through points."""
    return "M" + "L".join(_point(*at) for at in points) + ("Z" if closed else "")


def ruled(begin: Point, end: Point, colour: str, /, **attributes: str | float) -> str:
    """Write a straight line."""
    return shape(through((begin, end)), "none", stroke=colour, **attributes)


def arrowhead(at: Point, way: Point, colour: str, size: float = 5.0) -> str:
    """Write the head of an arrow whose tip is at a point, and that points in a direction."""
    (x, y), (dx, dy) = at, way
    back = x - dx * size * 1.3, y - dy * size * 1.3
    wide = size * 0.7
    sides = [(back[0] + dy * sign, back[1] + dx * sign) for sign in (wide, -wide)]
    return shape(through((at, *sides), closed=True), colour)


def curve(points: Sequence[Point], bend: float, colour: str, /, **attributes: str | float) -> str:
    """Write a line through points, from the left to the right, level at each of them.

    Between two points it turns at the share `bend` of the way across. One that ends straight above or
    below its beginning is a bow towards the point between.
    """
    steps = [f"M{_point(*points[0])}"]
    if points[0][0] == points[-1][0]:
        aside = points[len(points) // 2][0]
        begin, end = points[0], points[-1]
        steps.append(f"C{_point(aside, begin[1])} {_point(aside, end[1])} {_point(*end)}")
        return shape("".join(steps), "none", stroke=colour, **attributes)
    for begin, end in pairwise(points):
        steps += _turned(begin, end, begin[0] + (end[0] - begin[0]) * bend)
    return shape("".join(steps), "none", stroke=colour, **attributes)


def _turned(begin: Point, end: Point, trunk: float) -> Iterator[str]:
    y, (to_x, to_y) = begin[1], end
    if y == to_y:
        yield f"H{number(to_x)}"
        return
    if abs(to_y - y) < 2 * TURN:
        yield f"C{_point(trunk, y)} {_point(trunk, to_y)} {_point(to_x, to_y)}"
        return
    # Long lines share an upright part, so that many from one box do not fill the room.
    turn = TURN if to_y > y else -TURN
    yield f"Q{_point(trunk, y)} {_point(trunk, y + turn)}"
    yield f"V{number(to_y - turn)}"
    yield f"Q{_point(trunk, to_y)} {_point(to_x, to_y)}"


def _point(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
