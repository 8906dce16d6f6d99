"""What a client can be told of as it happens.

`changes` gives every commit from a revision on; nothing is missed in between. `progress` tells when
the progress of goals moves, through any number of levels, and which key results moved it.
`dependencies` tells what becomes of the dependencies of some teams, write by write.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from graph.analyses.dependencies.dependencychange import DependencyChange
from graph.analyses.goals.progresschange import ProgressChange, progress_changes, progress_standing
from graph.analyses.goals.rollup import RollUp, rollup
from graph.errors import BadUsage, NotFound
from graph.model.changes import RelationChange
from graph.model.entities import KeyResult, Objective, Team
from graph.model.relations import DependsOn, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from schema.building import ID, CallField, TypeRef, argument, extend, many, object_type, optional
from schema.context import Context
from schema.hearing import heard
from schema.identity import given_ref
from schema.steps import Filter, Step
from schema.types.log import CommitView
from schema.types.results import Results, ResultView
from schema.types.values import Values
from schema.views import RelationView
from schema.worker import stoppable

MOST_WATCHED = 200
"""Goals, teams or nodes that one subscription may watch."""
_SINCE = (
    "The last revision that was seen; the newest if left out. What came after is told before what is"
    " new. A client that is too slow gets the error RESUME_FROM with the revision to give here."
)


def subscription_type(commit: type, depends_on: TypeRef, values: Values, results: Results) -> type:
    """Make the subscription root."""
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
            ),
            argument(
                "initial",
                bool,
                "Tell first how each of them stands, as a change by nothing.",
                default=False,
            ),
        ],
    )
    text = "What a client can be told of as it happens."
    fields = [
        _changes_field(commit, values),
        progress,
        _dependencies_field(depends_on, results),
    ]
    return object_type("Subscription", text, fields)


def _changes_field(commit: type, values: Values) -> CallField:
    return CallField(
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
            argument("since", optional(int), _SINCE),
            argument(
                "of",
                optional(many(ID)),
                "Only commits that change these nodes or relationships of theirs; by their ids or"
                f" as KIND/KEY, at most {MOST_WATCHED}, also such as are not there yet.",
            ),
            argument(
                "ofTeams",
                optional(many(ID)),
                "Only commits that change what these teams answer for, before or since: their work,"
                " products, goals and their key results, and what joins those to anything, such as"
                f" dependencies. At most {MOST_WATCHED}.",
                source="of_teams",
            ),
            argument(
                "under",
                optional(many(ID)),
                "Only commits that change these objectives or key results, or anything that"
                " contributes to one through any number of levels, before or since: what is moved"
                f" below one is followed from then on. At most {MOST_WATCHED}.",
            ),
        ],
    )


def _dependencies_field(depends_on: TypeRef, results: Results) -> CallField:
    change = results.of(DependencyChange)
    text = "The dependency as the write left it; null where it was removed."
    extend(change, [CallField("relationship", optional(depends_on), text, _dependency)])
    return CallField(
        "dependencies",
        change,
        "Each time a dependency of or on some teams, or what they answer for, is made, moved,"
        " altered or removed: once for each write, oldest first. That a team takes on or gives up"
        " what has dependencies alters none of them: `changes(ofTeams:)` tells it.",
        _dependencies,
        [
            argument(
                "ofTeams",
                many(ID),
                f"Teams, by their ids or as KIND/KEY: at most {MOST_WATCHED}.",
                source="of_teams",
            ),
            argument("since", optional(int), _SINCE),
        ],
    )


@dataclass(frozen=True, slots=True)
class _OfTeams:
    """Wants what becomes of the dependencies of some teams."""

    teams: frozenset[str]
    scoped: bool = True

    def meets(self, step: Step) -> bool:
        """Say whether the write did anything to one."""
        return bool(self.rows(step))

    def rows(self, step: Step) -> list[DependencyChange]:
        """Give what it did, with no other teams on the sides."""
        found = []
        for row in step.scope.dependencies if step.scope else ():
            sides = tuple(side for side in row.sides if side.team in self.teams)
            if sides:
                found.append(replace(row, sides=sides))
        return found


class _Told(ResultView):
    """What became of a dependency, with the relationship as the write left it."""

    __slots__ = ("left",)

    def __init__(self, snapshot: Snapshot, result: object, left: Relation | None) -> None:
        super().__init__(snapshot, result)
        self.left = left


def _dependency(row: _Told, context: Context) -> RelationView | None:
    del context
    return None if row.left is None else RelationView(row.snapshot, row.left)


async def _dependencies(
    _: object, context: Context, of_teams: list[str], since: int | None = None
) -> AsyncGenerator[ResultView, None]:
    wanted = _OfTeams(_teams(context.snapshot, of_teams))
    async with aclosing(heard(context, since, wanted)) as steps:
        async for step in steps:
            left = {
                change.ref.key: change.after
                for change in step.commit.changes
                if isinstance(change, RelationChange) and change.ref.type == DependsOn.TYPE
            }
            newest = context.workspace.snapshot()
            for row in wanted.rows(step):
                yield _Told(newest, row, left.get(row.dependency))


def _teams(snapshot: Snapshot, texts: list[str]) -> frozenset[str]:
    return frozenset(_team(snapshot, text) for text in _few("ofTeams", texts, "teams"))


def _few(name: str, texts: list[str], what: str) -> list[str]:
    """Give what is named, each once. BadUsage when there is none, or too many."""
    found = list(dict.fromkeys(texts))
    if not 0 < len(found) <= MOST_WATCHED:
        msg = f"{name} names {len(found)} {what}"
        raise BadUsage(msg, f"name 1 to {MOST_WATCHED}")
    return found


def _team(snapshot: Snapshot, text: str) -> str:
    ref = given_ref(text)
    if ref.kind != Team.KIND:
        msg = f"{ref} is no team"
        raise BadUsage(msg, "name a Team")
    if snapshot.get(ref) is None:
        msg = f"there is no {ref}"
        raise NotFound(msg, "subscribe once it is there")
    return ref.key


async def _progress(
    _: object,
    context: Context,
    of: list[str],
    initial: bool = False,
) -> AsyncGenerator[ResultView, None]:
    refs = [_watched(context.snapshot, text) for text in _few("of", of, "goals")]
    snapshot = context.snapshot
    seen, known = snapshot.revision, await stoppable(lambda: rollup(snapshot))
    if initial:
        for standing in progress_standing(snapshot, refs):
            yield ResultView(snapshot, standing)
    while True:
        await context.feed.past(seen)
        snapshot = context.workspace.snapshot()
        known, changes = await stoppable(partial(_moved, known, snapshot, refs))
        seen = snapshot.revision
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
    _: object,
    context: Context,
    kinds: list[object] | None = None,
    since: int | None = None,
    **watched: list[str] | None,
) -> AsyncGenerator[CommitView, None]:
    wanted = _filter(context.snapshot, kinds, watched)
    async with aclosing(heard(context, since, wanted)) as steps:
        async for step in steps:
            yield CommitView(context.workspace.snapshot(), step.commit)


def _filter(
    snapshot: Snapshot, kinds: list[object] | None, watched: Mapping[str, list[str] | None]
) -> Filter:
    nodes, teams, goals = (watched.get(name) for name in ("of", "of_teams", "under"))
    return Filter(
        None if kinds is None else frozenset(str(getattr(kind, "value", kind)) for kind in kinds),
        None if nodes is None else frozenset(map(given_ref, _few("of", nodes, "nodes"))),
        None if teams is None else _teams(snapshot, teams),
        None
        if goals is None
        else frozenset(_watched(snapshot, text) for text in _few("under", goals, "goals")),
    )
