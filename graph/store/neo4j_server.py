"""A real Neo4j Community as a child process, run from its jars: for tests and for a try, no Docker.

Maven fetches the jars once into `~/.cache/headwater`; a launcher of twenty lines starts them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from graph.store.child import Engine, Launch
from graph.store.folder import DataFolder, explained
from graph.store.java import fetch_jars, find_java

Series = Literal["5.26", "2026"]

LAUNCHER = Path(__file__).parent / "launcher"


@dataclass(frozen=True, slots=True)
class Release:
    """One pinned version, the Java versions it runs on, and what it asks of them."""

    version: str
    oldest_java: int
    newest_java: int
    flags: tuple[str, ...]


_OPENED = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
)

RELEASES: dict[Series, Release] = {
    "5.26": Release("5.26.30", 17, 21, _OPENED),
    "2026": Release(
        "2026.08.1",
        21,
        25,
        (*_OPENED, "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
    ),
}


class Neo4jServer(Engine):
    """A Neo4j over one data folder."""

    user = "neo4j"
    ready_line = "Headwater: the password is set."  # Bolt opens some seconds before that

    @classmethod
    def start(cls, data_dir: Path, *, series: Series, heap: str = "1g") -> Self:
        """Start a Neo4j over `data_dir`, made if need be, and return once it answers.

        The first start of a series fetches some 150 MB. Raises EngineBusy when another process has
        the folder, EngineFailed when there is no Neo4j to be had.
        """
        release = RELEASES[series]
        java = find_java(release.oldest_java, release.newest_java)
        cache = Path.home() / ".cache" / "headwater" / f"neo4j-{release.version}"
        jars = fetch_jars(LAUNCHER / "pom.xml", release.version, cache)
        folder = DataFolder.claim(data_dir)
        try:
            home = folder.path / f"neo4j-{series}"
            with explained(folder.path):
                home.mkdir(mode=0o700, exist_ok=True)
            command = (
                *(str(java), f"-Xmx{heap}", "-XX:-UsePerfData", *release.flags),
                *("-cp", str(jars / "*"), str(LAUNCHER / "Launcher.java")),
                *(str(home), str(home / "neo4j.conf")),
            )
            return cls(folder, lambda port: _launch(folder, home, command, port))
        except BaseException:
            folder.release()
            raise


def _launch(folder: DataFolder, home: Path, command: tuple[str, ...], port: int) -> Launch:
    settings = {
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.bolt.telemetry.enabled": "false",
        "server.memory.pagecache.size": "256m",
        "dbms.security.auth_enabled": "true",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "dbms.usage_report.enabled": "false",
        # Unset, an idle server takes ten seconds to stop.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
        "internal.server.bolt.connection_shutdown_wait_time": "1s",
    }
    with explained(folder.path):
        lines = (f"{name}={value}\n" for name, value in settings.items())
        (home / "neo4j.conf").write_text("".join(lines), encoding="ascii")
    return Launch(command, {"HEADWATER_PASSWORD_FILE": str(folder.password_file)})
