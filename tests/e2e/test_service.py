"""The whole way: the command, the service, the database, and back."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import httpx
import pytest

from graph.store.connection import Connection
from tests.cleaning import emptied
from tests.e2e.service import Answer, Service, run, serving

DOCUMENT = """\
{"kind": "Company", "key": "acme", "name": "Acme"}
{"kind": "Team", "key": "core", "name": "Core", "capacity": 5, "type": "platform"}
{"kind": "Team", "key": "web", "name": "Web", "capacity": 4}
{"kind": "Objective", "key": "grow", "name": "Grow"}
{"kind": "KeyResult", "key": "users", "type": "increase", "start": 0, "target": 100, "current": 40}
{"kind": "WorkItem", "key": "api", "flow": "feature", "duration_days": 3}
{"kind": "WorkItem", "key": "page", "flow": "feature", "duration_days": 2}
{"rel": "OWNS", "from": "Company/acme", "to": "Objective/grow"}
{"rel": "MEASURES", "from": "KeyResult/users", "to": "Objective/grow"}
{"rel": "DELIVERS", "from": "Team/core", "to": "WorkItem/api"}
{"rel": "DELIVERS", "from": "Team/web", "to": "WorkItem/page"}
{"rel": "DEPENDS_ON", "from": "WorkItem/page", "to": "WorkItem/api", "lag_days": 1}
{"rel": "CONTRIBUTES_TO", "from": "WorkItem/page", "to": "KeyResult/users"}
"""

CREATE = """
mutation ($key: String!, $once: String) {
  createTeam(input: {key: $key, name: "Made", idempotencyKey: $once}) {
    node { id key revision } revision repeated problems { code message hint field }
  }
}
"""


@pytest.fixture(scope="module")
def service(engine: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over a graph that the command imported."""
    emptied(engine)
    document = tmp_path_factory.mktemp("document") / "acme.jsonl"
    document.write_text(DOCUMENT, encoding="utf-8")
    imported = run(engine, "import", "document", str(document))
    assert imported.returncode == 0, imported.stderr
    with serving(engine) as running:
        yield running


def test_an_imported_document_is_answered_with_its_relationships_both_ways(
    service: Service,
) -> None:
    data = service.ask(
        """{ workItem(key: "page") {
            durationDays
            dependsOn(first: 5) { edges { lagDays link node { key } } }
            deliveredBy { nodes { key name } } }
          keyResult(key: "users") { contributors { nodes { key } } }
          graph { revision nodeCount relationshipCount } }"""
    )
    assert data == {
        "workItem": {
            "durationDays": 2.0,
            "dependsOn": {"edges": [{"lagDays": 1.0, "link": "FS", "node": {"key": "api"}}]},
            "deliveredBy": {"nodes": [{"key": "web", "name": "Web"}]},
        },
        "keyResult": {"contributors": {"nodes": [{"key": "page"}]}},
        "graph": {"revision": 1, "nodeCount": 7, "relationshipCount": 6},
    }


def test_analyses_answer_over_http_as_on_the_command_line(
    service: Service, engine: Connection
) -> None:
    data = service.ask("{ criticalPath { finishDays paths } }")
    assert data == {"criticalPath": {"finishDays": 6.0, "paths": [["api", "page"]]}}
    printed = run(engine, "analyze", "critical-path", "--json")
    assert '"finish_days":6' in printed.stdout.replace(" ", "")


def test_a_write_is_read_back_at_its_revision_and_is_in_the_log(service: Service) -> None:
    written = service.ask(CREATE, key="made-1")["createTeam"]
    assert isinstance(written, dict)
    revision = cast("int", written["revision"])
    read = service.answer(
        """query ($since: Int!) { team(key: "made-1") { revision }
            changes(since: $since) { nodes { revision command } } }""",
        {"since": revision - 1},
        {"Headwater-Revision": str(revision)},
    )
    assert read["data"] == {
        "team": {"revision": revision},
        "changes": {"nodes": [{"revision": revision, "command": "create"}]},
    }
    past = service.ask('{ asOf(revision: 1) { team(key: "made-1") { key } graph { revision } } }')
    assert past == {"asOf": {"team": None, "graph": {"revision": 1}}}


def test_the_same_idempotency_key_from_many_clients_writes_once(service: Service) -> None:
    with ThreadPoolExecutor(8) as clients:
        answers = list(
            clients.map(
                lambda _: service.ask(CREATE, key="once", once="the-key")["createTeam"], range(8)
            )
        )
    revisions = {cast("dict[str, Answer]", answer)["revision"] for answer in answers}
    assert len(revisions) == 1
    assert [cast("dict[str, Answer]", answer)["repeated"] for answer in answers].count(False) == 1


def test_a_broken_rule_comes_back_as_problems_and_writes_nothing(service: Service) -> None:
    before = service.ask("{ graph { revision } }")
    answer = service.ask(
        """mutation { linkDependsOn(input: {source: "WorkItem/api", target: "WorkItem/page"}) {
            node: revision problems { code message hint } } }"""
    )["linkDependsOn"]
    assert isinstance(answer, dict)
    problems = answer["problems"]
    assert isinstance(problems, list)
    assert [cast("dict[str, Answer]", p)["code"] for p in problems] == ["LOOP"]
    assert "WorkItem/api -> WorkItem/page -> WorkItem/api" in str(problems)
    assert service.ask("{ graph { revision } }") == before


def test_a_write_through_another_process_is_seen_without_a_restart(
    service: Service, engine: Connection
) -> None:
    with serving(engine) as other:
        written = other.ask(CREATE, key="elsewhere")["createTeam"]
        revision = cast("dict[str, Answer]", written)["revision"]
        read = service.answer(
            '{ team(key: "elsewhere") { key } }', {}, {"Headwater-Revision": str(revision)}
        )
        assert read["data"] == {"team": {"key": "elsewhere"}}


def test_export_and_import_give_the_same_graph_byte_for_byte(
    service: Service, engine: Connection, tmp_path: Path
) -> None:
    assert httpx.get(f"{service.url}/ready").status_code == 200
    for form in ("jsonl", "yaml"):
        first, second = tmp_path / f"1.{form}", tmp_path / f"2.{form}"
        assert run(engine, "export", "--format", form, "--out", str(first)).returncode == 0
        again = run(engine, "export", "--format", form, "--file", str(first), "--out", str(second))
        assert again.returncode == 0, again.stderr
        assert first.read_bytes() == second.read_bytes()
        assert first.stat().st_size > 500
        unchanged = run(engine, "import", "document", str(first), "--json")
        assert unchanged.returncode == 0, unchanged.stderr


def test_the_store_equals_the_replay_of_its_log(service: Service, engine: Connection) -> None:
    assert service.process.poll() is None
    checked = run(engine, "db", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_stream_ends_with_the_process_without_saying_that_it_is_complete(
    engine: Connection,
) -> None:
    with (
        serving(engine) as running,
        httpx.stream(
            "POST",
            f"{running.url}/graphql",
            json={"query": "subscription { changes(since: 0) { revision } }"},
            headers={"accept": "text/event-stream"},
            timeout=30,
        ) as stream,
    ):
        pieces = stream.iter_text()
        assert next(pieces).startswith("event: next")
        running.process.send_signal(signal.SIGTERM)
        assert "complete" not in "".join(pieces)
