"""What comes in over HTTP: no bytes, ids, cursors or headers make the service fail."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.auth.answers import Turned
from api.auth.door import bearer
from api.auth.secrets import PREFIX
from api.settings import Settings
from graph.commands import CreateNode
from graph.workspace import Workspace
from tests.fuzz.mutating import PIECES, Mutation, hostile, mutated, mutations

texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(PIECES).map(lambda piece: piece.decode("utf-8", "replace")),
)
OURS = ("INTERNAL_ERROR", "STORE_FAILED", "Traceback", 'File "')


class Client:
    """Sends requests to the application, in this thread."""

    def __init__(self, settings: Settings) -> None:
        workspace = Workspace.in_memory()
        for key in "abc":
            workspace.execute(CreateNode("Team", key, {"name": key}), actor="x")
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(create_app(workspace, settings))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def sent(
        self, method: str, path: str, body: bytes = b"", headers: dict[bytes, bytes] | None = None
    ) -> httpx.Response:
        return self._runner.run(
            self._client.request(method, path, content=body, headers=headers or {})
        )

    def asked(self, query: str, **variables: object) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return self._runner.run(self._client.post("/graphql", json=body))

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client(Settings(dev=True, rate_per_s=0))
    yield made
    made.close()


def fine(answer: httpx.Response) -> None:
    """Hold an answer against what a caller may see: a mistake of his, never one of ours."""
    assert answer.status_code < 500, answer.text
    assert not any(word in answer.text for word in OURS), answer.text


BODY = (
    b'{"query": "query A($n: Int) { teams(first: $n) { nodes { key } } }", "variables": {"n": 2}}'
)


@hostile
@given(changes=mutations)
def test_a_body_that_was_tampered_with_is_answered(client: Client, changes: list[Mutation]) -> None:
    fine(
        client.sent(
            "POST", "/graphql", mutated(BODY, changes), {b"content-type": b"application/json"}
        )
    )


@hostile
@given(body=st.binary(max_size=200), media=st.sampled_from([b"application/json", b"", b"\xff"]))
def test_a_body_of_any_bytes_is_answered(client: Client, body: bytes, media: bytes) -> None:
    fine(client.sent("POST", "/graphql", body, {b"content-type": media}))


@hostile
@given(text=texts)
def test_a_text_in_the_place_of_an_id_a_cursor_an_instant_or_a_search_is_answered(
    client: Client, text: str
) -> None:
    fine(client.asked("query($t: ID!) { node(id: $t) { id } nodes(ids: [$t]) { id } }", t=text))
    fine(client.asked("query($t: String) { teams(first: 2, after: $t) { nodes { key } } }", t=text))
    fine(client.asked("query($t: String!) { search(text: $t, first: 2) { totalCount } }", t=text))
    fine(client.asked("query($t: Instant!) { asOf(at: $t) { graph { revision } } }", t=text))
    fine(
        client.asked(
            "query($t: String) { teams(filter: {name: {contains: $t}}) { totalCount } }", t=text
        )
    )
    fine(client.asked("query($t: ID!) { team(key: $t) { id } }", t=text))


@hostile
@given(text=texts)
def test_a_text_in_the_place_of_a_document_is_answered(client: Client, text: str) -> None:
    fine(client.asked(text))
    fine(client.asked("{ teams { nodes { key } } " + text))


NAMES = (
    b"authorization",
    b"headwater-revision",
    b"x-request-id",
    b"traceparent",
    b"accept",
    b"origin",
    b"if-none-match",
    b"content-type",
)


@hostile
@given(
    name=st.sampled_from(NAMES),
    value=st.one_of(
        st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b"")),
        st.sampled_from([p.replace(b"\n", b"").replace(b"\r", b"") for p in PIECES]),
    ),
)
def test_a_header_of_any_bytes_is_answered(client: Client, name: bytes, value: bytes) -> None:
    headers = {b"content-type": b"application/json", name: value}
    for path in ("/graphql", "/pictures/cascade.svg", "/metrics"):
        fine(client.sent("GET" if path != "/graphql" else "POST", path, BODY, headers))


@hostile
@given(path=texts)
def test_an_address_of_any_text_is_answered(client: Client, path: str) -> None:
    quoted = quote(path[:2_000].encode("utf-8", "replace"), safe="/")
    for below in ("", "/pictures", "/graphiql-assets"):
        fine(client.sent("GET", f"{below}/{quoted.lstrip('/')}"))


@hostile
@given(
    text=st.one_of(texts, texts.map("Bearer {}".format), texts.map(f"Bearer {PREFIX}{{}}".format))
)
def test_what_is_shown_to_log_in_is_read_or_turned_away(text: str) -> None:
    with suppress(Turned):
        assert bearer(text).isascii()
