"""A picture before it is drawn: boxes with text, lines between them, and what is said of the whole."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a box looks. What it means is said in words beside it, in the box and in the legend."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNKNOWN = "unknown"
    """It could have progress and has no data."""
    PLAIN = "plain"
    """It has no progress."""
    CRITICAL = "critical"
    """It holds the end of a schedule."""
    GOAL = "goal"
    WORK = "work"
    TEAM = "team"
    PRODUCT = "product"
    STREAM = "stream"
    """These tell what kind of node it is."""


class Arrows(StrEnum):
    """To which end of their lines the arrows of a picture point."""

    NONE = "none"
    RIGHT = "right"
    """From the source to the target."""
    LEFT = "left"
    """From the target, on the right, to the source."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `id` is a word of ASCII letters and digits that begins with a letter.

    `kind` and `key` stand small above the `title`, `lines` small below it. `progress` is 0-1, None
    where no bar is drawn; `words` stand beside the bar, or in its place. `focus`: it is what the
    picture is about. `column` is where it stands from the left, with what the picture is about at 0; None where
    its lines decide. All texts may hold any character.
    """

    id: str
    kind: str
    key: str
    title: str
    lines: tuple[str, ...] = ()
    progress: float | None = None
    words: str = ""
    tone: Tone = Tone.PLAIN
    focus: bool = False
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two boxes, by their ids; a picture puts the source to the left of the target.

    `label` is drawn; `title` is the whole of what the line says, for who asks. `strong`: it is set off.
    """

    source: str
    target: str
    label: str = ""
    title: str = ""
    dashed: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and lines. `note` says what is left out of the picture, "" if nothing is.

    `legend` has, for each tone that is explained, its words.
    """

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    legend: tuple[tuple[Tone, str], ...] = ()
    note: str = ""
    arrows: Arrows = Arrows.NONE
