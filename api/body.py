"""Bounds the body of a request, whether its length is announced or not."""

import asyncio
from contextlib import suppress

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import refused

DRAINED_BYTES = 16_000_000
DRAINED_S = 5.0
"""So much of a body that is too large, and for so long, is taken and forgotten."""


class TooLarge(Exception):
    """The body went past the limit while it was read."""


class BodyLimit:
    """Answers 413 to a request whose body is larger than the limit, and names the limit."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced[:20]) > self._most:
            await self._refuse(scope, receive, send)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken, answered = 0, False

        async def counting() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counting, noting)
        except TooLarge:
            if answered:
                raise
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, once what is on its way has come in: a client that still sends reads nothing."""
        left = DRAINED_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAINED_S):
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        break
        await self._refusal()(scope, receive, send)

    def _refusal(self) -> JSONResponse:
        text = f"The body is too large: the limit is {self._most:,} bytes."
        more = {"limit": "body_bytes", "value": self._most}
        return refused(413, "LIMIT_EXCEEDED", text, more)
