"""How often a caller may ask: a bucket of tokens for each, which fills at a steady rate.

Reference: the token bucket, as in J. Turner, New directions in communications, 1986.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

MOST_CALLERS: Final = 10_000
"""So many callers are remembered; the one that was away for longest is forgotten, as if it were new."""


class Rates:
    """Counts operations by caller. Belongs to one event loop. Cost: constant, in time and memory."""

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self.per_s = per_s
        self._burst = float(burst)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, payer: str) -> float:
        """Take one operation of a caller, and give 0; else how many seconds until there is one."""
        if not self.per_s:
            return 0.0
        now = self._clock()
        left, at = self._left.pop(payer, (self._burst, now))
        left = min(self._burst, left + (now - at) * self.per_s)
        taken = left >= 1
        self._left[payer] = (left - taken, now)
        if len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self.per_s
