"""A worker of `serve --workers`: python -m api.cli.worker PID, whose settings are its environment.

It serves on the port of the process with that id, for as long as that process lives.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread
from time import perf_counter
from typing import Final

from api.cli.ports import join
from api.cli.stopping import until_stopped
from api.engine import open_workspace, settings_for
from api.watching.logs import configure
from graph.errors import HeadwaterError

LOOK_S: Final = 0.5
LEAVE_S: Final = 5.0
"""Seconds to answer what was asked: the engine went with the process that held it."""


def main() -> int:
    """Serve. Gives the exit code: 1 where it could not, which its log tells."""
    since = perf_counter()
    settings = settings_for()
    configure(settings)
    with until_stopped(), _for_as_long_as(int(sys.argv[1])):
        try:
            with (
                open_workspace(settings, make=False) as workspace,
                closing(join(settings.host, settings.port)) as taken,
            ):
                from api.cli.serving import serve  # noqa: PLC0415 - half a second's import

                serve(workspace, settings, taken, since=since, told=False)
        except HeadwaterError as error:
            sys.stderr.write(f"headwater: a worker cannot serve: {error}\n")
            return 1
    return 0


@contextmanager
def _for_as_long_as(pid: int) -> Iterator[None]:
    """End this process in order once that which started it is gone."""
    left = Event()

    def look() -> None:
        while not left.wait(LOOK_S):
            if os.getppid() != pid:
                os.kill(os.getpid(), signal.SIGTERM)
                if not left.wait(LEAVE_S):
                    os._exit(1)
                return

    looking = Thread(target=look, name="parent", daemon=True)
    looking.start()
    try:
        yield
    finally:
        left.set()
        looking.join()


if __name__ == "__main__":
    sys.exit(main())
