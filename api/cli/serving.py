"""Running the application on a port, until it is stopped."""

import asyncio
import socket
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Final

import uvicorn

from api.app import create_app
from api.cli.ports import address_of
from api.cli.sweeping import leave_full_collections_to_sweeps, settle, sweeping
from api.cli.terminal import say
from api.graphiql import installed
from api.settings import Settings
from api.streams import Streams
from api.wire import config_of
from graph.analyses.goals.rollup import rollup
from graph.errors import EngineFailed
from graph.workspace import Workspace

SWITCH_S: Final = 0.001
"""How long a thread that computes keeps the others waiting. Measured with 50 forecasts at once on
37,000 nodes: the event loop is late by 15 to 94 ms, in place of 126 to 253 ms with Python's 5 ms."""


class _Server(uvicorn.Server):
    """A server that says when it is ready, and when it stops."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], stopping: Streams
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._sweeping: asyncio.Task[None] | None = None
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._sweeping = asyncio.create_task(sweeping(self._is_quiet))
            self._ready()

    def _is_quiet(self) -> bool:
        """Say whether no request is being answered, beside streams that may stay open for days."""
        return len(self.server_state.tasks) <= len(self._stopping)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)


def serve(
    workspace: Workspace,
    settings: Settings,
    taken: socket.socket,
    *,
    since: float,
    told: bool = True,
) -> None:
    """Serve until stopped by a signal. `since` is when the command began, for the time it took.

    With `told` the address is shown once it is ready.
    """
    app = create_app(workspace, settings)
    # The snapshot and the schema live as long as the process: no collector need look at them.
    settle()
    # Each write moves the roll-up forward from here on, so that no request has to make it.
    rollup(workspace.snapshot())
    settle()
    leave_full_collections_to_sweeps()
    sys.setswitchinterval(SWITCH_S)
    config = config_of(app, settings)
    address = address_of(taken)

    def ready() -> None:
        if told:
            _announce(workspace, settings, address, since)

    server = _Server(config, ready, app.state.stopping)
    server.run(sockets=[taken])
    if not server.started:
        msg = "the service did not start"
        raise EngineFailed(msg, "its log above says why")


def _announce(workspace: Workspace, settings: Settings, address: str, since: float) -> None:
    nodes, relationships = workspace.snapshot().count()
    say(f"Headwater   {address}", "bold")
    browsable = " (GraphiQL in a browser)" if settings.dev and installed() else ""
    say(f"GraphQL     {address}/graphql{browsable}")
    if settings.auth_ways and not settings.dev:
        say(f"Login       {' or '.join(settings.auth_ways)}")
    stands = f"{nodes:,} nodes, {relationships:,} relationships"
    say(f"Graph       revision {workspace.snapshot().revision:,}: {stands}")
    say(f"Ready after {perf_counter() - since:.1f} s; Ctrl-C stops it.", "dim")
