"""One run of a plan: what is written, what is still waited for, and what went wrong.

An answer is a list of pieces of JSON. Where a value has to be waited for a piece is left open; where
an error comes up to a place that may be null, what was written since is taken back.

References: the sections Executing Selection Sets, Value Completion and Errors of the GraphQL
specification.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final, TypeAlias

from graphql import FieldNode, GraphQLError
from graphql.error import located_error
from graphql.execution.values import VariableValues
from graphql.pyutils import gather_with_cancel

from schema.context import Context
from schema.plans.reading import Reading
from schema.worker import stoppable

NULL: Final = b"null"
AT_ONCE_S: Final = 0.01
"""So long a run may take of the event loop; then it starts again in a worker."""

Path: TypeAlias = "tuple[Path, str | int] | None"
"""Where a value stands in the answer: the way there, and the last step; None is the root."""

Write: TypeAlias = "Callable[[Run, Any, Path], None]"
"""Writes a value that a resolver gave; raises where it cannot be what its type says."""


@dataclass(eq=False, slots=True)
class Region:
    """A written place that may be null, from a piece up to another."""

    begin: int
    end: int
    nulled: bool = False


@dataclass(eq=False, slots=True)
class Pending:
    """A place whose value is waited for, with the places around it that may be null, inmost first."""

    slot: int
    value: Awaitable[object]
    write: Write
    nodes: Sequence[FieldNode]
    path: Path
    nullable: bool
    around: list[Region] = field(default_factory=list)

    @property
    def dropped(self) -> bool:
        """Whether a place around it is null by now, so that nobody asks for it."""
        return any(region.nulled for region in self.around)


class Bubbling(Exception):
    """An error, located, on its way up to a place that may be null."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


class OutOfTime(BaseException):
    """A run is not done in its time. No resolver's error handling catches it."""


class Run:
    """What is written, and all that writing needs to know."""

    __slots__ = ("arguments", "context", "ends", "errors", "out", "pending", "seen", "variables")

    def __init__(self, context: Context, variables: VariableValues, ends: float) -> None:
        """Begin one that has to be done at `ends`, by the monotonic clock."""
        self.context = context
        self.seen = Reading(context)
        self.variables = variables
        self.ends = ends
        self.arguments: dict[int, Mapping[str, Any]] = {}
        self.out: list[bytes] = []
        self.pending: list[Pending] = []
        self.errors: list[GraphQLError] = []

    def again(self, ends: float) -> "Run":
        """Give a run of the same operation with nothing written yet."""
        found = Run(self.context, self.variables, ends)
        found.arguments, found.seen = self.arguments, self.seen
        return found

    def later(
        self,
        value: Awaitable[object],
        write: Write,
        nodes: Sequence[FieldNode],
        path: Path,
        *,
        nullable: bool,
    ) -> None:
        """Leave a place open until its value is there."""
        self.pending.append(Pending(len(self.out), value, write, nodes, path, nullable))
        self.out.append(NULL)

    def closed(self, begin: int, waiting: int) -> None:
        """Note that a place that may be null was written, with values that are waited for in it."""
        region = Region(begin, len(self.out))
        for pending in self.pending[waiting:]:
            pending.around.append(region)

    def nulled(self, begin: int, waiting: int) -> None:
        """Take back what was written since, and write null."""
        del self.out[begin:]
        self.out.append(NULL)
        self.given_up(waiting)

    def given_up(self, waiting: int = 0) -> None:
        """Let go of what would be waited for: it was never begun."""
        for pending in self.pending[waiting:]:
            if isinstance(pending.value, Coroutine):
                pending.value.close()
        del self.pending[waiting:]

    def failed(
        self,
        raised: Exception,
        begin: int,
        waiting: int,
        nodes: Sequence[FieldNode],
        path: Path,
        *,
        nullable: bool,
    ) -> None:
        """Write null where that may be, and tell why; else have it come up to what is around."""
        error = located(raised, nodes, path)
        if not nullable:
            raise Bubbling(error) from None
        self.nulled(begin, waiting)
        self.errors.append(error)

    def text(self) -> bytes:
        """Give what was written."""
        return b"".join(self.out)


def located(raised: Exception, nodes: Sequence[FieldNode], path: Path) -> GraphQLError:
    """Give the error that is told, with where it happened: the first place that it came by."""
    if isinstance(raised, Bubbling):
        return raised.error
    return located_error(raised, nodes, steps(path))


def steps(path: Path) -> list[str | int]:
    """Give a path as a list."""
    found: list[str | int] = []
    while path is not None:
        path, step = path
        found.append(step)
    return found[::-1]


async def written(above: Run, write: Write, value: object, path: Path) -> Run:
    """Write a value in a run of its own: here where that is quick, else in a worker."""
    soon = monotonic() + AT_ONCE_S
    below = above.again(min(soon, above.ends))
    try:
        write(below, value, path)
    except OutOfTime:
        below.given_up()
        if monotonic() > above.ends:
            raise
    except Exception:
        above.errors += below.errors
        raise
    else:
        below.ends = above.ends
        return below
    # It starts again: a read has no effects that could be there twice.
    below = above.again(above.ends)
    try:
        await stoppable(partial(write, below, value, path))
    except Exception:
        above.errors += below.errors
        raise
    return below


async def completed(run: Run) -> None:
    """Fill all open places. Bubbling, where an error comes up to the run's own place."""
    while run.pending:
        waiting, run.pending = run.pending, []
        await gather_with_cancel(*(_filled(run, pending) for pending in waiting))


async def _filled(run: Run, pending: Pending) -> None:
    try:
        value = await pending.value
        below = await written(run, pending.write, value, pending.path)
        try:
            await completed(below)
        finally:
            run.errors += below.errors
    except Exception as raised:  # noqa: BLE001 - whatever it is, it is told where it happened
        _refused(run, pending, located(raised, pending.nodes, pending.path))
        return
    if not pending.dropped:
        run.out[pending.slot] = below.text()


def _refused(run: Run, pending: Pending, error: GraphQLError) -> None:
    """Write null where that may be: at an open place, or around it."""
    if pending.dropped:
        return
    if pending.nullable:
        run.out[pending.slot] = NULL
    elif pending.around:
        region = pending.around[0]
        region.nulled = True
        run.out[region.begin : region.end] = [NULL, *[b""] * (region.end - region.begin - 1)]
    else:
        raise Bubbling(error)
    run.errors.append(error)
