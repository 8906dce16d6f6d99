"""Coming in by a token, by every way there is, and having to leave."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.app import create_app
from api.auth import tokens
from api.auth.door import OPEN, Door
from api.auth.secrets import new_secret
from api.auth.tokens import TokenLogins
from api.settings import Settings
from graph.commands import CreateNode
from graph.errors import BadUsage, StoreUnreachable
from graph.model.access import AccessToken
from graph.model.principals import Role
from graph.store.memory import MemoryBook
from graph.workspace import Workspace
from tests.api.issuing import AUDIENCE, issuing
from tests.api.listening import served

PROTOCOL = "graphql-transport-ws"
CREATE = 'mutation { createTeam(input: {key: "new"}) { node { key } } }'
TOKENS = Settings(auth="tokens")


def given(workspace: Workspace, role: Role, name: str = "", **more: Any) -> str:  # noqa: ANN401
    """Make a token; gives its secret."""
    secret = new_secret()
    made = {"teams": (), "person": None, "created_at": datetime.now(UTC), **more}
    token = AccessToken(secret.id, name or role.value, role, hash=secret.hash, **made)
    workspace.access.add_token(token)
    return secret.text


def id_in(secret: str) -> str:
    return secret.split("_")[1]


@pytest.fixture
def workspace() -> Workspace:
    found = Workspace.in_memory()
    found.execute(CreateNode("Team", "a"), actor="seed")
    return found


def sent(
    workspace: Workspace,
    method: str,
    path: str,
    authorization: str | None,
    settings: Settings = TOKENS,
    **request: Any,  # noqa: ANN401
) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(workspace, settings))
        headers = {} if authorization is None else {"authorization": authorization}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers, **request)

    return asyncio.run(send())


def post(workspace: Workspace, query: str, secret: str) -> Any:  # noqa: ANN401
    answer = sent(workspace, "POST", "/graphql", f"Bearer {secret}", json={"query": query})
    assert answer.status_code == 200, answer.text
    return answer.json()


WAYS = [
    ("GET", "/graphql?query={graph{revision}}"),
    ("POST", "/graphql"),
    ("PUT", "/graphql"),
    ("GET", "/pictures/impact.svg?root=Team/a"),
    ("GET", "/pictures/nothing"),
    ("GET", "/anything/else"),
]


@pytest.mark.parametrize(("method", "path"), WAYS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "hw_0000000000_x",
        "Bearer hw_0000000000_x",
        "Bearer hw_",
        "Bearer " + "x" * 300,
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_nobody_comes_in_without_a_token_by_any_way(
    workspace: Workspace, method: str, path: str, authorization: str | None
) -> None:
    answer = sent(workspace, method, path, authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="headwater"')
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["message"]


@pytest.mark.parametrize("path", OPEN)
def test_what_tells_nothing_of_the_graph_is_open(workspace: Workspace, path: str) -> None:
    assert sent(workspace, "GET", path, None).status_code == 200


def test_a_token_comes_in_and_may_do_what_its_role_may(workspace: Workspace) -> None:
    viewer, planner = given(workspace, Role.VIEWER), given(workspace, Role.PLANNER)
    assert post(workspace, "{ viewer { name role } }", viewer)["data"]["viewer"] == {
        "name": "token:viewer",
        "role": "VIEWER",
    }
    (error,) = post(workspace, CREATE, viewer)["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "planner" in error["message"]
    assert post(workspace, CREATE, planner)["data"]["createTeam"]["node"]
    assert workspace.changes(1)[0].actor == "token:planner"
    picture = sent(workspace, "GET", "/pictures/impact.svg?root=Team/a", f"bearer {viewer}")
    assert picture.status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), "not known"),
        (lambda text: text + "x", "not known"),
        (lambda text: text[:14], "not the form"),
        (lambda text: text.replace("hw_", "hx_"), "this kind of login"),
    ],
)
def test_a_secret_that_is_not_quite_the_right_one_is_worth_nothing(
    workspace: Workspace,
    change: Callable[[str], str],
    words: str,
) -> None:
    secret = change(given(workspace, Role.ADMIN))
    answer = sent(workspace, "POST", "/graphql", f"Bearer {secret}", json={"query": "{ a }"})
    assert answer.status_code == 401
    assert words in answer.json()["errors"][0]["message"]
    assert secret not in answer.text + str(answer.headers)


def test_a_token_that_is_over_is_told_so(workspace: Workspace) -> None:
    now = datetime.now(UTC)
    late = given(workspace, Role.ADMIN, "late", expires_at=now - timedelta(seconds=1))
    gone = given(workspace, Role.ADMIN, "gone", revoked_at=now)
    for secret, word in ((late, "expired"), (gone, "revoked")):
        answer = sent(workspace, "GET", "/graphql", f"Bearer {secret}")
        assert (answer.status_code, word in answer.text) == (401, True)


def test_the_secret_is_in_no_record_and_is_not_shown_by_accident(workspace: Workspace) -> None:
    secret = new_secret()
    assert len(secret.text) > 50
    assert secret.text not in f"{secret} {secret!r}"
    text = given(workspace, Role.ADMIN)
    assert text.split("_", 2)[2] not in repr(workspace.access.tokens())


@contextmanager
def opened(
    address: str, secret: str | None, header: str | None = None
) -> Iterator[ClientConnection]:
    headers = {} if header is None else {"Authorization": header}
    with connect(
        f"ws://{address}/graphql",
        subprotocols=[PROTOCOL],  # type: ignore[list-item]
        additional_headers=headers,
    ) as socket:
        payload = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        say(socket, type="connection_init", payload=payload)
        yield socket


def say(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def heard(socket: ClientConnection) -> Any:  # noqa: ANN401
    return json.loads(socket.recv(timeout=5))


def closed(socket: ClientConnection) -> tuple[int, str]:
    """Wait until the connection is closed; gives the code and the reason."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=5)
    assert socket.close_code is not None
    return socket.close_code, socket.close_reason or ""


