"""The answer that is sent piece by piece: how it ends, and how it tells that it lives."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from api.streams import Streamed, Streams


class _Client:
    """The other end of an ASGI response."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.gone = asyncio.Event()
        self.closed = False

    async def receive(self) -> Any:  # noqa: ANN401
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:  # noqa: ANN401
        self.told.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.told)

    async def pieces(self, *texts: str, forever: bool = True) -> AsyncGenerator[str, None]:
        try:
            for text in texts:
                yield text
            if forever:
                await asyncio.Event().wait()
        finally:
            self.closed = True


def _begun(client: _Client, response: Streamed) -> "asyncio.Task[None]":
    return asyncio.create_task(response({"type": "http"}, client.receive, client.send))


def test_a_stream_that_ends_by_itself_is_sent_whole() -> None:
    async def run() -> _Client:
        client, streams = _Client(), Streams()
        headers = {"Content-Type": "text/event-stream"}
        await _begun(client, Streamed(client.pieces("a", "b", forever=False), headers, streams))
        assert len(streams) == 0
        return client

    client = asyncio.run(run())
    assert client.told[0]["headers"] == [(b"content-type", b"text/event-stream")]
    assert client.body == b"ab"
    assert client.told[-1]["more_body"] is False


@pytest.mark.parametrize("by", ["client", "process"])
def test_a_stream_ends_with_the_client_and_with_the_process(by: str) -> None:
    async def run() -> _Client:
        client, streams = _Client(), Streams()
        task = _begun(client, Streamed(client.pieces("a"), {}, streams))
        await asyncio.sleep(0.01)
        assert len(streams) == 1
        if by == "client":
            client.gone.set()
        else:
            streams.set()
        await asyncio.wait_for(task, 1)
        assert not task.cancelled()
        assert len(streams) == 0
        return client

    client = asyncio.run(run())
    assert client.closed
    assert client.body == b"a"
    assert client.told[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_what_is_asked_while_the_process_stops_ends_at_once() -> None:
    async def run() -> _Client:
        client, streams = _Client(), Streams()
        streams.set()
        await asyncio.wait_for(_begun(client, Streamed(client.pieces("a"), {}, streams)), 1)
        return client

    assert asyncio.run(run()).told[-1]["more_body"] is False


def test_a_quiet_stream_tells_that_it_lives_until_it_ends() -> None:
    async def run() -> _Client:
        client, streams = _Client(), Streams()
        task = _begun(client, Streamed(client.pieces("a"), {}, streams, (0.01, "-")))
        await asyncio.sleep(0.08)
        streams.set()
        await asyncio.wait_for(task, 1)
        sent = len(client.told)
        await asyncio.sleep(0.05)
        assert len(client.told) == sent
        return client

    assert asyncio.run(run()).body.startswith(b"a--")


def test_who_cancels_it_from_outside_is_heard() -> None:
    async def run() -> None:
        client, streams = _Client(), Streams()
        task = _begun(client, Streamed(client.pieces("a"), {}, streams))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert client.closed
        assert len(streams) == 0

    asyncio.run(run())
