"""Whose turn it is to write: one thread's at a time, and it takes along those who wait.

A write is short beside what the database takes to keep it, so whoever comes to write while another
one does finds others waiting: the next turn is that of all of them together (group commit).
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from time import monotonic
from typing import Final, Generic, TypeVar

from graph.contact import Contact
from graph.errors import Contended

TURN_S: Final = 20.0
"""Seconds that a write waits for those before it in this process."""
AWAY_S: Final = 10.0
"""Seconds after which writes do not wait any more for a database that is away."""
LOOK_S: Final = 0.5
"""Seconds between two looks at whether it is."""
TOGETHER: Final = 32
"""So many take one turn at most."""

T = TypeVar("T")


class _Waiting(Generic[T]):
    """Something that is to be carried out, and the thread that waits for it."""

    __slots__ = ("called", "done", "what")

    def __init__(self, what: T) -> None:
        self.what = what
        self.called = Event()
        self.done = False


class Turns(Generic[T]):
    """Hands out turns, in the order in which they are asked for."""

    def __init__(
        self,
        contact: Contact,
        carry_out: Callable[[Sequence[T]], None],
        *,
        turn_s: float = TURN_S,
    ) -> None:
        """Begin. `carry_out` is called by one thread at a time.

        It has to keep what went wrong with one of many, and raise nothing.
        """
        self._turn_s = turn_s
        self._contact = contact
        self._carry_out = carry_out
        self._lock = Lock()
        self._waiting: deque[_Waiting[T]] = deque()
        self._taken = False

    @property
    def waiting(self) -> int:
        """How many wait that nobody has begun."""
        return len(self._waiting)

    def take(self, what: T) -> None:
        """Have it carried out, by this thread or together with others by another one.

        Contended where it does not come to that for `turn_s`, and StoreUnreachable where the
        database has been away for AWAY_S: then it was not begun.
        """
        mine = _Waiting(what)
        with self._lock:
            self._waiting.append(mine)
            leads, self._taken = not self._taken, True
        if not leads:
            self._await(mine)
        if not mine.done:
            self._lead()

    def _await(self, mine: _Waiting[T]) -> None:
        """Wait until it was done, or is to be done by this thread."""
        until = monotonic() + self._turn_s
        try:
            while not mine.called.wait(LOOK_S):
                self._expect(until)
        except BaseException:
            if self._withdrawn(mine):
                raise
            mine.called.wait()  # somebody is at it, and he has bounds of his own

    def _expect(self, until: float) -> None:
        self._contact.expect_within(AWAY_S)
        if monotonic() > until:
            message = f"other writes of this process took {self._turn_s:.0f} s"
            raise Contended(message, "nothing was written; try again")

    def _withdrawn(self, mine: _Waiting[T]) -> bool:
        """Take it from those that wait, where nobody has begun it."""
        with self._lock:
            if mine.called.is_set() or mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _lead(self) -> None:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
        try:
            self._carry_out([each.what for each in group])
        finally:
            with self._lock:
                self._taken = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].called.set()
            for each in group:
                each.done = True
                each.called.set()
