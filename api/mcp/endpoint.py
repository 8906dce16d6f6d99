"""`/mcp`: the tools over streamable HTTP, each request for itself.

There are no sessions: who asks is asked at the door with every request, as for GraphQL, and nothing
is held for an agent that went away. The protocol's own library is loaded by the first who asks.

Reference: the Model Context Protocol, streamable HTTP transport.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Final, Protocol

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.answers import refused
from api.gate import Gate
from api.mcp.calling import Calls
from schema.context import Context

MCP_PATH: Final = "/mcp"


class Speaker(Protocol):
    """What speaks the protocol."""

    def run(self) -> AbstractAsyncContextManager[None]:
        """Be ready for requests while the context is open."""
        ...

    async def handle_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        ...


class AgentsEndpoint:
    """Answers at `MCP_PATH`, while `running`. Belongs to one event loop.

    `context` gives what a request stands on: its snapshot, and who asks.
    """

    def __init__(
        self, calls: Calls, gate: Gate, context: Callable[[Request], Context], most_bytes: int
    ) -> None:
        self._calls = calls
        self._gate = gate
        self._context = context
        self._most_bytes = most_bytes
        self._begin = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._speaker: Speaker | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["method"] != "POST":
            text = "Tools are asked for by POST; there are no sessions."
            response = refused(405, "METHOD_NOT_ALLOWED", text, headers={"Allow": "POST"})
            await response(scope, receive, send)
            return
        turned = self._gate.turned_away(scope)
        if turned is not None:
            response = refused(429, turned.code, turned.message, turned.extensions, turned.headers)
            await response(scope, receive, send)
            return
        await (await self._started()).handle_request(scope, receive, send)

    async def _started(self) -> Speaker:
        async with self._begin:
            if self._speaker is None or self._keeper is None or self._keeper.done():
                # Loaded in a worker: it takes some tenths of a second.
                speaker = await asyncio.to_thread(self._made)
                ready = asyncio.Event()
                self._keeper = asyncio.create_task(_kept(speaker, ready))
                await ready.wait()
                self._speaker = speaker
            return self._speaker

    def _made(self) -> Speaker:
        from api.mcp.serving import manager_of  # noqa: PLC0415

        return manager_of(self._calls, self._context, self._most_bytes)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while the context is open."""
        try:
            yield
        finally:
            if self._keeper is not None:
                self._keeper.cancel()
                with suppress(asyncio.CancelledError):
                    await self._keeper
            self._keeper = self._speaker = None


async def _kept(speaker: Speaker, ready: asyncio.Event) -> None:
    async with speaker.run():
        ready.set()
        await asyncio.Event().wait()
