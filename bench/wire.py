"""Clients that cost next to nothing: what is sent is made beforehand, what comes is hardly read."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping

Heard = Callable[[], None]
_MASK = b"\0\0\0\0"
"""Frames of a client have to be masked; this mask leaves the text as it is."""
_PING = b"\x89"


def http_request(
    body: Mapping[str, object], accept: str = "application/json", host: str = "127.0.0.1"
) -> bytes:
    """Give the bytes of a POST to the endpoint."""
    data = json.dumps(body).encode()
    return (
        f"POST /graphql HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
    ).encode() + data


def socket_request(host: str = "127.0.0.1") -> bytes:
    """Give the bytes that ask for a WebSocket."""
    return (
        f"GET /graphql HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-extensions: permessage-deflate\r\n"
        "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    ).encode()


def socket_frame(message: Mapping[str, object]) -> bytes:
    """Give the bytes of a text message of a client."""
    data = json.dumps(message).encode()
    size = bytes([0x80 | len(data)])
    if len(data) > 125:
        size = bytes([0x80 | 126]) + len(data).to_bytes(2)
    return b"\x81" + size + _MASK + data


class Subscriber(asyncio.Protocol):
    """A connection with one subscription: it says when it is open, and when it hears something."""

    def __init__(self, frames: list[bytes], opened: bytes, heard: Heard) -> None:
        self.opened = asyncio.Event()
        self._frames = frames
        self._opened = opened
        self._heard = heard
        self._text = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first frame."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._frames.pop(0))

    def data_received(self, data: bytes) -> None:
        """Send the next frame as an answer to each; then count what comes."""
        if data[:1] == _PING:
            self._transport.write(b"\x8a" + bytes([0x80 | data[1]]) + _MASK + data[2 : 2 + data[1]])
        if b'"next"' in data or b"event: next" in data:
            self._heard()
        if self.opened.is_set():
            return
        self._text += data
        if self._opened and self._opened in self._text:
            self._text = b""
            self.opened.set()
        elif self._frames:
            self._transport.write(self._frames.pop(0))
            if not self._opened and not self._frames:
                self.opened.set()  # nothing tells that it has begun

    def close(self) -> None:
        """End the connection."""
        self._transport.abort()


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """Read one answer; give its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return await reader.readexactly(size)


QUERY = "subscription { changes { revision command } }"


def by_events(heard: Heard) -> Subscriber:
    """Subscribe by server-sent events."""
    request = http_request({"query": QUERY}, "text/event-stream")
    return Subscriber([request], b"text/event-stream", heard)


def by_socket(heard: Heard) -> Subscriber:
    """Subscribe over a WebSocket."""
    begin = socket_frame({"type": "connection_init"})
    ask = socket_frame(
        {"type": "subscribe", "id": os.urandom(4).hex(), "payload": {"query": QUERY}}
    )
    return Subscriber([socket_request(), begin, ask], b"", heard)
