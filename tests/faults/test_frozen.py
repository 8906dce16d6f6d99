"""A database that stops for 30 seconds and comes back: reads go on, writes wait or are refused."""

import os
import signal
from pathlib import Path
from time import monotonic, sleep

import httpx

from api.engine import open_workspace, settings_for
from graph.model.entities import Team
from tests.e2e.torturing import Book, Tortured, writing

FROZEN_S = 30.0
READ = {"query": "{ graph { revision } }"}
WRITE = {"query": 'mutation { createTeam(input: {key: "late"}) { problems { code } } }'}


def test_reads_go_on_while_the_database_stands_still_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "graph"
    folder.mkdir()
    service, book = Tortured(folder), Book()
    service.start()
    engine = int((folder / "engine.pid").read_text(encoding="utf-8").split()[0])
    with writing(service, 8, book):
        while book.count < 20:
            sleep(0.01)
        os.kill(engine, signal.SIGSTOP)
        stopped = monotonic()
        try:
            sleep(1)  # what was on its way has gone through
            before = book.count
            reads = 0
            while monotonic() < stopped + 15:
                answer = httpx.post(f"{service.url}/graphql", json=READ, timeout=2)
                assert answer.json()["data"]["graph"]["revision"] >= before
                reads += 1
                sleep(0.1)
            assert reads > 50
            assert 12 < float(answer.headers["headwater-age"]) < 20
            ready = httpx.get(f"{service.url}/ready", timeout=2).json()
            assert (ready["status"], ready["trouble"]) == ("ready", "store_unreachable")
            assert 12 < ready["age_seconds"] < 20
            error = httpx.post(f"{service.url}/graphql", json=WRITE, timeout=40).json()["errors"][0]
            assert error["extensions"]["code"] in {"STORE_UNREACHABLE", "OUTCOME_UNKNOWN"}
            sleep(max(0.0, stopped + FROZEN_S - monotonic()))
            assert book.count == before
        finally:
            os.kill(engine, signal.SIGCONT)
        until = monotonic() + 60
        while book.count < before + 50 and monotonic() < until:
            sleep(0.05)
        assert book.count >= before + 50
    ready = httpx.get(f"{service.url}/ready", timeout=2).json()
    assert ready["trouble"] is None
    assert ready["age_seconds"] < 5
    service.stop()
    assert book.wrong == []
    with open_workspace(settings_for(folder), make=False) as workspace:
        teams = workspace.snapshot().nodes(Team)
        log = workspace.changes(0)
    assert {key: teams[key].revision for key in book.acknowledged} == book.acknowledged
    assert set(teams) <= {*book.acknowledged, *book.unknown, "late"}
    assert [commit.revision for commit in log] == list(range(1, len(teams) + 1))
