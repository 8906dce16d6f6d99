import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.settings import Settings
from graph.commands import CreateNode
from graph.workspace import Workspace
from tests.api.listening import served

PROTOCOL = "graphql-transport-ws"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace.in_memory()


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with served(workspace, Settings(max_body_bytes=5_000)) as found:
        yield f"ws://{found}/graphql"


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
    "query",
    [
        "{",
        "{ nothing }",
        "query A { graph { at } } query B { graph { at } }",
        "query ($n: Int!) { teams(first: $n) { totalCount } }",
    ],
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
        '{"type": "subscribe", "payload": {"query": "{ graph { at } }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ graph { at } }"}}',
        '{"type": "ping", "payload": 1}',
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


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        (1, "payload"),
        (None, "payload"),
        ({}, "query"),
        ({"query": 1}, "query"),
        ({"query": "{ graph { at } }", "variables": []}, "variables"),
        ({"query": "{ graph { at } }", "operationName": {}}, "operationName"),
        ({"query": "{ graph { at } }", "extensions": "x"}, "extensions"),
    ],
)
def test_an_operation_asked_for_wrongly_is_an_error_and_the_connection_stays(
    address: str, payload: object, named: str
) -> None:
    with _connected(address) as socket:
        _say(socket, type="subscribe", id="bad", payload=payload)
        message = _heard(socket)
        assert (message["type"], message["id"]) == ("error", "bad")
        assert message["payload"][0]["message"].startswith(named)
        assert message["payload"][0]["extensions"] == {"code": "BAD_REQUEST"}
        _subscribe(socket, "bad", "{ graph { revision } }")
        assert _heard(socket)["type"] == "next"


@pytest.mark.parametrize("query", ["{ graph { revision } }", 1])
def test_an_operation_before_the_connection_has_begun_ends_it(address: str, query: object) -> None:
    with connect(address, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        _say(socket, type="subscribe", id="x", payload={"query": query})
        assert _closed(socket) == 4401


def test_two_operations_of_one_id_end_the_connection(address: str) -> None:
    with _connected(address) as socket:
        for _ in range(2):
            _subscribe(socket, "x", "subscription { changes { revision } }")
        assert _closed(socket) == 4409


def test_a_second_start_ends_the_connection(address: str) -> None:
    with _connected(address) as socket:
        _say(socket, type="connection_init")
        assert _closed(socket) == 4429


def test_a_payload_of_null_is_as_good_as_none(address: str) -> None:
    with connect(address, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        _say(socket, type="connection_init", payload=None)
        assert _heard(socket) == {"type": "connection_ack"}
        _say(socket, type="ping", payload=None)
        assert _heard(socket) == {"type": "pong"}


def test_who_does_not_begin_in_time_is_let_go() -> None:
    with (
        served(Workspace.in_memory(), Settings(socket_wait_s=0.05)) as host,
        connect(f"ws://{host}/graphql", subprotocols=[PROTOCOL]) as socket,  # type: ignore[list-item]
    ):
        assert _closed(socket) == 4408


def _closed(socket: ClientConnection) -> int:
    """Give the code with which the service ends a connection."""
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


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
