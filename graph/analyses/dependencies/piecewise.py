"""Sorting many rows without holding the interpreter for long.

`sorted` compares its keys in one C call, during which no other thread runs: of some ten thousand
rows with tuples for keys for longer than a service may stand still.
"""

from collections.abc import Callable, Iterable
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

PIECE = 2_000
"""Rows sorted in one call: about two milliseconds."""

T = TypeVar("T")


def sorted_in_pieces(rows: Iterable[T], key: "Callable[[T], SupportsRichComparison]") -> list[T]:
    """Give what `sorted(rows, key=key)` gives. Cost: n log n, the merging in Python."""
    rest = iter(rows)
    pieces = []
    while piece := list(islice(rest, PIECE)):
        piece.sort(key=key)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else list(merge(*pieces, key=key))
