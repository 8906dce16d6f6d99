"""Turns away who asks too often or holds too much open, before anything is read for him."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from starlette.types import Scope

from api.callers import is_counted, payer
from api.rates import Rates
from api.settings import Settings
from schema.slots import SlotLimits, Slots


@dataclass(frozen=True, slots=True)
class Turned:
    """A caller who is turned away: by which limit, and after how many seconds to come again."""

    code: str
    message: str
    limit: str
    value: float
    retry_after_s: int

    @property
    def extensions(self) -> dict[str, object]:
        """What the error tells programs."""
        told: dict[str, object] = {"code": self.code, "limit": self.limit, "value": self.value}
        return told | ({"retryAfterSeconds": self.retry_after_s} if self.retry_after_s else {})

    @property
    def headers(self) -> dict[str, str]:
        """What the answer to a request says beside it."""
        return {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else {}


class Gate:
    """What callers have a share of in one process: their rate, open streams, and slots."""

    def __init__(self, settings: Settings) -> None:
        self._rates = Rates(settings.rate_per_s, settings.rate_burst)
        self._most_open = settings.max_subscriptions_each
        self._open: Counter[str] = Counter()
        self.slots = Slots(
            SlotLimits(
                settings.max_analyses,
                settings.max_analyses_waiting,
                settings.max_analyses_each,
                settings.max_analyses_waiting_each,
            )
        )

    def turned_away(self, scope: Scope) -> Turned | None:
        """Count an operation of a caller; gives why he is turned away, None where he is not."""
        if not is_counted(scope):
            return None
        wait = self._rates.wait_s(payer(scope))
        if not wait:
            return None
        rate, seconds = self._rates.per_s, ceil(wait)
        text = f"Too many operations: the limit is {rate:g} a second. Ask again in {seconds} s."
        return Turned("RATE_LIMITED", text, "rate_per_s", rate, seconds)

    def opened(self, scope: Scope) -> Callable[[], None] | Turned:
        """Count an open stream of a caller; gives what to call at its end, or why it is refused."""
        if not is_counted(scope):
            return lambda: None
        name = payer(scope)
        if self._open[name] >= self._most_open:
            text = f"Too many open subscriptions: the limit is {self._most_open:,}."
            return Turned("LIMIT_EXCEEDED", text, "subscriptions_each", self._most_open, 0)
        self._open[name] += 1
        return lambda: self._closed(name)

    def _closed(self, name: str) -> None:
        self._open[name] -= 1
        if self._open[name] <= 0:
            del self._open[name]
