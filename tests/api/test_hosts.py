"""Under which names the service is reached, and from which pages."""

import asyncio
import socket

import httpx
import pytest
from pydantic import ValidationError
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from api.app import create_app
from api.settings import Settings
from graph.workspace import Workspace
from tests.api.listening import served

ASKED = {"query": "{ graph { revision } }"}
PROTOCOLS = [Subprotocol("graphql-transport-ws")]
APP = "http://app.example.org:5173"


def _sent(
    settings: Settings, method: str = "POST", path: str = "/graphql", **headers: str
) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Workspace.in_memory(), settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            body = ASKED if method == "POST" else None
            return await client.request(method, path, json=body, headers=named)

    return asyncio.run(send())


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8484", "LOCALHOST.", "127.0.0.1:1", "127.9.9.9", "[::1]:8484"],
)
def test_on_loopback_the_names_of_loopback_are_known(host: str) -> None:
    assert _sent(Settings(), host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "["],
)
@pytest.mark.parametrize("path", ["/graphql", "/", "/pictures"])
def test_a_name_that_was_pointed_at_loopback_is_refused(host: str, path: str) -> None:
    answer = _sent(Settings(dev=True), path=path, host=host)
    assert answer.status_code == 421
    assert answer.json()["errors"][0]["extensions"] == {"code": "HOST_NOT_ALLOWED"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("graph.example.org", 200),
        ("GRAPH.example.org:443", 200),
        ("a.teams.example", 200),
        ("localhost", 200),
        ("teams.example", 421),
        ("b.a.teams.example", 421),
        ("example.org", 421),
    ],
)
def test_an_operator_names_the_hosts_of_a_proxy(host: str, status: int) -> None:
    settings = Settings(allowed_hosts=("graph.example.org", "*.teams.example"))
    assert _sent(settings, host=host).status_code == status


def test_a_probe_is_answered_by_whatever_address_it_asks() -> None:
    assert _sent(Settings(), "GET", "/health", host="10.1.2.3:8484").status_code == 200


def test_a_websocket_under_an_unknown_name_is_refused() -> None:
    with served(Workspace.in_memory(), Settings()) as host:
        name, port = host.split(":")
        address = f"ws://evil.example:{port}/graphql"
        with (
            socket.create_connection((name, int(port))) as reached,
            pytest.raises(InvalidStatus) as refused,
            connect(address, sock=reached, subprotocols=PROTOCOLS),
        ):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (APP, True),
        ("http://app.example.org", False),
        ("https://app.example.org:5173", False),
        ("null", False),
    ],
)
def test_an_origin_is_allowed_by_being_named_whole(origin: str, allowed: bool) -> None:
    settings = Settings(allowed_origins=(APP,))
    preflight = _sent(
        settings,
        "OPTIONS",
        origin=origin,
        access_control_request_method="POST",
        access_control_request_headers="content-type,authorization,headwater-revision",
    )
    answer = _sent(settings, origin=origin)
    assert (preflight.status_code == 200) is allowed
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert "access-control-allow-credentials" not in answer.headers
    if allowed:
        assert "headwater-revision" in answer.headers["access-control-expose-headers"].lower()


def test_by_default_no_other_origin_may_read_anything() -> None:
    answer = _sent(Settings(), origin=APP)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    preflight = _sent(Settings(), "OPTIONS", origin=APP, access_control_request_method="POST")
    assert preflight.status_code == 405


@pytest.mark.parametrize("allowed", [True, False])
def test_a_websocket_of_another_origin_is_taken_only_where_it_is_named(allowed: bool) -> None:
    settings = Settings(allowed_origins=(APP,) if allowed else ())
    with served(Workspace.in_memory(), settings) as host:
        address, mine = f"ws://{host}/graphql", Origin(APP)
        if allowed:
            with connect(address, subprotocols=PROTOCOLS, origin=mine) as opened:
                assert opened.subprotocol == PROTOCOLS[0]
            return
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(address, subprotocols=PROTOCOLS, origin=mine),
        ):
            pass
    assert refused.value.response.status_code == 403


def test_lists_are_given_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_ALLOWED_HOSTS", "a.example, *.b.example")
    monkeypatch.setenv("HEADWATER_ALLOWED_ORIGINS", f"{APP},https://[::1]:3000")
    settings = Settings()
    assert settings.allowed_hosts == ("a.example", "*.b.example")
    assert settings.allowed_origins == (APP, "https://[::1]:3000")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allowed_origins", "*"),
        ("allowed_origins", "app.example.org"),
        ("allowed_origins", "https://app.example.org/"),
        ("allowed_hosts", "https://a.example"),
        ("allowed_hosts", "a.example:80"),
        ("allowed_hosts", "*"),
    ],
)
def test_what_is_no_origin_or_host_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="is no"):
        Settings.model_validate({name: value})
