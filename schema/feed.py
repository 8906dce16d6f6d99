"""Tells any number of subscribers that the graph moved on, with one thread and one reading for all.

Each write is read from the log once and kept, with the last few before it, for all who listen: a
subscriber is no more than a place in that row. One who takes nothing while the row moves on past
his place is told from which revision to resume (ResumeFrom), so that nobody who is slow is waited
for, nor written down for.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from graph.errors import HeadwaterError, ResumeFrom
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace
from schema.steps import Step, Wanted, scoped_step, step_of

WAIT_S = 0.5
"""So long a thread waits in one go; a shutdown is delayed by no more."""
KEPT = 64
"""So many writes are kept for those who listen; who is further behind has to resume."""
KEPT_CHANGES = 20_000
"""So many changes the kept writes hold in all, the newest apart: an import may hold more."""
AT_ONCE = 20
"""So many subscribers are woken before the event loop serves others again. Measured with 1,000
subscribers: answering one takes 0.3 ms."""


class Listener:
    """A subscriber's place: the last revision that he saw, or that was not for him."""

    __slots__ = ("moved", "seen", "wanted")

    def __init__(self, seen: int, wanted: Wanted) -> None:
        self.seen = seen
        self.wanted = wanted
        self.moved: asyncio.Future[None] | None = None


