"""The application as a value: routes over a workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from api import graphiql
from api.answers import METHODS
from api.auth.audit import log_refused
from api.auth.door import AskAtTheDoor, Door
from api.auth.safety import require_login
from api.auth.setup import door_of
from api.body import BodyLimit
from api.cutting import CutOff
from api.gallery import GALLERY_PATH, Gallery
from api.gate import Gate
from api.graphql import Endpoint
from api.health import Ready, live
from api.hosts import reachable
from api.mcp.calling import Calls
from api.mcp.endpoint import MCP_PATH, AgentsEndpoint
from api.schemas import schema_of
from api.settings import Settings
from api.watching.logs import configure_ours
from api.watching.metrics import METRICS_PATH, Metrics, Parts
from api.watching.requests import Watched
from graph.model.access import RefusedWrite
from graph.workspace import Workspace
from schema.execution import HeadwaterSchema

if TYPE_CHECKING:
    from api.watching.traces import Traces

PATH = "/graphql"
WORKERS = 3
"""Threads for what computes; what comes while all are busy waits. Writes have threads of their own."""


def create_app(workspace: Workspace, settings: Settings) -> Starlette:
    """Make the application. BadUsage when the settings would open it to other machines.

    While it runs, the workspace follows the writes of other processes. Closing it is up to the
    caller. Who stops the process sets `state.stopping` first, which ends open streams. The log has
    our form unless structlog was configured before.
    """
    require_login(settings)
    if not structlog.is_configured():
        configure_ours(settings)
    door = door_of(settings, workspace)
    schema = schema_of(settings)
    gate = Gate(settings)
    endpoint = Endpoint(schema, workspace, settings, gate, door)
    metrics = Metrics(Parts(workspace, gate.slots, lambda: len(endpoint.stopping)))
    workspace.heed = partial(_heard, metrics)
    traces = _traces(settings)
    gallery = Gallery(workspace, gate, settings.max_seconds)
    agents = _agents(schema, endpoint, settings)
    routes: list[BaseRoute] = [
        Route(PATH, endpoint),
        WebSocketRoute(PATH, endpoint),
        Route(GALLERY_PATH, gallery.__call__, methods=METHODS),
        Route("/health", live),
        Route("/ready", Ready(workspace).__call__),
        *([Route(MCP_PATH, agents)] if settings.mcp else []),
        *([Route(METRICS_PATH, metrics.__call__)] if settings.metrics else []),
        *_pages(settings),
    ]
    watched = Middleware(
        Watched, metrics=metrics, tracing=traces, tells_all=settings.log_level == "debug"
    )
    app = Starlette(
        routes=routes,
        middleware=[watched, *_layers(settings, door)],
        lifespan=_following(workspace, agents, traces),
    )
    app.state.stopping = endpoint.stopping
    return app


def _pages(settings: Settings) -> list[BaseRoute]:
    """Give what is looked at in a browser."""

    async def root(request: Request) -> HTMLResponse:
        return graphiql.page(request.url.netloc, dev=settings.dev)

    found: list[BaseRoute] = [Route("/", root)]
    if settings.dev and graphiql.installed():
        found.append(Mount(graphiql.ASSETS_PATH, StaticFiles(directory=graphiql.ASSETS)))
    return found


def _heard(metrics: Metrics, refused: RefusedWrite) -> None:
    metrics.refused(refused)
    log_refused(refused)


def _traces(settings: Settings) -> "Traces | None":
    if not settings.traces:
        return None
    from api.watching.traces import Traces  # noqa: PLC0415 - a tenth of a second that few need

    return Traces()


def _layers(settings: Settings, door: Door) -> list[Middleware]:
    """Give what stands around the routes, the outermost first."""
    return [
        Middleware(CutOff),
        *reachable(settings),
        Middleware(BodyLimit, most=settings.max_body_bytes, wait_s=settings.receive_wait_s),
        Middleware(AskAtTheDoor, door=door),
    ]


def _agents(schema: HeadwaterSchema, endpoint: Endpoint, settings: Settings) -> AgentsEndpoint:
    calls = Calls(schema, endpoint.trusted, introspection=settings.dev)
    return AgentsEndpoint(calls, endpoint.gate, endpoint.context_of, settings.max_body_bytes)


def _following(
    workspace: Workspace, agents: AgentsEndpoint, traces: "Traces | None"
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        # The loop waits its turn behind every thread that computes: a few do as much as many.
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="worker")
        asyncio.get_running_loop().set_default_executor(pool)
        with workspace.following(), ExitStack() as held:
            if traces is not None:
                held.callback(traces.close)
            async with agents.running():
                yield

    return lifespan
