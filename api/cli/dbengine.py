"""`db start`, `stop`, `status` and `neo4j`: an engine that runs for other processes to use."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Final

import typer

from api.cli import options
from api.cli.failures import FAILED
from api.cli.stopping import until_stopped
from api.cli.terminal import print_json, say, waiting
from api.engine import (
    PASSWORD,
    Endpoint,
    Host,
    connection_to,
    holds_graph,
    hosted,
    running_engine,
    settings_for,
)
from api.watching.logs import configure
from graph.errors import BadUsage, EngineBusy, EngineFailed, HeadwaterError
from graph.store.child import Engine
from graph.store.embedded import EmbeddedEngine
from graph.store.guard import birthmark
from graph.store.neo4j_server import Neo4jServer
from graph.workspace import Workspace

ROLE: Final = "db"
START_PATIENCE: Final = 120.0
STOP_PATIENCE: Final = 40.0
WATCH: Final = 0.2
HOLDER_LOG: Final = "holder.log"


class Series(StrEnum):
    """The series of Neo4j that can be run."""

    LTS = "5.26"
    CURRENT = "2026"


def start(
    data_dir: options.DataDir = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay, and stop the engine on Ctrl-C.")
    ] = False,
) -> None:
    """Start the embedded engine of a data folder, and leave it running for other commands."""
    folder = _folder(data_dir)
    if foreground:
        _hold(EmbeddedEngine.start, folder)
        return
    running = running_engine(folder)
    if running is not None:
        raise EngineBusy(f"the engine of {folder} runs already, for process {running.pid}")
    _spawn(folder)
    _say_where(folder)


def _hold(begin: Callable[[Path], Engine], folder: Path) -> None:
    """Start an engine, and hold it for others until this process is stopped.

    One that ends by itself is started again, as under `serve`: others count on its address.
    """
    configure(settings_for())
    with until_stopped():
        with waiting("starting the engine"):
            engine = begin(folder)
        with hosted(engine, Host(ROLE)):
            _say_where(folder)
            while True:
                sleep(WATCH)


def _folder(data_dir: Path | None) -> Path:
    return settings_for(data_dir).data_dir.expanduser().absolute()


def _spawn(folder: Path) -> None:
    """Start a process that holds the engine, and wait until it does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    order = (sys.executable, "-m", "api.cli", "db", "start", "--foreground", "--data-dir")
    words = folder / HOLDER_LOG
    with words.open("wb") as log:
        holder = subprocess.Popen(  # noqa: S603 - no shell, and the command is ours
            (*order, str(folder)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # it outlives the terminal
        )
    deadline = monotonic() + START_PATIENCE
    while running_engine(folder) is None:
        if holder.poll() is not None or monotonic() > deadline:
            said = words.read_text(encoding="utf-8", errors="replace").strip()
            message = said.removeprefix("headwater: ") or "its process ended without a word"
            raise EngineFailed(f"the engine did not start: {message}")
        sleep(0.05)


def _say_where(folder: Path) -> None:
    found = running_engine(folder)
    assert found is not None
    say(f"{found.uri}  user {found.user}, password in {folder / PASSWORD}")


def stop(data_dir: options.DataDir = None) -> None:
    """Stop an engine that `db start` or `db neo4j` left running."""
    folder = _folder(data_dir)
    found = running_engine(folder)
    if found is None:
        say(f"no engine runs in {folder}", stderr=True)
        return
    if found.role != ROLE:
        msg = f"process {found.pid} holds the engine of {folder} for `headwater {found.role}`"
        raise BadUsage(msg, "stop that one: the engine goes with it")
    os.kill(found.pid, signal.SIGTERM)
    deadline = monotonic() + STOP_PATIENCE
    while birthmark(found.pid) == found.mark:
        if monotonic() > deadline:
            raise EngineFailed(f"process {found.pid} does not end", f"see {folder / HOLDER_LOG}")
        sleep(0.05)
    say("stopped")


def status(as_json: options.AsJson = False, data_dir: options.DataDir = None) -> None:
    """Say what there is in a data folder: whether an engine runs, where, and what the graph holds."""
    folder = _folder(data_dir)
    found = running_engine(folder)
    state: dict[str, object] = {
        "data_dir": str(folder),
        "exists": holds_graph(folder),
        "running": None if found is None else asdict(found),
    }
    if found is not None:
        state |= _contents(folder, found)
    if as_json:
        print_json(state)
    else:
        _say_state(folder, found, state)
    if "trouble" in state:
        raise typer.Exit(FAILED)


def _contents(folder: Path, endpoint: Endpoint) -> dict[str, object]:
    try:
        workspace = Workspace.connect(connection_to(folder, endpoint))
    except HeadwaterError as error:
        return {"trouble": str(error)}
    snapshot = workspace.snapshot()
    workspace.close()
    nodes, relationships = snapshot.count()
    return {"revision": snapshot.revision, "nodes": nodes, "relationships": relationships}


def _say_state(folder: Path, found: Endpoint | None, state: dict[str, object]) -> None:
    if found is None:
        say(f"{folder}: " + ("no engine runs" if state["exists"] else "there is no graph yet"))
        return
    say(f"{folder}: process {found.pid} holds the engine for `headwater {found.role}`")
    _say_where(folder)
    if "trouble" in state:
        say(str(state["trouble"]), stderr=True)
        return
    size = f"{state['nodes']:,} nodes, {state['relationships']:,} relationships"
    say(f"revision {state['revision']:,}: {size}")


def neo4j(
    series: Annotated[Series, typer.Option("--series", help="Which series to run.")] = Series.LTS,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", metavar="FOLDER", help=".headwater/neo4j-SERIES if left out."),
    ] = None,
) -> None:
    """Run a real Neo4j Community, fetched from Maven Central the first time, until Ctrl-C."""
    place = data_dir or Path(".headwater") / f"neo4j-{series}"
    folder = place.expanduser().absolute()
    _hold(lambda place: Neo4jServer.start(place, series=series.value), folder)