def test_a_websocket_says_who_it_is_in_its_first_message(workspace: Workspace) -> None:
    viewer = given(workspace, Role.VIEWER)
    with served(workspace, TOKENS) as address:
        with opened(address, viewer) as socket:
            assert heard(socket) == {"type": "connection_ack"}
            say(socket, type="subscribe", id="1", payload={"query": CREATE})
            error = heard(socket)["payload"]["errors"][0]
            assert error["extensions"]["code"] == "FORBIDDEN"
        with opened(address, None, f"Bearer {viewer}") as socket:
            assert heard(socket) == {"type": "connection_ack"}
        for secret in (None, "hw_0000000000_x", "x.y.z"):
            with opened(address, secret) as socket:
                code, reason = closed(socket)
                assert (code, bool(reason)) == (4403, True)


def test_a_websocket_that_did_not_say_who_it_is_hears_nothing(workspace: Workspace) -> None:
    with served(workspace, TOKENS) as address:
        url = f"ws://{address}/graphql"
        with connect(url, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
            say(socket, type="subscribe", id="1", payload={"query": "{ graph { revision } }"})
            assert closed(socket)[0] == 4401


def test_a_websocket_ends_within_two_seconds_when_its_token_is_revoked(
    workspace: Workspace,
) -> None:
    secret, other = given(workspace, Role.VIEWER, "one"), given(workspace, Role.VIEWER, "other")
    with (
        served(workspace, TOKENS) as address,
        opened(address, secret) as socket,
        opened(address, other) as stays,
    ):
        assert heard(socket) == heard(stays) == {"type": "connection_ack"}
        query = "subscription { changes { revision } }"
        say(socket, type="subscribe", id="1", payload={"query": query})
        workspace.access.revoke_token(id_in(secret), datetime.now(UTC))
        code, reason = closed(socket)
        assert (code, "revoked" in reason) == (4401, True)
        say(stays, type="ping")
        assert heard(stays) == {"type": "pong"}


def test_a_websocket_ends_when_its_login_expires() -> None:
    workspace = Workspace.in_memory()
    with issuing() as issuer:
        settings = Settings(
            auth="tokens,oidc", oidc_issuer=issuer.url, oidc_audience=AUDIENCE, oidc_leeway_s=0
        )
        with served(workspace, settings) as address:
            until = int(datetime.now(UTC).timestamp()) + 2
            with opened(address, issuer.token(exp=until)) as socket:
                assert heard(socket) == {"type": "connection_ack"}
                assert closed(socket) == (4401, "the login has expired")
            with opened(address, given(workspace, Role.VIEWER)) as socket:
                assert heard(socket) == {"type": "connection_ack"}


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
def test_a_stream_ends_when_its_token_is_revoked(workspace: Workspace, accept: str) -> None:
    secret = given(workspace, Role.VIEWER)
    headers = {"accept": accept, "authorization": f"Bearer {secret}"}
    body = {"query": "subscription { changes(since: 0) { revision } }"}
    with served(workspace, TOKENS) as address:
        url = f"http://{address}/graphql"
        with httpx.stream("POST", url, json=body, headers=headers, timeout=10) as answer:
            assert answer.status_code == 200
            pieces = answer.iter_text()
            while '"revision":1' not in next(pieces):
                pass
            workspace.access.revoke_token(id_in(secret), datetime.now(UTC))
            assert "complete" not in "".join(pieces)
        assert httpx.post(url, json=body, headers=headers).status_code == 401


def test_a_token_that_is_made_while_the_service_runs_works_at_once(workspace: Workspace) -> None:
    door = Door(TokenLogins(workspace.access))

    async def come() -> None:
        first = given(workspace, Role.VIEWER, "first")
        await door.principal(f"Bearer {first}")
        await asyncio.sleep(0.25)
        second = given(workspace, Role.VIEWER, "second")
        assert (await door.principal(f"Bearer {second}")).name == "token:second"

    asyncio.run(come())


class Shaky(MemoryBook):
    """A book that can be out of reach. `looked` counts how often it was read."""

    away = False
    looked = 0

    def tokens(self) -> Any:  # noqa: ANN401
        self.looked += 1
        if self.away:
            message = "no database answers"
            raise StoreUnreachable(message)
        return super().tokens()


def test_while_the_database_is_away_known_tokens_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "FRESH_S", 0.0)
    book = Shaky()
    secret = new_secret()
    now = datetime.now(UTC)
    book.add_token(AccessToken(secret.id, "a", Role.VIEWER, (), None, secret.hash, now))

    async def come() -> None:
        door = Door(TokenLogins(book))
        book.away = True
        with pytest.raises(Exception, match="cannot be read now"):
            await door.principal(f"Bearer {secret.text}")
        book.away = False
        await door.principal(f"Bearer {secret.text}")
        book.away = True
        assert (await door.principal(f"Bearer {secret.text}")).name == "token:a"

    asyncio.run(come())


