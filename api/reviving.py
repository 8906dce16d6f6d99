"""An engine that ends by itself while it is used is started again, as is one whose log is torn.

Meanwhile reads go on from the snapshot, and writes wait for it as for any database that is away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final

import structlog

from graph.errors import EngineFailed
from graph.store.child import Engine

LOOK_S: Final = 0.1
LONGEST_PAUSE_S: Final = 30.0
"""An engine that does not come to answer is tried again after a pause, and then twice as long."""

log = structlog.stdlib.get_logger()


@contextmanager
def looked_after(engine: Engine) -> Iterator[None]:
    """Start an engine again whenever it has to be, while the context is open."""
    leaving = Event()
    looking = Thread(target=_look, args=(engine, leaving), name="engine", daemon=True)
    looking.start()
    try:
        yield
    finally:
        leaving.set()
        looking.join()


def _look(engine: Engine, leaving: Event) -> None:
    pause = LOOK_S
    while not leaving.wait(pause):
        if engine.running and not (engine.log_is_torn and engine.has_room):
            continue
        begun = monotonic()
        _tell_why(engine)
        try:
            engine.revive()
        except EngineFailed as error:
            pause = min(LONGEST_PAUSE_S, max(1.0, 2 * pause))
            log.error("engine_not_back", reason=error.message, again_after_s=pause)  # noqa: TRY400
        else:
            pause = LOOK_S
            log.info(
                "engine_back", folder=str(engine.data_dir), after_s=round(monotonic() - begun, 1)
            )


def _tell_why(engine: Engine) -> None:
    if engine.running:
        log.warning("engine_renewed", folder=str(engine.data_dir), reason="its disk was full")
    else:
        log.warning("engine_ended", folder=str(engine.data_dir), last_words=engine.last_words)
