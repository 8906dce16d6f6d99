import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.app import create_app
from api.settings import Settings
from graph.commands import CreateNode
from graph.workspace import Workspace

PROTOCOL = "graphql-transport-ws"


@contextmanager
def _served(workspace: Workspace) -> Iterator[str]:
    app = create_app(workspace, Settings(max_body_bytes=5_000))
    config = uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    until = monotonic() + 10
    while not server.started and monotonic() < until:
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/graphql"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace.in_memory()


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with _served(workspace) as found:
        yield found


@contextmanager
def _connected(address: str) -> Iterator[ClientConnection]:
    with connect(address, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        _say(socket, type="connection_init")
        assert _heard(socket) == {"type": "connection_ack"}
        yield socket


def _say(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def _heard(socket: ClientConnection) -> Any:  # noqa: ANN401
    return json.loads(socket.recv(timeout=5))


def _subscribe(socket: ClientConnection, id_: str, query: str) -> None:
    _say(socket, type="subscribe", id=id_, payload={"query": query})


def test_a_subscriber_hears_of_a_write_and_can_stop(workspace: Workspace, address: str) -> None:
    with _connected(address) as socket:
        since = workspace.snapshot().revision
        _subscribe(socket, "s", f"subscription {{ changes(since: {since}) {{ revision }} }}")
        workspace.execute(CreateNode("Team", "heard"), actor="x")
        message = _heard(socket)
        assert message["payload"]["data"]["changes"]["revision"] == since + 1
        _say(socket, type="complete", id="s")
        _subscribe(socket, "q", "{ graph { revision } }")
        assert _heard(socket)["payload"]["data"]["graph"]["revision"] == since + 1
        assert _heard(socket) == {"type": "complete", "id": "q"}


def test_each_query_on_a_connection_reads_the_newest_revision(
    workspace: Workspace, address: str
) -> None:
    with _connected(address) as socket:
        for key in ("one", "two"):
            workspace.execute(CreateNode("Team", key), actor="x")
            _subscribe(socket, key, "{ graph { revision } }")
            revision = _heard(socket)["payload"]["data"]["graph"]["revision"]
            assert revision == workspace.snapshot().revision
            assert _heard(socket)["type"] == "complete"


@pytest.mark.parametrize(
    "query", ["{", "{ nothing }", "query A { graph { at } } query B { graph { at } }"]
)
def test_a_document_that_cannot_run_is_an_error_and_the_connection_stays(
    address: str, query: str
) -> None:
    with _connected(address) as socket:
        _subscribe(socket, "bad", query)
        message = _heard(socket)
        assert (message["type"], message["id"]) == ("error", "bad")
        assert message["payload"][0]["extensions"]["code"]
        _subscribe(socket, "good", "{ graph { revision } }")
        assert _heard(socket)["type"] == "next"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "1",
        '{"type": "subscribe", "payload": 1}',
        '{"type": "subscribe", "id": "x", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ graph { at } }"}}',
        '{"type": "subscribe", "id": "x", "payload": {"query": "{ graph { at } }", "variables": []}}',
        '{"id": "x"}',
        '{"type": "nothing"}',
    ],
)
def test_a_message_that_is_none_closes_the_connection_with_the_reason(
    address: str, text: str
) -> None:
    with _connected(address) as socket:
        socket.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400


def test_a_message_over_the_limit_closes_the_connection_with_the_limit(address: str) -> None:
    with _connected(address) as socket:
        socket.send(json.dumps({"type": "ping", "payload": {"x": "x" * 5_000}}))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, "5000" in closed.value.rcvd.reason) == (1009, True)


def test_the_old_protocol_is_not_spoken(address: str) -> None:
    with connect(address, subprotocols=["graphql-ws"]) as socket:  # type: ignore[list-item]
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4406
