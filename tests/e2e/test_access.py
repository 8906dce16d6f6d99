"""Tokens, from the command line to a service that runs and asks for them."""

import time
from collections.abc import Iterator

import httpx
import orjson
import pytest

from graph.store.connection import Connection
from tests.cleaning import emptied
from tests.e2e.service import Service, run, serving

PATIENCE_S = 20.0
CREATE = 'mutation { createTeam(input: {key: "%s"}) { revision problems { code } } }'


@pytest.fixture
def service(connection: Connection) -> Iterator[Service]:
    emptied(connection)
    with serving(connection, dev=False, HEADWATER_AUTH="tokens") as running:
        yield running


def ask(service: Service, query: str, secret: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {secret}"}
    return httpx.post(f"{service.url}/graphql", json={"query": query}, headers=headers, timeout=30)


def made(connection: Connection, *words: str) -> str:
    ran = run(connection, "token", "create", *words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_token_is_made_used_and_revoked_while_the_service_runs(
    service: Service, connection: Connection
) -> None:
    assert httpx.get(f"{service.url}/graphql?query={{graph{{revision}}}}").status_code == 401
    planner = made(connection, "ann", "--role", "planner", "--expires", "1")
    answer = ask(service, CREATE % "a", planner).json()
    assert answer["data"]["createTeam"]["problems"] == []
    listed = orjson.loads(run(connection, "token", "list", "--json").stdout)
    assert [one["state"] for one in listed] == ["active"]
    assert run(connection, "token", "revoke", planner.split("_")[1]).returncode == 0
    end = time.monotonic() + PATIENCE_S
    while ask(service, "{ graph { revision } }", planner).status_code != 401:
        assert time.monotonic() < end, "it was let in for long after it was revoked"
        time.sleep(0.05)


def test_an_admin_hears_on_every_process_what_was_refused(
    service: Service, connection: Connection
) -> None:
    viewer, admin = made(connection, "v"), made(connection, "root", "--role", "admin")
    (error,) = ask(service, CREATE % "a", viewer).json()["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    query = "{ refusedWrites { nodes { actor command code } } }"
    found = ask(service, query, admin).json()["data"]["refusedWrites"]["nodes"]
    assert found == [{"actor": "token:v", "command": "createTeam", "code": "FORBIDDEN"}]
    listed = orjson.loads(run(connection, "log", "--refused", "--json").stdout)
    assert [(one["actor"], one["command"]) for one in listed] == [("token:v", "createTeam")]


def test_tokens_are_no_part_of_what_is_exported(service: Service, connection: Connection) -> None:
    made(connection, "v")
    assert service.process.poll() is None
    exported = run(connection, "export", "--format", "jsonl")
    assert (exported.returncode, exported.stdout) == (0, "")
