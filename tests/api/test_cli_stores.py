"""Commands on a database: one engine, started by `db start`, that the others find by its folder."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.running import Ran, document, headwater, item, needs, run, running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a data folder whose engine runs in the background."""
    place = tmp_path_factory.mktemp("data") / "graph"
    started = run("db", "start", "--data-dir", place)
    assert started.code == 0, started.err
    yield place
    assert headwater("db", "stop", "--data-dir", place).code == 0
    assert headwater("db", "status", "--data-dir", place, "--json").json()["running"] is None


def revision(folder: Path) -> int:
    found = headwater("db", "status", "--data-dir", folder, "--json").json()["revision"]
    assert isinstance(found, int)
    return found


def bring(folder: Path, tmp_path: Path, *lines: str, more: tuple[str, ...] = ()) -> Ran:
    path = document(tmp_path / "records.jsonl", *lines)
    return headwater("import", "document", path, "--data-dir", folder, "--json", *more)


def test_an_import_is_one_write_and_the_same_again_is_none(folder: Path, tmp_path: Path) -> None:
    before = revision(folder)
    lines = (item("i1", 2), item("i2"), needs("i2", "i1"))
    first = bring(folder, tmp_path, *lines).json()
    assert first["written"] is True
    assert first["revision"] == before + 1
    assert first["nodes"] == {"created": 2, "updated": 0, "deleted": 0}
    assert first["relationships"] == {"created": 1, "updated": 0, "deleted": 0}
    again = bring(folder, tmp_path, *lines)
    assert again.code == 0
    assert (again.json()["written"], again.json()["revision"]) == (False, before + 1)


def test_an_import_with_a_problem_writes_nothing_and_lists_it(folder: Path, tmp_path: Path) -> None:
    before = revision(folder)
    done = bring(folder, tmp_path, item("never"), '{"kind":"Tem","key":"x"}')
    assert done.code == 1
    problem = done.json()["problems"][0]  # type: ignore[index]
    assert problem["line"] == 2
    assert problem["hint"] == "did you mean Team?"
    assert done.json()["written"] is False
    assert revision(folder) == before


def test_a_partial_import_writes_the_rest(folder: Path, tmp_path: Path) -> None:
    lines = (item("good"), '{"kind":"Tem","key":"x"}')
    done = bring(folder, tmp_path, *lines, more=("--partial",))
    assert done.code == 1
    assert done.json()["written"] is True
    assert headwater("trace", "WorkItem/good", "--data-dir", folder).code == 0


def test_a_dry_run_says_what_would_be_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    before = revision(folder)
    done = bring(folder, tmp_path, item("dry"), more=("--dry-run",))
    assert done.code == 0
    assert done.json()["nodes"] == {"created": 1, "updated": 0, "deleted": 0}
    assert done.json()["written"] is False
    assert revision(folder) == before


def test_the_same_idempotency_key_writes_once(folder: Path, tmp_path: Path) -> None:
    first = bring(folder, tmp_path, item("once", 1), more=("--idempotency-key", "k1"))
    second = bring(folder, tmp_path, item("once", 9), more=("--idempotency-key", "k1"))
    assert second.code == 0
    assert second.json()["repeated"] is True
    assert second.json()["revision"] == first.json()["revision"]


def test_the_log_tells_who_wrote_what(folder: Path, tmp_path: Path) -> None:
    words = ("--actor", "ada", "--idempotency-key", "told")
    at = bring(folder, tmp_path, item("told"), more=words).json()["revision"]
    listed = headwater("log", "--data-dir", folder, "--since", str(int(str(at)) - 1), "--json")
    assert listed.code == 0
    assert '"actor":"ada","command":"import","idempotency_key":"told"' in listed.out
    one = headwater("log", str(at), "--data-dir", folder, "--json").json()
    assert one["changes"] == [
        {
            "change": "created",
            "node": "WorkItem/told",
            "before": None,
            "after": {"key": "told", "duration_days": 1},
        }
    ]
    assert "WorkItem/told" in headwater("log", str(at), "--data-dir", folder).out
    assert headwater("log", "99999", "--data-dir", folder).code == 2


def test_the_past_is_read_by_revision_and_by_instant(folder: Path, tmp_path: Path) -> None:
    first = bring(folder, tmp_path, item("past", 1)).json()["revision"]
    bring(folder, tmp_path, item("past", 5))
    words = ("analyze", "critical-path", "--scope", "past", "--data-dir", folder, "--json")
    assert headwater(*words).json()["finish_days"] == 5
    assert headwater(*words, "--as-of", str(first)).json()["finish_days"] == 1
    assert headwater(*words, "--as-of", "2999-01-01").json()["finish_days"] == 5
    assert headwater(*words, "--as-of", "2001-01-01").code == 2


