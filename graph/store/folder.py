"""An engine's data folder: one owner at a time, its password, its log, its leftovers."""

import errno
import fcntl
import os
import re
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph.errors import EngineBusy, EngineFailed
from graph.store.guard import birthmark
from graph.store.room import free_bytes

ROOM = 64 * 1024 * 1024
"""Bytes that must be free before an engine starts: one that runs full at start leaves halves."""

LEFTOVER_PATIENCE = 10.0
"""Seconds an engine left behind by a killed owner gets to close its files."""

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.ENOTDIR: "a part of the path is a file",
    errno.ENOENT: "the folder cannot be created there",
    errno.ENOLCK: "the file system knows no locks",
}

_TELLING = re.compile("SEVER|ERROR|Exception|OutOfMemory|^Error")


class DataFolder:
    """A data folder this process owns, from `claim` to `release`."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self.log = path / "engine.log"
        self.pid_file = path / "engine.pid"
        self.password_file = path / "password"
        self.left_by: int | None = None
        """The process that had the folder last, where it ended without letting go of it."""
        self.ended: int | None = None
        """The engine of that process that was still there, and was ended."""
        self._lock: int | None = lock

    @classmethod
    def claim(cls, path: Path) -> "DataFolder":
        """Make the folder if need be and become its one owner.

        Raises EngineBusy when another process owns it, EngineFailed when it cannot be used.
        """
        path = path.expanduser().absolute()
        with explained(path):
            if path.exists() and not path.is_dir():
                raise EngineFailed(
                    f"The data folder {path} is a file", "Give a folder, or a path not yet there"
                )
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            left_by = _own(path, lock)
            folder = cls(path, lock)
            folder.left_by = left_by
            folder.expect_room()
            folder.ended = folder.end_leftover()
        except BaseException:
            os.close(lock)
            raise
        return folder

    def release(self) -> None:
        """Let other processes have the folder. A second call does nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.ftruncate(lock, 0)
            os.close(lock)  # the lock goes with the last descriptor; the file itself stays

    def password(self) -> str:
        """Return the engine's password, made on the first call and kept in a file of mode 0600."""
        with explained(self.path):
            if not self.password_file.exists():
                temporary = self.path / "password.new"
                temporary.unlink(missing_ok=True)
                handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(24))
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self.password_file)
            self.password_file.chmod(0o600)
            password = self.password_file.read_text(encoding="ascii").strip()
        if not password:
            raise EngineFailed(
                f"The password file {self.password_file} is empty",
                "Put the password back, or start with a new data folder",
            )
        return password

    def turn_log(self) -> None:
        """Begin a new log and keep the one before it."""
        with explained(self.path):
            if self.log.exists():
                self.log.replace(self.log.with_suffix(".log.1"))
            self.log.touch(mode=0o600)

    def log_tells(self, text: str) -> bool:
        """Say whether this stands near the end of the log."""
        return text in self._tail()

    def last_words(self) -> str:
        """Return the line of the log that says why, and the one after it; "" when it is empty."""
        lines = [line.strip() for line in self._tail().splitlines()]
        lines = [line for line in lines if line and not re.match(r"at |\.\.\. \d", line)]
        telling = [i for i, line in enumerate(lines) if _TELLING.search(line)] or [len(lines) - 1]
        return " ".join(lines[telling[-1] :][:2])[:400]

    def end_leftover(self) -> int | None:
        """End the engine that a killed owner left running here: that one process and no other.

        Gives its process id, None where none was running any more.
        """
        try:
            pid, _, mark = self.pid_file.read_text(encoding="utf-8").strip().partition(" ")
        except FileNotFoundError:
            return None
        runs = pid.isdecimal() and bool(mark) and birthmark(int(pid)) == mark
        if runs and not _ended(int(pid), mark):
            raise EngineFailed(
                f"Process {pid}, left in {self.path} by an earlier run, does not end",
                "End it by hand, then start again",
            )
        with explained(self.path):
            self.pid_file.unlink(missing_ok=True)
        return int(pid) if runs else None

    def _tail(self) -> str:
        with suppress(OSError):
            return self.log.read_bytes()[-20_000:].decode("utf-8", "replace")
        return ""

    @property
    def has_room(self) -> bool:
        """Whether an engine has room here to start."""
        return free_bytes(self.path) >= ROOM

    def expect_room(self) -> None:
        """Raise EngineFailed where an engine has no room here to start."""
        free = free_bytes(self.path)
        if free < ROOM:
            raise EngineFailed(
                f"The disk of the data folder {self.path} has {free // 1024 // 1024} MB left,"
                f" and the engine needs {ROOM // 1024 // 1024} MB to start",
                "Free some space, or give a folder on another disk",
            )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the operating system says about this folder into one clear sentence."""
    try:
        yield
    except BlockingIOError:  # a lock somebody else holds: nothing is wrong with the folder
        raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise EngineFailed(
            f"The data folder {path} cannot be used: {reason}",
            "Give a folder this user can write to, on a disk with free space",
        ) from error


def _own(path: Path, lock: int) -> int | None:
    """Take the lock; gives the process that had it last and did not let go of it.

    Raises EngineBusy when another one has it.
    """
    try:
        with explained(path):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(lock, 32, 0).decode("ascii", "replace").strip()
        raise EngineBusy(
            f"The data folder {path} is in use by process {owner or '(just starting)'}",
            "Stop that process, connect to it, or give another folder",
        ) from None
    with explained(path):
        before = os.pread(lock, 32, 0).strip()
        os.ftruncate(lock, 0)
        os.pwrite(lock, b"%d\n" % os.getpid(), 0)
    return int(before) if before.isdigit() else None


def _ended(pid: int, mark: str) -> bool:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if birthmark(pid) != mark:
            return True
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        deadline = time.monotonic() + LEFTOVER_PATIENCE
        while birthmark(pid) == mark and time.monotonic() < deadline:
            time.sleep(0.02)
    return birthmark(pid) != mark
