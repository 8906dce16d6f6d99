"""Room on the database's disk: looked at before a write, since afterwards it is too late.

An engine whose disk is full in the middle of a commit leaves a torn record in its write-ahead log.
What it acknowledges after that is lost if it is killed before its pages are written: measured on the
embedded engine, whose recovery stops at such a record. So the last of the room is never written to;
and where others fill the disk meanwhile, an engine that failed then takes no writes until it was
stopped in order and started again. Every process that writes through it has to know that, on a disk
that has no room for a note: so the note is there from the start, and is emptied.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from graph.errors import StoreFailed, StoreFull, StoreUnreachable

LEAST: Final = 32 * 1024 * 1024
"""Bytes that stay free."""
EACH: Final = 4_096
"""Bytes for each change. Measured: 1,100 in a write of 80,000, 3,900 in one of 200, log and all."""


_NOTE: Final = "log.whole"
_WHOLE: Final = b"Emptied when the disk was full in the midst of a write: see docs/reliability.md\n"


def free_bytes(folder: Path) -> int:
    """Give how much of a folder's disk is free; more than there is of a folder that is gone.

    Whoever then uses the folder says that it is gone.
    """
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 2**63


def begin_log(folder: Path) -> None:
    """Note that the engine of a folder, which is about to start, has a whole log."""
    (folder / _NOTE).write_bytes(_WHOLE)


def log_is_torn(folder: Path) -> bool:
    """Say whether the disk was full in the midst of a write since the engine was started."""
    try:
        return (folder / _NOTE).stat().st_size == 0
    except OSError:  # no note: nobody has started an engine here that would heed one
        return False


def expect_room(folder: Path | None, changes: int = 1) -> None:
    """Raise StoreFull where a write of so many changes would not leave enough room.

    So it does while the log is torn. Of a database on another machine, without a `folder`, nothing
    is known.
    """
    if folder is None:
        return
    if log_is_torn(folder):
        raise _torn(folder)
    needed = LEAST + EACH * changes
    free = free_bytes(folder)
    if free < needed:
        message = (
            f"the disk of {folder} has {_mb(free)} MB left, and a write of {changes:,} changes"
            f" needs {_mb(needed)} MB"
        )
        raise StoreFull(message, "nothing was written; free some space, then try again")


@contextmanager
def watched_room(folder: Path | None) -> Iterator[None]:
    """Note that the log is torn, where the database fails at a write while its disk is full.

    StoreFull says so, but where the connection broke: who knows what became of that write.
    """
    try:
        yield
    except (StoreFailed, StoreUnreachable) as error:
        if folder is None or free_bytes(folder) >= LEAST:
            raise
        with suppress(OSError):
            os.truncate(folder / _NOTE, 0)
        if isinstance(error, StoreUnreachable):
            raise
        raise _torn(folder) from error


def _torn(folder: Path) -> StoreFull:
    message = f"the disk of {folder} was full in the midst of a write"
    hint = (
        "nothing was written; free some space: the engine then starts anew by itself where `serve`,"
        " `demo` or `db` holds it, and writes go on"
    )
    return StoreFull(message, hint)


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f}"
