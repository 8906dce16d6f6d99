"""Keeping refused writes without making those who were refused wait, nor the database suffer.

Refusals wait in a bounded queue; a thread that lives as long as there are some writes them in
batches. Whoever is refused a thousand times a second costs a few statements a second.
"""

from collections import deque
from threading import Lock, Thread
from time import sleep
from typing import Final

from graph.errors import HeadwaterError
from graph.model.access import REFUSALS_KEPT, RefusedWrite
from graph.store.protocol import AccessBook

PAUSE_S: Final = 0.2
"""How long refusals are gathered before they are written."""
BATCH: Final = 500


class Refusals:
    """The refused writes of a process, on their way into the store. Safe to share by threads."""

    def __init__(self, book: AccessBook) -> None:
        self._book = book
        self._waiting: deque[RefusedWrite] = deque(maxlen=REFUSALS_KEPT)
        self._lock = Lock()
        self._writing = Lock()
        self._writer: Thread | None = None

    def note(self, refusal: RefusedWrite) -> None:
        """Keep a refusal soon; returns at once."""
        with self._lock:
            self._waiting.append(refusal)
            if self._writer is None:
                self._writer = Thread(target=self._run, name="refusals", daemon=True)
                self._writer.start()

    def newest(self, limit: int) -> list[RefusedWrite]:
        """Give the newest, the newest first: those of this process that wait are written before."""
        self.flush()
        return list(self._book.refusals(limit))

    def flush(self) -> None:
        """Write what waits. Raises a Store… error, and keeps what could not be written."""
        with self._writing:
            while batch := self._taken():
                try:
                    self._book.keep_refusals(batch)
                except BaseException:
                    self._put_back(batch)
                    raise

    def _taken(self) -> list[RefusedWrite]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _put_back(self, batch: list[RefusedWrite]) -> None:
        with self._lock:
            # Before what came meanwhile; where there is no room for all, the oldest go.
            room = REFUSALS_KEPT - len(self._waiting)
            self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))

    def _run(self) -> None:
        while True:
            sleep(PAUSE_S)
            try:
                self.flush()
            except HeadwaterError:
                failed = True
            else:
                failed = False
            with self._lock:
                # What could not be written waits for the next refusal, or for whoever asks.
                if failed or not self._waiting:
                    self._writer = None
                    return
