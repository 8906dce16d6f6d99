"""Ctrl-C and SIGTERM for commands that run until they are stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def until_stopped() -> Iterator[None]:
    """Let Ctrl-C or SIGTERM end the body; what it holds is let go of, and then all is well.

    Only the first counts: the engine that is being closed must not be interrupted by impatience.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in _STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
