"""The one door: whoever comes, by whichever way, is asked here who he is.

As a layer around the application it stands before every address but those that are open; a
WebSocket says who it is in its first message, and asks here itself.
"""

import asyncio
from collections.abc import Mapping
from typing import Final, Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.auth.answers import Turned, Unauthenticated
from api.auth.secrets import PREFIX
from api.callers import PRINCIPAL
from graph.model.principals import ANONYMOUS, Principal, Role

OPEN: Final = ("/", "/health", "/ready")
"""Addresses that tell nothing of the graph."""
OPEN_BELOW: Final = ("/graphiql-assets/",)
LOOK_S: Final = 0.5
"""How often is looked whether those who stay may."""

ANYBODY: Final = Principal(ANONYMOUS, Role.ADMIN)
"""Whoever comes where nobody is asked."""
NOBODY: Final = Principal(ANONYMOUS, Role.VIEWER)
"""Who a connection is before it said so; it is let into nothing until then."""


class Logins(Protocol):
    """A way to know somebody by what he shows."""

    async def principal(self, shown: str) -> Principal:
        """Give who he is. Raises what he hears instead."""
        ...


class Visit:
    """Somebody who stays: a WebSocket or a stream. `over` is set when he may stay no longer."""

    def __init__(self, shown: str | None) -> None:
        self.shown = shown
        self.over = asyncio.Event()
        self.reason = ""


class Door:
    """Knows who asks, and looks after those who stay. Belongs to one event loop.

    Without any `tokens` or `issued` nobody is asked: so the service runs on one's own machine.
    """

    def __init__(self, tokens: Logins | None = None, issued: Logins | None = None) -> None:
        self._tokens = tokens
        self._issued = issued
        self._visits: set[Visit] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def asks(self) -> bool:
        """Whether anybody has to say who he is."""
        return self._tokens is not None or self._issued is not None

    async def principal(self, authorization: str | None) -> Principal:
        """Give who it is that shows this. Raises what he hears instead."""
        if not self.asks:
            return ANYBODY
        shown = bearer(authorization)
        logins = self._tokens if shown.startswith(PREFIX) else self._issued
        if logins is None:
            msg = "this kind of login is not taken here"
            taken = "a token of `headwater token create`" if self._tokens else "one of the issuer"
            raise Unauthenticated(msg, f"give {taken}")
        return await logins.principal(shown)

    def enter(self, authorization: str | None) -> Visit:
        """Look from now on whether somebody who was let in may stay."""
        visit = Visit(authorization)
        if self.asks:
            self._visits.add(visit)
            if self._watch is None or self._watch.done():
                self._watch = asyncio.create_task(self._watching())
        return visit

    def leave(self, visit: Visit) -> None:
        """Look no longer: he went by himself."""
        self._visits.discard(visit)

    async def _watching(self) -> None:
        while self._visits:
            await asyncio.sleep(LOOK_S)
            # Thousands may have come with one token: it is looked at once.
            for shown in {visit.shown for visit in self._visits}:
                await asyncio.sleep(0)
                reason = await self._turned(shown)
                if reason:
                    self._end(shown, reason)

    async def _turned(self, shown: str | None) -> str:
        try:
            await self.principal(shown)
        except Turned as error:
            # That it cannot be known now is no reason to send anybody away.
            return error.message if error.status != 503 else ""
        return ""

    def _end(self, shown: str | None, reason: str) -> None:
        for visit in [visit for visit in self._visits if visit.shown == shown]:
            visit.reason = reason
            visit.over.set()
            self._visits.discard(visit)


def bearer(authorization: str | None) -> str:
    """Read `Bearer …`. Unauthenticated when nothing is shown, or in another way."""
    if not authorization:
        msg = "say who you are: this service asks for a login"
        raise Unauthenticated(msg, "send the header Authorization: Bearer TOKEN", shown=False)
    scheme, _, shown = authorization.strip().partition(" ")
    shown = shown.strip()
    if scheme.lower() != "bearer" or not shown or not shown.isascii() or not shown.isprintable():
        msg = "the Authorization is not of the form Bearer TOKEN"
        raise Unauthenticated(msg, "send the header Authorization: Bearer TOKEN")
    return shown


def authorization_in(params: Mapping[str, object]) -> str | None:
    """Find what is shown in the first message of a WebSocket: as header, or as it is."""
    for name, value in params.items():
        if name.lower() == "authorization" and isinstance(value, str):
            return value
    return None


class AskAtTheDoor:
    """Lets a request in with `principal` and `authorization` in its state, or answers why not."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and not _is_open(scope["path"]):
            shown = Headers(scope=scope).get("authorization")
            try:
                who = await self._door.principal(shown)
            except Turned as turned:
                await turned.response()(scope, receive, send)
                return
            scope.setdefault("state", {})
            scope["state"] |= {"principal": who, "authorization": shown}
            if self._door.asks:
                scope[PRINCIPAL] = who.name
                bind_contextvars(principal=who.name)
        await self._app(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)
