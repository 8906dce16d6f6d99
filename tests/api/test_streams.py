"""Subscriptions over HTTP, and what is deferred: read off the wire, byte by byte."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from api.settings import Settings
from api.streams import Events
from graph.commands import CreateNode
from graph.workspace import Workspace
from tests.api.listening import served

EVENTS = "text/event-stream"
APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json'
HEARD = "subscription { changes(since: 0) { revision } }"
LATER = '{ graph { revision } ... @defer(label: "teams") { teams { nodes { key } } } }'


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace.in_memory()


@pytest.fixture(scope="module")
def host(workspace: Workspace) -> Iterator[str]:
    with served(workspace, Settings()) as found:
        workspace.execute(CreateNode("Team", "a"), actor="x")
        yield found


@contextmanager
def _streamed(host: str, query: str, accept: str) -> Iterator[httpx.Response]:
    with (
        httpx.Client(timeout=5) as client,
        client.stream(
            "POST",
            f"http://{host}/graphql",
            json={"query": query},
            headers={"accept": accept},
        ) as response,
    ):
        yield response


def _read(host: str, query: str, accept: str) -> tuple[httpx.Response, str]:
    with _streamed(host, query, accept) as response:
        return response, response.read().decode()


def _parts(response: httpx.Response, text: str) -> list[Any]:
    """Take a multipart body apart as RFC 2046 has it."""
    boundary = response.headers["content-type"].split('boundary="')[1].split('"')[0]
    opening, *parts, closing = f"\r\n{text}".split(f"\r\n--{boundary}")
    assert (opening, closing) == ("", "--\r\n")
    bodies = []
    for part in parts:
        head, _, body = part.partition("\r\n\r\n")
        assert "content-type: application/json" in head.lower()
        bodies.append(json.loads(body))
    return bodies


def test_a_subscriber_by_events_hears_what_was_and_what_comes(
    workspace: Workspace, host: str
) -> None:
    with _streamed(host, HEARD, EVENTS) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(EVENTS)
        assert response.headers["cache-control"] == "no-cache, no-transform"
        lines = response.iter_lines()
        assert _event(lines) == ("next", {"data": {"changes": {"revision": 1}}})
        workspace.execute(CreateNode("Team", "b"), actor="x")
        assert _event(lines) == ("next", {"data": {"changes": {"revision": 2}}})


def _event(lines: Iterator[str]) -> tuple[str, Any]:
    fields = dict(line.split(":", 1) for line in iter(lambda: next(lines), ""))
    return fields["event"].strip(), json.loads(fields["data"])


def test_a_query_by_events_is_one_event_and_the_end(host: str) -> None:
    _, text = _read(host, "{ teams { totalCount } }", EVENTS)
    lines = iter(text.splitlines())
    assert _event(lines)[1]["data"]["teams"]["totalCount"] >= 1
    assert text.endswith("event: complete\ndata:\n\n")


def test_events_end_their_lines_as_every_client_knows_it() -> None:
    assert (
        Events().encode_next({"data": None}, json.dumps) == 'event: next\ndata: {"data": null}\n\n'
    )
    assert Events().heartbeat_message(json.dumps) == ": ping\n\n"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "subscription { progress(of: []) { key } }"])
def test_what_cannot_run_is_told_as_an_event_with_a_code(host: str, query: str) -> None:
    _, text = _read(host, query, EVENTS)
    kind, body = _event(iter(text.splitlines()))
    assert kind == "next"
    assert body.get("data") is None
    assert body["errors"][0]["extensions"]["code"]
    assert "event: complete" in text


def test_a_stream_without_a_query_is_refused_at_once(host: str) -> None:
    response, text = _read(host, "", EVENTS)
    assert response.status_code == 400
    assert json.loads(text)["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_who_merely_lists_events_gets_json(host: str) -> None:
    response, text = _read(host, "{ graph { revision } }", f"application/json, {EVENTS}")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(text)["data"]["graph"]["revision"] >= 1


def test_nothing_is_written_by_get_whatever_is_taken(workspace: Workspace, host: str) -> None:
    before = workspace.snapshot().revision
    query = 'mutation { createTeam(input: {key: "z"}) { node { key } } }'
    answer = httpx.get(
        f"http://{host}/graphql", params={"query": query}, headers={"accept": EVENTS}
    )
    assert '"errors"' in answer.text
    assert workspace.snapshot().revision == before


def test_a_subscriber_who_goes_away_is_forgotten(host: str, workspace: Workspace) -> None:
    with _streamed(host, HEARD, EVENTS) as response:
        _event(response.iter_lines())
    # The thread that waits for the graph ends once nobody waits with it.
    until = monotonic() + 5
    while _feeding() and monotonic() < until:
        sleep(0.05)
    assert not _feeding()
    assert workspace.snapshot().revision >= 1


def _feeding() -> bool:
    import threading

    return any(thread.name.startswith("feed") for thread in threading.enumerate())


def test_a_subscriber_by_parts_hears_each_in_one_that_is_closed_at_once(
    workspace: Workspace, host: str
) -> None:
    seen = workspace.snapshot().revision
    query = f"subscription {{ changes(since: {seen - 1}) {{ revision }} }}"
    with _streamed(host, query, APOLLO) as response:
        assert response.headers["content-type"] == (
            'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
        )
        text, pieces = "", response.iter_text()
        while "payload" not in text or not text.endswith("\r\n--graphql"):
            text += next(pieces)
    bodies = [body for body in _parts(response, f"{text}--\r\n") if body]
    assert bodies == [{"payload": {"data": {"changes": {"revision": seen}}}}]


def test_a_query_by_the_parts_of_a_subscription_is_one_part_and_the_end(host: str) -> None:
    bodies = _parts(*_read(host, "{ teams(first: 1) { nodes { key } } }", APOLLO))
    (body,) = (body for body in bodies if body)
    assert body["payload"]["data"] == {"teams": {"nodes": [{"key": "a"}]}}
    assert body["payload"]["extensions"]["cost"]["requested"] > 0


def test_what_is_deferred_comes_in_a_part_of_its_own(host: str) -> None:
    response, text = _read(host, LATER, "multipart/mixed, application/json")
    assert int(response.headers["headwater-revision"]) >= 1
    first, second = _parts(response, text)
    assert first["data"].keys() == {"graph"}
    assert first["pending"] == [{"id": "0", "path": [], "label": "teams"}]
    assert first["hasNext"] is True
    assert second["hasNext"] is False
    assert second["incremental"][0]["data"]["teams"]["nodes"][0] == {"key": "a"}
    assert first["extensions"].keys() == {"cost"}
    assert "extensions" not in second


@pytest.mark.parametrize("accept", ["application/json", "*/*", EVENTS])
def test_who_takes_one_answer_gets_all_of_it(host: str, accept: str) -> None:
    _, text = _read(host, LATER, accept)
    body = json.loads(text.split("data: ")[1].splitlines()[0] if accept == EVENTS else text)
    assert body.keys() == {"data", "extensions"}
    assert body["data"].keys() == {"graph", "teams"}


def test_an_error_in_what_is_deferred_has_its_code(host: str) -> None:
    query = "{ graph { revision } ... @defer { teams(first: 501) { totalCount } } }"
    _, later = _parts(*_read(host, query, "multipart/mixed"))
    (error,) = later["incremental"][0]["errors"]
    assert error["extensions"]["code"] == "BAD_USAGE"
