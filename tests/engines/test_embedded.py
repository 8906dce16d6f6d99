"""The embedded engine's life: start, stop, restart, its secrets, one owner, and the owner's end."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ConstraintError, DriverError, Neo4jError

from graph.errors import EngineBusy, EngineFailed
from graph.store import child, folder
from graph.store.child import Engine, free_port
from graph.store.embedded import EmbeddedEngine
from graph.store.folder import DataFolder
from graph.store.guard import birthmark

ROOT = Path(__file__).parents[2]


def connect(engine: Engine) -> Driver:
    return GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password))


def names(engine: Engine) -> list[str]:
    with connect(engine) as driver:
        result = driver.execute_query("MATCH (t:Team) RETURN t.name AS n", database_="neo4j")
        return sorted(str(record["n"]) for record in result.records)


def save(engine: Engine, name: str) -> None:
    with connect(engine) as driver:
        driver.execute_query("CREATE (:Team {name: $name})", name=name, database_="neo4j")


def write_until_out_of_memory(engine: Engine) -> None:
    with (
        connect(engine) as driver,
        driver.session(database="neo4j") as session,
        session.begin_transaction() as transaction,
    ):
        transaction.run("UNWIND range(1, 9000) AS i CREATE (:Team {name: 'lost'})").consume()
        transaction.run("RETURN reduce(s = 'x', i IN range(1, 40) | s + s)").consume()


def until_gone(pid: int, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while birthmark(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not birthmark(pid)


def python(script: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, args)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


OWNER = """
    import sys, time
    from pathlib import Path
    from neo4j import GraphDatabase
    from graph.store.embedded import EmbeddedEngine
    engine = EmbeddedEngine.start(Path(sys.argv[1]))
    with GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as driver:
        driver.execute_query("CREATE (:Team {name: 'acknowledged'})", database_="neo4j")
    print(engine.pid, engine._guard.pid, flush=True)
    time.sleep(600)
