"""What the service turns away, on every transport: by which limit, at what value, at what cost."""

import asyncio
import json
from collections.abc import Sequence
from time import sleep
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from api.app import create_app
from api.callers import PRINCIPAL, is_counted, payer
from api.gate import Gate, Turned
from api.rates import MOST_CALLERS, Rates
from api.settings import Settings
from graph.commands import CreateNode
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from tests.api.listening import served

READ = "{ graph { revision } }"
FLOODS = {
    "characters": "query(" + " ".join(f"$v{i}:Int" for i in range(20_000)) + "){graph{at}}",
    "aliases": "{" + " ".join(f"a{i}:graph{{at}}" for i in range(400)) + "}",
    "variables": "query(" + " ".join(f"$v{i}:Int" for i in range(400)) + "){graph{at}}",
    "nesting": "{graph" + "{a" * 400 + "}" * 400 + "}",
    "cost": "{teams(first:500){nodes{delivers(first:500){nodes{key}}}}}",
}
APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json'


@pytest.mark.parametrize("limit", FLOODS)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", APOLLO])
def test_a_flood_is_refused_over_http_by_the_limit_it_passes(limit: str, accept: str) -> None:
    answer = _sent(Settings(), [FLOODS[limit]], accept=accept)[0]
    errors = json.loads(answer.text[answer.text.index('{"') :].splitlines()[0])
    (error,) = (errors.get("payload") or errors)["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["extensions"]["limit"] == limit
    assert f"{error['extensions']['value']:,}" in error["message"]


def test_a_flood_is_refused_over_a_websocket_and_the_connection_stays() -> None:
    with (
        served(Workspace.in_memory(), Settings()) as host,
        connect(f"ws://{host}/graphql", subprotocols=["graphql-transport-ws"]) as socket,  # type: ignore[list-item]
    ):
        socket.send('{"type": "connection_init"}')
        socket.recv(5)
        for limit, query in {**FLOODS, "": READ}.items():
            socket.send(
                json.dumps({"type": "subscribe", "id": limit or "x", "payload": {"query": query}})
            )
            message = json.loads(socket.recv(5))
            if limit:
                assert message["type"] == "error"
                assert message["payload"][0]["extensions"]["limit"] == limit
            else:
                assert message["payload"]["data"] == {"graph": {"revision": 0}}
                assert message["payload"]["extensions"]["cost"]["requested"] == 2


def test_variables_are_bounded_in_number_and_depth() -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    query = "query ($k: String!) { team(key: $k) { key } }"
    for variables, limit in (({"k": ["x"] * 20_000}, "values"), ({"k": deep}, "value_depth")):
        (answer,) = _sent(Settings(), [query], variables=variables)
        assert answer.json()["errors"][0]["extensions"]["limit"] == limit


def test_an_endless_number_is_an_error_of_the_caller() -> None:
    (answer,) = _sent(Settings(), ["{ teams(first: " + "9" * 5_000 + ") { totalCount } }"])
    assert answer.json()["errors"][0]["extensions"]["limit"] == "digits"


def test_a_batch_is_refused_in_words() -> None:
    async def send() -> httpx.Response:
        async with _client(Settings()) as client:
            return await client.post("/graphql", json=[{"query": READ}] * 100)

    answer = asyncio.run(send())
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "BATCHING_OFF"}


def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    settings = Settings(rate_per_s=0.5, rate_burst=3)
    answers = _sent(settings, [READ] * 5, address="203.0.113.7")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refused = answers[3]
    assert refused.headers["retry-after"] == "2"
    (error,) = refused.json()["errors"]
    told = {"code": "RATE_LIMITED", "limit": "rate_per_s", "value": 0.5, "retryAfterSeconds": 2}
    assert error["extensions"] == told
    assert "0.5 a second" in error["message"]


def test_programs_of_this_machine_are_not_counted() -> None:
    answers = _sent(Settings(rate_per_s=0.001, rate_burst=1), [READ] * 5)
    assert {answer.status_code for answer in answers} == {200}


def test_pictures_count_too() -> None:
    async def send() -> list[int]:
        async with _client(Settings(rate_per_s=0.001, rate_burst=1), "203.0.113.7") as client:
            return [(await client.get("/pictures/dsm.svg")).status_code for _ in range(2)]

    assert asyncio.run(send()) == [200, 429]


