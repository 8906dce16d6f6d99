"""Tells whoever serves an operation what came of it: for metrics, traces and the log."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter_ns, time_ns
from typing import TypeAlias

from graphql import GraphQLError

from schema.admission import Price

CANCELLED = "CANCELLED"
"""The code of an operation whose client went away."""


@dataclass(frozen=True, slots=True)
class Observed:
    """An operation that ended.

    `type` is query, mutation or subscription, and `field` its field of the root, `several` where it
    has more; both are "" where it was not let in. So there are no more of them than the schema has.
    `codes` are those of its errors; a subscription's time is how long somebody listened.
    """

    type: str
    field: str
    began_ns: int
    took_ns: int
    codes: tuple[str, ...]


Watch: TypeAlias = Callable[[Observed], None]


def _nobody(observed: Observed) -> None:
    del observed


WATCH: ContextVar[Watch] = ContextVar("watch", default=_nobody)
"""Whoever is told of the operations of a request, or of a connection."""


class Watching:
    """One operation, from its begin on."""

    __slots__ = ("_began_ns", "_codes", "_from", "price")

    def __init__(self) -> None:
        self.price: Price | None = None
        self._codes: dict[str, None] = {}
        self._began_ns = time_ns()
        self._from = perf_counter_ns()

    def met(self, errors: Iterable[GraphQLError] | None) -> None:
        """Note errors as they are shown."""
        for error in errors or ():
            self.coded(str((error.extensions or {}).get("code", "")))

    def coded(self, code: str) -> None:
        """Note the code of an error."""
        self._codes[code] = None

    def ended(self) -> None:
        """Tell that it ended."""
        price = self.price
        WATCH.get()(
            Observed(
                price.operation.value if price else "",
                price.field if price else "",
                self._began_ns,
                perf_counter_ns() - self._from,
                tuple(self._codes),
            )
        )
