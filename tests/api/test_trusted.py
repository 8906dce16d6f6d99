import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from api.app import create_app
from api.settings import DocumentsMode, Settings
from api.trusted import APOLLO, read_manifest
from graph.errors import BadUsage
from graph.workspace import Workspace
from tests.api.listening import served

READ = "query Read { graph { revision } }"
WRITE = 'mutation Write { createTeam(input: {key: "a"}) { node { key } } }'
HEAR = "subscription Hear { changes(since: 0) { revision } }"
OTHER = "{ teams { totalCount } }"


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(folder: Path, *texts: str) -> Path:
    """Write a manifest as GraphQL Code Generator and Relay do."""
    path = folder / "documents.json"
    path.write_text(json.dumps({_id(text): text for text in texts}))
    return path


@pytest.fixture
def only(tmp_path: Path) -> Settings:
    path = _manifest(tmp_path, READ, WRITE, HEAR)
    return Settings(documents=path, documents_mode=DocumentsMode.ONLY)


def _sent(settings: Settings, method: str = "POST", **request: Any) -> httpx.Response:  # noqa: ANN401
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Workspace.in_memory(), settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, "/graphql", **request)

    return asyncio.run(send())


def _code(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    return str(error["extensions"]["code"])


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": _id(READ)},
        {"documentId": f"sha256:{_id(READ)}"},
        {"doc_id": _id(READ)},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": _id(READ)}}},
        {"documentId": _id(READ), "query": READ},
    ],
)
def test_a_trusted_document_is_run_by_its_id_in_each_way_of_asking(
    only: Settings, asked: dict[str, Any]
) -> None:
    answer = _sent(only, json=asked)
    assert answer.json()["data"] == {"graph": {"revision": 0}}


def test_a_trusted_document_is_run_by_get_unless_it_writes(only: Settings) -> None:
    read = _sent(only, "GET", params={"documentId": _id(READ)})
    assert read.json()["data"] == {"graph": {"revision": 0}}
    assert _sent(only, "GET", params={"documentId": _id(WRITE)}).status_code == 405
    persisted = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": _id(READ)}})
    apollo = _sent(only, "GET", params={"extensions": persisted})
    assert apollo.json()["data"] == {"graph": {"revision": 0}}


def test_a_trusted_document_is_run_by_events(only: Settings) -> None:
    answer = _sent(only, json={"documentId": _id(READ)}, headers={"accept": "text/event-stream"})
    assert '"revision":0' in answer.text
    assert answer.text.endswith("event: complete\ndata:\n\n")


@pytest.mark.parametrize("asked", [{"query": READ}, {"query": OTHER, "documentId": _id(READ)}])
def test_nothing_but_the_manifest_is_run_where_it_alone_is_trusted(
    only: Settings, asked: dict[str, str]
) -> None:
    answer = _sent(only, json=asked)
    assert (answer.status_code, _code(answer)) == (403, "DOCUMENT_NOT_TRUSTED")


def test_an_id_that_nobody_knows_is_not_found(only: Settings) -> None:
    answer = _sent(only, json={"documentId": "nothing"})
    assert (answer.status_code, _code(answer)) == (404, "DOCUMENT_NOT_FOUND")
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    assert _code(_sent(only, json=hashed)) == "PERSISTED_QUERY_NOT_FOUND"


def test_other_documents_are_run_too_where_the_manifest_is_allowed(tmp_path: Path) -> None:
    path = _manifest(tmp_path, READ)
    settings = Settings(documents=path, documents_mode=DocumentsMode.ALLOW)
    assert _sent(settings, json={"query": OTHER}).json()["data"] == {"teams": {"totalCount": 0}}
    assert "errors" not in _sent(settings, json={"documentId": _id(READ)}).json()
    assert _code(_sent(settings, json={"documentId": "x"})) == "DOCUMENT_NOT_FOUND"


def test_nothing_is_registered_by_asking() -> None:
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": _id(OTHER)}}
    both = _sent(Settings(), json={"query": OTHER, "extensions": hashed})
    assert both.json()["data"] == {"teams": {"totalCount": 0}}
    assert _code(_sent(Settings(), json={"extensions": hashed})) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": 1},
        {"doc_id": ["x"]},
        {"extensions": {"persistedQuery": {"sha256Hash": {}}}},
    ],
)
def test_an_id_that_is_no_text_is_a_bad_request(only: Settings, asked: dict[str, Any]) -> None:
    answer = _sent(only, json=asked)
    assert (answer.status_code, _code(answer)) == (400, "BAD_REQUEST")


def test_a_websocket_runs_trusted_documents_alone(only: Settings) -> None:
    with (
        served(Workspace.in_memory(), only) as host,
        connect(f"ws://{host}/graphql", subprotocols=["graphql-transport-ws"]) as socket,  # type: ignore[list-item]
    ):
        socket.send('{"type": "connection_init"}')
        socket.recv(5)
        for payload, expected in (
            ({"query": READ}, "DOCUMENT_NOT_TRUSTED"),
            ({"documentId": "x"}, "DOCUMENT_NOT_FOUND"),
            ({"documentId": _id(READ)}, {"graph": {"revision": 0}}),
        ):
            socket.send(json.dumps({"type": "subscribe", "id": "a", "payload": payload}))
            message = json.loads(socket.recv(5))
            if message["type"] == "error":
                assert message["payload"][0]["extensions"]["code"] == expected
            else:
                assert message["payload"]["data"] == expected


def test_the_manifest_of_apollo_is_read(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    operation = {"id": "abc", "name": "Read", "type": "query", "body": READ}
    path.write_text(json.dumps({"format": APOLLO, "version": 1, "operations": [operation]}))
    assert read_manifest(path) == {"abc": READ}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not JSON"),
        ("[]", "no manifest"),
        ('{"a": 1}', "no manifest"),
        ('{"format": "other", "version": 1, "operations": []}', "no manifest"),
        (json.dumps({"format": APOLLO, "version": 2, "operations": []}), "no manifest"),
        (json.dumps({"format": APOLLO, "version": 1, "operations": [1]}), "no manifest"),
        (json.dumps({"format": APOLLO, "version": 1, "operations": [{"id": "a"}]}), "no manifest"),
    ],
)
def test_a_file_that_is_no_manifest_is_named_with_the_reason(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content)
    with pytest.raises(BadUsage, match=words) as raised:
        read_manifest(path)
    assert "manifest.json" in raised.value.message


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="No such file"):
        read_manifest(tmp_path / "nowhere.json")


def test_all_documents_that_do_not_fit_the_schema_are_named_at_the_start(tmp_path: Path) -> None:
    path = _manifest(tmp_path, READ, "{ nothing }", "{ graph { nowhere } }", "{")
    settings = Settings(documents=path, documents_mode=DocumentsMode.ALLOW)
    with pytest.raises(BadUsage) as raised:
        create_app(Workspace.in_memory(), settings)
    for words in ("nothing", "nowhere", "Syntax Error"):
        assert words in raised.value.message
    assert _id(READ)[:20] not in raised.value.message


def test_trust_needs_a_manifest() -> None:
    with pytest.raises(BadUsage, match="no manifest is given"):
        create_app(Workspace.in_memory(), Settings(documents_mode=DocumentsMode.ONLY))
