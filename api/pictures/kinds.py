"""The tones of kinds of node, and their words in a legend."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.pictures.picture import Tone

_TONES: Final[Mapping[str, Tone]] = {
    "Company": Tone.STREAM,
    "ValueStream": Tone.STREAM,
    "Product": Tone.PRODUCT,
    "Team": Tone.TEAM,
    "Person": Tone.TEAM,
    "Objective": Tone.GOAL,
    "KeyResult": Tone.GOAL,
    "WorkItem": Tone.WORK,
}
_LEGEND: Final = (
    (Tone.STREAM, "company, value stream"),
    (Tone.PRODUCT, "product"),
    (Tone.TEAM, "team, person"),
    (Tone.GOAL, "objective, key result"),
    (Tone.WORK, "work"),
    (Tone.PLAIN, "other"),
)


def tone_of(kind: str) -> Tone:
    """Give the tone of a kind."""
    return _TONES.get(kind, Tone.PLAIN)


def legend_of(kinds: Iterable[str]) -> tuple[tuple[Tone, str], ...]:
    """Give the legend of the tones of kinds."""
    tones = {tone_of(kind) for kind in kinds}
    return tuple((tone, words) for tone, words in _LEGEND if tone in tones)
