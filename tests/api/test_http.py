import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from graph.commands import CreateNode
from graph.workspace import Workspace

CREATE = 'mutation { createTeam(input: {key: "a"}) { node { key } } }'
READ = "{ graph { revision } }"
OURS = "application/graphql-response+json"


def _sent(
    workspace: Workspace,
    method: str,
    path: str = "/graphql",
    **request: Any,  # noqa: ANN401
) -> httpx.Response:
    async def send() -> httpx.Response:
        app = create_app(workspace, Settings(dev=True, max_body_bytes=10_000, revision_wait_s=0.05))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **request)

    return asyncio.run(send())


def _post(workspace: Workspace, query: str, **headers: str) -> httpx.Response:
    return _sent(workspace, "POST", json={"query": query}, headers=headers)


def _told(answer: httpx.Response) -> Any:  # noqa: ANN401
    """Give an answer without what it cost."""
    body = answer.json()
    cost = body.pop("extensions")["cost"]
    assert 0 < cost["requested"] < cost["limit"]
    return body


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.in_memory()


def test_a_query_is_answered_with_the_revision_it_stands_on(workspace: Workspace) -> None:
    workspace.execute(CreateNode("Team", "a"), actor="x")
    answer = _post(workspace, READ)
    assert answer.status_code == 200
    assert _told(answer) == {"data": {"graph": {"revision": 1}}}
    assert answer.headers["headwater-revision"] == "1"
    assert float(answer.headers["headwater-age"]) < 60
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_a_write_answers_with_the_revision_it_led_to(workspace: Workspace) -> None:
    answer = _post(workspace, CREATE)
    assert answer.headers["headwater-revision"] == "1"
    assert answer.json()["data"]["createTeam"]["node"] == {"key": "a"}


def test_a_read_waits_for_the_revision_it_asks_for(workspace: Workspace) -> None:
    async def run() -> int:
        app = create_app(workspace, Settings(revision_wait_s=5))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            headers = {"Headwater-Revision": "1"}
            read = asyncio.create_task(
                client.post("/graphql", json={"query": READ}, headers=headers)
            )
            await asyncio.sleep(0.1)
            assert not read.done()
            await asyncio.to_thread(workspace.execute, CreateNode("Team", "a"), actor="x")
            return int((await read).json()["data"]["graph"]["revision"])

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize(("revision", "status"), [("7", 412), ("-1", 400), ("x", 400), ("²", 400)])
def test_a_revision_that_does_not_come_is_refused(
    workspace: Workspace, revision: str, status: int
) -> None:
    answer = _sent(
        workspace,
        "POST",
        json={"query": READ},
        headers=[(b"Headwater-Revision", revision.encode("latin-1"))],
    )
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"]


def test_queries_may_come_by_get_but_nothing_is_written_by_it(workspace: Workspace) -> None:
    answer = _sent(
        workspace,
        "GET",
        params={
            "query": "query($n: Int) { teams(first: $n) { totalCount } }",
            "variables": '{"n": 1}',
        },
    )
    assert _told(answer) == {"data": {"teams": {"totalCount": 0}}}
    written = _sent(workspace, "GET", params={"query": CREATE})
    assert (written.status_code, written.headers["allow"]) == (405, "POST")
    assert workspace.snapshot().revision == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_told_which_there_are(workspace: Workspace, method: str) -> None:
    answer = _sent(workspace, method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_a_form_could_send_is_refused(workspace: Workspace, type_: str) -> None:
    headers = {"content-type": type_} if type_ else {}
    answer = _sent(workspace, "POST", content=b'{"query": "{ graph { at } }"}', headers=headers)
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"query": 1}',
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": {"a": 1}}',
        b'{"query": "{ graph { at } }", "variables": []}',
        b'{"query": "{ graph { at } }", "variables": "x"}',
        b'{"query": "{ graph { at } }", "extensions": 1}',
        b'{"query": "{ graph { at } }", "operationName": {}}',
        b'{"query": "{ graph { at } }", "operationName": "Other"}',
        b'{"query": "{ graph { at } }", "variables": {"a": NaN}}',
        b"[" * 5_000,
        b'{"query": "\\ud800"}',
    ],
)
def test_a_request_that_is_none_is_answered_as_one(workspace: Workspace, body: bytes) -> None:
    answer = _sent(workspace, "POST", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "request_",
    [{"params": {}}, {"params": {"query": "{ graph { at } }", "variables": "{"}}],
)
def test_a_get_that_is_none_is_answered_as_one(
    workspace: Workspace, request_: Mapping[str, Any]
) -> None:
    assert _sent(workspace, "GET", **request_).status_code == 400


