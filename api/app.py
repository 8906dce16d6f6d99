"""The application as a value: routes over a workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from api import graphiql
from api.auth.audit import log_refused
from api.auth.door import AskAtTheDoor
from api.auth.safety import require_login
from api.auth.setup import door_of
from api.body import BodyLimit
from api.gallery import GALLERY_PATH, Gallery
from api.gate import Gate
from api.graphql import Endpoint
from api.health import Ready, live
from api.hosts import reachable
from api.settings import Settings
from graph.workspace import Workspace
from schema.build import build_schema

PATH = "/graphql"
ANY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""All methods, for what says itself which it takes."""
WORKERS = 3
"""Threads for analyses, writes and reads of the log; what comes while all are busy waits."""


def create_app(workspace: Workspace, settings: Settings) -> Starlette:
    """Make the application. BadUsage when the settings would open it to other machines.

    While it runs, the workspace follows the writes of other processes. Closing it is up to the
    caller. Who stops the process sets `state.stopping` first, which ends open streams.
    """
    require_login(settings)
    door = door_of(settings, workspace)
    workspace.heed = log_refused
    schema = build_schema(settings.limits, introspection=settings.dev, seconds=settings.max_seconds)
    gate = Gate(settings)
    endpoint = Endpoint(schema, workspace, settings, gate, door)

    async def root(request: Request) -> HTMLResponse:
        return graphiql.page(request.url.netloc, dev=settings.dev)

    routes: list[BaseRoute] = [
        Route(PATH, endpoint),
        WebSocketRoute(PATH, endpoint),
        Route(GALLERY_PATH, Gallery(workspace, gate, settings.max_seconds).__call__, methods=ANY),
        Route("/health", live),
        Route("/ready", Ready(workspace).__call__),
        Route("/", root),
    ]
    if settings.dev and graphiql.installed():
        routes.append(Mount(graphiql.ASSETS_PATH, StaticFiles(directory=graphiql.ASSETS)))
    app = Starlette(
        routes=routes,
        middleware=[
            *reachable(settings),
            Middleware(BodyLimit, most=settings.max_body_bytes),
            Middleware(AskAtTheDoor, door=door),
        ],
        lifespan=_following(workspace),
    )
    app.state.stopping = endpoint.stopping
    return app


def _following(
    workspace: Workspace,
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        # The loop waits its turn behind every thread that computes: a few do as much as many.
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="worker")
        asyncio.get_running_loop().set_default_executor(pool)
        with workspace.following():
            yield

    return lifespan
