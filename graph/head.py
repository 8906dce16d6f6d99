"""The newest snapshot that a process knows of: moved by its own writes and by the log of others'."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition

from graph.contact import Contact
from graph.errors import StoreReplaced
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from graph.store.protocol import RELOAD_BEYOND, Store


class Head:
    """Holds the snapshot. Safe to share by threads: who has taken one keeps it as it is."""

    def __init__(self, store: Store, contact: Contact) -> None:
        """Load the store's graph. Cost: one load."""
        self._store = store
        self._moved = Condition()
        with uncollected():
            self.snapshot = store.load()
        self.contact = contact

    def refresh(self) -> Snapshot:
        """Move the snapshot to where the ledger stands, by the log or, from afar, by a load."""
        try:
            stands = self.snapshot.revision  # before it is asked: a write may move it meanwhile
            behind = self._store.revision() - stands
            self.contact.behind = max(0, behind)
            if 0 < behind <= RELOAD_BEYOND:
                self.advance(self._store.commits(self.snapshot.revision))
        except StoreReplaced:
            behind = -1
        if behind < 0 or behind > RELOAD_BEYOND:
            with uncollected():
                self._replace(self._store.load())
        return self.snapshot

    def advance(self, commits: Sequence[Commit]) -> None:
        """Apply those of some commits that come next."""
        with self._moved:
            for commit in commits:
                if commit.revision == self.snapshot.revision + 1:
                    self.snapshot = self.snapshot.apply(
                        commit.changes, revision=commit.revision, at=commit.at
                    )
            self._moved.notify_all()

    def move(self, base: Snapshot, commits: Sequence[Commit], moved: Snapshot) -> None:
        """Advance by commits that were applied to `base` already, which gave `moved`."""
        with self._moved:
            if self.snapshot is base:
                self.snapshot = moved
                self._moved.notify_all()
                return
        self.advance(commits)

    def _replace(self, snapshot: Snapshot) -> None:
        with self._moved:
            self.snapshot = snapshot
            self._moved.notify_all()

    def wait(self, reached: Callable[[Snapshot], bool], timeout_s: float) -> bool:
        """Wait until the snapshot is as wished; False when it is not in time."""
        with self._moved:
            return self._moved.wait_for(lambda: reached(self.snapshot), timeout_s)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking a graph while it is being built.

    Measured on a load of 89,000 records: 0.49 s of work in place of 0.75 s; on an import 30 % less.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