class Feed:
    """Waits for the workspace to move. Belongs to one event loop."""

    def __init__(self, workspace: Workspace, *, kept_changes: int = KEPT_CHANGES) -> None:
        self._workspace = workspace
        self._kept_changes = kept_changes
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._listeners: dict[Listener, None] = {}
        self._watch: asyncio.Task[None] | None = None
        self._known = workspace.snapshot()
        self._kept: deque[Step] = deque()

    async def past(self, revision: int) -> None:
        """Return once the graph stands past a revision."""
        if self._workspace.snapshot().revision > revision:
            return
        moved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[moved] = revision
        self._begin()
        try:
            await moved
        finally:
            self._waiting.pop(moved, None)

    def listen(self, seen: int, wanted: Wanted) -> Listener | None:
        """Take a place after a revision; None where the log has to be read up to there first.

        Who has taken a place has to `leave` it.
        """
        self._begin()
        missing = (step for step in self._kept if step.revision > seen)
        unscoped = wanted.scoped and any(step.scope is None for step in missing)
        if seen < self._known.revision - len(self._kept) or unscoped:
            return None
        listener = Listener(seen, wanted)
        self._listeners[listener] = None
        return listener

    def leave(self, listener: Listener) -> None:
        """Give a place up."""
        self._listeners.pop(listener, None)

    async def next(self, listener: Listener) -> Step:
        """Give the next step that is wanted. ResumeFrom when it is no longer there."""
        while True:
            step = self._ahead(listener)
            if step is not None:
                listener.seen = step.revision
                return step
            self._begin()
            listener.moved = asyncio.get_running_loop().create_future()
            try:
                await listener.moved
            finally:
                listener.moved = None

    def _ahead(self, listener: Listener) -> Step | None:
        """Find the next step that is wanted; else move the listener past all that there are."""
        newest = self._known.revision
        behind = newest - listener.seen
        if behind > len(self._kept):
            raise _resume(listener.seen, newest)
        for place in range(len(self._kept) - max(behind, 0), len(self._kept)):
            if listener.wanted.meets(self._kept[place]):
                return self._kept[place]
        listener.seen = max(newest, listener.seen)
        return None

    def _begin(self) -> None:
        """Start to watch, if nobody does; what was kept before may have a gap."""
        if self._watch is None or self._watch.done():
            self._known = self._workspace.snapshot()
            self._kept.clear()
            self._watch = asyncio.create_task(self._watched())

    async def _watched(self) -> None:
        """Watch; who waits is told when that fails."""
        try:
            await self._watching()
        except Exception as error:
            places = (listener.moved for listener in self._listeners)
            for moved in [*self._waiting, *filter(None, places)]:
                if not moved.done():
                    moved.set_exception(error)
            raise

    async def _watching(self) -> None:
        """Wait in a thread of its own, so that subscribers take none from the analyses."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="feed") as pool:
            while self._waiting or self._listeners:
                await self._wake(self._passed())
                scoped = self._is_scoped()
                known, steps = await loop.run_in_executor(pool, self._read, self._known, scoped)
                if self._is_scoped() and not scoped:  # by one who came meanwhile
                    again = (self._known, known, [step.commit for step in steps])
                    known, steps = await loop.run_in_executor(pool, _scoped, *again)
                if known is not self._known:
                    self._keep(known, steps)
                    await self._wake(self._reached())

    def _is_scoped(self) -> bool:
        return any(listener.wanted.scoped for listener in self._listeners)

    def _read(self, known: Snapshot, scoped: bool) -> tuple[Snapshot, list[Step]]:
        """Wait for writes after a snapshot, and read them; none where there are more than kept."""
        if not self._workspace.wait_past(known.revision, WAIT_S):
            return known, []
        newest = self._workspace.snapshot()
        if newest.revision - known.revision > KEPT:
            return newest, []
        try:
            commits = self._workspace.changes(known.revision, KEPT)
        except HeadwaterError:
            sleep(WAIT_S)  # the database cannot be asked now: those who listen wait with us
            return known, []
        return read_on(known, newest, commits, scoped=scoped)

    def _keep(self, known: Snapshot, steps: Sequence[Step]) -> None:
        if known.revision - self._known.revision != len(steps):
            self._kept.clear()
        self._known = known
        self._kept.extend(steps)
        changes = sum(len(step.commit.changes) for step in self._kept)
        while len(self._kept) > KEPT or (changes > self._kept_changes and len(self._kept) > 1):
            changes -= len(self._kept.popleft().commit.changes)

    def _passed(self) -> Iterator[asyncio.Future[None]]:
        """Give those whose revision is passed."""
        newest = self._workspace.snapshot().revision
        for moved, revision in list(self._waiting.items()):
            if revision < newest:
                yield moved

    def _reached(self) -> Iterator[asyncio.Future[None]]:
        """Give those who wait for one of the steps that are there; the others are moved past."""
        for listener in list(self._listeners):
            if listener.moved is not None and self._is_due(listener):
                yield listener.moved

    def _is_due(self, listener: Listener) -> bool:
        try:
            return self._ahead(listener) is not None
        except ResumeFrom:
            return True  # what he will be told

    async def _wake(self, futures: Iterable[asyncio.Future[None]]) -> None:
        """Wake subscribers, a few at a time."""
        woken = 0
        for moved in futures:
            if not moved.done():
                moved.set_result(None)
                woken += 1
                if woken % AT_ONCE == 0:
                    await asyncio.sleep(0)


def read_on(
    known: Snapshot, newest: Snapshot, commits: Sequence[Commit], *, scoped: bool
) -> tuple[Snapshot, list[Step]]:
    """Give the graph after some commits that follow on a snapshot, and their steps.

    `newest` is used where it is what a commit led to: what was derived of it is then shared.
    """
    steps = []
    for commit in commits:
        after = newest
        if newest.revision != commit.revision:
            after = known.apply(commit.changes, revision=commit.revision, at=commit.at)
        steps.append(scoped_step(known, after, commit) if scoped else step_of(commit))
        known = after
    return known, steps


def _scoped(
    known: Snapshot, newest: Snapshot, commits: Sequence[Commit]
) -> tuple[Snapshot, list[Step]]:
    return read_on(known, newest, commits, scoped=True)


def _resume(seen: int, newest: int) -> ResumeFrom:
    msg = f"the graph moved on to revision {newest} while nothing was taken after revision {seen}"
    return ResumeFrom(msg, f"subscribe again with since: {seen}", seen)
