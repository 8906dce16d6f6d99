"""Logins by tokens of ours. Each process knows them all, and looks again every second."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic
from typing import Final

import structlog

from api.auth.answers import IssuerAway, Unauthenticated
from api.auth.secrets import fits, id_of
from graph.errors import HeadwaterError
from graph.model.access import AccessToken
from graph.model.principals import Principal
from graph.store.protocol import AccessBook

log = structlog.stdlib.get_logger()

FRESH_S: Final = 1.0
"""So old may what is known be: a token that was revoked works no longer than this."""
AGAIN_S: Final = 0.2
"""So soon is looked again for a token that is not known: it may have been made just now."""
PATIENCE_S: Final = 0.5
"""So long is waited for the database where something is known."""
KEPT_S: Final = 60.0
"""So long is what is known used while the database cannot be asked."""


def _clock() -> datetime:
    return datetime.now(UTC)


class TokenLogins:
    """Knows whose token is shown. Belongs to one event loop."""

    def __init__(self, book: AccessBook, clock: Callable[[], datetime] = _clock) -> None:
        self._book = book
        self._clock = clock
        self._known: Mapping[str, AccessToken] = {}
        self._at: float | None = None
        self._reading: asyncio.Task[None] | None = None
        # Not among the workers: whoever logs in does not wait for an analysis.
        self._aside = ThreadPoolExecutor(1, "tokens")

    async def principal(self, secret: str) -> Principal:
        """Give whose secret it is. Unauthenticated when it is worth nothing."""
        id_ = id_of(secret)
        if not id_:
            msg = "the token has not the form of one"
            raise Unauthenticated(msg, "give it as `headwater token create` showed it")
        await self._look(FRESH_S)
        if id_ not in self._known:
            await self._look(AGAIN_S)
        found = self._known.get(id_)
        if found is None or not fits(secret, found.hash):
            msg = "the token is not known"
            raise Unauthenticated(msg, "an admin makes one: headwater token create")
        state = found.state(self._clock())
        if state != "active":
            msg = f"the token {found.id} is {state}"
            raise Unauthenticated(msg, "an admin makes a new one: headwater token create")
        teams = frozenset(found.teams)
        return Principal(f"token:{found.name}", found.role, teams, found.person)

    async def _look(self, most_age_s: float) -> None:
        """Read the tokens, unless they were read so recently. IssuerAway when that cannot be."""
        if self._age() <= most_age_s:
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        known = self._age() <= KEPT_S
        await asyncio.wait({self._reading}, timeout=PATIENCE_S if known else None)
        if self._age() > KEPT_S:
            msg = "the tokens cannot be read now"
            raise IssuerAway(msg, "try again soon")

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._aside, self._book.tokens)
        except HeadwaterError as error:
            log.warning("tokens_unread", code=error.code.name)
            return
        self._known, self._at = {token.id: token for token in found}, monotonic()

    def _age(self) -> float:
        return float("inf") if self._at is None else monotonic() - self._at