def test_a_bucket_fills_at_its_rate_up_to_its_size() -> None:
    now = 0.0
    rates = Rates(2.0, 3, lambda: now)
    assert [rates.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait_s("b") == 0
    now = 0.25
    assert rates.wait_s("a") == pytest.approx(0.25)
    now = 0.5
    assert [rates.wait_s("a") for _ in range(2)] == [0, 0.5]
    now = 1_000.0
    assert [rates.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_so_many_callers_are_remembered_and_no_more() -> None:
    rates = Rates(0.001, 1, lambda: 0.0)
    for number in range(2 * MOST_CALLERS):
        rates.wait_s(str(number))
    assert rates.wait_s(str(2 * MOST_CALLERS - 1)) > 0
    assert rates.wait_s("0") == 0  # long forgotten


def test_a_rate_of_zero_is_none() -> None:
    rates = Rates(0, 1)
    assert [rates.wait_s("a") for _ in range(100)] == [0] * 100


def test_a_principal_is_counted_under_its_name_wherever_it_asks_from() -> None:
    scope = {"client": ("127.0.0.1", 1), PRINCIPAL: "ann"}
    assert is_counted(scope)
    assert payer(scope) == payer({"client": ("203.0.113.7", 1), PRINCIPAL: "ann"})
    assert payer(scope) != payer({"client": ("127.0.0.1", 1)})
    assert not is_counted({"client": ("::1", 1)})
    assert not is_counted({})


def test_a_caller_holds_so_many_streams_open_and_others_are_not_hindered() -> None:
    gate = Gate(Settings(max_subscriptions_each=2))
    one, other = ({"client": (f"203.0.113.{n}", 1)} for n in (1, 2))
    closing = [gate.opened(one) for _ in range(2)]
    refused = gate.opened(one)
    assert isinstance(refused, Turned)
    assert (refused.code, refused.limit, refused.value) == (
        "LIMIT_EXCEEDED",
        "subscriptions_each",
        2,
    )
    assert not isinstance(gate.opened(other), Turned)
    closed = closing[0]
    assert not isinstance(closed, Turned)
    closed()
    assert not isinstance(gate.opened(one), Turned)


def test_a_connection_holds_so_many_operations() -> None:
    with (
        served(Workspace.in_memory(), Settings(max_operations=2)) as host,
        connect(f"ws://{host}/graphql", subprotocols=["graphql-transport-ws"]) as socket,  # type: ignore[list-item]
    ):
        socket.send('{"type": "connection_init"}')
        socket.recv(5)
        for id_ in ("a", "b", "c"):
            query = "subscription { changes { revision } }"
            socket.send(json.dumps({"type": "subscribe", "id": id_, "payload": {"query": query}}))
        message = json.loads(socket.recv(5))
        assert (message["type"], message["id"]) == ("error", "c")
        told = {"code": "LIMIT_EXCEEDED", "limit": "operations", "value": 2}
        assert message["payload"][0]["extensions"] == told


def test_analyses_that_find_no_place_are_told_when_to_come_again() -> None:
    settings = Settings(max_analyses=1, max_analyses_waiting=0)
    query = "{ " + " ".join(f"a{i}: alignment {{ __typename }}" for i in range(5)) + " }"
    (answer,) = _sent(settings, [query])
    codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
    assert codes == {"BUSY"}
    assert answer.headers["retry-after"] == "2"


def test_an_operation_past_its_time_is_told_so_on_every_transport() -> None:
    settings = Settings(max_seconds=1e-9)
    query = "{ teams { nodes { key } } }"
    for accept in ("application/json", "text/event-stream", APOLLO):
        (answer,) = _sent(settings, [query], accept=accept)
        body = json.loads(answer.text[answer.text.index('{"') :].splitlines()[0])
        (error,) = (body.get("payload") or body)["errors"]
        assert error["extensions"] == {"code": "TIMEOUT", "limit": "seconds", "value": 1e-9}


def test_what_is_deferred_past_the_time_ends_the_answer_with_the_reason() -> None:
    workspace = Workspace(Slow())
    workspace.execute(CreateNode("Team", "a"), actor="x")
    query = "{ graph { revision } ... @defer { changes { totalCount } } }"
    with served(workspace, Settings(max_seconds=0.2)) as host:
        answer = httpx.post(
            f"http://{host}/graphql",
            json={"query": query},
            headers={"accept": "multipart/mixed"},
            timeout=10,
        )
    assert '"revision":1' in answer.text
    assert "TIMEOUT" in answer.text
    assert '"hasNext":false' in answer.text
    assert answer.text.rstrip().endswith("--")


class Slow(MemoryStore):
    """A store whose log takes its time."""

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        sleep(1)
        return super().commits(since, limit)


def _client(settings: Settings, address: str = "127.0.0.1") -> httpx.AsyncClient:
    app = create_app(Workspace.in_memory(), settings)
    transport = httpx.ASGITransport(app, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def _sent(
    settings: Settings,
    queries: list[str],
    *,
    address: str = "127.0.0.1",
    accept: str = "application/json",
    variables: object = None,
) -> list[httpx.Response]:
    async def send() -> list[httpx.Response]:
        async with _client(settings, address) as client:
            return [
                await client.post(
                    "/graphql",
                    json={"query": query, "variables": variables},
                    headers={"accept": accept},
                )
                for query in queries
            ]

    return asyncio.run(send())
