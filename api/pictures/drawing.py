"""Something drawn, in whichever form is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from api.pictures.dot import dot
from api.pictures.mermaid import mermaid
from api.pictures.picture import Picture
from api.pictures.svg import svg


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: each form is written when it is asked for. `note` says what is left out of all."""

    svg: Callable[[], str]
    mermaid: Callable[[], str]
    dot: Callable[[], str]
    note: str = ""


def drawing_of(picture: Picture) -> Drawing:
    """Give the drawing of boxes and lines."""
    return Drawing(
        lambda: svg(picture), lambda: mermaid(picture), lambda: dot(picture), picture.note
    )
