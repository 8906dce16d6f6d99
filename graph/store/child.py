"""An engine as a child process: what the embedded engine and a local Neo4j have in common."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.errors import EngineFailed
from graph.store import guard
from graph.store.folder import DataFolder, explained
from graph.store.room import begin_log, log_is_torn

GRACE = 20
"""Seconds an engine gets to close its files before it is killed."""

START_PATIENCE = 180.0
"""Seconds until an engine that neither answers nor ends counts as failed."""

PORT_TRIES = 4


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start an engine that shall listen for Bolt on a given loopback port."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


class Engine:
    """A running engine and the data folder it holds; a context manager that stops it.

    `uri`, `user` and `password` are what a driver needs; `pid` is the engine's own process.
    """

    user = "neo4j"
    ready_line = ""
    """What the log must tell before a driver is let near: for an engine that opens its port early."""

    def __init__(
        self,
        folder: DataFolder,
        launch: Callable[[int], Launch],
        find_port: Callable[[], int] | None = None,
    ) -> None:
        self._folder = folder
        self._launch = launch
        self.password = folder.password()
        for attempt in range(1, PORT_TRIES + 1):
            port = (find_port or free_port)()
            self.uri = f"bolt://127.0.0.1:{port}"
            try:
                self._begin(port)
            except EngineFailed:
                if attempt == PORT_TRIES or not _taken(port):
                    raise
            else:
                return

    def _begin(self, port: int) -> None:
        """Start it on a port; if it does not come to answer, nothing of it is left."""
        with explained(self._folder.path):
            begin_log(self._folder.path)
        self._guard, self.pid = _spawn(self._folder, self._launch(port))
        try:
            self._wait_until_ready()
        except BaseException:
            self._end()
            raise

    def revive(self) -> None:
        """Start it again at the same address, where drivers find it; one that runs is stopped first.

        What it had acknowledged it has again, and its log is whole. EngineFailed when it does not
        come to answer, or has no room to.
        """
        self._folder.expect_room()
        self._end()
        self._begin(int(self.uri.rpartition(":")[2]))

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self._folder.path

    @property
    def left_by(self) -> int | None:
        """The process that had the folder last, where it was killed; None where it let go of it."""
        return self._folder.left_by

    @property
    def ended(self) -> int | None:
        """The engine of that process that still ran at our start, and was ended first."""
        return self._folder.ended

    @property
    def running(self) -> bool:
        """Whether the engine's process is there."""
        return self._guard.poll() is None

    @property
    def log_is_torn(self) -> bool:
        """Whether a full disk tore its log: it takes no writes until it is renewed."""
        return log_is_torn(self.data_dir)

    @property
    def has_room(self) -> bool:
        """Whether its disk has the room that it takes to start."""
        return self._folder.has_room

    @property
    def last_words(self) -> str:
        """What the engine's log says last: for the message when it ended by itself."""
        return self._folder.last_words()

    def stop(self) -> None:
        """Let the engine close its files and end, kill it after GRACE; then free the folder.

        A second call does nothing.
        """
        try:
            self._end()
        finally:
            self._folder.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _end(self) -> None:
        if self._guard.stdin is None or self._guard.stdin.closed:
            return
        # A forked child of ours may hold the pipe open as well: say it with a signal, too.
        self._guard.terminate()
        try:
            self._guard.communicate(timeout=GRACE + 5)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.communicate()
        self._folder.end_leftover()

    def _wait_until_ready(self) -> None:
        begin = time.monotonic()
        # Not before the engine is on its way: the driver's import takes a quarter of a second.
        from graph.store.probe import Probe  # noqa: PLC0415

        with Probe(self.uri, self.user, self.password) as probe:
            while (failure := self._attempt(probe.failure)) is not None:
                self._judge(failure, time.monotonic() - begin)
                time.sleep(0.05)

    def _attempt(self, failure: Callable[[], Exception | None]) -> Exception | None:
        """Return why there is no answer, None when there is one."""
        if not self._folder.log_tells(self.ready_line):
            return TimeoutError("it has not said that it is ready")
        return failure()

    def _judge(self, error: Exception, waited: float) -> None:
        """Raise unless it is still worth waiting."""
        folder = self._folder
        # A Java whose main thread has failed may stay there, on threads that have nothing to do.
        if not self.running or folder.log_tells('Exception in thread "main"'):
            raise EngineFailed(
                f"The engine in {folder.path} failed to start: {folder.last_words()}",
                f"The whole story is in {folder.log}",
            ) from error
        if isinstance(error, PermissionError):
            raise EngineFailed(
                f"The engine in {folder.path} refuses the password in {folder.password_file}",
                "Put back the password file this data folder was made with",
            ) from error
        if waited > START_PATIENCE:
            raise EngineFailed(
                f"The engine in {folder.path} did not answer within {START_PATIENCE:.0f} s:"
                f" {str(error).partition(chr(10))[0]}",
                f"The whole story is in {folder.log}",
            ) from error


def free_port() -> int:
    """Return a loopback port that is free now."""
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise EngineFailed(
            f"No free port on 127.0.0.1 for the engine: {error.strerror or error}",
            "Close programs that hold many connections, and check that loopback is up",
        ) from error


def _taken(port: int) -> bool:
    """Say whether another program took the port between our choice and the engine's start."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _spawn(folder: DataFolder, launch: Launch) -> tuple[subprocess.Popen[bytes], int]:
    folder.turn_log()
    command = (sys.executable, "-I", "-S", guard.__file__, str(folder.pid_file), str(GRACE))
    with explained(folder.path), folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the command is ours
            (*command, *launch.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder.path,
            # Nothing of our own environment: secrets in it are no business of the engine's, and
            # JAVA_TOOL_OPTIONS and the like would change what was measured.
            env={"LANG": "C.UTF-8", **launch.environment},
            # Ctrl-C in a terminal goes to the whole group: the engine must outlive our last writes.
            start_new_session=True,
        )
    pid = process.stdout.readline().decode("ascii", "replace").strip() if process.stdout else ""
    if not pid.isdecimal():
        process.communicate()
        raise EngineFailed(
            f"The engine in {folder.path} could not be started: {folder.last_words()}",
            f"The whole story is in {folder.log}",
        )
    return process, int(pid)
