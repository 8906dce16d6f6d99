"""Which results can be drawn, and by what.

To add one: write its painter, add a line to `PAINTERS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.painting.matrices import drawing_of_matrix
from api.painting.reaches import drawing_of_impact
from api.painting.schedules import drawing_of_schedule
from api.painting.subject import Subject
from api.painting.surroundings import drawing_of_neighborhood
from api.painting.trees import holds_tree, picture_of_result
from api.pictures.drawing import Drawing, drawing_of
from graph.analyses.analysis import Analysis
from graph.analyses.dependencies.impact import Impact
from graph.analyses.dependencies.neighborhood import Neighborhood
from graph.analyses.registry import ANALYSES
from graph.analyses.scheduling.critical_path import CriticalPath
from graph.analyses.structure.dsm import Dsm


@dataclass(frozen=True, slots=True)
class Painter:
    """Draws results of the classes that it fits."""

    fits: Callable[[type], bool]
    draw: Callable[[Subject[Any]], Drawing]


def _of(cls: type) -> Callable[[type], bool]:
    return lambda result: issubclass(result, cls)


PAINTERS: tuple[Painter, ...] = (
    Painter(_of(CriticalPath), drawing_of_schedule),
    Painter(_of(Impact), drawing_of_impact),
    Painter(_of(Neighborhood), drawing_of_neighborhood),
    Painter(_of(Dsm), drawing_of_matrix),
    Painter(holds_tree, lambda subject: drawing_of(picture_of_result(subject.result))),
)
"""All painters; the first that fits a result draws it."""


def painter_of(result: type) -> Painter | None:
    """Give what draws the results of a class; None where nothing does."""
    return next((painter for painter in PAINTERS if painter.fits(result)), None)


def is_drawable(entry: Analysis) -> bool:
    """Say whether the results of an analysis can be drawn."""
    return painter_of(entry.result) is not None


def drawable() -> tuple[str, ...]:
    """Give the names of the analyses whose results can be drawn."""
    return tuple(entry.name for entry in ANALYSES if is_drawable(entry))


def drawn(subject: Subject[Any]) -> Drawing:
    """Draw a result that can be drawn."""
    painter = painter_of(type(subject.result))
    assert painter is not None
    return painter.draw(subject)
