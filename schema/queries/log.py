"""`changes`: the log as a connection, oldest first."""

from collections.abc import Sequence

from graph.errors import BadUsage
from graph.model.changes import Commit
from graph.model.snapshot import Snapshot
from graph.workspace import Workspace
from schema.building import CallField, argument, optional
from schema.context import Context
from schema.paging import PAGE_DEFAULT, PAGE_MOST, Window
from schema.queries.pin import pinned
from schema.types.connections import Connections
from schema.types.log import CommitEdge, CommitView, read_cursor
from schema.views import RootView
from schema.worker import in_worker


class LogPage:
    """A page of the log, from a revision on. Revisions have no gaps, so the rest is arithmetic."""

    def __init__(
        self, snapshot: Snapshot, since: int, begin: int, commits: Sequence[Commit]
    ) -> None:
        self.edges = [CommitEdge(snapshot, commit) for commit in commits]
        self.total_count = max(0, snapshot.revision - since)
        last = commits[-1].revision if commits else begin
        self.has_next_page = last < snapshot.revision
        self.has_previous_page = begin > since

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


def read_log(
    workspace: Workspace, snapshot: Snapshot, since: int, begin: int, size: int
) -> LogPage:
    """Read a page of the log, up to the revision of a snapshot."""
    limit = min(size, max(0, snapshot.revision - begin))
    commits = workspace.changes(begin, limit) if limit else ()
    return LogPage(snapshot, since, begin, commits)


async def _resolve(
    root: RootView | None,
    context: Context,
    since: int = 0,
    first: int = PAGE_DEFAULT,
    after: str | None = None,
) -> LogPage:
    if since < 0:
        msg = f"since is {since}"
        raise BadUsage(msg, "give a revision: 0 or more")
    size = Window(first).size()
    begin = since if after is None else max(since, read_cursor(after, "commit"))
    snapshot = pinned(root, context)
    return await in_worker(read_log, context.workspace, snapshot, since, begin, size)


def log_field(commit: type, connections: Connections) -> CallField:
    """Make `changes`."""
    return CallField(
        "changes",
        optional(connections.of("Commit", commit, "commits")),
        "What was written, oldest first, up to the revision that this answer stands on.",
        _resolve,
        [
            argument("since", int, "Only what came after this revision.", default=0),
            argument("first", int, f"How many to give: at most {PAGE_MOST}.", default=PAGE_DEFAULT),
            argument("after", optional(str), "Only what comes after this cursor."),
        ],
    )
