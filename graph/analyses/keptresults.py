"""What analyses gave on a snapshot, kept for whoever asks the same of it again.

Two callers seldom want the same fields of a result, so the answers that are kept as they were written
do not serve them; but they want it of the same thing, by the same parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from graph.analyses.parameters import ParameterValue
from graph.model.snapshot import Snapshot

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MOST: Final = 8
"""So many results of a snapshot are kept, the last ones asked for."""
MOST_ROWS: Final = 20_000
"""So many rows in the lists of a result are kept with it; a larger one is computed each time."""

_Key: TypeAlias = tuple[object, ...]


class KeptResults:
    """The results of a snapshot. Safe to share by threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Begin with none; `snapshot` is what they are of."""
        del snapshot
        self._kept: dict[_Key, DataclassInstance] = {}

    def give(
        self,
        name: str,
        seen_at: datetime | None,
        values: Mapping[str, ParameterValue],
        make: "Callable[[], DataclassInstance]",
    ) -> "DataclassInstance":
        """Give the result of an analysis on values, as it is seen at an instant; made where unknown."""
        key = (name, seen_at, *((each, _fixed(value)) for each, value in values.items()))
        known = self._kept.get(key)
        made = make() if known is None else known
        if known is not None or _rows(made) <= MOST_ROWS:
            # Put anew, never altered: another thread may be looking.
            others = [(other, kept) for other, kept in self._kept.items() if other != key]
            self._kept = dict([*others[1 - MOST :], (key, made)])
        return made


def _fixed(value: ParameterValue) -> object:
    """Give what a value is known by: 1 and 1.0 and True are told apart, since results may show them."""
    if isinstance(value, Mapping):
        return tuple((name, type(each), each) for name, each in value.items())
    return type(value), value


def _rows(result: "DataclassInstance") -> int:
    values = (getattr(result, field.name) for field in fields(result))
    return sum(len(value) for value in values if isinstance(value, tuple | Mapping))
