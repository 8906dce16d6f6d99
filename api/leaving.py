"""A client that goes away before its answer is there: what it asked to read is stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

LOOKED_AFTER_S = 0.2
"""What takes less than this is over before its client could be seen to go."""


@asynccontextmanager
async def while_there(receive: Receive) -> AsyncIterator[None]:
    """Run the body while the client is there; ClientDisconnect, once it has been cancelled.

    The request's own body has to have been read. Not for writes: of several in one operation the
    first ones would be left without the rest.
    """
    loop, running = asyncio.get_running_loop(), asyncio.current_task()
    assert running is not None
    looking: asyncio.Task[None] | None = None
    gone = False

    async def look() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        running.cancel()

    def begin() -> None:
        nonlocal looking
        looking = loop.create_task(look())

    timer = loop.call_later(LOOKED_AFTER_S, begin)
    try:
        yield
    except asyncio.CancelledError:
        if not gone or running.uncancel():
            raise  # the service itself ends it
        raise ClientDisconnect from None
    finally:
        timer.cancel()
        if looking is not None:
            looking.cancel()
