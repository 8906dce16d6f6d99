"""Text for pictures: without what no picture can hold, measured, and folded into lines."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, combining, east_asian_width, normalize

ELLIPSIS: Final = "…"

_NARROW: Final = frozenset("iljtfrI|!.,:;'`()[]{}/\\ ")
_BROAD: Final = frozenset("mwMW@%")
_JOINER: Final = "\u200d"
_NO_TEXT: Final = "".join(
    chr(plane + low) for plane in range(0, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF)
)
_UNFIT: Final = re.compile(
    "[\x00-\x20\x7f-\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    f"{_NO_TEXT}]+"
)
"""Blanks and control characters, those that turn the direction of writing, and what is no text."""


def clean(text: str) -> str:
    """Give the text in one line with single blanks, of characters that every form can hold."""
    return _UNFIT.sub(" ", text).strip()


def room_of(text: str) -> float:
    """Estimate the width of a text in ems of a generic sans-serif font, rather too large."""
    return sum(_room_of(char) for char in text)


def _room_of(char: str) -> float:
    if char == _JOINER or combining(char) or category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    if east_asian_width(char) in {"W", "F"}:
        return 1.3  # an emoji is wider than its em in some fonts
    if char in _NARROW:
        return 0.38
    if char in _BROAD:
        return 1.02
    if char.isupper() or (not char.isascii() and not normalize("NFD", char)[0].isascii()):
        return 0.8
    return 0.61


def folded(text: str, room: float, most: int) -> tuple[str, ...]:
    """Fold a text into at most `most` lines of `room` ems; an ellipsis ends what is cut.

    Lines break at blanks, and within a word only where it is longer than a line; a line holds one
    character at least. Together, but for blanks, the lines are the text, or its beginning. An empty
    text has no lines.
    """
    lines: list[str] = []
    for line in _lines(text, room):
        if len(lines) == most:
            lines[-1] = _ended(lines[-1], room)
            break
        lines.append(line)
    return tuple(lines)


def shortened(text: str, room: float) -> str:
    """Give a text in one line of `room` ems; an ellipsis ends what is cut, wherever that is."""
    if room_of(text) <= room:
        return text
    kept, used = "", room_of(ELLIPSIS)
    for cluster in clusters(text):
        used += room_of(cluster)
        if used > room:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def _lines(text: str, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if room_of(joined) <= room:
            line = joined
            continue
        if room_of(word) > room:
            *full, line = (part.strip() for part in _broken(joined, room))
            yield from full
            continue
        yield line
        line = word
    if line:
        yield line


def _broken(word: str, room: float) -> Iterator[str]:
    """Break a word that is longer than a line; a character keeps what is joined to it."""
    part, used = "", 0.0
    for cluster in clusters(word):
        wide = room_of(cluster)
        if part and used + wide > room:
            yield part
            part, used = "", 0.0
        part += cluster
        used += wide
    yield part


def _ended(line: str, room: float) -> str:
    parts = list(clusters(line))
    while parts and room_of("".join(parts)) + room_of(ELLIPSIS) > room:
        parts.pop()
    return "".join(parts).rstrip() + ELLIPSIS


def clusters(text: str) -> Iterator[str]:
    """Give the characters of a text, each with the marks and joined signs that follow it."""
    cluster = ""
    for char in text:
        joined = (
            cluster.endswith(_JOINER) or char == _JOINER or category(char) in {"Mn", "Me", "Mc"}
        )
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def percent(share: float) -> str:
    """Give a share in per cent; what is not quite nothing or all does not look like it."""
    whole = round(share * 100)
    if whole >= 100 and share < 1:
        return "99%"
    if whole <= 0 and share > 0:
        return "1%"
    return f"{whole}%"


def bar(progress: float, cells: int) -> str:
    """Give progress as a bar of that many characters, full or empty only where it is."""
    within = min(1.0, max(0.0, progress))
    filled = round(within * cells)
    if 0 < within < 1:
        filled = min(cells - 1, max(1, filled))
    return "█" * filled + "░" * (cells - filled)
