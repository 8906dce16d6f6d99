"""Bounds the body of a request, whether its length is announced or not."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


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
            await self._refusal()(scope, receive, send)
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
            await self._refusal()(scope, receive, send)

    def _refusal(self) -> JSONResponse:
        text = f"The body is too large: the limit is {self._most:,} bytes."
        extensions = {"code": "LIMIT_EXCEEDED", "limit": "body_bytes", "value": self._most}
        return JSONResponse({"errors": [{"message": text, "extensions": extensions}]}, 413)
