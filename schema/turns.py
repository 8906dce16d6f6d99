"""Turns on the event loop, for operations whose lists take long to complete.

GraphQL completes lists in one go: an answer of 200,000 fields would hold up every other one for
seconds. So who has computed for a turn waits for another; between two turns the loop serves the rest.
"""

import asyncio
from time import monotonic
from typing import Final

TURN_S: Final = 0.008
"""So long an operation computes before it lets others: an answer to most is ready before."""


class Turns:
    """Shares the time of an event loop among all that need more than a turn. Belongs to one loop.

    All of them together have one turn between two looks at the loop's other work, so that many
    hold it up no longer than one does.
    """

    def __init__(self, turn_s: float = TURN_S) -> None:
        self.turn_s = turn_s
        self._ends = 0.0
        self._taken = True
        self._begun: asyncio.Event | None = None

    async def next(self) -> float:
        """Wait for a turn; gives when it ends, by the monotonic clock."""
        while True:
            if self._begun is None:
                self._begun = asyncio.Event()
                asyncio.get_running_loop().call_soon(self._begin)
            await self._begun.wait()
            if not self._taken:
                # It counts from here: what the loop did since it was announced takes none of it.
                self._taken, self._ends = True, monotonic() + self.turn_s
                return self._ends
            if monotonic() < self._ends:
                return self._ends

    def _begin(self) -> None:
        begun, self._begun = self._begun, None
        self._taken = False
        assert begun is not None
        begun.set()
