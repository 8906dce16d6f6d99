"""`changes`: every commit from a revision on, as it happens; nothing is missed in between."""

from collections.abc import AsyncGenerator

from graph.model.changes import Commit, NodeChange, RelationChange
from schema.building import CallField, argument, many, object_type, optional
from schema.context import Context
from schema.types.log import CommitView
from schema.types.values import Values
from schema.worker import in_worker

LOG_PAGE = 100


def subscription_type(commit: type, values: Values) -> type:
    """Make the subscription root."""
    changes = CallField(
        "changes",
        commit,
        "Each commit, oldest first. A client that was away gives the last revision it saw, and gets"
        " what it missed before what is new.",
        _changes,
        [
            argument(
                "kinds",
                optional(many(values.kind)),
                "Only commits that change nodes of these kinds, or relationships of such nodes.",
            ),
            argument(
                "since",
                optional(int),
                "The last revision that was seen; the newest if left out.",
            ),
        ],
    )
    return object_type("Subscription", "What a client can be told of as it happens.", [changes])


async def _changes(
    _: object, context: Context, kinds: list[object] | None = None, since: int | None = None
) -> AsyncGenerator[CommitView, None]:
    workspace = context.workspace
    seen = context.snapshot.revision if since is None else since
    names = None if kinds is None else {str(getattr(kind, "value", kind)) for kind in kinds}
    while True:
        await context.feed.past(seen)
        for commit in await in_worker(workspace.changes, seen, LOG_PAGE):
            seen = commit.revision
            if names is None or touches(commit, names):
                yield CommitView(workspace.snapshot(), commit)


def touches(commit: Commit, kinds: set[str]) -> bool:
    """Say whether a commit changes a node of some kinds, or a relationship of one."""
    return any(
        change.ref.kind in kinds if isinstance(change, NodeChange) else _joins(change, kinds)
        for change in commit.changes
    )


def _joins(change: RelationChange, kinds: set[str]) -> bool:
    link = change.after or change.before
    return link is not None and (link.source.kind in kinds or link.target.kind in kinds)
