"""The colours of pictures, as #rrggbb.

Texts have a contrast of 4.5 and more to what they stand on, bars and borders 3 and more (WCAG 2.2,
AA). No colour says what is not said in words too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.pictures.picture import Tone

PAPER: Final = "#ffffff"
INK: Final = "#1b1f24"
SOFT_INK: Final = "#545b64"
LINE: Final = "#7d8590"
FOCUS: Final = "#1f4fa3"


@dataclass(frozen=True, slots=True)
class Shades:
    """The colours of a box: its ground, its border and full part of its bar, and the bar's rest."""

    ground: str
    strong: str
    rest: str


SHADES: Final[Mapping[Tone, Shades]] = {
    Tone.GOOD: Shades("#f0f9f3", "#17693a", "#cfe9d8"),
    Tone.FAIR: Shades("#fff8ea", "#8a5300", "#f5e0b8"),
    Tone.POOR: Shades("#fdf2f1", "#b0231b", "#f6d3d0"),
    Tone.UNKNOWN: Shades("#f5f6f7", "#5d6670", "#dde1e5"),
    Tone.PLAIN: Shades("#f3f6fb", "#46618c", "#d5deec"),
    Tone.CRITICAL: Shades("#fdf2f1", "#b0231b", "#f6d3d0"),
    Tone.GOAL: Shades("#f6f1fb", "#6b3fa0", "#e2d5f1"),
    Tone.WORK: Shades("#f3f6fb", "#46618c", "#d5deec"),
    Tone.TEAM: Shades("#eef8f8", "#0f6468", "#c8e6e7"),
    Tone.PRODUCT: Shades("#fff6ec", "#8a4b08", "#f6dfc4"),
    Tone.STREAM: Shades("#f4f6ee", "#4f611a", "#dde5c6"),
}