"""


def owner_of(data_dir: Path) -> tuple[subprocess.Popen[str], int, int]:
    process = python(OWNER, data_dir)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.split()[0].isdecimal(), line + process.stdout.read()
    engine, guard = map(int, line.split())
    return process, engine, guard


def kill_hard(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    os.environ["HEADWATER_TEST_SECRET"] = "not for the engine"
    with EmbeddedEngine.start(tmp_path_factory.mktemp("engine") / "data") as running:
        yield running
    del os.environ["HEADWATER_TEST_SECRET"]


class TestAHealthyLife:
    def test_data_is_there_after_a_stop_and_a_restart(self, tmp_path: Path) -> None:
        data_dir = tmp_path / "a folder, mit Blank und Ümlaut"
        with EmbeddedEngine.start(data_dir) as first:
            save(first, "platform")
            password = first.password
        assert until_gone(first.pid, 0)
        with EmbeddedEngine.start(data_dir) as second:
            assert names(second) == ["platform"]
            assert second.password == password

    def test_stopping_twice_is_one_stop_and_frees_the_folder(self, tmp_path: Path) -> None:
        running = EmbeddedEngine.start(tmp_path)
        assert running.running
        assert birthmark(running.pid)
        running.stop()
        running.stop()
        assert not running.running
        assert not birthmark(running.pid)
        assert not (tmp_path / "engine.pid").exists()
        assert "is down" in (tmp_path / "engine.log").read_text()
        DataFolder.claim(tmp_path).release()

    def test_an_engine_started_in_a_thread_outlives_the_thread(self, tmp_path: Path) -> None:
        started: list[EmbeddedEngine] = []
        thread = threading.Thread(target=lambda: started.append(EmbeddedEngine.start(tmp_path)))
        thread.start()
        thread.join()
        with started[0] as running:
            time.sleep(0.3)
            assert running.running
            assert names(running) == []

    def test_an_engine_that_hangs_is_killed_after_the_grace(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(child, "GRACE", 1)
        running = EmbeddedEngine.start(tmp_path)
        os.kill(running.pid, signal.SIGSTOP)
        running.stop()
        assert until_gone(running.pid, 0)

    def test_an_engine_that_was_killed_has_every_acknowledged_write_at_the_next_start(
        self, tmp_path: Path
    ) -> None:
        running = EmbeddedEngine.start(tmp_path)
        save(running, "kept")
        os.kill(running.pid, signal.SIGKILL)
        assert until_gone(running.pid)
        running._guard.wait(5)
        assert not running.running
        running.stop()
        with EmbeddedEngine.start(tmp_path) as again:
            assert names(again) == ["kept"]

    def test_an_engine_out_of_memory_ends_and_keeps_all_that_was_acknowledged_and_nothing_else(
        self, tmp_path: Path
    ) -> None:
        with EmbeddedEngine.start(tmp_path, heap="96m") as small:
            save(small, "kept")
            with pytest.raises((DriverError, Neo4jError)):
                write_until_out_of_memory(small)
            assert until_gone(small.pid)
            assert "OutOfMemoryError" in small.last_words
        with EmbeddedEngine.start(tmp_path) as again:
            assert names(again) == ["kept"]

    def test_a_port_taken_at_the_last_moment_is_exchanged_for_another(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as rival:
            ports = [rival.getsockname()[1], free_port()]
            expected = f"bolt://127.0.0.1:{ports[1]}"
            with EmbeddedEngine.start(tmp_path, find_port=lambda: ports.pop(0)) as running:
                assert running.uri == expected
                assert names(running) == []


class TestSettings:
    def test_texts_beyond_the_default_message_limit_arrive_whole(
        self, engine: EmbeddedEngine
    ) -> None:
        text = "ü" * 12_000_000  # 24 MB on the wire
        with connect(engine) as driver:
            result = driver.execute_query("RETURN size($t) AS n", t=text, database_="neo4j")
        assert result.records[0]["n"] == 12_000_000

    def test_a_broken_constraint_is_told_with_the_key_that_broke_it(
        self, engine: EmbeddedEngine
    ) -> None:
        with connect(engine) as driver:
            driver.execute_query(
                "CREATE CONSTRAINT IF NOT EXISTS FOR (p:Probe) REQUIRE p.key IS UNIQUE",
                database_="neo4j",
            )
            with pytest.raises(ConstraintError, match="twice"):
                driver.execute_query(
                    "CREATE (:Probe {key: 'twice'}), (:Probe {key: 'twice'})", database_="neo4j"
                )

    def test_no_statement_can_read_a_file_or_fetch_an_address(self, engine: EmbeddedEngine) -> None:
        with connect(engine) as driver:
            for source in ("file:///etc/hostname", "http://127.0.0.1:9/x.csv"):
                with pytest.raises(Neo4jError, match=r"LOAD CSV .* disabled"):
                    driver.execute_query(
                        f"LOAD CSV FROM '{source}' AS l RETURN l", database_="neo4j"
                    )

    def test_it_listens_on_loopback_alone(self, engine: EmbeddedEngine) -> None:
        listening = [
            line.split()[1]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/{engine.pid}/net/{table}").read_text().splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[9] in _sockets(engine.pid)
        ]
        assert len(listening) == 2  # Bolt and HTTP
        for address in listening:
            assert address.split(":")[0].endswith("0100007F")  # 127.0.0.1, bytes reversed

    def test_it_leaves_no_log_folder_where_it_stands(self, engine: EmbeddedEngine) -> None:
        assert {path.name for path in engine.data_dir.iterdir()} == {
            *("arcadedb", "engine.log", "engine.pid", "lock", "log.whole", "logging.properties"),
            "password",
        }


def _sockets(pid: int) -> set[str]:
    links: list[str] = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # the engine may close a file between listing and look
            links.append(str(link.readlink()))
    return {link[8:-1] for link in links if link.startswith("socket:[")}


class TestSecrets:
    def test_the_password_file_is_for_its_owner_alone(self, engine: EmbeddedEngine) -> None:
        file = engine.data_dir / "password"
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text() == engine.password
        assert len(engine.password) >= 24

    def test_the_password_is_in_no_process_list_environment_log_or_other_file(
        self, engine: EmbeddedEngine
    ) -> None:
        listing = subprocess.run(
            ["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True
        )
        assert "ArcadeDBServer" in listing.stdout
        assert engine.password not in listing.stdout
        for pid in (engine.pid, engine._guard.pid):
            assert engine.password.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        holders = [
            path.name
            for path in engine.data_dir.rglob("*")
            if path.is_file() and engine.password.encode() in path.read_bytes()
        ]
        assert holders == ["password"]

    def test_nothing_of_our_own_environment_reaches_the_engine(
        self, engine: EmbeddedEngine
    ) -> None:
        environment = Path(f"/proc/{engine.pid}/environ").read_bytes()
        assert b"arcadedb.txWalFlush=1" in environment
        assert b"HEADWATER_TEST_SECRET" not in environment

    def test_a_lost_password_is_named_with_the_way_out(self, tmp_path: Path) -> None:
        EmbeddedEngine.start(tmp_path).stop()
        (tmp_path / "password").unlink()
        with pytest.raises(EngineFailed, match="refuses the password") as caught:
            EmbeddedEngine.start(tmp_path)
        assert str(tmp_path / "password") in caught.value.message
        assert "Put back" in caught.value.hint


class TestOneOwner:
    def test_a_second_process_is_told_whose_folder_it_is(self, engine: EmbeddedEngine) -> None:
        script = """
            import sys
            from pathlib import Path
            from graph.errors import EngineBusy
            from graph.store.embedded import EmbeddedEngine
            try:
                EmbeddedEngine.start(Path(sys.argv[1]))
            except EngineBusy as error:
                print(error.message)
        """
        said, _ = python(script, engine.data_dir).communicate(timeout=30)
        assert said.strip() == (
            f"The data folder {engine.data_dir} is in use by process {os.getpid()}"
        )
        assert names(engine) == []

    def test_the_same_process_cannot_have_it_twice_either(self, engine: EmbeddedEngine) -> None:
        with pytest.raises(EngineBusy, match=f"process {os.getpid()}"):
            EmbeddedEngine.start(engine.data_dir)

    def test_the_lock_of_a_dead_process_is_taken_over(self, tmp_path: Path) -> None:
        script = """
            import os, sys
            from pathlib import Path
            from graph.store.folder import DataFolder
            kept = DataFolder.claim(Path(sys.argv[1]))
            print("claimed", flush=True)
            os.kill(os.getpid(), 9)
        """
        process = python(script, tmp_path)
        said, _ = process.communicate(timeout=30)
        assert said == "claimed\n"
        assert (tmp_path / "lock").read_text() == f"{process.pid}\n"
        claimed = DataFolder.claim(tmp_path)
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
        claimed.release()


class TestTheEndOfTheOwner:
    def test_an_owner_killed_hard_takes_its_engine_along_and_loses_nothing(
        self, tmp_path: Path
    ) -> None:
        process, engine, guard = owner_of(tmp_path)
        kill_hard(process)
        assert until_gone(engine)
        assert until_gone(guard)
        with EmbeddedEngine.start(tmp_path) as again:
            assert names(again) == ["acknowledged"]

    def test_an_engine_whose_guard_is_killed_ends_as_well(self, tmp_path: Path) -> None:
        process, engine, guard = owner_of(tmp_path)
        os.kill(guard, signal.SIGKILL)
        assert until_gone(engine)
        kill_hard(process)

    def test_an_engine_left_behind_is_ended_before_the_next_starts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        process, engine, guard = owner_of(tmp_path)
        os.kill(engine, signal.SIGSTOP)  # so that it outlives both its guard and its owner
        os.kill(guard, signal.SIGKILL)
        kill_hard(process)
        time.sleep(0.5)
        assert birthmark(engine)
        monkeypatch.setattr(folder, "LEFTOVER_PATIENCE", 1.0)
        with EmbeddedEngine.start(tmp_path) as again:
            assert not birthmark(engine)
            assert names(again) == ["acknowledged"]

    def test_a_later_process_of_the_same_number_is_left_alone(self, tmp_path: Path) -> None:
        with subprocess.Popen(["sleep", "60"]) as stranger:
            mark = birthmark(stranger.pid)
            (tmp_path / "engine.pid").write_text(f"{stranger.pid} {mark}0\n")
            DataFolder.claim(tmp_path).release()
            assert birthmark(stranger.pid) == mark
            stranger.kill()

    def test_control_c_in_the_terminal_leaves_the_engine_to_its_owner(self, tmp_path: Path) -> None:
        script = """
            import os, sys, time
            from pathlib import Path
            from neo4j import GraphDatabase
            from graph.store.embedded import EmbeddedEngine
            with EmbeddedEngine.start(Path(sys.argv[1])) as engine:
                try:
                    print(os.getsid(engine.pid) != os.getsid(0), flush=True)
                    time.sleep(60)
                except KeyboardInterrupt:
                    time.sleep(0.5)
                    with GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as d:
                        d.execute_query("CREATE (:Team {name: 'last words'})", database_="neo4j")
                    print("saved", flush=True)
        """
        process = python(script, tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert (said, process.returncode) == ("saved\n", 0)
        with EmbeddedEngine.start(tmp_path) as again:
            assert names(again) == ["last words"]
