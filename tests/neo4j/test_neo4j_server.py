"""A real Neo4j from its jars: run by path alone, because it needs Maven, two Javas and a network."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError, ClientError

from api.cli.demodata import ImportShipped, read_shipped
from graph.commands import CreateNode
from graph.errors import EngineBusy, EngineFailed
from graph.model.entities import Team
from graph.store import java
from graph.store.backups import Backup, write_backup
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.guard import birthmark
from graph.store.java import fetch_jars, find_java
from graph.store.neo4j_server import LAUNCHER, RELEASES, Neo4jServer, Series
from graph.store.restoring import restore
from graph.workspace import Workspace
from seeds.writing import write_document
from tests.cleaning import emptied
from tests.telling import same_graph

SERIES: tuple[Series, ...] = ("5.26", "2026")


def connect(server: Neo4jServer, password: str = "") -> Driver:
    return GraphDatabase.driver(server.uri, auth=(server.user, password or server.password))


def names(server: Neo4jServer) -> list[str]:
    with connect(server) as driver:
        result = driver.execute_query("MATCH (t:Team) RETURN t.name AS n", database_="neo4j")
        return sorted(str(record["n"]) for record in result.records)


@pytest.fixture(scope="module", params=SERIES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Neo4jServer]:
    series: Series = request.param
    folder = tmp_path_factory.mktemp("neo4j") / "a folder, mit Blank und Umlaut"
    with Neo4jServer.start(folder, series=series) as running:
        yield running


class TestARunningServer:
    def test_it_is_the_community_edition_of_the_pinned_version(self, server: Neo4jServer) -> None:
        with connect(server) as driver:
            kernel = driver.execute_query(
                "CALL dbms.components() YIELD name, versions, edition"
                " WHERE edition <> '' RETURN versions[0] AS version, edition",
                database_="neo4j",
            ).records[0]
        assert kernel["edition"] == "community"
        assert kernel["version"] in {release.version for release in RELEASES.values()}

    def test_the_factory_password_and_a_wrong_one_are_refused(self, server: Neo4jServer) -> None:
        for password in ("neo4j", "wrong-password"):
            with connect(server, password) as driver, pytest.raises(AuthError):
                driver.verify_connectivity()
        assert names(server) == []

    def test_the_password_is_in_its_own_file_alone(self, server: Neo4jServer) -> None:
        file = server.data_dir / "password"
        assert file.stat().st_mode & 0o777 == 0o600
        listing = subprocess.run(
            ["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True
        )
        assert "Launcher.java" in listing.stdout
        assert server.password not in listing.stdout
        assert server.password.encode() not in Path(f"/proc/{server.pid}/environ").read_bytes()
        holders = [
            path.name
            for path in server.data_dir.rglob("*")
            if path.is_file() and server.password.encode() in path.read_bytes()
        ]
        assert holders == ["password"]

    def test_no_statement_can_read_a_file(self, server: Neo4jServer) -> None:
        with (
            connect(server) as driver,
            pytest.raises(ClientError, match=r"(?i)LoadExternal|configuration"),
        ):
            driver.execute_query(
                "LOAD CSV FROM 'file:///etc/hostname' AS l RETURN l", database_="neo4j"
            )

    def test_its_folder_has_one_owner(self, server: Neo4jServer) -> None:
        with pytest.raises(EngineBusy, match=f"process {os.getpid()}"):
            Neo4jServer.start(server.data_dir, series="5.26")


class TestStopAndStart:
    @pytest.mark.parametrize("series", SERIES)
    def test_data_and_password_are_there_after_a_quick_stop_and_a_restart(
        self, tmp_path: Path, series: Series
    ) -> None:
        first = Neo4jServer.start(tmp_path, series=series)
        with connect(first) as driver:
            driver.execute_query("CREATE (:Team {name: 'platform'})", database_="neo4j")
        begin = time.monotonic()
        first.stop()
        first.stop()
        assert time.monotonic() - begin < 8
        assert not birthmark(first.pid)
        with Neo4jServer.start(tmp_path, series=series) as second:
            assert names(second) == ["platform"]
            assert second.password == first.password
            os.kill(second.pid, signal.SIGKILL)
        with Neo4jServer.start(tmp_path, series=series) as third:
            assert names(third) == ["platform"]


class TestWhatIsMissingIsNamed:
    def test_a_machine_without_a_fitting_java(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kit = tmp_path / "jvm" / "old"
        (kit / "bin").mkdir(parents=True)
        (kit / "bin" / "javac").touch()
        (kit / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="11.0.2"\n')
        monkeypatch.setattr(java, "JVM_FOLDER", tmp_path / "jvm")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(EngineFailed, match=f"17 to 21 found .found: 11 in {kit}") as caught:
            find_java(17, 21)
        assert "JAVA_HOME" in caught.value.hint

    def test_java_home_goes_first_when_it_fits(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, version in (("a", 17), ("b", 21)):
            (tmp_path / name / "bin").mkdir(parents=True)
            (tmp_path / name / "bin" / "javac").touch()
            (tmp_path / name / "release").write_text(f'JAVA_VERSION="{version}.0.1"\n')
        monkeypatch.setattr(java, "JVM_FOLDER", tmp_path)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert find_java(17, 21) == tmp_path / "b" / "bin" / "java"
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "a"))
        assert find_java(17, 21) == tmp_path / "a" / "bin" / "java"
        assert find_java(21, 25) == tmp_path / "b" / "bin" / "java"

    def test_a_machine_without_maven(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(EngineFailed, match="is missing, which fetches Neo4j"):
            fetch_jars(LAUNCHER / "pom.xml", "1.2", tmp_path / "cache" / "neo4j-1.2")
        assert not (tmp_path / "cache").exists()

    def test_a_version_that_maven_cannot_bring_leaves_nothing_but_its_lock(
        self, tmp_path: Path
    ) -> None:
        target = tmp_path / "cache" / "neo4j-5.26.30"
        pom = tmp_path / "pom.xml"
        pom.write_text("<project>")
        with pytest.raises(
            EngineFailed, match=r"Maven could not bring Neo4j 5\.26\.30 to"
        ) as caught:
            fetch_jars(pom, "5.26.30", target)
        assert "no reason" not in caught.value.message
        assert [each.name for each in target.parent.iterdir()] == ["neo4j-5.26.30.lock"]

    def test_jars_that_are_there_need_no_maven(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        assert fetch_jars(LAUNCHER / "pom.xml", "1.2", tmp_path) == tmp_path


class TestSchemes:
    def test_a_single_server_is_reached_by_the_routing_scheme_too(
        self, server: Neo4jServer
    ) -> None:
        emptied(Connection(server.uri, server.user, server.password))
        uri = server.uri.replace("bolt://", "neo4j://")
        workspace = Workspace.connect(Connection(uri, server.user, server.password))
        revision = workspace.execute(CreateNode("Team", f"by-{uri}"), actor="x").revision
        workspace.close()
        again = Workspace.connect(Connection(server.uri, server.user, server.password))
        assert again.snapshot().revision == revision
        assert again.snapshot().node(Team, f"by-{uri}") is not None
        again.close()


class TestBackups:
    def test_a_backup_of_one_engine_comes_back_on_the_other_and_back_again(
        self, server: Neo4jServer, tmp_path: Path
    ) -> None:
        theirs = Connection(server.uri, server.user, server.password)
        emptied(theirs)
        files = [tmp_path / f"{number}" for number in range(3)]
        with EmbeddedEngine.start(tmp_path / "one") as engine:
            source = Workspace.connect(Connection(engine.uri, engine.user, engine.password))
            source.execute(ImportShipped(read_shipped), actor="ann", idempotency_key="k")
            before, log = source.snapshot(), source.changes(0)
            _backed_up(source, files[0])
        _restored(theirs, files[0])
        middle = Workspace.connect(theirs)
        assert same_graph(middle.snapshot(), before)
        _backed_up(middle, files[1])
        with EmbeddedEngine.start(tmp_path / "two") as engine:
            ours = Connection(engine.uri, engine.user, engine.password)
            _restored(ours, files[1])
            again = Workspace.connect(ours)
            assert same_graph(again.snapshot(), before)
            assert again.changes(0) == log
            again.close()


def _backed_up(workspace: Workspace, place: Path) -> None:
    with place.open("wb") as stream:
        write_backup(workspace, [], write_document, stream, "1")
    workspace.close()


def _restored(connection: Connection, place: Path) -> None:
    backup = Backup(place)
    restore(connection, backup, backup.checked())
