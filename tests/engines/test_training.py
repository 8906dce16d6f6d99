"""What a run of the engine learnt is used by the next one, and never stands in its way."""

from pathlib import Path

import pytest
from neo4j import GraphDatabase

from api.training import train
from graph.store import embedded
from graph.store.embedded import EmbeddedEngine


def answers(engine: EmbeddedEngine) -> bool:
    with GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as driver:
        records = driver.execute_query("RETURN 1 AS one", database_="neo4j").records
        return [record["one"] for record in records] == [1]


def command_of(engine: EmbeddedEngine) -> str:
    return Path(f"/proc/{engine.pid}/cmdline").read_text().replace("\0", " ")


def test_a_training_run_leaves_one_whole_file_that_the_next_start_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "share" / "engine.aot"
    train(target)
    assert [found.name for found in target.parent.iterdir()] == ["engine.aot"]
    assert target.stat().st_size > 1_000_000
    monkeypatch.setattr(embedded, "TRAINED", target)
    with EmbeddedEngine.start(tmp_path / "data") as engine:
        assert f"-XX:AOTCache={target}" in command_of(engine)
        assert answers(engine)


def test_a_file_that_does_not_fit_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "engine.aot"
    broken.write_bytes(b"not what Java wrote" * 1000)
    monkeypatch.setattr(embedded, "TRAINED", broken)
    with EmbeddedEngine.start(tmp_path / "data") as engine:
        assert answers(engine)


def test_without_such_a_file_the_engine_starts_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "TRAINED", tmp_path / "not there")
    with EmbeddedEngine.start(tmp_path / "data") as engine:
        assert "AOT" not in command_of(engine)
        assert answers(engine)
