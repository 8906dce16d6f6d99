"""Carrying commands out: planned on the newest snapshot, written, and the snapshot moved on.

Those that come together are written together: each is planned on the graph that those before it
lead to, and has a revision of its own; the database keeps them all in one transaction, or none.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import sleep
from typing import Final, TypeGuard

from graph.commands.planning import Command, Plan
from graph.errors import Conflict, Contended, Forbidden, HeadwaterError, NotFound, Refused
from graph.head import Head, uncollected
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from graph.store.protocol import Known, Moved, Store, Ticketed, committed
from graph.turns import AWAY_S, Turns
from graph.writing import Attempt, Outcome, Settled, again, check_key

TRIES: Final = 5
"""Turns of a write that cannot be planned on the log: on a database that was put back, say."""
TOGETHER_TRIES: Final = 2
"""Turns of writes that are to be written together, where other processes come first."""
ROOM: Final = 400
"""Changes that are written together at most: a larger write goes by itself."""
REFUSALS: Final = (Forbidden, Refused, NotFound, Conflict)
"""What a write is refused with; all else is a failure."""


@dataclass(slots=True)
class Wish:
    """A command that somebody waits for, and what became of it."""

    command: Command
    actor: str
    idempotency_key: str | None
    plan: tuple[Snapshot, Plan] | None = None
    """What it would do, and on which snapshot."""
    outcome: Outcome | None = None
    error: BaseException | None = None

    def planned(self, base: Snapshot) -> Plan:
        """Plan it, unless that was done on this very snapshot."""
        if self.plan is None or self.plan[0] is not base:
            self.plan = None
            self.plan = base, self.command.plan(base)
        return self.plan[1]


@dataclass(slots=True)
class _Group:
    """Wishes that are to be written together, and the snapshot they lead to."""

    base: Snapshot
    tip: Snapshot
    wishes: list[Wish] = field(default_factory=list)
    commits: list[Ticketed] = field(default_factory=list)
    room: int = ROOM

    def takes(self, wish: Wish) -> bool:
        """Add a wish, where it is one that writes something, and not too much."""
        if wish.idempotency_key and wish.idempotency_key in {
            each.idempotency_key for each in self.wishes
        }:
            return False
        try:
            changes = wish.planned(self.tip).changes
        except Exception:  # noqa: BLE001 - it is planned again by itself, and what it raises is its own
            return False
        if not changes or len(changes) > self.room:
            return False
        write = Attempt(
            wish.command, Plan(changes), self.tip, wish.actor, wish.idempotency_key, ROOM
        )
        made = committed(write.write(), self.tip.at)
        self.tip = self.tip.apply(made.changes, revision=made.revision, at=made.at)
        self.wishes.append(wish)
        self.commits.append(Ticketed(made, write.ticket))
        self.room -= len(changes)
        return True

    def written(self) -> None:
        """Have every wish know that it was carried out."""
        for wish, (commit, _) in zip(self.wishes, self.commits, strict=True):
            assert wish.plan is not None
            wish.outcome = Outcome(commit.revision, commit.changes, wish.plan[1].problems)


class Committer:
    """Carries commands out, one turn at a time."""

    def __init__(self, store: Store, head: Head, max_changes: int) -> None:
        """Give it its store. A command that makes more than `max_changes` is refused at once."""
        self._store = store
        self._head = head
        self._max_changes = max_changes
        self._turns: Turns[Wish] = Turns(head.contact, self._carry_out)

    @property
    def waiting(self) -> int:
        """How many commands wait for their turn."""
        return self._turns.waiting

    def carry_out(self, command: Command, actor: str, idempotency_key: str | None) -> Outcome:
        """Plan a command on the newest graph, and write it. See `Workspace.execute`."""
        check_key(idempotency_key)
        wish = Wish(command, actor, idempotency_key)
        self._turns.take(wish)
        if wish.error is not None:
            raise wish.error
        assert wish.outcome is not None
        return wish.outcome

    def _carry_out(self, wishes: Sequence[Wish]) -> None:
        with uncollected():
            try:
                self._head.contact.expect_within(AWAY_S)
                if len(wishes) > 1:
                    self._together(wishes)
            except BaseException as error:  # noqa: BLE001 - each that waits is told
                for wish in wishes:
                    wish.error = error
            for wish in wishes:
                if wish.outcome is None and wish.error is None:
                    self._alone(wish)

    def _together(self, wishes: Sequence[Wish]) -> None:
        """Write those that can be written together. The others, or all, are left as they are."""
        for _ in range(TOGETHER_TRIES):
            base = self._head.snapshot
            group = _Group(base, base, room=min(ROOM, self._max_changes))
            for wish in wishes:
                group.takes(wish)
            if len(group.wishes) < 2:
                return
            if self._store.append_all(base.revision, base.history, group.commits):
                self._head.move(base, [commit for commit, _ in group.commits], group.tip)
                group.written()
                return
            self._head.refresh()

    def _alone(self, wish: Wish) -> None:
        try:
            wish.outcome = self._outcome(wish)
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            wish.error = error

    def _outcome(self, wish: Wish) -> Outcome:
        for turn in range(TRIES):
            found = self._planned(wish)
            if isinstance(found, Commit):
                return again(found, wish.command, wish.actor)
            base, plan = found
            if not plan.changes:
                return Outcome(base.revision, (), plan.problems)
            attempt = Attempt(
                wish.command, plan, base, wish.actor, wish.idempotency_key, self._max_changes
            )
            try:
                return self._written(attempt)
            except Known as first:
                self._head.refresh()
                return again(first.commit, wish.command, wish.actor)
            except Moved:
                self._head.refresh()
                sleep(random.uniform(0, 0.05 * 2**turn))  # noqa: S311 - jitter
        message = f"other writers came first {TRIES} times"
        raise Contended(message, "nothing was written; try again")

    def _planned(self, wish: Wish) -> tuple[Snapshot, Plan] | Commit:
        """Plan a command: on the newest snapshot, before it is refused or found to do nothing.

        Or give the commit that was made under its key. One that would write is not looked for: the
        store finds it.
        """
        base = self._head.snapshot
        plan = _tried(wish, base)
        if _writes(plan):
            return base, plan
        if self._store.revision() != base.revision:
            base = self._head.refresh()
            plan = _tried(wish, base)
            if _writes(plan):
                return base, plan
        known = self._store.find(wish.idempotency_key) if wish.idempotency_key else None
        if known is not None:
            return known
        if isinstance(plan, HeadwaterError):
            raise plan
        return base, plan

    def _written(self, attempt: Attempt) -> Outcome:
        try:
            commit = self._store.append(attempt.write(), attempt.after)
        except Settled:
            self._head.advance(attempt.missed)
            return Outcome(attempt.missed[-1].revision, (), attempt.plan.problems)
        self._head.advance([*attempt.missed, commit])
        return Outcome(commit.revision, commit.changes, attempt.plan.problems)


def _tried(wish: Wish, base: Snapshot) -> Plan | HeadwaterError:
    """Plan a command, or give what it is refused with."""
    try:
        return wish.planned(base)
    except REFUSALS as error:
        return error


def _writes(plan: Plan | HeadwaterError) -> TypeGuard[Plan]:
    return isinstance(plan, Plan) and bool(plan.changes)
