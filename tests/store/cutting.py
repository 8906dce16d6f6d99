"""A wire between driver and database that breaks at a chosen message, as networks do."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import Enum

from graph.store.connection import Connection

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""Bolt's COMMIT, alone in its chunk."""


class Cut(Enum):
    """Where a wire breaks that was to carry a commit."""

    BEFORE = "the database never hears of it"
    UNANSWERED = "the database keeps it, and its answer is lost"
    AT_ONCE = "the database hears of it, and nobody waits for what it says"


@dataclass(slots=True)
class Wire:
    """Carries what is sent, and breaks each connection whose commit it is told to `lose`.

    `lose` is called with the number of the commit, from 1 on; `commits` is how many were sent, and
    `sent` how often anything was: where each waits for its answer, how many exchanges there were.
    """

    lose: Callable[[int], Cut | None]
    commits: int = 0
    sent: int = 0
    down: bool = False
    """Whether no connection is made any more."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ends: list[socket.socket] = field(default_factory=list)

    def fall(self) -> None:
        """Break all connections there are, and let none be made, until `down` is False again."""
        self.down = True
        with self._lock:
            ends, self._ends = self._ends, []
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def carry(self, ours: socket.socket, theirs: socket.socket) -> None:
        """Carry a connection until it ends or breaks."""
        with self._lock:
            self._ends += [ours, theirs]
        answered = threading.Event()
        wanted = threading.Event()
        back = threading.Thread(
            target=self._back, args=(theirs, ours, wanted, answered), daemon=True
        )
        back.start()
        with suppress(OSError):
            while piece := ours.recv(65_536):
                self.sent += 1
                cut = self._cut(piece)
                if cut is Cut.BEFORE:
                    break
                if cut is Cut.UNANSWERED:
                    wanted.set()
                theirs.sendall(piece)
                if cut is Cut.UNANSWERED:
                    answered.wait(10)
                if cut is not None:
                    break
        for each in (ours, theirs):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _cut(self, piece: bytes) -> Cut | None:
        if COMMIT not in piece:
            return None
        with self._lock:
            self.commits += 1
            return self.lose(self.commits)

    @staticmethod
    def _back(
        theirs: socket.socket,
        ours: socket.socket,
        wanted: threading.Event,
        answered: threading.Event,
    ) -> None:
        with suppress(OSError):
            while piece := theirs.recv(65_536):
                if wanted.is_set():
                    answered.set()
                    return
                ours.sendall(piece)
        with suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)


@contextmanager
def wired(
    connection: Connection, lose: Callable[[int], Cut | None]
) -> Iterator[tuple[Connection, Wire]]:
    """Give an address that leads to a database by a wire that breaks."""
    host, _, port = connection.uri.removeprefix("bolt://").partition(":")
    wire = Wire(lose)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    ours, _ = listening.accept()
                    if wire.down:
                        ours.close()
                        continue
                    theirs = socket.create_connection((host, int(port)))
                    threading.Thread(target=wire.carry, args=(ours, theirs), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        own = f"bolt://127.0.0.1:{listening.getsockname()[1]}"
        yield replace(connection, uri=own), wire
        listening.shutdown(socket.SHUT_RDWR)
