"""What a resolver knows about the request it serves."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from graph.commands import require
from graph.errors import Forbidden
from graph.model.codec import shown
from graph.model.days import today_of
from graph.model.principals import ANONYMOUS, Principal, Role
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace
from schema.feed import Feed
from schema.slots import Slots
from schema.turns import Turns

_NAMING = ("key", "of", "objective", "key_result", "cycle", "target", "source", "revision")
"""Fields of an input that name what it is about, the first that is there."""


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Standing:
    """The newest revision that an answer stands on: the one read, or the one written by it."""

    revision: int

    def reached(self, revision: int) -> None:
        """Note a revision that a write of this request led to."""
        self.revision = max(self.revision, revision)


@dataclass(frozen=True, slots=True)
class Context:
    """One request: the graph it reads, pinned at a revision, and who asks.

    `follows` says that the context outlives an operation, as that of a WebSocket does: then each
    operation pins the newest snapshot for itself. `defers` says that the client takes what is
    deferred later, in parts of the answer; `encodes`, that it takes data as JSON that is written already,
    where a plan wrote it. Heavy analyses take `slots`, which `payer` has a share of.
    `now` is when the operation began, by `clock`. `attended` runs what reads for as long as its
    client is there; what takes long to complete waits for `turns`.
    """

    workspace: Workspace
    snapshot: Snapshot
    principal: Principal
    feed: Feed
    standing: Standing
    now: datetime
    clock: Callable[[], datetime]
    slots: Slots
    follows: bool = field(default=False)
    defers: bool = field(default=False)
    encodes: bool = field(default=False)
    payer: str = field(default="")
    attended: Callable[[], AbstractAsyncContextManager[None]] = field(default=nullcontext)
    turns: Turns = field(default_factory=Turns)

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        *,
        actor: str = ANONYMOUS,
        principal: Principal | None = None,
        snapshot: Snapshot | None = None,
        feed: Feed | None = None,
        follows: bool = False,
        defers: bool = False,
        encodes: bool = False,
        clock: Callable[[], datetime] = _clock,
        slots: Slots | None = None,
        payer: str = "",
        attended: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        turns: Turns | None = None,
    ) -> "Context":
        """Pin the newest snapshot of a workspace, or the one given.

        Without a `principal` the caller may do everything, under the name of `actor`: so the
        service is used on one's own machine, where nobody logs in.
        """
        pinned = workspace.snapshot() if snapshot is None else snapshot
        standing = Standing(pinned.revision)
        who = Principal(actor, Role.ADMIN) if principal is None else principal
        return cls(
            *(workspace, pinned, who, feed or Feed(workspace), standing, clock(), clock),
            slots=slots or Slots(),
            follows=follows,
            defers=defers,
            encodes=encodes,
            payer=payer or actor,
            attended=attended,
            turns=turns or Turns(),
        )

    @property
    def author(self) -> str:
        """Who asks, as what is written down may name him; "" where nobody knows."""
        return self.principal.author

    def require(self, needs: Role, field: str, given: object, *, writes: bool) -> None:
        """Raise Forbidden unless the caller has a role; a write that is refused is kept."""
        try:
            require(self.principal, needs, field)
        except Forbidden as error:
            if writes:
                self.workspace.note_refused(error, self.principal, field, _named(given))
            raise

    def today(self, snapshot: Snapshot) -> date:
        """Give the organisation's day at which a snapshot is seen."""
        return today_of(snapshot, self.now)

    def for_operation(self) -> "Context":
        """Give the context of one operation."""
        if not self.follows:
            return self
        newest = self.workspace.snapshot()
        return replace(self, snapshot=newest, standing=Standing(newest.revision), now=self.clock())


def _named(given: object) -> str:
    """Name what an input is about, as well as it can be told before it is read."""
    if not isinstance(given, Mapping):
        return ""
    return next((shown(given[name]).strip("'") for name in _NAMING if name in given), "")
