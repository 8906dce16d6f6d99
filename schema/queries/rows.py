"""Connections of computed rows: pages of what an analysis lists, with cursors that name places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from graph.errors import BadUsage
from graph.model.snapshot import Snapshot
from schema.identity import opaque, plain
from schema.paging import Page, Rows, window_of
from schema.types.results import ResultView

T = TypeVar("T")

Place = tuple[float | str, ...]
"""Where a row stands: rows come sorted by it, and no two have the same."""


@dataclass(frozen=True, slots=True)
class RowEdge:
    """An edge to a row."""

    node: ResultView
    cursor: str


def row_page(
    snapshot: Snapshot,
    rows: Sequence[T],
    place: Callable[[T], Place],
    window: Mapping[str, object],
) -> Page[T, RowEdge]:
    """Give a page of rows that are sorted by their place."""
    shape = [type(part) for part in place(rows[0])] if rows else []
    return Page(
        Rows(rows, place),
        window_of(window),
        lambda cursor: _read(cursor, shape),
        lambda row: RowEdge(ResultView(snapshot, row), _cursor(place(row))),
        lambda row: ResultView(snapshot, row),
    )


def _cursor(place: Place) -> str:
    return opaque(orjson.dumps(place).decode())


def _read(cursor: str, shape: Sequence[type]) -> Place:
    try:
        found = orjson.loads(plain(cursor) or "")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list) or (shape and [type(part) for part in found] != shape):
        msg = "the cursor is not one of this connection"
        raise BadUsage(msg, "give a cursor as an edge had it")
    return tuple(found)
