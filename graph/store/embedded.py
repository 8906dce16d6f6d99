"""The embedded engine: ArcadeDB with its own Java, as a child process that speaks Bolt.

It reads each setting from a Java system property and, where there is none, from the environment
variable of the same dotted name. All of ours go through the environment, and the password not even
there: the engine is told the path of the password file, and reads it before its first start.
"""

import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from graph.errors import EngineFailed
from graph.store.child import Engine, Launch
from graph.store.folder import DataFolder, explained

DATABASE = "neo4j"
"""The name of the one database, the same as Neo4j's own default."""

MESSAGE_LIMIT = 256 * 1024 * 1024
"""Bytes in one Bolt message; past the engine's default of 16 MB a driver hangs for good."""

COMMAND_LIMIT = 30_000
"""Milliseconds for one statement (not for a transaction): a driver's own timeout is ignored there,
and an abandoned query would run on."""

_LOGGING = """\
# Written at every start: what is worth a person's attention, on standard output, and no ./log folder.
handlers = java.util.logging.ConsoleHandler
.level = WARNING
java.util.logging.ConsoleHandler.level = WARNING
java.util.logging.ConsoleHandler.formatter = com.arcadedb.log.LogFormatter
"""


class EmbeddedEngine(Engine):
    """The embedded engine over one data folder."""

    user = "root"

    @classmethod
    def start(
        cls,
        data_dir: Path,
        *,
        heap: str = "1g",
        find_port: Callable[[], int] | None = None,
        training: Path | None = None,
        sync: bool = True,
    ) -> Self:
        """Start the engine over `data_dir`, made if need be, and return once it answers.

        `heap` is the most memory Java's heap may take, such as 768m or 2g. `find_port` gives the
        port to listen on, a free one where it is left out; it is asked again when that port was
        taken meanwhile. `training` is where the run leaves what it learnt. Raises EngineBusy when
        another process has the folder, EngineFailed when there is no engine to be had. Without
        `sync`, which is for measuring what it costs, writes are acknowledged before they are on disk.
        """
        if not re.fullmatch("[1-9][0-9]*[mMgG]", heap):
            raise EngineFailed(f"{heap!r} is no size for the heap", "Write it as 768m or 2g")
        package = _package()
        folder = DataFolder.claim(data_dir)
        try:
            root = folder.path / "arcadedb"
            settings = folder.path / "logging.properties"
            with explained(folder.path):
                root.mkdir(mode=0o700, exist_ok=True)
                settings.write_text(_LOGGING, encoding="ascii")
            command = _command(package, heap, settings, training)
            return cls(
                folder, lambda port: Launch(command, _settings(folder, root, port, sync)), find_port
            )
        except BaseException:
            folder.release()
            raise


def _command(package: Path, heap: str, settings: Path, training: Path | None) -> tuple[str, ...]:
    return (
        str(package / "jre" / "bin" / "java"),
        *_trained(training),
        f"-Xmx{heap}",
        # Past its first memory error it still runs, and after a second one answers nothing.
        # Ended at once, it has every acknowledged write at the next start.
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-Djava.awt.headless=true",
        f"-Djava.util.logging.config.file={settings}",
        "-cp",
        str(package / "jars" / "*"),
        "com.arcadedb.server.ArcadeDBServer",
    )


TRAINED = Path(sys.prefix) / "share" / "headwater" / "engine.aot"
"""What a run of the engine has learnt of its classes, beside the engine in this environment."""


def _trained(training: Path | None) -> tuple[str, ...]:
    """Use what was learnt, if it is there; a run that learns writes it when it ends.

    Measured: 1.1 s in place of 1.95 s from the start to a loaded graph. Java passes over a file that
    does not fit it.
    """
    if training is not None:
        return (f"-XX:AOTCacheOutput={training}",)
    return (f"-XX:AOTCache={TRAINED}",) if TRAINED.exists() else ()


def _package() -> Path:
    # Found without importing it: the import would start to load a Java into this process.
    spec = find_spec("arcadedb_embedded")
    places = tuple(spec.submodule_search_locations or ()) if spec else ()
    for place in places:
        if (Path(place) / "jre" / "bin" / "java").exists():
            return Path(place)
    raise EngineFailed(
        "The package arcadedb-embedded, which holds the embedded engine, is not installed here",
        "Install it, or connect to a Neo4j by its URI",
    )


def _settings(folder: DataFolder, root: Path, port: int, sync: bool) -> dict[str, str]:
    return {
        f"arcadedb.{name}": value
        for name, value in {
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            # "production" would hide every error's message from us; what this mode shows more, a
            # page over HTTP, asks for the password as well.
            "server.mode": "development",
            "server.rootPath": str(root),
            "server.logsDirectory": str(root / "log"),
            "server.rootPasswordPath": str(folder.password_file),
            "server.defaultDatabases": f"{DATABASE}[]",
            # HTTP cannot be turned off: loopback, a port nobody knows, behind the same password.
            "server.httpIncomingHost": "127.0.0.1",
            "server.httpIncomingPort": "0",
            "bolt.host": "127.0.0.1",
            "bolt.port": str(port),
            "bolt.defaultDatabase": DATABASE,
            "bolt.maxMessageSize": str(MESSAGE_LIMIT),
            "bolt.packstream.maxValueLength": str(MESSAGE_LIMIT),
            "command.timeout": str(COMMAND_LIMIT),
            # The engine's default, 0, never syncs: an acknowledged write could be lost.
            "txWalFlush": "1" if sync else "0",
            "opencypher.loadCsv.allowFileUrls": "false",
            "opencypher.loadCsv.allowRemoteUrls": "false",
            "polyglotEngineEnabled": "false",
        }.items()
    }
