"""Bounds the body of a request, whether its length is announced or not, and the time it takes."""

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


class TooSlow(Exception):
    """The body did not come in within its time."""


class BodyLimit:
    """Answers 413 to a request whose body is larger than the limit, 408 to one that does not come in.

    Each names the limit. `most` is in bytes; `wait_s` counts from where the body is first read.
    """

    def __init__(self, app: ASGIApp, most: int, wait_s: float) -> None:
        self._app = app
        self._most = most
        self._wait_s = wait_s

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
        answered = False

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        coming = _Coming(receive, self._most, self._wait_s)
        try:
            await self._app(scope, coming.next, noting)
        except (TooLarge, TooSlow) as error:
            if answered:
                raise
            if isinstance(error, TooSlow):
                await self._late()(scope, receive, send)
            else:
                await self._refuse(scope, receive, send)

    def _late(self) -> JSONResponse:
        text = f"The body did not come in: the limit is {self._wait_s:g} s."
        more = {"limit": "receive_wait_s", "value": self._wait_s}
        return refused(408, "REQUEST_TIMEOUT", text, more, {"Connection": "close"})

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


class _Coming:
    """A body as it comes in. TooLarge and TooSlow, once it is."""

    def __init__(self, receive: Receive, most: int, wait_s: float) -> None:
        self._receive = receive
        self._left = most
        self._wait_s = wait_s
        self._until: float | None = None
        self._whole = False

    async def next(self) -> Message:
        """Give its next part; once it is whole, what comes after it."""
        if self._whole:
            return await self._receive()
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._wait_s
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._whole = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        return message
