"""The process between us and an engine: it ends the engine when we end, however we end.

It runs as a script (`python -I -S guard.py PID_FILE GRACE COMMAND…`), so it imports the standard
library alone. Why a process of its own, and no `PR_SET_PDEATHSIG` set straight on the engine:

- that signal is tied to the *thread* that started the child; an engine started from a worker thread
  would end with the thread, not with the process;
- setting it needs `preexec_fn`, which may deadlock in a process that runs threads;
- it exists on Linux alone, and it gives the engine no bounded time to close its files.

Our end of the pipe to the guard's standard input closes with our last breath, also under kill -9.
The guard then asks the engine to end, and kills it when that takes longer than GRACE seconds.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType


def birthmark(pid: int) -> str:
    """Return what tells this process from a later one of the same number, "" when it is gone."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():  # not Linux: `ps` knows the same, more slowly
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    try:
        # The name in the second field may hold blanks and brackets: count from its last bracket.
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else f"{boot}/{fields[19]}"


def main() -> int:
    """Start the engine, say its number, wait for it or for the order to end it."""
    pid_file, grace, command = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    engine = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,  # the engine's log: ours to hand on, not ours to read
        preexec_fn=_bound_to_guard(),  # noqa: PLW1509 - this process runs one thread as yet
    )
    temporary = pid_file.with_suffix(".new")
    temporary.write_text(f"{engine.pid} {birthmark(engine.pid)}\n", encoding="utf-8")
    temporary.replace(pid_file)

    def end(_signal: int, _frame: FrameType | None) -> None:
        _send(engine.pid, signal.SIGTERM)
        signal.alarm(grace)

    def kill(_signal: int, _frame: FrameType | None) -> None:
        _send(engine.pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, kill)
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=_wait_for_the_end_of_our_owner, daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # the owner is gone already: the thread sees it too
        os.write(sys.stdout.fileno(), b"%d\n" % engine.pid)
    return engine.wait()


def _send(pid: int, number: signal.Signals) -> None:
    # The number cannot be another process's: only our own wait frees it, and that ends us.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_for_the_end_of_our_owner() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _bound_to_guard() -> Callable[[], None] | None:
    """Return what makes the engine end should the guard itself be killed (Linux)."""
    if sys.platform != "linux":
        return None
    libc, guard = ctypes.CDLL(None), os.getpid()

    def bind() -> None:
        libc.prctl(1, int(signal.SIGTERM), 0, 0, 0)  # 1 is PR_SET_PDEATHSIG
        if os.getppid() != guard:
            os._exit(1)

    return bind


if __name__ == "__main__":
    sys.exit(main())
