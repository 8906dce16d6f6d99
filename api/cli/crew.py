"""`serve --workers`: further processes that answer on the same port, each with a snapshot of its own.

The first process holds the engine, and looks after the others: one that ends is started again.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final

import structlog

LOOK_S: Final = 0.2
LONGEST_PAUSE_S: Final = 30.0
"""A worker that ends again at once is started after a pause, and then twice as long."""
STEADY_S: Final = 10.0
"""After so long a worker counts as one that runs."""
GRACE_S: Final = 20.0
"""Seconds that a worker gets to answer what it was asked before it is killed."""

log = structlog.stdlib.get_logger()


@contextmanager
def crew(count: int, given: Mapping[str, object]) -> Iterator[None]:
    """Run so many further workers while the context is open. `given` are settings by name."""
    environment = os.environ | {
        f"HEADWATER_{name.upper()}": str(getattr(value, "value", value))
        for name, value in given.items()
    }
    command = [sys.executable, "-m", "api.cli.worker", str(os.getpid())]
    workers = [_Worker(command, environment) for _ in range(count)]
    leaving = Event()
    looking = Thread(target=_look, args=(workers, leaving), name="crew", daemon=True)
    looking.start()
    try:
        yield
    finally:
        leaving.set()
        looking.join()
        for worker in workers:
            worker.leave()
        for worker in workers:
            worker.wait()


def _look(workers: Sequence["_Worker"], leaving: Event) -> None:
    while True:
        for worker in workers:
            worker.look()
        if leaving.wait(LOOK_S):
            return


class _Worker:
    """A process that serves, and is started again when it ends."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = self._next = 0.0
        self._pause = 0.0

    def look(self) -> None:
        """Start it where it does not run, unless that was tried a moment ago."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            steady = monotonic() - self._begun > STEADY_S
            self._pause = 0.0 if steady else min(LONGEST_PAUSE_S, max(1.0, 2 * self._pause))
            self._next = monotonic() + self._pause
            log.warning("worker_ended", pid=self._process.pid, code=code, again_after_s=self._pause)
            self._process = None
        if monotonic() >= self._next:
            self._begun = monotonic()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command, env=dict(self._environment), stdin=subprocess.DEVNULL
            )
            log.info("worker_started", pid=self._process.pid)

    def leave(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait for its end; one that takes too long is killed."""
        if self._process is not None:
            try:
                self._process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
