"""Folders and machines the embedded engine cannot start on: each is one sentence and a way out."""

import resource
from pathlib import Path

import pytest

from graph.errors import EngineFailed
from graph.store import folder
from graph.store.child import free_port
from graph.store.embedded import EmbeddedEngine
from graph.store.folder import DataFolder


class TestFoldersAndMachinesThatWillNotDo:
    @pytest.mark.parametrize("place", ["/proc/headwater", "/proc", "/sys/kernel"])
    def test_a_folder_that_cannot_be_written_is_named(self, place: str) -> None:
        with pytest.raises(
            EngineFailed, match=f"The data folder {place} cannot be used: "
        ) as caught:
            EmbeddedEngine.start(Path(place))
        assert "can write to" in caught.value.hint

    def test_a_file_in_the_place_of_the_folder_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "taken"
        file.write_text("mine")
        with pytest.raises(EngineFailed, match=f"The data folder {file} is a file"):
            EmbeddedEngine.start(file)
        with pytest.raises(EngineFailed, match=f"{file}/below cannot be used: a part of the path"):
            EmbeddedEngine.start(file / "below")
        assert file.read_text() == "mine"

    def test_a_disk_with_too_little_room_is_refused_before_anything_is_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder, "ROOM", 1 << 60)
        with pytest.raises(EngineFailed, match=r"has \d+ MB left") as caught:
            EmbeddedEngine.start(tmp_path)
        assert str(tmp_path) in caught.value.message
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]
        monkeypatch.undo()
        DataFolder.claim(tmp_path).release()

    def test_a_disk_that_fills_up_meanwhile_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "logging.properties").symlink_to("/dev/full")
        with pytest.raises(EngineFailed, match="the disk is full"):
            EmbeddedEngine.start(tmp_path)
        DataFolder.claim(tmp_path).release()

    def test_a_machine_without_a_free_port_is_told_so(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(EngineFailed, match="No free port on 127") as caught:
                free_port()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert "Too many open files" in caught.value.message

    def test_an_engine_that_dies_at_the_start_leaves_its_last_words(self, tmp_path: Path) -> None:
        with pytest.raises(EngineFailed, match="failed to start") as caught:
            EmbeddedEngine.start(tmp_path, heap="1m")
        assert "heap" in caught.value.message
        assert str(tmp_path) in caught.value.message
        assert "heap" in (tmp_path / "engine.log").read_text()
        assert caught.value.hint == f"The whole story is in {tmp_path / 'engine.log'}"
        DataFolder.claim(tmp_path).release()

    @pytest.mark.parametrize("heap", ["", "lots", "512", "0m", "-1g", "1m -version"])
    def test_a_heap_that_is_no_size_is_named(self, tmp_path: Path, heap: str) -> None:
        with pytest.raises(EngineFailed, match="is no size for the heap"):
            EmbeddedEngine.start(tmp_path, heap=heap)
        assert list(tmp_path.iterdir()) == []