def test_the_tokens_are_read_once_for_a_thousand_requests() -> None:
    book = Shaky()
    secret = new_secret()
    now = datetime.now(UTC)
    book.add_token(AccessToken(secret.id, "a", Role.VIEWER, (), None, secret.hash, now))

    async def come() -> None:
        door = Door(TokenLogins(book))
        await asyncio.gather(*(door.principal(f"Bearer {secret.text}") for _ in range(1_000)))

    asyncio.run(come())
    assert book.looked == 1


def test_what_is_refused_is_in_the_log_of_the_process_without_the_token(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = given(workspace, Role.VIEWER)
    post(workspace, CREATE, secret)
    said = capsys.readouterr()
    assert "write_refused" in said.out + said.err
    assert "token:viewer" in said.out + said.err
    assert secret.split("_", 2)[2] not in said.out + said.err


def test_in_development_nobody_is_asked_and_only_this_machine_is_served(
    workspace: Workspace,
) -> None:
    dev = Settings(auth="tokens", dev=True)
    answer = sent(workspace, "POST", "/graphql", None, dev, json={"query": "{ viewer { role } }"})
    assert answer.json()["data"] == {"viewer": {"role": "ADMIN"}}
    with pytest.raises(BadUsage, match="--dev asks nobody"):
        create_app(workspace, Settings(auth="tokens", dev=True, host="0.0.0.0"))
    create_app(workspace, Settings(auth="tokens", host="0.0.0.0"))


def test_a_setting_for_a_way_that_there_is_not_is_refused() -> None:
    for word in ("password", "tokens;oidc", "", "none,tokens"):
        with pytest.raises(ValueError, match="auth"):
            Settings(auth=word)
