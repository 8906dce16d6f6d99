"""Whether an import fits into one write: told from the records alone, before they are planned."""

from collections.abc import Iterable, Iterator, Sequence

from graph.errors import ErrorCode, Violation
from graph.model.records import NodeRecord, Record


def within(records: Iterable[Record], limit: int) -> Iterator[Record]:
    """Give the records up to the first that is too much for one write to an empty graph."""
    room = _Room(limit)
    for record in records:
        yield record
        if not room.takes(record):
            return


def excess(records: Sequence[Record], limit: int, present: int) -> Violation | None:
    """Say that records name more things than a graph of `present` and one write to it can hold.

    Each beyond those that are there makes one, so that the plan could only say the same. What
    passes here may still be too large: that the plan tells.
    """
    room = _Room(present + limit)
    if len(records) <= present + limit or all(room.takes(record) for record in records):
        return None
    return too_large(f"more than {limit:,} changes")


def too_large(what: str) -> Violation:
    """Give the problem of an import that is too large for one write, and the way out."""
    message = f"{what} are too many for one write"
    hint = (
        "split it, nodes before relationships, or raise HEADWATER_MAX_CHANGES together with"
        " HEADWATER_ENGINE_HEAP"
    )
    return Violation(ErrorCode.TOO_LARGE, message, hint=hint)


class _Room:
    """Counts the different things that records name, up to a bound."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._named: set[tuple[str, ...]] = set()

    def takes(self, record: Record) -> bool:
        if isinstance(record, NodeRecord):
            self._named.add((record.kind, repr(record.key)))
        else:
            self._named.add((record.type, repr(record.start), repr(record.end)))
        return len(self._named) <= self._most
