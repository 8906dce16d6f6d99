"""Moves what takes long off the event loop."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_worker(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a worker thread and give what it gives: analyses, writes, the log."""
    return await asyncio.to_thread(function, *args, **kwargs)
