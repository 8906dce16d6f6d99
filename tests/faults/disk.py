"""Filling a disk, and looking whether what was acknowledged is there."""

import shutil
from pathlib import Path

from api.cli.dbcheck import checked
from graph.workspace import Workspace

TEXT = {"description": "d" * 30_000}


def filled(disk: Path, left: int) -> Path:
    """Fill the disk with something else, but for so many bytes."""
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - left))
    return filler


def holds(workspace: Workspace, names: list[str]) -> None:
    assert sorted(workspace.snapshot().keys("Team")) == sorted(names)
    assert checked(workspace).differences == ()
