"""The roll-up of a snapshot, without stalling the event loop where it has to be made first."""

from collections.abc import Awaitable, Callable
from functools import partial
from threading import Lock
from typing import TypeVar

from graph.analyses.goals.rollup import is_rolled_up, rollup
from graph.model.snapshot import Snapshot
from schema.worker import stoppable

T = TypeVar("T")

_MAKING = Lock()
"""Fifty rows of a page that ask at once make one roll-up, not fifty."""


def once_rolled_up(snapshot: Snapshot, give: Callable[[], T]) -> T | Awaitable[T]:
    """Give what `give` gives: at once where the roll-up is there, else from a worker."""
    return give() if is_rolled_up(snapshot) else stoppable(partial(_made, snapshot, give))


def _made(snapshot: Snapshot, give: Callable[[], T]) -> T:
    with _MAKING:
        rollup(snapshot)
    return give()
