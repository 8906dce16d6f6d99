"""Clients that do not read, and streams that end with the process."""

import json
import socket
from collections.abc import Callable
from time import monotonic, sleep

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from api.settings import Settings
from graph.commands import CreateNode, UpdateNode
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.feed import KEPT
from tests.api.listening import served

LARGE = "x" * 50_000
QUERY = "subscription { changes(since: 0) { changes { nodes { after } } revision } }"


def _large(workspace: Workspace, count: int) -> None:
    for number in range(count):
        workspace.execute(
            UpdateNode(Ref("Team", "a"), {"description": f"{number}{LARGE}"}), actor="x"
        )


def _by_events(host: str, port: int) -> socket.socket:
    body = json.dumps({"query": QUERY}).encode()
    opened = _narrow(host, port)
    opened.sendall(
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    )
    return opened


def _by_parts(host: str, port: int) -> socket.socket:
    body = json.dumps({"query": QUERY}).encode()
    opened = _narrow(host, port)
    opened.sendall(
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\n"
        b'accept: multipart/mixed;subscriptionSpec="1.0"\r\n'
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    )
    return opened


def _by_socket(host: str, port: int) -> socket.socket:
    opened = _narrow(host, port)
    opened.sendall(
        b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\n"
        b"connection: upgrade\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    )
    opened.recv(4096)
    for message in (
        {"type": "connection_init"},
        {"type": "subscribe", "id": "s", "payload": {"query": QUERY}},
    ):
        data = json.dumps(message).encode()
        size = (
            bytes([0xFE]) + len(data).to_bytes(2) if len(data) > 125 else bytes([128 + len(data)])
        )
        opened.sendall(b"\x81" + size + bytes(4) + data)
    return opened


def _narrow(host: str, port: int) -> socket.socket:
    """Connect with little room for what comes, so that it is soon full."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.connect((host, port))
    return opened


@pytest.mark.parametrize("by", [_by_events, _by_parts, _by_socket])
def test_who_does_not_read_is_let_go_and_the_others_hear_everything(
    by: Callable[[str, int], socket.socket],
) -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="x")
    with served(workspace, Settings(send_wait_s=0.3)) as host:
        name, port = host.split(":")
        with by(name, int(port)) as silent, httpx.Client(timeout=20) as client:
            sleep(0.2)
            _large(workspace, KEPT * 2)
            # Beyond what the sockets of the system hold, nothing was written for him.
            assert client.get(f"http://{host}/health").status_code == 200
            sleep(1)
            assert _is_let_go(silent)
            assert client.get(f"http://{host}/health").status_code == 200


def _is_let_go(silent: socket.socket) -> bool:
    """Say whether the connection was cut, or the subscription on it ended before all was sent.

    The latter where the system held all that was written until he was too far behind.
    """
    silent.settimeout(2)
    taken, last = 0, b""
    try:
        while data := silent.recv(65_536):
            taken, last = taken + len(data), (last + data)[-65_536:]
    except ConnectionResetError:
        return True
    except TimeoutError:
        return b"RESUME_FROM" in last
    return taken < KEPT * 2 * len(LARGE)


def test_who_reads_slowly_is_told_where_to_resume_and_can() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="x")
    query = "subscription Q($since: Int) { changes(since: $since) { changes { nodes { after } } revision } }"
    with served(workspace, Settings()) as host:
        seen, resumed = 1, 0
        until = monotonic() + 30
        first = True
        while seen < 1 + KEPT * 4 and monotonic() < until:
            with connect(
                f"ws://{host}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
                max_queue=1,
                max_size=None,
            ) as client:
                client.send(json.dumps({"type": "connection_init"}))
                client.recv(timeout=5)
                payload = {"query": query, "variables": {"since": seen}}
                client.send(json.dumps({"type": "subscribe", "id": "s", "payload": payload}))
                if first:
                    sleep(0.2)
                    _large(workspace, KEPT * 4)
                    sleep(0.5)
                    first = False
                while True:
                    told = json.loads(client.recv(timeout=5))["payload"]
                    if told["data"] is None:
                        extensions = told["errors"][0]["extensions"]
                        assert (extensions["code"], extensions["revision"]) == ("RESUME_FROM", seen)
                        resumed += 1
                        break
                    assert told["data"]["changes"]["revision"] == seen + 1
                    seen += 1
                    if seen == 1 + KEPT * 4:
                        break
        assert seen == 1 + KEPT * 4
        assert resumed == 1
