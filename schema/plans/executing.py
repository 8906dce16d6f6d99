"""Runs a plan: on the event loop where it is quick, else in a worker, so that it stalls nobody."""

from collections.abc import Awaitable
from functools import partial
from time import monotonic, thread_time

from graphql import GraphQLError

from schema.context import Context
from schema.deadline import Overdue
from schema.plans.compiling import Plan
from schema.plans.keeping import Prepared
from schema.plans.reading import Reading
from schema.plans.running import AT_ONCE_S, OutOfTime, Run, completed, located
from schema.worker import stoppable


class Answer:
    """An operation's answer: its data as JSON, or None, what went wrong, and what it depends on."""

    __slots__ = ("errors", "seen", "text")

    def __init__(self, text: bytes | None, errors: list[GraphQLError], seen: Reading) -> None:
        self.text = text
        self.errors = errors
        self.seen = seen


def begun(prepared: Prepared, context: Context, ends: float) -> Answer | Awaitable[Answer]:
    """Run an operation; gives its answer, or what has to be awaited for it. Overdue past `ends`."""
    plan = prepared.plan
    if plan.takes_long:
        return _finished(plan, Run(context, prepared.variables, ends), begun_with=False)
    run = Run(context, prepared.variables, min(monotonic() + AT_ONCE_S, ends))
    try:
        plan.write(run, None, None)
    except OutOfTime:
        run.given_up()
        if monotonic() > ends:
            raise Overdue from None
        # It starts again: a read has no effects that could be there twice.
        return _finished(plan, run.again(ends), begun_with=False)
    except Exception as raised:  # noqa: BLE001 - it came up to the root, where it is told
        return _without_data(run, raised)
    if not run.pending:
        return Answer(run.text(), run.errors, run.seen)
    run.ends = ends
    return _finished(plan, run, begun_with=True)


async def _finished(plan: Plan, run: Run, *, begun_with: bool) -> Answer:
    """Write what is not written yet, in a worker, and wait for what has to be waited for."""
    try:
        if not begun_with:
            await stoppable(partial(_timed, plan, run))
        await completed(run)
    except OutOfTime:
        run.given_up()
        raise Overdue from None
    except Exception as raised:  # noqa: BLE001 - it came up to the root, where it is told
        return _without_data(run, raised)
    return Answer(run.text(), run.errors, run.seen)


def _timed(plan: Plan, run: Run) -> None:
    begun = thread_time()
    plan.write(run, None, None)
    plan.takes_long = thread_time() - begun > AT_ONCE_S


def _without_data(run: Run, raised: Exception) -> Answer:
    return Answer(None, [*run.errors, located(raised, (), None)], run.seen)
