"""Tells any number of subscribers that the graph moved on, with one waiting thread for all."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from graph.workspace import Workspace

WAIT_S = 0.5
"""So long a thread waits in one go; a shutdown is delayed by no more."""


class Feed:
    """Waits for the workspace to move. Belongs to one event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._watch: asyncio.Task[None] | None = None

    async def past(self, revision: int) -> None:
        """Return once the graph stands past a revision."""
        if self._workspace.snapshot().revision > revision:
            return
        moved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[moved] = revision
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watching())
        try:
            await moved
        finally:
            self._waiting.pop(moved, None)

    async def _watching(self) -> None:
        """Wait in a thread of its own, so that subscribers take none from the analyses."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="feed") as pool:
            while self._waiting:
                seen = self._workspace.snapshot().revision
                for moved, revision in self._waiting.items():
                    if revision < seen and not moved.done():
                        moved.set_result(None)
                await loop.run_in_executor(pool, self._workspace.wait_past, seen, WAIT_S)
