"""The ways in which one HTTP answer tells several results: events, and parts of a multipart body.

References: graphql-sse (distinct connections mode), Apollo's multipart subscription protocol 1.0,
the incremental delivery of GraphQL (`@defer`), RFC 2046, 5.1 (multipart).
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing

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


Beat = tuple[float, str]
"""So many seconds after another it is told that the stream lives, and how."""


class Streams:
    """The streams that are open, and whether they may go on. Belongs to one event loop.

    `sockets` are the WebSockets beside them; the server ends those itself.
    """

    def __init__(self) -> None:
        self.sockets = 0
        self._open: dict[Streamed, None] = {}
        self._stopping = False

    def __len__(self) -> int:
        """Say how many are open, WebSockets among them."""
        return len(self._open) + self.sockets

    def is_set(self) -> bool:
        """Say whether the process stops."""
        return self._stopping

    def set(self) -> None:
        """End those that are open, and whatever is opened from now on: the process stops."""
        self._stopping = True
        for stream in list(self._open):
            stream.end()

    def begun(self, stream: "Streamed") -> None:
        """Note a stream."""
        self._open[stream] = None
        if self._stopping:
            stream.end()

    def ended(self, stream: "Streamed") -> None:
        """Forget a stream."""
        self._open.pop(stream, None)


class Streamed(Response):
    """An answer piece by piece, until its end, the client's, or the process's.

    The last ends the answer without saying that the stream is complete, so that the client asks
    again, of whoever serves then. It takes two tasks: one that sends, and one that waits for the
    client to go; what tells that the stream lives is a timer.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[str, None],
        headers: Mapping[str, str],
        streams: Streams,
        beat: Beat | None = None,
    ) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers(headers)
        self._pieces = pieces
        self._streams = streams
        self._beat = beat
        self._timer: asyncio.TimerHandle | None = None
        self._beating: asyncio.Task[None] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._is_over = False

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """Keep the headers; there is no length."""
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        ]

    def end(self) -> None:
        """End the stream from outside; its sender says so to the client."""
        if self._sender is not None and not self._is_over:
            self._is_over = True
            self._sender.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        del scope
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        loop = asyncio.get_running_loop()
        self._sender = asyncio.current_task()
        watching = loop.create_task(self._until_gone(receive))
        if self._beat is not None:
            self._beats(loop, send, *self._beat)
        self._streams.begun(self)
        try:
            async with aclosing(self._pieces):
                async for piece in self._pieces:
                    await send(_body(piece))
            self._is_over = True
        except asyncio.CancelledError:
            if not self._is_over or self._sender is None:
                raise
            self._sender.uncancel()
        finally:
            self._is_over = True
            self._streams.ended(self)
            for cancelled in (watching, self._timer, self._beating):
                if cancelled is not None:
                    cancelled.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end()

    def _beats(
        self, loop: asyncio.AbstractEventLoop, send: Send, every_s: float, text: str
    ) -> None:
        def beat() -> None:
            # One that is not through yet waits for a client who does not read.
            if self._beating is None or self._beating.done():
                self._beating = loop.create_task(_beaten(send, text))
            self._timer = loop.call_later(every_s, beat)

        self._timer = loop.call_later(every_s, beat)


async def _beaten(send: Send, text: str) -> None:
    await send(_body(text))


def _body(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def beat_of(transport: HTTPStreamTransport, encode: JSONEncoder) -> Beat:
    """Give how a transport tells that it lives."""
    return transport.heartbeat_interval, transport.heartbeat_message(encode)


def opening_of(transport: HTTPStreamTransport, encode: JSONEncoder) -> str:
    """Give what a body begins with: a delimiter, or the first part of a multipart body is none."""
    first = transport.heartbeat_message(encode) if transport.send_initial_heartbeat else ""
    return (_OPENING if isinstance(transport, SubscriptionParts) else "") + first
