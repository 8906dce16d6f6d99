"""Room on the disk is looked at before a write: one that would fill it is refused whole."""

import shutil
from pathlib import Path

import pytest

from graph.commands import CreateNode
from graph.errors import StoreFull
from graph.store.connection import Connection
from graph.store.embedded import EmbeddedEngine
from graph.store.room import EACH, LEAST, expect_room
from graph.workspace import Workspace


def test_a_write_that_does_not_fit_is_refused_with_what_it_needs(tmp_path: Path) -> None:
    many = shutil.disk_usage(tmp_path).free // EACH + 1
    with pytest.raises(StoreFull) as caught:
        expect_room(tmp_path, many)
    assert f"the disk of {tmp_path} has" in caught.value.message
    assert f"a write of {many:,} changes needs" in caught.value.message
    assert caught.value.hint == "nothing was written; free some space, then try again"


def test_a_write_that_fits_goes_on_and_so_does_one_to_a_database_elsewhere(tmp_path: Path) -> None:
    assert shutil.disk_usage(tmp_path).free > LEAST + EACH
    expect_room(tmp_path, 1)
    expect_room(None, 10**12)
    expect_room(tmp_path / "gone", 10**12)


def test_a_store_that_knows_its_folder_looks_there(tmp_path: Path) -> None:
    with EmbeddedEngine.start(tmp_path) as engine:
        connection = Connection(engine.uri, engine.user, engine.password, folder=tmp_path)
        workspace = Workspace.connect(connection, max_changes=10**12)
        workspace.execute(CreateNode("Team", "a"), actor="x")
        assert workspace.snapshot().revision == 1
        workspace.close()
