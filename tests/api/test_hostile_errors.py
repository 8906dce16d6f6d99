"""Exceptions full of secrets, raised where they may be, looked for on every transport."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.sync.client import connect

from api.settings import Settings
from graph.commands import CreateNode
from graph.errors import StoreFailed, StoreUnreachable
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from tests.api.listening import served

SECRET = "Neo.ClientError.Statement: MATCH (n:Team) RETURN n at bolt://10.0.0.1:7687 in /srv/secret"
HARMLESS = ("MATCH", "bolt", "10.0.0.1", "/srv", "Neo.", "Traceback", ".py", "secret", "KeyError")
READ = "{ changes { totalCount } }"
HEAR = "subscription { changes(since: 0) { revision } }"
LATER = "{ graph { revision } ... @defer { changes { totalCount } } }"
APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json'


class Exotic(Exception):
    """An exception that cannot even be shown."""

    def __str__(self) -> str:
        raise ValueError(SECRET)


class Hostile(MemoryStore):
    """A store whose log fails as it is told to."""

    error: BaseException = RuntimeError(SECRET)

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        raise self.error


@pytest.fixture(
    scope="module",
    params=[
        RuntimeError(SECRET),
        KeyError(SECRET),
        ValueError(SECRET),
        TypeError(SECRET),
        OSError(13, SECRET, "/srv/secret"),
        StoreFailed(SECRET),
        StoreUnreachable(SECRET, SECRET),
        ExceptionGroup(SECRET, [RuntimeError(SECRET)]),
        RecursionError(SECRET),
        StopIteration(SECRET),
        Exotic(),
    ],
    ids=lambda error: type(error).__name__,
)
def host(request: pytest.FixtureRequest) -> Iterator[str]:
    store = Hostile()
    store.error = request.param
    workspace = Workspace(store)
    workspace.execute(CreateNode("Team", "a"), actor="x")
    with served(workspace, Settings(revision_wait_s=0.05)) as found:
        yield found


def _checked(text: str, logs: Sequence[Any]) -> None:
    """Expect a code and an id that the log has, and nothing of what was raised."""
    assert [word for word in HARMLESS if word in text] == []
    assert "errorId" in text
    found = text.split('"errorId":')[1].strip().split('"')[1]
    assert found in [entry.get("error_id") for entry in logs]
    assert any(code in text for code in ("INTERNAL_ERROR", "STORE_FAILED", "STORE_UNREACHABLE"))


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (READ, "application/json"),
        (READ, "application/graphql-response+json"),
        (READ, "text/event-stream"),
        (READ, APOLLO),
        (LATER, "multipart/mixed, application/json"),
        (HEAR, "text/event-stream"),
        (HEAR, APOLLO),
    ],
)
def test_nothing_of_an_exception_leaves_the_process_over_http(
    host: str, query: str, accept: str
) -> None:
    with capture_logs() as logs:
        answer = httpx.post(
            f"http://{host}/graphql", json={"query": query}, headers={"accept": accept}, timeout=5
        )
    _checked(answer.text, logs)


@pytest.mark.parametrize("query", [READ, HEAR])
def test_nothing_of_an_exception_leaves_the_process_over_a_websocket(host: str, query: str) -> None:
    with (
        capture_logs() as logs,
        connect(f"ws://{host}/graphql", subprotocols=["graphql-transport-ws"]) as socket,  # type: ignore[list-item]
    ):
        socket.send('{"type": "connection_init"}')
        socket.recv(5)
        socket.send(json.dumps({"type": "subscribe", "id": "a", "payload": {"query": query}}))
        heard = str(socket.recv(5))
        socket.send('{"type": "ping"}')
        while '"pong"' not in (more := str(socket.recv(5))):
            heard += more
    _checked(heard, logs)


def test_what_fails_before_there_is_an_operation_is_masked_too(host: str) -> None:
    with capture_logs():
        answer = httpx.post(
            f"http://{host}/graphql",
            json={"query": "{ graph { at } }"},
            headers={"headwater-revision": "7"},
            timeout=15,
        )
    assert [word for word in HARMLESS if word in answer.text] == []
    assert answer.json()["errors"][0]["extensions"]["code"]
