"""The drill: back up, destroy, restore, check, and the same answers as before."""

import gzip
import os
import shutil
from pathlib import Path

from tests.api.running import document, headwater, item, needs


def test_what_was_destroyed_comes_back_with_the_same_answers(tmp_path: Path) -> None:
    folder, file = tmp_path / "graph", tmp_path / "today.backup"
    path = document(tmp_path / "x.jsonl", item("a"), item("b", 3), needs("b", "a"))
    assert headwater("import", "document", path, "--data-dir", folder).code == 0
    assert headwater("token", "create", "ann", "--role", "viewer", "--data-dir", folder).code == 0
    asked = (("analyze", "critical-path"), ("log",), ("export",), ("token", "list"))
    before = [headwater(*words, "--data-dir", folder) for words in asked]
    done = headwater("db", "backup", file, "--data-dir", folder, "--json").json()
    assert done == {
        "file": str(file),
        "done": "written",
        "revision": 1,
        "nodes": 2,
        "relationships": 1,
    }
    assert file.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(folder)
    done = headwater("db", "restore", file, "--data-dir", folder, "--json").json()
    assert done["done"] == "restored"
    assert headwater("db", "check", "--data-dir", folder).code == 0
    assert [headwater(*words, "--data-dir", folder) for words in asked] == before
    assert all(each.code == 0 for each in before)


def test_a_file_that_is_no_whole_backup_leaves_no_folder_behind(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(gzip.compress(os.urandom(500)))
    done = headwater("db", "restore", file, "--data-dir", tmp_path / "graph")
    assert done.code == 2
    assert done.err.startswith(f"headwater: {file} is no whole backup: ")
    assert not (tmp_path / "graph").exists()


def test_a_graph_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    folder, file = tmp_path / "graph", tmp_path / "x"
    path = document(tmp_path / "x.jsonl", item("a"))
    assert headwater("import", "document", path, "--data-dir", folder).code == 0
    assert headwater("db", "backup", file, "--data-dir", folder).code == 0
    done = headwater("db", "restore", file, "--data-dir", folder)
    assert done.code == 2
    assert f"the database of {folder} is not empty: it stands at revision 1" in done.err
    assert headwater("trace", "a", "--data-dir", folder).code == 0


def test_where_there_is_no_graph_there_is_no_backup_and_no_file(tmp_path: Path) -> None:
    done = headwater("db", "backup", tmp_path / "x", "--data-dir", tmp_path / "none")
    assert done.code == 2
    assert "there is no graph in" in done.err
    assert not (tmp_path / "x").exists()
