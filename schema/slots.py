"""Slots for heavy analyses: so many at once, so many waiting, and no caller takes all of them."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from graphql import GraphQLError

from schema.worker import stoppable

T = TypeVar("T")

RETRY_AFTER_S = 2
"""After so long a caller that was turned away may come again."""


class Busy(GraphQLError):
    """All slots are taken and so many wait that one more would wait for too long."""

    def __init__(self, limit: str, most: int) -> None:
        self.retry_after_s = RETRY_AFTER_S
        extensions = {
            "code": "BUSY",
            "classification": "DataFetchingException",
            "limit": limit,
            "value": most,
            "retryAfterSeconds": RETRY_AFTER_S,
        }
        text = (
            f"Too many analyses are waiting: the limit is {most}. Ask again in {RETRY_AFTER_S} s."
        )
        super().__init__(text, extensions=extensions)


@dataclass(frozen=True, slots=True)
class SlotLimits:
    """How many heavy analyses run at once and wait, in all and for each caller."""

    running: int = 2
    waiting: int = 500
    each_running: int = 2
    each_waiting: int = 250


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    payer: str
    operation: int
    turn: asyncio.Future[None]


class Slots:
    """Hands out the slots of a process, first come, first served, up to each caller's share.

    Belongs to one event loop. A slot is given back when its thread is free, not when its caller
    goes away: what cannot be stopped at once goes on counting.
    """

    def __init__(self, limits: SlotLimits | None = None) -> None:
        self._limits = limits or SlotLimits()
        self._running: Counter[str] = Counter()
        self._waiting: deque[_Waiting] = deque()

    @property
    def running(self) -> int:
        """How many slots are taken."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many callers wait for one."""
        return len(self._waiting)

    async def run(self, payer: str, operation: object, function: Callable[[], T]) -> T:
        """Run a pure function in a worker as soon as the caller may. Busy, if too many wait.

        It is operations that are turned away, known by an object of their own: one that has been let
        in is not, however many rows of it ask for an analysis each.
        """
        await self._taken(payer, id(operation))
        return await stoppable(function, lambda: self._given_back(payer))

    async def _taken(self, payer: str, operation: int) -> None:
        if self._may(payer):
            self._running[payer] += 1
            return
        self._let_in(payer, operation)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(payer, operation, turn)
        self._waiting.append(waiting)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(waiting)
            else:
                self._given_back(payer)  # its turn had come in the same moment
            raise

    def _let_in(self, payer: str, operation: int) -> None:
        waiting = {(each.payer, each.operation) for each in self._waiting}
        if (payer, operation) in waiting:
            return
        if len(waiting) >= self._limits.waiting:
            raise Busy("analyses_waiting", self._limits.waiting)
        if sum(name == payer for name, _ in waiting) >= self._limits.each_waiting:
            raise Busy("analyses_waiting_each", self._limits.each_waiting)

    def _may(self, payer: str) -> bool:
        limits = self._limits
        return self.running < limits.running and self._running[payer] < limits.each_running

    def _given_back(self, payer: str) -> None:
        self._running[payer] -= 1
        if not self._running[payer]:
            del self._running[payer]
        for found in tuple(self._waiting):
            if self.running >= self._limits.running:
                return
            if not found.turn.done() and self._may(found.payer):
                self._running[found.payer] += 1
                self._waiting.remove(found)
                found.turn.set_result(None)
