"""How connections are held: whoever does not read what he is sent, or begins and sends no more, is let go."""

import asyncio
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from api.settings import Settings

GRACE_S = 3
"""Seconds that open requests and subscriptions get when the service is stopped."""


HEAD_BYTES: Final = 65_536
"""A head that is larger, and still not whole, is not waited for."""


class _Impatient(asyncio.Protocol):
    """Ends a connection whose peer leaves what it was sent unread for too long.

    What is written meets a full buffer then, and waits: that bounds the memory, but not the time.
    The connection is cut, not closed: closing would wait for the buffer to be read.
    """

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    patience_s = 0.0
    _cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Begin to wait for the reader."""
        super().pause_writing()
        if self._cut is None:
            self._cut = self.loop.call_later(self.patience_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop to wait: enough was read."""
        super().resume_writing()
        self._let_be()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._let_be()
        super().connection_lost(exc)

    def _let_be(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class _Http(_Impatient, HttpToolsProtocol):
    """HTTP/1.1 on one connection. The head of a request has to come in within a time and a size."""

    head_s = 0.0
    _expected: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        if not self._in_body:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > HEAD_BYTES and self.transport.get_protocol() is self:
            # The parser knows no limit of its own.
            self.send_400_response("The head of the request is too large.")
            self._head_bytes = 0
        self._expect()

    def on_headers_complete(self) -> None:
        """Begin to serve a request."""
        self._head_bytes, self._in_body = 0, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that all of a request has come in."""
        self._in_body = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._cease()
        super().connection_lost(exc)

    def _expect(self) -> None:
        """Wait no longer than so for a head, whether it is begun or not; the rest is for others.

        A body is waited for by who reads it, a next request by uvicorn, and an upgrade has handed
        the connection on.
        """
        cycle: RequestResponseCycle | None = self.cycle
        heads = cycle is None or cycle.response_complete
        if not heads or self.transport.get_protocol() is not self:
            self._cease()
        elif self._expected is None:
            self._expected = self.loop.call_later(self.head_s, self.transport.abort)

    def _cease(self) -> None:
        if self._expected is not None:
            self._expected.cancel()
            self._expected = None


class _Socket(_Impatient, WebSocketsSansIOProtocol):
    """A WebSocket. What the handshake consisted of is not kept beside its scope."""

    def handle_connect(self, event: Request) -> None:
        """Begin, and let the headers go: the scope has its own."""
        super().handle_connect(event)
        event.headers.clear()

    def start_keepalive(self) -> None:
        """Go on once the handshake is answered."""
        self.response.headers.clear()
        super().start_keepalive()


def config_of(app: Starlette, settings: Settings, **more: Any) -> uvicorn.Config:  # noqa: ANN401
    """Give the configuration of a server of the application.

    WebSockets are not compressed: what that takes of memory, on each connection, is more than all
    the rest of a subscription.
    """
    patience = {"patience_s": settings.send_wait_s}
    heads = {"head_s": settings.receive_wait_s}
    return uvicorn.Config(
        app,
        http=type("Http", (_Http,), patience | heads),
        ws=type("Socket", (_Socket,), patience),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        **more,
    )
