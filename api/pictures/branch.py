"""What a tree is made of, whoever computed it, and what a node of it may tell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeGuard

PARTS: Final = ("kind", "key", "name", "repeated", "cut", "children")
"""The attributes that make a thing the node of a tree."""

REACHED: Final = 0.7
"""Progress from which an aspirational objective counts as a success."""
BEHIND: Final = 0.4
"""Progress below which it counts as a failure (J. Doerr, Measure What Matters, 2018)."""

_MEASURED: Final = frozenset({"Objective", "KeyResult"})
_NO_DATA: Final = "no_data"
"""The pace of what has no progress, which says so already."""
_SHORT: Final[Mapping[str, str]] = {
    "Objective": "O",
    "KeyResult": "KR",
    "WorkItem": "Work",
    "ValueStream": "Stream",
}


class Branch(Protocol):
    """What a tree is made of: a node of the graph with others below it.

    `repeated`: what is below was shown at its first place. `cut`: it goes on, beyond what is shown.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102 - said above
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str | None: ...  # noqa: D102
    @property
    def repeated(self) -> bool: ...  # noqa: D102
    @property
    def cut(self) -> bool: ...  # noqa: D102
    @property
    def children(self) -> Sequence["Branch"]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Told:
    """What a node tells beside its name; None, "" or () where it tells nothing.

    `progress`, `coverage`, `weight` and `confidence` are 0-1. `weight` is the node's share in what
    it hangs on, `relation` what it hangs on it by. `owners` are KIND/KEY. `measured` says whether
    the node is one that has progress, so that none is a lack of data.
    """

    progress: float | None = None
    coverage: float | None = None
    weight: float | None = None
    confidence: float | None = None
    pace: str = ""
    state: str = ""
    relation: str = ""
    owners: tuple[str, ...] = ()
    cycle: str = ""
    measured: bool = False

    @property
    def partial(self) -> bool:
        """Whether the progress comes from a part of the weights only."""
        covered = self.coverage
        return self.progress is not None and covered is not None and covered < 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """A node put into a tree that no analysis made, such as what is on the way up to a root."""

    kind: str
    key: str
    name: str | None
    told: Told
    children: tuple[Branch, ...] = ()
    repeated: bool = False
    cut: bool = False


def is_tree(value: object) -> TypeGuard[Branch]:
    """Say whether a value is the root of a tree."""
    return all(hasattr(value, name) for name in PARTS)


def told_by(thing: object) -> Told:
    """Read what a node tells; attributes that it has not, or that hold nothing, tell nothing."""
    found = getattr(thing, "told", None)
    if isinstance(found, Told):
        return found
    progress = _number(thing, "progress")
    measured = progress is not None or getattr(thing, "kind", None) in _MEASURED
    return Told(
        progress=progress,
        coverage=_number(thing, "coverage"),
        weight=_number(thing, "weight"),
        confidence=_number(thing, "confidence"),
        pace=_word(thing, "pace").replace(_NO_DATA, ""),
        state=_word(thing, "state"),
        relation=_word(thing, "relation"),
        owners=_owners(thing),
        cycle=_word(thing, "cycle"),
        measured=measured,
    )


def _number(thing: object, name: str) -> float | None:
    value = getattr(thing, name, None)
    return float(value) if isinstance(value, int | float) else None


def _word(thing: object, name: str) -> str:
    value = getattr(thing, name, None)
    return "" if value is None else str(value)


def _owners(thing: object) -> tuple[str, ...]:
    owner = _word(thing, "owner")
    owners = getattr(thing, "owners", None) or ()
    return tuple(map(str, owners)) or ((owner,) if owner else ())


def short_kind(kind: str) -> str:
    """Give a kind in the fewest letters that a planner knows it by."""
    return _SHORT.get(kind, kind)


def kind_words(kind: str) -> str:
    """Give a kind in words: KeyResult is a key result."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()


def relation_words(relation: str) -> str:
    """Give a relationship in words: CONTRIBUTES_TO is contributes to."""
    return relation.lower().replace("_", " ")
