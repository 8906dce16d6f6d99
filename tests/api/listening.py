"""The application on a port of its own, in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import uvicorn

from api.app import create_app
from api.settings import Settings
from api.wire import config_of
from graph.workspace import Workspace


@contextmanager
def served(workspace: Workspace, settings: Settings) -> Iterator[str]:
    """Serve until the context closes; gives host and port."""
    app = create_app(workspace, settings)
    server = uvicorn.Server(config_of(app, settings, port=0))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    until = monotonic() + 10
    while not server.started and monotonic() < until:
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
