"""A disk that others fill in the midst of a write: what the engine acknowledges later is kept, too."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.engine import Host, hosted
from graph.commands import CreateNode, Plan
from graph.errors import StoreFull
from graph.model.snapshot import Snapshot
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.workspace import Workspace
from tests.faults.disk import TEXT, filled, holds
from tests.waiting import eventually


@dataclass(frozen=True, slots=True)
class CreateWhileTheDiskFills:
    """A command during whose second planning, under the ledger's lock, others fill the disk."""

    key: str
    disk: Path
    written: int
    name = "create"

    def plan(self, snapshot: Snapshot) -> Plan:
        """Plan to create a team."""
        if snapshot.revision > self.written:
            filled(self.disk, 0)
        return CreateNode("Team", self.key, TEXT).plan(snapshot)


@contextmanager
def torn(disk: Path) -> Iterator[tuple[Connection, EmbeddedEngine, list[str]]]:
    """Give an engine that met the end of its disk in the midst of a write, held as `serve` holds it."""
    engine = EmbeddedEngine.start(disk / "graph")
    with hosted(engine, Host("serve")) as connection:
        ours, theirs = Workspace.connect(connection), Workspace.connect(connection)
        theirs.execute(CreateNode("Team", "before", TEXT), actor="x")
        with pytest.raises(StoreFull, match="was full in the midst of a write"):
            ours.execute(CreateWhileTheDiskFills("halved", disk, 0), actor="x")
        ours.close()
        theirs.close()
        yield connection, engine, ["before"]


def test_no_process_writes_through_an_engine_whose_log_is_torn_until_there_is_room(
    disk: Path,
) -> None:
    with torn(disk) as (connection, engine, kept):
        pid = engine.pid
        workspace = Workspace.connect(connection)
        holds(workspace, kept)
        with pytest.raises(StoreFull, match="was full in the midst of a write"):
            workspace.execute(CreateNode("Team", "refused", TEXT), actor="x")
        assert engine.pid == pid
        (disk / "filler").unlink()
        eventually(lambda: not engine.log_is_torn)
        workspace.execute(CreateNode("Team", "after", TEXT), actor="x")
        assert engine.pid != pid
        holds(workspace, [*kept, "after"])
        workspace.close()


@pytest.mark.parametrize("room", [False, True])
def test_what_was_acknowledged_around_a_full_disk_survives_kill_9(disk: Path, room: bool) -> None:
    with torn(disk) as (connection, engine, kept):
        workspace = Workspace.connect(connection)
        if room:
            (disk / "filler").unlink()
            eventually(lambda: not engine.log_is_torn)
            for at in range(5):
                workspace.execute(CreateNode("Team", f"after{at}", TEXT), actor="x")
                kept.append(f"after{at}")
        pid = engine.pid
        os.kill(pid, signal.SIGKILL)
        (disk / "filler").unlink(missing_ok=True)
        eventually(lambda: engine.pid != pid and engine.running)
        workspace.close()
    assert shutil.disk_usage(disk).free > 0
    with EmbeddedEngine.start(disk / "graph") as engine:
        workspace = Workspace.connect(Connection(engine.uri, engine.user, engine.password))
        holds(workspace, kept)
        workspace.close()
