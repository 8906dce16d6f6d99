"""Requests that are cut off: by a client that goes away, or by the end of the service."""

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import refused

AGAIN_S: Final = 5
"""So soon a service that is started anew may be there."""


class CutOff:
    """Ends what is cut off without a word in the log: neither is an error of ours.

    Who went away hears nothing; who waits when the service ends hears 503, as far as nothing of his
    answer is on its way yet.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            if not answered:
                await _stopping()(scope, receive, send)


def _stopping() -> ASGIApp:
    text = "The service is being stopped. Ask again soon; a write, with the same idempotencyKey."
    headers = {"Retry-After": str(AGAIN_S)}
    return refused(503, "STOPPING", text, {"retryAfterSeconds": AGAIN_S}, headers)
