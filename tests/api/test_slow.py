"""Clients that begin a request and send no more, and those that a stop of the service cuts off."""

import json
import logging
import socket
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from time import sleep

import httpx
import pytest

from api.settings import Settings
from graph.commands import CreateNode
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from tests.api.listening import served

HEAD = b"POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
PATIENT = Settings(receive_wait_s=0.5)


def _heard(host: str, *parts: bytes) -> bytes:
    """Send the parts, and no more; gives what comes until the connection is closed."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=10) as opened:
        for part in parts:
            opened.sendall(part)
            sleep(0.05)
        found = b""
        while piece := opened.recv(65_536):
            found += piece
        return found


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"POST /graphql HT",),
        (HEAD % b"/graphql",),
        (b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n", b"GET /hea"),
    ],
    ids=["nothing", "a part of a line", "a part of a head", "a part of a second request"],
)
def test_a_head_that_does_not_come_in_ends_its_connection(parts: Sequence[bytes]) -> None:
    with served(Workspace.in_memory(), PATIENT) as host:
        name, port = host.split(":")
        with socket.create_connection((name, int(port)), timeout=10) as opened:
            for part in parts:
                opened.sendall(part)
                sleep(0.05)
            with suppress(ConnectionResetError):  # cut rather than closed
                while opened.recv(65_536):
                    pass


@pytest.mark.parametrize(
    "line",
    [b"x-many: " + b"a" * 900 + b"\r\n", b"x-" + b"b" * 900, b"x-long: " + b"c" * 900],
    ids=["many lines", "a name without an end", "a value without an end"],
)
def test_a_head_without_an_end_is_refused(line: bytes) -> None:
    with served(Workspace.in_memory(), Settings()) as host:
        name, port = host.split(":")
        with socket.create_connection((name, int(port)), timeout=10) as opened:
            opened.sendall(HEAD % b"/graphql")
            sent = 0
            with suppress(ConnectionError):
                while sent < 2_000_000:
                    opened.sendall(line if line.endswith(b"\n") else line[2:] if sent else line)
                    sent += len(line)
            assert sent < 2_000_000
            found = b""
            with suppress(ConnectionError):
                found = opened.recv(65_536)
            assert found == b"" or found.startswith(b"HTTP/1.1 400 ")


def test_a_large_head_and_a_body_behind_it_are_taken() -> None:
    body = b'{"query": "{ graph { revision } }", "extensions": {"x": "' + b"y" * 300_000 + b'"}}'
    with served(Workspace.in_memory(), Settings()) as host:
        name, port = host.split(":")
        with socket.create_connection((name, int(port)), timeout=10) as opened:
            opened.sendall(HEAD % b"/graphql" + b"x-large: " + b"z" * 40_000 + b"\r\n")
            opened.sendall(b"content-length: %d\r\n\r\n" % len(body))
            opened.sendall(body)
            assert opened.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", [b"/graphql", b"/mcp"])
@pytest.mark.parametrize(
    "body",
    [b"content-length: 100\r\n\r\n{", b"transfer-encoding: chunked\r\n\r\n5\r\n{    \r\n"],
    ids=["announced", "in chunks"],
)
def test_a_body_that_does_not_come_in_is_told_the_limit(path: bytes, body: bytes) -> None:
    with served(Workspace.in_memory(), PATIENT) as host:
        takes = b"accept: application/json, text/event-stream\r\n"
        found = _heard(host, HEAD % path + takes + body)
    assert found.startswith(b"HTTP/1.1 408 ")
    (error,) = json.loads(found.partition(b"\r\n\r\n")[2])["errors"]
    assert error["extensions"] == {
        "code": "REQUEST_TIMEOUT",
        "limit": "receive_wait_s",
        "value": 0.5,
    }


def test_connections_that_are_used_outlive_the_time_of_a_head() -> None:
    with served(Workspace.in_memory(), PATIENT) as host, httpx.Client() as client:
        for _ in range(3):
            answer = client.post(f"http://{host}/graphql", json={"query": "{ graph { at } }"})
            assert answer.status_code == 200
            sleep(0.4)


class Slow(MemoryStore):
    """A store whose log takes longer than a service that is stopped waits."""

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Give commits."""
        sleep(5)
        return super().commits(since, limit)


def test_who_waits_when_the_service_is_stopped_hears_so(caplog: pytest.LogCaptureFixture) -> None:
    workspace = Workspace(Slow())
    workspace.execute(CreateNode("Team", "a"), actor="x")
    found: list[httpx.Response] = []

    def ask(host: str) -> None:
        query = {"query": "{ changes { nodes { revision } } }"}
        found.append(httpx.post(f"http://{host}/graphql", json=query, timeout=20))

    with caplog.at_level(logging.ERROR):
        with served(workspace, Settings()) as host:
            asking = Thread(target=ask, args=(host,))
            asking.start()
            sleep(0.3)
        asking.join(20)
    (answer,) = found
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "STOPPING"
    assert answer.headers["retry-after"] == "5"
    assert not [record for record in caplog.records if "Exception" in record.message]


def test_a_client_that_goes_away_leaves_no_error_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        caplog.at_level(logging.INFO),
        served(Workspace.in_memory(), Settings()) as host,
    ):
        name, port = host.split(":")
        with socket.create_connection((name, int(port))) as opened:
            opened.sendall(HEAD % b"/graphql" + b"content-length: 100\r\n\r\n{")
            sleep(0.2)
        sleep(0.3)
    assert not [record for record in caplog.records if "Exception" in record.message]
