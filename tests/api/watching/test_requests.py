"""Requests have an id, are counted, and the log tells of those that are worth it."""

from collections.abc import Iterator

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from api.settings import Settings
from graph.errors import StoreFailed
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from tests.api.listening import served
from tests.waiting import eventually

WRITE = 'mutation { createTeam(input: {key: "a", name: 5}) { revision } }'
MADE = 'mutation { createTeam(input: {key: "a"}) { revision problems { code } } }'
READ = "{ teams(first: 1) { totalCount } }"


@pytest.fixture
def host() -> Iterator[str]:
    with served(Workspace.in_memory(), Settings()) as found:
        yield found


def asked(host: str, query: str, **headers: str) -> httpx.Response:
    return httpx.post(f"http://{host}/graphql", json={"query": query}, headers=headers)


def figures(host: str, **headers: str) -> dict[str, float]:
    text = httpx.get(f"http://{host}/metrics", headers=headers).text
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_an_answer_names_the_request_by_the_id_that_the_caller_gave_it(host: str) -> None:
    assert asked(host, READ, **{"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, 'a"b', "ä"])
def test_an_id_that_has_not_the_form_of_one_is_replaced(host: str, given: str) -> None:
    found = httpx.get(f"http://{host}/health", headers={b"X-Request-Id": given.encode()})
    assert len(found.headers["x-request-id"]) == 32
    assert found.headers["x-request-id"] != given


def test_a_write_is_told_in_the_log_with_its_id_and_revision_and_a_read_is_not(host: str) -> None:
    with capture_logs() as logs:
        asked(host, READ)
        asked(host, MADE, **{"X-Request-Id": "w1"})
        eventually(lambda: any(line["log_level"] == "info" for line in logs))
    told = [line for line in logs if line["log_level"] == "info"]
    assert [line["operations"] for line in told] == [["mutation createTeam"]]
    assert (told[0]["event"], told[0]["status"], told[0]["revision"]) == ("request", 200, 1)


def test_operations_are_counted_by_field_and_by_the_code_that_they_ended_with(host: str) -> None:
    for query in (READ, READ, "{ a: teams { totalCount } b: teams { totalCount } }"):
        asked(host, query)
    asked(host, "{ teams { totalCount } graph { revision } }")
    asked(host, MADE)
    asked(host, WRITE)
    asked(host, "{ nope }")
    found = figures(host)
    counted = {
        name.removeprefix("headwater_operations_total"): value
        for name, value in found.items()
        if name.startswith("headwater_operations_total")
    }
    assert counted == {
        '{code="OK",field="teams",type="query"}': 3,
        '{code="OK",field="several",type="query"}': 1,
        '{code="OK",field="createTeam",type="mutation"}': 1,
        '{code="GRAPHQL_VALIDATION_FAILED",field="",type=""}': 2,
    }
    assert found['headwater_operation_seconds_count{field="teams",type="query"}'] == 3
    assert found["headwater_snapshot_revision"] == found["headwater_nodes"] == 1
    assert found["headwater_database_up"] == 1


def test_requests_are_counted_by_route_and_nothing_that_a_caller_makes_up_is_a_label(
    host: str,
) -> None:
    httpx.get(f"http://{host}/made/up")
    httpx.request("PROPFIND", f"http://{host}/graphql")
    # What is no method of HTTP at all never becomes a request.
    assert httpx.request("MADEUP", f"http://{host}/graphql").status_code == 400
    httpx.get(f"http://{host}/pictures/made-up.svg")

    def found() -> list[str]:
        return [name for name in figures(host) if name.startswith("headwater_http_requests_total")]

    eventually(lambda: len(found()) >= 3)
    assert [name for name in found() if "/metrics" not in name] == [
        'headwater_http_requests_total{method="GET",route="other",status="404"}',
        'headwater_http_requests_total{method="other",route="/graphql",status="405"}',
        'headwater_http_requests_total{method="GET",route="/pictures",status="404"}',
    ]


def test_a_refused_write_is_counted_by_command_and_code(host: str) -> None:
    for _ in range(2):
        asked(host, MADE)
    found = figures(host)
    assert found['headwater_refused_writes_total{code="already_exists",command="create"}'] == 1


def test_a_database_that_is_away_is_seen_in_the_metrics() -> None:
    class Away(MemoryStore):
        away = False

        def revision(self) -> int:
            if self.away:
                raise StoreFailed("away")
            return super().revision()

    store = Away()
    with served(Workspace(store), Settings()) as host:
        store.away = True
        eventually(lambda: figures(host)["headwater_database_up"] == 0)
        assert figures(host)["headwater_snapshot_age_seconds"] > 0


def test_metrics_are_given_in_the_form_that_is_asked_for_and_not_where_they_are_off(
    host: str,
) -> None:
    plain = httpx.get(f"http://{host}/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=")
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    opened = httpx.get(f"http://{host}/metrics", headers=accept)
    assert opened.headers["content-type"].startswith("application/openmetrics-text")
    assert opened.text.endswith("# EOF\n")
    with served(Workspace.in_memory(), Settings(metrics=False)) as other:
        assert httpx.get(f"http://{other}/metrics").status_code == 404


def test_metrics_are_for_those_who_are_let_in() -> None:
    with served(Workspace.in_memory(), Settings(auth="tokens")) as host:
        assert httpx.get(f"http://{host}/metrics").status_code == 401
        assert httpx.get(f"http://{host}/ready").status_code == 200


def test_at_the_level_of_debug_every_request_is_told() -> None:
    structlog.reset_defaults()  # the first application of a process says what its log is like
    with (
        served(Workspace.in_memory(), Settings(log_level="debug")) as host,
        capture_logs() as logs,
    ):
        asked(host, READ)
        asked(host, MADE)
        eventually(lambda: len(logs) == 2)
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("request", "debug"),
        ("request", "info"),
    ]
    structlog.reset_defaults()
