"""Moves what takes long off the event loop, and stops it when nobody waits for it any more.

There are three kinds of it, and none waits for threads that another has taken: writes, what reads
the log, and what computes, which has the threads of the event loop's own pool. So a database that
hangs keeps nobody from reading, and long searches of the log keep nobody from writing.
"""

import asyncio
import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import cache, partial
from threading import Event, Lock, get_ident
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ABANDONED: ContextVar[Event | None] = ContextVar("abandoned", default=None)

THREADS = {"write": 16, "log": 2}
"""So many writes wait for one turn, and are kept together then; what reads the log is seldom short."""
AGAIN_S = 0.1
"""So long after a thread was told to stop it is told again, then after twice as long, and so on."""


async def in_worker(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a write, or a look at where the ledger stands, in a worker thread; give what it gives.

    Once begun it goes on to its end, even when the caller is cancelled: a write is never torn.
    """
    call = partial(copy_context().run, _told, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool("write"), call)


async def in_steps(function: Callable[[], T]) -> T:
    """Run what reads the log in a worker thread; cancelling the caller ends it at its next `step`.

    An exchange with the database must not be broken off in its middle, as `stoppable` would.
    """
    abandoned = Event()
    context = copy_context()
    context.run(_ABANDONED.set, abandoned)
    try:
        call = partial(context.run, _told, function)
        return await asyncio.get_running_loop().run_in_executor(_pool("log"), call)
    finally:
        abandoned.set()


def step() -> None:
    """Go on, unless nobody waits for the result any more: then Stopped."""
    abandoned = _ABANDONED.get()
    if abandoned is not None and abandoned.is_set():
        raise Stopped


async def stoppable(function: Callable[[], T], ended: Callable[[], None] = lambda: None) -> T:
    """Run a pure function in a worker thread; cancelling the caller stops it.

    It must have no effect that could be left half done: `Stopped` comes between any two steps of
    its Python. What runs in C goes on until it returns. `ended` is called on the event loop once
    the thread is free, or was never taken: that may be later than the cancellation.
    """
    loop = asyncio.get_running_loop()
    job = Job(partial(copy_context().run, function), partial(_from_thread, loop, ended))
    try:
        return await loop.run_in_executor(None, job)
    except asyncio.CancelledError:
        if job.stop():
            ended()
        else:
            loop.call_later(AGAIN_S, _again, loop, job, AGAIN_S)
        raise


class Stopped(BaseException):
    """Raised in a worker thread whose result nobody wants. No `except Exception` stands in its way."""


class Job(Generic[T]):
    """A call in a thread, which can be stopped from another one."""

    def __init__(self, call: Callable[[], T], ended: Callable[[], None]) -> None:
        self._call = call
        self._ended = ended
        self._lock = Lock()
        self._thread: int | None = None
        self._wanted = True

    def __call__(self) -> T:
        """Run in this thread. Stopped, if it is stopped before or meanwhile."""
        begun = False
        try:
            try:
                with self._lock:
                    begun = self._wanted
                    self._thread = get_ident() if begun else None
                if not begun:
                    raise Stopped
                return _told(self._call)
            finally:
                self._leave()
        except Stopped:
            self._leave()  # it may have come while the thread was being left
            raise
        finally:
            if begun:
                self._ended()

    def stop(self) -> bool:
        """Have it stopped; gives whether it had not begun, and now never will.

        While the thread imports a module nothing is done: some, as numpy, can be imported but once,
        and would be broken for the whole process.
        """
        with self._lock:
            begun = self._thread is not None
            if self._thread is not None and not _imports(self._thread):
                _raise_in(self._thread, Stopped)
            waiting = self._wanted and not begun
            self._wanted = False
            return waiting

    @property
    def running(self) -> bool:
        """Whether a thread is at it."""
        return self._thread is not None

    def _leave(self) -> None:
        """Have nothing more raised in this thread: neither by `stop`, nor what is under way.

        The next job of the thread must not be hit by what was meant for this one.
        """
        with self._lock:
            self._thread = None
            told = not self._wanted
        if told:
            _met()


@cache
def _pool(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS[name], thread_name_prefix=name)


def _told(function: Callable[[], T]) -> T:
    """Call a function. No future takes a StopIteration: who waits for it would wait for ever."""
    try:
        return function()
    except StopIteration as error:
        msg = "a function in a worker thread raised StopIteration"
        raise RuntimeError(msg) from error


def _again(loop: asyncio.AbstractEventLoop, job: "Job[T]", after: float) -> None:
    if job.running:
        job.stop()
        loop.call_later(2 * after, _again, loop, job, 2 * after)


def _imports(thread: int) -> bool:
    """Say whether a thread is importing a module."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - there is no other way to look
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _from_thread(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Have an exception raised in a thread between two steps of its Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _met() -> None:
    """Have what is to be raised in this thread raised now, and be done with.

    It is not taken back, which the interpreter offers too: CPython 3.11 then goes on to look for it
    at every step, and never ends a step that is traced (by a profiler, a debugger, coverage).
    """
    try:
        _raise_in(get_ident(), Stopped)
        while True:
            pass
    except Stopped:
        pass
