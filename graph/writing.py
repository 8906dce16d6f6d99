"""One command on its way into the log: planned on a snapshot, and again on what came before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from graph.commands.planning import Command, Plan
from graph.errors import Conflict, ErrorCode, Refused, Violation
from graph.model.changes import Change, Commit
from graph.model.codec import shown
from graph.model.snapshot import Snapshot
from graph.store.protocol import Write

MAX_IDEMPOTENCY_KEY = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command.

    `revision` is where the graph stands with it; `changes` are empty when there was nothing to do.
    `repeated` says that the idempotency key was known and the first outcome is given again.
    """

    revision: int
    changes: tuple[Change, ...] = ()
    problems: tuple[Violation, ...] = ()
    repeated: bool = False


def again(first: Commit, command: Command, actor: str) -> Outcome:
    """Give the first outcome again. Conflict when the key names the write of somebody else.

    Or that of another command: whoever wrote under it, this write has not been made.
    """
    if (first.command, first.actor) != (command.name, actor):
        key = shown(first.idempotency_key or "")
        whose = "" if first.actor == actor else f" by {first.actor}"
        message = (
            f"the idempotency key {key} names the {first.command} of revision"
            f" {first.revision}{whose}"
        )
        raise Conflict(message, f"give this {command.name} a key of its own", first.revision)
    return Outcome(first.revision, first.changes, repeated=True)


def check_key(idempotency_key: str | None) -> None:
    """Raise Refused for an idempotency key that is too long."""
    if idempotency_key and len(idempotency_key) > MAX_IDEMPOTENCY_KEY:
        message = f"the idempotency key {shown(idempotency_key)} is too long"
        hint = f"at most {MAX_IDEMPOTENCY_KEY} characters"
        given = ("idempotency_key", shown(idempotency_key))
        raise Refused([Violation(ErrorCode.INVALID_KEY, message, "", *given, hint)])


class Settled(Exception):
    """There is nothing to write any more: what others wrote meanwhile is what was asked for."""


@dataclass(slots=True)
class Attempt:
    """A command that was planned on a snapshot, and is to be written.

    Where others wrote in between, the store asks for it `after` their commits, while nobody else
    can write: so a command is planned anew once, and not for as long as others come first.
    """

    command: Command
    plan: Plan
    base: Snapshot
    actor: str
    idempotency_key: str | None
    max_changes: int
    ticket: str = field(default_factory=lambda: uuid4().hex)
    missed: Sequence[Commit] = ()
    """The commits after `base` that it was planned anew on."""

    def write(self) -> Write:
        """Give what the store is to append. Refused when it is too much for one write."""
        return self._write(self.base.revision)

    def after(self, missed: Sequence[Commit]) -> Write:
        """Plan it anew on what others wrote. Raises what planning does, and Settled.

        May be called again, with more: what is planned depends on `base` and `missed` alone.
        """
        now = self.base
        for commit in missed:
            now = now.apply(commit.changes, revision=commit.revision, at=commit.at)
        self.plan, self.missed = self.command.plan(now), missed
        if not self.plan.changes:
            raise Settled
        return self._write(now.revision)

    def _write(self, base: int) -> Write:
        changes = self.plan.changes
        if len(changes) > self.max_changes:
            message = f"{len(changes):,} changes are too many for one write: it takes {self.max_changes:,}"
            hint = (
                "split it, or raise HEADWATER_MAX_CHANGES together with the database's heap"
                " (HEADWATER_ENGINE_HEAP)"
            )
            raise Refused([Violation(ErrorCode.TOO_LARGE, message, hint=hint)])
        name, key = self.command.name, self.idempotency_key
        return Write(base, changes, self.actor, name, key, self.ticket, self.base.history)
