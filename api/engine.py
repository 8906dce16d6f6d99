"""Opening the graph: a Neo4j by its address, or the embedded engine of a data folder.

One process at a time holds a data folder's engine. A process that holds it for long leaves the
engine's address in the folder, so that others use the running engine in place of failing.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

import orjson
import structlog
from pydantic import ValidationError

from api.reviving import looked_after
from api.settings import Settings
from graph.errors import BadUsage, EngineBusy, EngineFailed, StoreUnreachable
from graph.store.child import Engine
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.guard import birthmark

if TYPE_CHECKING:
    from graph.workspace import Workspace

PATIENCE: Final = 20.0
"""Seconds to wait for a folder whose holder is just starting, or is about to be done with it."""

ENDPOINT: Final = "endpoint.json"
LOG: Final = "engine.log"
EMBEDDED: Final = "arcadedb"
"""The files of the embedded engine, as it names their folder itself."""
PASSWORD: Final = "password"  # noqa: S105 - the name of the file, which the engine's folder has


log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a running engine is: its address, and the process that holds it.

    `mark` tells the process from a later one of the same number. `role` is the command it runs.
    """

    uri: str
    user: str
    pid: int
    mark: str
    role: str


def log_taken_over(engine: Engine) -> None:
    """Log whose folder it was, and which engine of that process still ran and was ended first."""
    # What a transaction had not written to the end, the engine took back as it started.
    log.warning(
        "folder_taken_over",
        folder=str(engine.data_dir),
        left_by=engine.left_by,
        engine_ended=engine.ended,
    )


@dataclass(frozen=True, slots=True)
class Host:
    """A long-lived command that holds an engine for others too.

    `taken_over` is told of an engine whose folder a killed process left behind: `Engine.left_by`.
    """

    role: str
    taken_over: Callable[[Engine], None] = log_taken_over


def settings_for(data_dir: Path | None = None) -> Settings:
    """Give the settings of the environment, with the data folder that a command line names."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "HEADWATER_" + "_".join(map(str, first["loc"])).upper()
        msg = f"{name} cannot be used: {first['msg']}"
        raise BadUsage(msg, f"it is {first['input']!r}") from error
    return settings if data_dir is None else settings.model_copy(update={"data_dir": data_dir})


@contextmanager
def open_workspace(
    settings: Settings, *, make: bool = True, host: Host | None = None
) -> "Iterator[Workspace]":
    """Open the graph that the settings name, and let go of it afterwards.

    `make`: a data folder that is not there is made; otherwise BadUsage. With `host`, the process
    holds the engine for others too, and EngineBusy says that another one does; without, it
    uses an engine that runs already, or holds one for the moment.
    """
    with to_database(settings, make=make, host=host) as connection:
        # Imported while the engine starts: it brings the driver along.
        from graph.workspace import Workspace  # noqa: PLC0415

        workspace = Workspace.connect(connection, max_changes=settings.max_changes)
        try:
            yield workspace
        finally:
            workspace.close()


@contextmanager
def to_database(
    settings: Settings, *, make: bool = True, host: Host | None = None
) -> Iterator[Connection]:
    """Give the address of the database that the settings name; as `open_workspace`, unopened."""
    if settings.neo4j_uri:
        yield Connection(
            settings.neo4j_uri,
            settings.neo4j_user,
            settings.neo4j_password.get_secret_value(),
            settings.neo4j_database,
        )
        return
    folder = settings.data_dir.expanduser().absolute()
    if not make and not holds_graph(folder):
        msg = f"there is no graph in {folder}"
        raise BadUsage(msg, "import something first, or name another --data-dir or a --file")
    start = partial(EmbeddedEngine.start, folder, heap=settings.engine_heap)
    with engine_of(folder, start) if host is None else hosted(start(), host) as found:
        yield found


def holds_graph(folder: Path) -> bool:
    """Say whether a folder has a graph to read: of the embedded engine, or of one that runs."""
    folder = folder.expanduser()
    return (folder / EMBEDDED).is_dir() or running_engine(folder) is not None


@contextmanager
def hosted(engine: Engine, host: Host) -> Iterator[Connection]:
    """Hold an engine and tell other processes where it is; stop it in the end.

    One that ends by itself meanwhile is started again: see `looked_after`.
    """
    with engine, looked_after(engine):
        if engine.left_by is not None:
            host.taken_over(engine)
        endpoint = Endpoint(engine.uri, engine.user, os.getpid(), birthmark(os.getpid()), host.role)
        place = engine.data_dir / ENDPOINT
        _written(place, orjson.dumps(asdict(endpoint)))
        try:
            yield _to(engine)
        finally:
            place.unlink(missing_ok=True)


def _written(place: Path, content: bytes) -> None:
    temporary = place.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary.replace(place)


@contextmanager
def engine_of(folder: Path, start: Callable[[], EmbeddedEngine]) -> Iterator[Connection]:
    """Give the engine of a folder: the one that runs, or one `start`ed for the time being."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            engine = start()
        except EngineBusy:
            found = running_engine(folder)
            if found is not None:
                with _told_when_it_is_gone(folder, found):
                    yield connection_to(folder, found)
                return
            if monotonic() > deadline:
                raise
            sleep(0.1)
        else:
            with engine, _told_when_it_ends(engine):
                yield _to(engine)
            return


def _to(engine: Engine) -> Connection:
    return Connection(engine.uri, engine.user, engine.password, folder=engine.data_dir)


@contextmanager
def _told_when_it_is_gone(folder: Path, endpoint: Endpoint) -> Iterator[None]:
    """Say of an engine that another process holds, and that does not answer, whose it is."""
    try:
        yield
    except StoreUnreachable as error:
        msg = f"the engine of {folder}, which process {endpoint.pid} holds, does not answer"
        hint = f"stop that `headwater {endpoint.role}`, and start it again"
        raise StoreUnreachable(msg, hint) from error


@contextmanager
def _told_when_it_ends(engine: Engine) -> Iterator[None]:
    """Say of an engine of ours that ended in use that it did, and not how to set an address."""
    try:
        yield
    except StoreUnreachable as error:
        if engine.running:
            raise
        msg = f"the engine of {engine.data_dir} ended while it was used"
        hint = (
            f"run it again: a write is there as a whole or not at all; see {engine.data_dir / LOG}"
        )
        raise EngineFailed(msg, hint) from error


def running_engine(folder: Path) -> Endpoint | None:
    """Give the engine that a living process holds for others in a folder; None without one."""
    try:
        endpoint = Endpoint(**orjson.loads((folder / ENDPOINT).read_bytes()))
    except (OSError, ValueError, TypeError):  # not there, or of another version
        return None
    # A file that a killed process left behind names a process that is gone.
    return endpoint if birthmark(endpoint.pid) == endpoint.mark else None


def connection_to(folder: Path, endpoint: Endpoint) -> Connection:
    """Give what it takes to connect to a running engine. Its password is in a file of the folder."""
    try:
        password = (folder / PASSWORD).read_text(encoding="ascii").strip()
    except OSError as error:
        msg = f"the password of the engine in {folder} cannot be read: {error.strerror}"
        raise StoreUnreachable(msg, "run this as the user who started it") from error
    return Connection(endpoint.uri, endpoint.user, password, folder=folder)
