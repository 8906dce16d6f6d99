"""Writes as a subscription hears them: first those it missed, by the log, then those that come."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from graph.errors import BadUsage, RevisionUnknown
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace
from schema.context import Context
from schema.feed import read_on
from schema.steps import Step, Wanted, step_of
from schema.worker import in_steps, in_worker

LOG_PAGE = 100
"""Commits of the log that are read at once, for one subscription that was away."""
REVISION_WAIT_S = 2.0
"""So long a subscription waits for a revision that another process has told its client of."""


async def heard(
    context: Context, since: int | None, wanted: Wanted, *, wait_s: float = REVISION_WAIT_S
) -> AsyncGenerator[Step, None]:
    """Give every wanted step after a revision (the newest where it is None), oldest first.

    What was missed is read at the pace of who takes it; memory: a page of the log. Then ResumeFrom
    when he takes nothing while many writes come. RevisionUnknown for a revision that is not there,
    or where the log begins later; BadUsage for one below 0.
    """
    workspace, feed = context.workspace, context.feed
    seen = context.snapshot.revision if since is None else since
    if seen > workspace.snapshot().revision:
        await _reached(context, seen, wait_s)
    if seen < 0:
        msg = f"since is {seen}"
        raise BadUsage(msg, "give 0 for all that was written, or the last revision you saw")
    known: Snapshot | None = None
    while (listener := feed.listen(seen, wanted)) is None:
        known, page = await in_steps(partial(_page, workspace, seen, known, wanted))
        for step in page:
            seen = step.revision
            if wanted.meets(step):
                yield step
    del known
    try:
        while True:
            yield await feed.next(listener)
    finally:
        feed.leave(listener)


async def _reached(context: Context, revision: int, wait_s: float) -> None:
    """Wait, bounded, for a revision."""
    try:
        await in_worker(context.workspace.refresh)
        await asyncio.wait_for(context.feed.past(revision - 1), wait_s)
    except TimeoutError as error:
        stands = context.workspace.snapshot().revision
        msg = f"revision {revision} is not there; the graph stands at {stands}"
        raise RevisionUnknown(msg, f"give 0 to {stands}") from error


def _page(
    workspace: Workspace, seen: int, known: Snapshot | None, wanted: Wanted
) -> tuple[Snapshot | None, list[Step]]:
    """Read a page of the log; with the graph before it where a scope is wanted."""
    newest = workspace.snapshot()
    commits = workspace.changes(seen, LOG_PAGE)
    if commits and commits[0].revision != seen + 1:
        oldest = commits[0].revision
        msg = f"the log begins at revision {oldest}: what came after revision {seen} is not in it"
        hint = f"read the graph as it stands, and subscribe with since: {newest.revision}"
        raise RevisionUnknown(msg, hint, oldest)
    if not wanted.scoped:
        return None, [step_of(commit) for commit in commits]
    before = workspace.as_of(seen) if known is None else known
    return read_on(before, newest, commits, scoped=True)
