"""The ways in which one HTTP answer tells several results: events, and parts of a multipart body.

References: graphql-sse (distinct connections mode), Apollo's multipart subscription protocol 1.0,
the incremental delivery of GraphQL (`@defer`), RFC 2046, 5.1 (multipart).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import cast

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.http.streaming import (
    HTTPStreamTransport,
    JSONEncoder,
    MultipartSubscriptionTransport,
    MultipartTransport,
    SSETransport,
)
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL
from strawberry.types.graphql import OperationType

UNBUFFERED: Mapping[str, str] = {
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}
"""Ask what lies between to pass each piece on as it comes, and to keep none."""
_OPENING = "--graphql"


class SubscriptionParts(MultipartSubscriptionTransport):
    """Results as the parts of one body. Whatever can be asked is told, a query as one part."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Give the headers; strawberry's own name two media types in one."""
        media = f'multipart/mixed; boundary="{self.separator}"; subscriptionSpec="1.0"'
        return {"Content-Type": media, **UNBUFFERED}

    def allowed_operation_types(
        self, allowed_operation_types: set[OperationType]
    ) -> Iterable[OperationType]:
        """Allow what the method allows."""
        return allowed_operation_types

    def encode_complete(self) -> str:
        """End the body; each part before has already been closed by a delimiter."""
        return "--\r\n"


class Events(SSETransport):
    """Results as events, whose lines end as most clients expect it: some know no CR LF."""

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Write an event; `data` is one line of JSON. A browser drops an event without data."""
        return f"event: {event}\ndata: {data}\n\n" if data else f"event: {event}\ndata:\n\n"

    def encode_comment(self, comment: str) -> str:
        """Write a comment, which keeps the connection alive."""
        return f": {comment}\n\n"


class DeferredParts(MultipartTransport):
    """The parts of a result of which some was deferred."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Give the headers."""
        return {**super().headers, **UNBUFFERED}

    def encode_multipart_data(self, data: object, encode_json: JSONEncoder) -> str:
        """Write a part, without what it says nothing of."""
        if isinstance(data, Mapping):
            data = {
                name: value for name, value in data.items() if value is not None or name == "data"
            }
        return super().encode_multipart_data(data, encode_json)


TRANSPORTS: Mapping[str, type[HTTPStreamTransport]] = {
    MULTIPART_SUBSCRIPTION_PROTOCOL: SubscriptionParts,
    GRAPHQL_SSE_PROTOCOL: Events,
}


def opened(
    stream: Callable[[], AsyncIterator[str]], headers: Mapping[str, str]
) -> Callable[[], AsyncIterator[str]]:
    """Begin the body of a multipart subscription with a delimiter, or its first part is none."""
    if "subscriptionSpec" not in headers.get("Content-Type", ""):
        return stream

    async def pieces() -> AsyncIterator[str]:
        yield _OPENING
        async with aclosing(cast("AsyncGenerator[str, None]", stream())) as inner:
            async for piece in inner:
                yield piece

    return pieces


async def until_stopping(
    response: Response, stopping: asyncio.Event, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a stream until its end, the client's, or the process's.

    The last ends the answer without saying that the stream is complete, so that the client asks
    again, of whoever serves then.
    """
    ended = False

    async def first() -> Message:
        waiting = [asyncio.ensure_future(receive()), asyncio.ensure_future(_gone(stopping))]
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in waiting:
                task.cancel()

    async def noting(message: Message) -> None:
        nonlocal ended
        ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        await send(message)

    await response(scope, first, noting)
    if stopping.is_set() and not ended:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(stopping: asyncio.Event) -> Message:
    await stopping.wait()
    return {"type": "http.disconnect"}
