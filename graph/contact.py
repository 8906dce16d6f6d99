"""Whether the database answers, and as of when the snapshot is known to be the newest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from graph.errors import HeadwaterError, StoreUnreachable

SLOW_S: Final = 5.0
"""A database that leaves one question unanswered for so long counts as away."""


class Contact:
    """What is known of a database that is asked over and over where it stands.

    One thread asks, any may read. Times are seconds of a monotonic clock.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._confirmed = clock()
        self._asked: float | None = None
        self._failed: HeadwaterError | None = None
        self.behind = 0
        """Revisions that the snapshot was behind the ledger at the last look."""

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask the database in the body; what goes wrong there is noted, and raised."""
        begun = self._clock()
        self._asked = begun
        try:
            yield
        except HeadwaterError as error:
            self._failed = error
            raise
        else:
            # What was read is at least as new as the question.
            self._confirmed, self._failed = begun, None
        finally:
            self._asked = None

    @property
    def age_s(self) -> float:
        """How long ago the snapshot was known to be the newest."""
        return max(0.0, self._clock() - self._confirmed)

    @property
    def trouble(self) -> HeadwaterError | None:
        """Why the database cannot be asked now; None while it answers."""
        failed, asked = self._failed, self._asked
        if failed is None and asked is not None and self._clock() - asked > SLOW_S:
            return StoreUnreachable(f"the database has not answered for {self.age_s:.0f} s")
        return failed

    def expect_within(self, seconds: float) -> None:
        """Raise StoreUnreachable where the database has been away for longer."""
        if self.trouble is not None and self.age_s > seconds:
            message = f"the database has been away for {self.age_s:.0f} s"
            raise StoreUnreachable(message, "nothing was written; try again")
