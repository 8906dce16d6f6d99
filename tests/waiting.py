"""Waiting for what another thread or process does."""

from collections.abc import Callable
from time import monotonic, sleep


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until another thread has made something true; fail when it does not."""
    deadline = monotonic() + 60
    while not condition():
        assert monotonic() < deadline
        sleep(0.001)