def test_in_our_media_type_a_request_error_has_its_status_and_no_data(workspace: Workspace) -> None:
    answer = _post(workspace, "{ nothing }", accept=OURS)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == f"{OURS}; charset=utf-8"
    assert answer.json().keys() == {"errors"}
    plain = _post(workspace, "{ nothing }")
    assert (plain.status_code, plain.json().keys()) == (200, {"errors"})


@pytest.mark.parametrize("variables", [{}, {"n": None}, {"n": "x"}, {"n": 2**31}, {"n": []}])
def test_variables_of_a_wrong_type_are_an_error_of_the_request(
    workspace: Workspace, variables: dict[str, object]
) -> None:
    body = {"query": "query ($n: Int!) { teams(first: $n) { totalCount } }", "variables": variables}
    answer = _sent(workspace, "POST", json=body, headers={"accept": OURS})
    assert (answer.status_code, answer.json().keys()) == (400, {"errors"})


def test_a_field_error_leaves_the_status_and_the_rest_of_the_data(workspace: Workspace) -> None:
    answer = _post(
        workspace, "{ teams(first: 501) { totalCount } graph { revision } }", accept=OURS
    )
    assert answer.status_code == 200
    assert answer.json()["data"] == {"teams": None, "graph": {"revision": 0}}


def test_a_document_with_several_operations_needs_a_name(workspace: Workspace) -> None:
    query = "query A { graph { revision } } query B { teams { totalCount } }"
    assert _post(workspace, query).json()["errors"]
    answer = _sent(workspace, "POST", json={"query": query, "operationName": "B"})
    assert _told(answer) == {"data": {"teams": {"totalCount": 0}}}


def test_a_subscription_over_plain_http_is_told_where_to_go(workspace: Workspace) -> None:
    answer = _post(workspace, "subscription { changes { revision } }")
    assert answer.status_code == 400
    assert "graphql-transport-ws" in answer.json()["errors"][0]["message"]


def test_a_body_over_the_limit_is_refused_announced_or_not(workspace: Workspace) -> None:
    async def pieces() -> Any:  # noqa: ANN401
        for _ in range(20):
            yield b"x" * 1_000

    for content in (b"x" * 10_001, pieces()):
        answer = _sent(
            workspace, "POST", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413
        error = answer.json()["errors"][0]
        assert error["extensions"] == {
            "code": "LIMIT_EXCEEDED",
            "limit": "body_bytes",
            "value": 10_000,
        }
        assert "10,000" in error["message"]


def test_introspection_is_for_development_alone(workspace: Workspace) -> None:
    query = "{ __schema { queryType { name } } }"
    assert _post(workspace, query).json()["data"]

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(workspace, Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/graphql", json={"query": query})

    assert asyncio.run(send()).json()["errors"]


def test_the_process_says_that_it_lives_and_that_it_can_serve(workspace: Workspace) -> None:
    workspace.execute(CreateNode("Team", "a"), actor="x")
    assert _sent(workspace, "GET", "/health").json() == {"status": "live"}
    ready = _sent(workspace, "GET", "/ready")
    assert ready.status_code == 200
    assert ready.json()["revision"] == 1
    assert ready.json()["age_seconds"] >= 0
    assert ready.json()["trouble"] is None


def test_one_request_reads_one_revision_whatever_is_written_meanwhile(workspace: Workspace) -> None:
    query = """{ before: graph { revision } changes { totalCount }
      bottlenecks { teams { key } } after: graph { revision } teams { totalCount } }"""

    async def run() -> list[dict[str, Any]]:
        transport = httpx.ASGITransport(create_app(workspace, Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            reads = [client.post("/graphql", json={"query": query}) for _ in range(20)]
            writes = [
                asyncio.to_thread(workspace.execute, CreateNode("Team", f"t{i}"), actor="x")
                for i in range(20)
            ]
            answers, _ = await asyncio.gather(asyncio.gather(*reads), asyncio.gather(*writes))
            return [answer.json()["data"] for answer in answers]

    for data in asyncio.run(run()):
        revision = data["before"]["revision"]
        assert data["after"]["revision"] == revision
        assert data["changes"]["totalCount"] == revision
        assert data["teams"]["totalCount"] == len(data["bottlenecks"]["teams"]) == revision
