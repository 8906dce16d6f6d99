"""`changes`: the log as a connection, oldest first."""

from collections.abc import Awaitable, Sequence
from itertools import islice

from graph.errors import BadUsage
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from schema.building import CallField, argument, optional
from schema.context import Context
from schema.paging import Window, window_of
from schema.queries.commits import CHUNK, CommitCheck, Stretch, commit_filter
from schema.queries.filters import Filters
from schema.queries.pin import pinned
from schema.types.connections import Connections, window_arguments
from schema.types.log import CommitEdge, CommitView, read_cursor
from schema.types.values import Values
from schema.views import RootView
from schema.worker import in_steps


class LogPage:
    """A page of a stretch of the log."""

    def __init__(
        self, snapshot: Snapshot, whole: Stretch, inside: Stretch, commits: Sequence[Commit]
    ) -> None:
        """Find what is around the page. `inside` is the stretch that its cursors leave."""
        self._whole = whole
        self.edges = [CommitEdge(snapshot, commit) for commit in commits]
        begin = commits[0].revision - 1 if commits else inside.low
        end = commits[-1].revision if commits else inside.low
        self.has_next_page = whole.between(end, whole.high).any()
        self.has_previous_page = whole.between(whole.low, begin).any()

    @property
    def total_count(self) -> int | Awaitable[int]:
        """How many commits of the stretch pass; counted in a worker where they have to be read."""
        whole = self._whole
        return whole.count() if whole.check is None else in_steps(whole.count)

    @property
    def nodes(self) -> list[CommitView]:
        """The commits."""
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> "LogPage":
        """Where the page stands."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first commit."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last commit."""
        return self.edges[-1].cursor if self.edges else None


def read_log(snapshot: Snapshot, whole: Stretch, window: Window) -> LogPage:
    """Read a page of a stretch of the log."""
    size = window.size()
    low = whole.low if window.after is None else read_cursor(window.after, "commit")
    high = whole.high if window.before is None else read_cursor(window.before, "commit") - 1
    inside = whole.between(low, high)
    chunk = max(size, 1) if whole.check is None else CHUNK
    if window.last is None:
        commits = list(islice(inside.forward(chunk), size))
    else:
        commits = list(islice(inside.backward(chunk), size))[::-1]
        inside = inside if commits else inside.between(inside.high, inside.high)
    return LogPage(snapshot, whole, inside, commits)


async def _resolve(
    root: RootView | None,
    context: Context,
    since: int = 0,
    until: int | None = None,
    filter_: CommitCheck | None = None,
    **given: object,
) -> LogPage:
    for name, revision in (("since", since), ("until", until)):
        if revision is not None and revision < 0:
            msg = f"{name} is {revision}"
            raise BadUsage(msg, "give a revision: 0 or more")
    snapshot = pinned(root, context)
    newest = snapshot.revision if until is None else min(until, snapshot.revision)
    whole = Stretch(context.workspace, since, max(since, newest), filter_)
    window = window_of(given)
    return await in_steps(lambda: read_log(snapshot, whole, window))


def log_field(
    commit: type, values: Values, connections: Connections, filters: Filters
) -> CallField:
    """Make `changes`."""
    type_ = commit_filter(values, filters.tests)
    return CallField(
        "changes",
        optional(connections.of("Commit", commit, "commits")),
        "What was written, oldest first, up to the revision that this answer stands on.",
        _resolve,
        [
            argument("since", int, "Only what came after this revision.", default=0),
            argument("until", optional(int), "Only what came up to this revision."),
            argument("filter", optional(type_), "Only those that pass.", source="filter_"),
            *window_arguments(),
        ],
    )
