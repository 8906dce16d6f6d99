"""A disk that is full, and one that cannot be written to any more: a small tmpfs of the test's own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.commands import CreateNode
from graph.errors import HeadwaterError, StoreFull
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.workspace import Workspace
from tests.api.running import headwater
from tests.faults.disk import TEXT, filled, holds


def written(workspace: Workspace, names: Iterator[str]) -> tuple[list[str], HeadwaterError]:
    """Write one thing after the other until one is refused."""
    acknowledged: list[str] = []
    for name in names:
        try:
            workspace.execute(CreateNode("Team", name, TEXT), actor="x")
        except HeadwaterError as error:
            return acknowledged, error
        acknowledged.append(name)
    pytest.fail("every write was taken")


@contextmanager
def opened(folder: Path, *, looks: bool = True) -> Iterator[tuple[Workspace, EmbeddedEngine]]:
    """Open the graph of a folder; a store that does not `look` cannot foresee that the disk is full."""
    with EmbeddedEngine.start(folder) as engine:
        known = folder if looks else None
        workspace = Workspace.connect(
            Connection(engine.uri, engine.user, engine.password, folder=known)
        )
        try:
            yield workspace, engine
        finally:
            workspace.close()


def test_a_disk_that_fills_up_stops_writes_and_nothing_else(disk: Path) -> None:
    folder = disk / "graph"
    with opened(folder) as (workspace, _):
        filler = filled(disk, 34 * 1024 * 1024)
        first, error = written(workspace, (f"t{at}" for at in range(10_000)))
        assert isinstance(error, StoreFull)
        assert f"the disk of {folder} has 3" in error.message
        holds(workspace, first)
        filler.unlink()
        workspace.execute(CreateNode("Team", "after", TEXT), actor="x")
    with opened(folder) as (workspace, _):
        holds(workspace, [*first, "after"])


def test_a_disk_that_others_fill_to_the_last_byte_loses_nothing_where_the_engine_is_stopped(
    disk: Path,
) -> None:
    """Past the room that is kept free: the engine itself meets the end of the disk.

    A store that knows where the folder is lets nothing be written then: `test_torn.py`.
    """
    folder = disk / "graph"
    with opened(folder, looks=False) as (workspace, _):
        filler = filled(disk, 1024 * 1024)
        names = (f"t{at}" for at in range(10_000))
        kept = [name for _ in range(3) for name in written(workspace, names)[0]]
        filler.unlink()
        after = [f"after{at}" for at in range(5)]
        for name in after:
            workspace.execute(CreateNode("Team", name, TEXT), actor="x")
    with opened(folder) as (workspace, _):
        holds(workspace, [*kept, *after])


def test_a_disk_that_cannot_be_written_to_is_told_in_a_line_and_what_is_on_it_is_kept(
    disk: Path,
) -> None:
    folder = disk / "graph"
    with opened(folder) as (workspace, _):
        workspace.execute(CreateNode("Team", "before"), actor="x")
    _remounted(disk, "ro")
    done = headwater("trace", "x", "--data-dir", folder)
    assert done.code == 2
    assert f"The data folder {folder} cannot be used: the file system is read-only" in done.err
    _remounted(disk, "rw")
    done = headwater("export", "--data-dir", folder)
    assert done.code == 0
    assert '"key": "before"' in done.out


def _remounted(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", disk], check=True)
