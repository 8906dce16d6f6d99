"""How long an operation may take: what runs past it is stopped, wherever it is.

Waiting is cut short by cancelling the operation, which also stops the analyses that it waits for
(`worker.stoppable`). What computes on the event loop itself, field by field, looks at the clock.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextvars import ContextVar
from time import monotonic
from typing import TypeVar

from graphql import GraphQLError

from graph.errors import ErrorCode

T = TypeVar("T")

_ENDS: ContextVar[float] = ContextVar("ends", default=float("inf"))


class Overdue(BaseException):
    """The operation that executes has run out of time. No resolver's error handling catches it."""


def ends() -> float:
    """Give when the time of the operation that executes is up, by the monotonic clock."""
    return _ENDS.get()


class Deadline:
    """The end of one operation's time. Zero seconds are no limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = monotonic() + seconds if seconds else float("inf")

    @property
    def ends(self) -> float:
        """When it is up, by the monotonic clock."""
        return self._ends

    async def within(self, awaitable: Awaitable[T]) -> T:
        """Wait for something while there is time; else it is cancelled, with Overdue."""
        token = _ENDS.set(self._ends)
        try:
            async with asyncio.timeout(None if self._ends == float("inf") else self._left()):
                return await awaitable
        except TimeoutError:
            raise Overdue from None
        finally:
            _ENDS.reset(token)

    async def each(self, results: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Give results one by one while there is time for the next; else Overdue."""
        try:
            while True:
                try:
                    yield await self.within(anext(results))
                except StopAsyncIteration:
                    return
        finally:
            await results.aclose()

    def _left(self) -> float:
        return max(0.0, self._ends - monotonic())

    def error(self, *, writes: bool = False) -> GraphQLError:
        """Say that the time was up; of what `writes`, that it may have been written all the same."""
        extensions = {"code": "TIMEOUT", "limit": "seconds", "value": self.seconds}
        text = f"The operation took longer than it may: the limit is {self.seconds:g} s."
        if writes:
            extensions["code"] = ErrorCode.OUTCOME_UNKNOWN.name
            text += (
                " Its write may have been made, as a whole, or not: give it again with the same"
                " idempotencyKey, or look for it in the log."
            )
        return GraphQLError(text, extensions=extensions)