def test_the_store_and_the_replayed_log_agree(folder: Path, tmp_path: Path) -> None:
    bring(folder, tmp_path, item("checked"))
    done = headwater("db", "check", "--data-dir", folder, "--json")
    assert done.code == 0
    assert done.json()["differences"] == []
    assert done.json()["writes_replayed"] == revision(folder)


def test_a_database_named_by_the_environment_is_used(folder: Path, tmp_path: Path) -> None:
    bring(folder, tmp_path, item("by-uri"))
    found = headwater("db", "status", "--data-dir", folder, "--json").json()["running"]
    assert isinstance(found, dict)
    named = {
        "HEADWATER_NEO4J_URI": str(found["uri"]),
        "HEADWATER_NEO4J_USER": str(found["user"]),
        "HEADWATER_NEO4J_PASSWORD": (folder / "password").read_text(encoding="ascii"),
    }
    done = headwater("trace", "by-uri", "--json", **named)
    assert (done.code, done.json()["root"]) == (0, "WorkItem/by-uri")


def test_an_engine_that_runs_already_is_not_started_again(folder: Path) -> None:
    done = headwater("db", "start", "--data-dir", folder)
    assert done.code == 2
    assert "runs already" in done.err


def test_reading_where_there_is_no_graph_is_told_and_makes_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "nowhere"
    for words in (("analyze", "cycles"), ("export",), ("log",), ("db", "check"), ("trace", "x")):
        done = headwater(*words, "--data-dir", place)
        assert done.code == 2
        assert f"there is no graph in {place}" in done.err
    path = document(tmp_path / "x.jsonl", item("a"))
    assert headwater("import", "document", path, "--dry-run", "--data-dir", place).code == 0
    assert not place.exists()


def test_a_database_that_does_not_answer_is_exit_code_2() -> None:
    done = headwater("log", HEADWATER_NEO4J_URI="bolt://127.0.0.1:1")
    assert done.code == 2
    assert done.err.startswith("headwater: no database answers at bolt://127.0.0.1:1")


def test_a_setting_of_the_environment_that_cannot_be_used_is_named() -> None:
    done = headwater("log", HEADWATER_PORT="many")
    assert done.code == 2
    assert done.err.startswith("headwater: HEADWATER_PORT cannot be used")


def test_what_a_killed_holder_left_behind_stands_in_nobody_s_way(tmp_path: Path) -> None:
    place = tmp_path / "graph"
    words = ("db", "start", "--foreground", "--data-dir", place)
    with running(*words, folder=tmp_path / "said") as holder:
        holder.wait_for("bolt://")
        assert (place / "endpoint.json").stat().st_mode & 0o077 == 0
        holder.send(signal.SIGKILL)
        assert holder.ended() == -signal.SIGKILL
        assert (place / "endpoint.json").exists()
        path = document(tmp_path / "x.jsonl", item("after"))
        assert headwater("import", "document", path, "--data-dir", place).code == 0
        assert headwater("db", "status", "--data-dir", place, "--json").json()["running"] is None
    assert headwater("trace", "after", "--data-dir", place, "--json").code == 0


def test_a_start_after_a_kill_says_whose_folder_it_took_over_and_one_after_a_stop_does_not(
    tmp_path: Path,
) -> None:
    place = tmp_path / "graph"
    words = ("db", "start", "--foreground", "--data-dir", place)
    with running(*words, folder=tmp_path / "first") as holder:
        holder.wait_for("bolt://")
        killed = holder.pid
        holder.send(signal.SIGKILL)
        holder.ended()
    with running(*words, folder=tmp_path / "second") as holder:
        holder.wait_for("bolt://")
        holder.wait_for("folder_taken_over")
        assert str(killed) in holder.err
        holder.send(signal.SIGTERM)
        assert holder.ended() == 0
    with running(*words, folder=tmp_path / "third") as holder:
        holder.wait_for("bolt://")
        holder.send(signal.SIGTERM)
        assert holder.ended() == 0
        assert holder.err == ""


def test_a_holder_whose_engine_ends_says_so_and_starts_it_again_where_it_was(
    tmp_path: Path,
) -> None:
    place = tmp_path / "graph"
    words = ("db", "start", "--foreground", "--data-dir", place)
    with running(*words, folder=tmp_path / "said") as holder:
        holder.wait_for("bolt://")
        bring(place, tmp_path, item("before"))
        endpoint = (place / "endpoint.json").read_bytes()
        engine = int((place / "engine.pid").read_text(encoding="utf-8").split()[0])
        os.kill(engine, signal.SIGKILL)
        holder.wait_for("engine_back")
        assert "engine_ended" in holder.err
        assert (place / "endpoint.json").read_bytes() == endpoint
        assert headwater("trace", "before", "--data-dir", place, "--json").code == 0
        holder.send(signal.SIGTERM)
        assert holder.ended() == 0
    assert not (place / "endpoint.json").exists()
