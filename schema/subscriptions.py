"""What a client can be told of as it happens.

`changes` gives every commit from a revision on; nothing is missed in between. `progress` tells when
the progress of goals moves, through any number of levels, and which key results moved it.
`dependencies` tells what becomes of the dependencies of some teams, write by write.
"""

from collections.abc import AsyncGenerator, Collection

from graph.analyses.dependencies.dependencychange import DependencyChange, dependency_changes
from graph.analyses.goals.progresschange import ProgressChange, progress_changes
from graph.analyses.goals.rollup import RollUp, rollup
from graph.errors import BadUsage, NotFound
from graph.model.changes import Commit, NodeChange, RelationChange
from graph.model.entities import KeyResult, Objective, Team
from graph.model.relations import DependsOn, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import ID, CallField, TypeRef, argument, extend, many, object_type, optional
from schema.context import Context
from schema.identity import given_ref
from schema.types.log import CommitView
from schema.types.results import Results, ResultView
from schema.types.values import Values
from schema.views import RelationView
from schema.worker import in_worker

LOG_PAGE = 100
MOST_WATCHED = 200
"""Goals, or teams, that one subscription may watch."""


def subscription_type(commit: type, depends_on: TypeRef, values: Values, results: Results) -> type:
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
    progress = CallField(
        "progress",
        results.of(ProgressChange),
        "Each time the progress or coverage of one of some goals moves, by whatever is below it. Of"
        " writes that come close together the sum is told.",
        _progress,
        [
            argument(
                "of",
                many(ID),
                f"Objectives and key results, by their ids or as KIND/KEY: at most {MOST_WATCHED}.",
            )
        ],
    )
    text = "What a client can be told of as it happens."
    fields = [changes, progress, _dependencies_field(depends_on, results)]
    return object_type("Subscription", text, fields)


def _dependencies_field(depends_on: TypeRef, results: Results) -> CallField:
    change = results.of(DependencyChange)
    text = "The dependency as the write left it; null where it was removed."
    extend(change, [CallField("relationship", optional(depends_on), text, _dependency)])
    return CallField(
        "dependencies",
        change,
        "Each time a dependency of or on some teams, or what they answer for, is made, moved,"
        " altered or removed: once for each write, oldest first.",
        _dependencies,
        [
            argument(
                "ofTeams",
                many(ID),
                f"Teams, by their ids or as KIND/KEY: at most {MOST_WATCHED}.",
                source="of_teams",
            ),
            argument(
                "since",
                optional(int),
                "The last revision that was seen; the newest if left out. What came after is told"
                " before what is new.",
            ),
        ],
    )


def _dependency(row: ResultView, context: Context) -> RelationView | None:
    del context
    found = row.snapshot.relation(RelationRef(DependsOn.TYPE, str(row.dependency)))
    return None if found is None else RelationView(row.snapshot, found)


async def _dependencies(
    _: object, context: Context, of_teams: list[str], since: int | None = None
) -> AsyncGenerator[ResultView, None]:
    teams = frozenset(_team(context.snapshot, text) for text in of_teams)
    if not 0 < len(teams) <= MOST_WATCHED:
        msg = f"ofTeams names {len(teams)} teams"
        raise BadUsage(msg, f"name 1 to {MOST_WATCHED}")
    workspace, known = context.workspace, context.snapshot
    if since is not None:
        known = await in_worker(workspace.as_of, since)
    while True:
        await context.feed.past(known.revision)
        for commit in await in_worker(workspace.changes, known.revision, LOG_PAGE):
            newest = workspace.snapshot()
            known, changes = await in_worker(_after, known, newest, commit, teams)
            for change in changes:
                yield ResultView(known, change)


def _team(snapshot: Snapshot, text: str) -> str:
    ref = given_ref(text)
    if ref.kind != Team.KIND:
        msg = f"{ref} is no team"
        raise BadUsage(msg, "name a Team")
    if snapshot.get(ref) is None:
        msg = f"there is no {ref}"
        raise NotFound(msg, "subscribe once it is there")
    return ref.key


def _after(
    known: Snapshot, newest: Snapshot, commit: Commit, teams: Collection[str]
) -> tuple[Snapshot, tuple[DependencyChange, ...]]:
    """Give the graph after a commit, the newest where that is it, and what it did."""
    after = newest
    if newest.revision != commit.revision:
        after = known.apply(commit.changes, revision=commit.revision, at=commit.at)
    return after, dependency_changes(known, after, commit, teams)


async def _progress(_: object, context: Context, of: list[str]) -> AsyncGenerator[ResultView, None]:
    refs = [_watched(context.snapshot, text) for text in dict.fromkeys(of)]
    if not 0 < len(refs) <= MOST_WATCHED:
        msg = f"of names {len(refs)} goals"
        raise BadUsage(msg, f"name 1 to {MOST_WATCHED}")
    seen, known = context.snapshot.revision, await in_worker(rollup, context.snapshot)
    while True:
        await context.feed.past(seen)
        snapshot = context.workspace.snapshot()
        seen, (known, changes) = snapshot.revision, await in_worker(_moved, known, snapshot, refs)
        for change in changes:
            yield ResultView(snapshot, change)


def _watched(snapshot: Snapshot, text: str) -> Ref:
    ref = given_ref(text)
    if ref.kind not in {Objective.KIND, KeyResult.KIND}:
        msg = f"{ref} has no progress"
        raise BadUsage(msg, "name an Objective or a KeyResult")
    if snapshot.get(ref) is None:
        msg = f"there is no {ref}"
        raise NotFound(msg, "subscribe once it is there")
    return ref


def _moved(
    before: RollUp, snapshot: Snapshot, refs: list[Ref]
) -> tuple[RollUp, tuple[ProgressChange, ...]]:
    return rollup(snapshot), progress_changes(before, snapshot, refs)


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
