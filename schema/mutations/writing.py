"""Carrying out a command that a mutation asks for, and what the payload says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from graph.commands import Command
from graph.errors import HeadwaterError
from graph.model.changes import Change
from graph.model.snapshot import Snapshot
from graph.writing import Outcome
from schema.context import Context
from schema.mutations.problems import ProblemView, problems_of
from schema.worker import in_worker


@dataclass(frozen=True, slots=True)
class Payload:
    """What became of a write. `result` is the thing written, null when there were problems."""

    revision: int
    problems: list[ProblemView]
    result: object = None
    deleted_id: str | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """A command, and how to show what it wrote.

    `fields` names the input's fields where they are called otherwise than what they set: a problem
    speaks of the field that the caller filled in.
    """

    command: Command
    shown: Callable[[Snapshot, tuple[Change, ...]], object]
    deleted_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


async def carried_out(context: Context, intent: Intent, given: Mapping[str, object]) -> Payload:
    """Execute a command in a worker. What the caller can put right becomes problems."""
    run = partial(context.workspace.execute, intent.command, actor=context.principal)
    payload = await settled(context, run, intent.shown, given, intent.deleted_id)
    problems = [
        replace(problem, field=intent.fields.get(problem.field or "", problem.field))
        for problem in payload.problems
    ]
    return replace(payload, problems=problems)


async def settled(
    context: Context,
    run: Callable[..., Outcome],
    shown: Callable[[Snapshot, tuple[Change, ...]], object],
    given: Mapping[str, object],
    deleted_id: str | None = None,
) -> Payload:
    """Write in a worker and give the payload. What the caller can put right becomes problems."""
    key = given.get("idempotency_key")
    try:
        outcome = await in_worker(run, idempotency_key=key if isinstance(key, str) else None)
    except HeadwaterError as error:
        problems = problems_of(error)
        if problems is None:
            raise
        return Payload(context.workspace.snapshot().revision, problems)
    context.standing.reached(outcome.revision)
    result = shown(context.workspace.snapshot(), outcome.changes)
    return Payload(outcome.revision, [], result, deleted_id, outcome.repeated)


def revision_given(given: Mapping[str, object]) -> int | None:
    """Give the revision that the caller expects the thing to stand at."""
    expected = given.get("expected_revision")
    return expected if isinstance(expected, int) else None
