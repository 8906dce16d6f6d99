"""What subscriptions are told, what they are not told, and when they are told to resume."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.types import ExecutionResult

from graph.commands import CreateNode, DeleteNode, Link, Unlink, UpdateNode, UpdateRelation
from graph.commands.planning import Command
from graph.errors import ResumeFrom, RevisionUnknown
from graph.model.changes import Commit
from graph.model.relations import RelationRef
from graph.model.values import Ref
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from schema import feed as feeds
from schema.context import Context
from schema.feed import Feed
from schema.hearing import heard
from schema.steps import Filter
from tests.schema.asking import company, filled, schema


async def _told(workspace: Workspace, query: str) -> AsyncGenerator[Any, None]:
    context = Context.of(workspace, follows=True)
    results = await schema().stream(query, context_value=context)
    async with aclosing(results):
        async for result in results:
            yield result


async def _revisions(workspace: Workspace, arguments: str, count: int) -> list[int]:
    """Give the first revisions that a subscription to changes is told of."""
    found = []
    async with aclosing(
        _told(workspace, f"subscription {{ changes({arguments}) {{ revision }} }}")
    ) as all_:
        async for result in all_:
            assert isinstance(result, ExecutionResult)
            assert not result.errors, result.errors
            found.append((result.data or {})["changes"]["revision"])
            if len(found) == count:
                return found
    return found


def _written(workspace: Workspace, *commands: Command) -> None:
    for command in commands:
        workspace.execute(command, actor="x")


def _moves() -> tuple[Command, ...]:
    """Revisions 2 to 9, after the company's first."""
    return (
        UpdateNode(Ref("WorkItem", "build"), {"name": "Build"}),  # alpha's, below grow
        UpdateNode(Ref("WorkItem", "ship"), {"name": "Ship"}),  # beta's
        UpdateNode(Ref("Team", "beta"), {"name": "B"}),
        UpdateRelation(RelationRef("DEPENDS_ON", "d1"), {"status": "agreed"}),  # beta's on alpha's
        CreateNode("Objective", "other"),
        Link("CONTRIBUTES_TO", Ref("Objective", "other"), Ref("Objective", "grow"), {"weight": 1}),
        UpdateNode(Ref("Objective", "other"), {"name": "Other"}),
        UpdateNode(Ref("KeyResult", "sales"), {"current": 6}),
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('of: ["WorkItem/ship"]', [3, 5]),
        ('of: ["WorkItem/ship", "Objective/other"]', [3, 5, 6, 7, 8]),
        ('ofTeams: ["Team/alpha"]', [2, 5]),
        ('ofTeams: ["Team/beta"]', [3, 4, 5]),
        ('ofTeams: ["Team/beta", "Team/alpha"], kinds: [TEAM]', [4]),
        ('under: ["Objective/grow"]', [2, 5, 7, 8, 9]),
        ('under: ["KeyResult/sales"]', [2, 5, 9]),
        ('under: ["Objective/grow"], kinds: [OBJECTIVE]', [7, 8]),
        ('under: ["Objective/grow"], ofTeams: ["Team/beta"]', [5]),
    ],
)
@pytest.mark.parametrize("away", [True, False])
def test_a_filter_tells_the_same_of_what_was_missed_and_of_what_comes(
    arguments: str, expected: list[int], away: bool
) -> None:
    workspace = company()

    async def run() -> list[int]:
        if away:
            _written(workspace, *_moves())
        asked = asyncio.create_task(_revisions(workspace, f"{arguments}, since: 1", len(expected)))
        if not away:
            await asyncio.sleep(0.05)
            await asyncio.to_thread(_written, workspace, *_moves())
        return await asyncio.wait_for(asked, 5)

    assert asyncio.run(run()) == expected


def test_what_is_moved_below_a_goal_is_followed_and_what_is_taken_away_is_not() -> None:
    workspace = company()
    link = Link("CONTRIBUTES_TO", Ref("Objective", "o"), Ref("Objective", "grow"), {"weight": 1})
    _written(workspace, CreateNode("Objective", "o"), link)
    (made,) = workspace.changes(2)[0].changes
    _written(
        workspace,
        UpdateNode(Ref("Objective", "o"), {"name": "1"}),
        Unlink(made.ref),  # type: ignore[arg-type]
        UpdateNode(Ref("Objective", "o"), {"name": "2"}),
        UpdateNode(Ref("Objective", "grow"), {"name": "3"}),
    )
    query = 'since: 1, under: ["Objective/grow"]'
    assert asyncio.run(_revisions(workspace, query, 4)) == [3, 4, 5, 7]


def test_what_is_removed_is_told_to_those_whose_it_was() -> None:
    workspace = company()
    _written(workspace, DeleteNode(Ref("WorkItem", "ship"), detach=True))
    assert asyncio.run(_revisions(workspace, 'since: 1, ofTeams: ["Team/beta"]', 1)) == [2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("since: -1", "BAD_USAGE"),
        ("since: 9", "REVISION_UNKNOWN"),
        ("of: []", "BAD_USAGE"),
        ('of: ["nothing"]', "BAD_USAGE"),
        ('ofTeams: ["Team/none"]', "NOT_FOUND"),
        ('under: ["Team/alpha"]', "BAD_USAGE"),
        ('under: ["Objective/none"]', "NOT_FOUND"),
    ],
)
def test_what_cannot_be_watched_is_refused(arguments: str, code: str) -> None:
    query = f"subscription {{ changes({arguments}) {{ revision }} }}"
    assert asyncio.run(_first_code(company(), query)) == code


async def _first_code(workspace: Workspace, query: str) -> object:
    async with aclosing(_told(workspace, query)) as all_:
        async for result in all_:
            return next(iter(result.errors)).extensions["code"]
    return None


def test_who_takes_nothing_while_many_writes_come_is_told_where_to_resume() -> None:
    workspace = filled()

    async def run() -> list[Any]:
        found = []
        query = "subscription { changes(since: 0) { revision } }"
        async with aclosing(_told(workspace, query)) as all_:
            first = asyncio.ensure_future(anext(all_))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(_written, workspace, CreateNode("Team", "first"))
            found.append(await asyncio.wait_for(first, 5))
            many = [CreateNode("Team", f"t{number}") for number in range(feeds.KEPT + 5)]
            await asyncio.to_thread(_written, workspace, *many)
            await asyncio.sleep(0.3)
            return [*found, *[result async for result in all_]]

    told, last = asyncio.run(run())
    assert told.data == {"changes": {"revision": 1}}
    assert last.data is None
    (error,) = last.errors
    assert error.extensions["code"] == "RESUME_FROM"
    assert error.extensions["revision"] == 1
    assert "since: 1" in error.extensions["hint"]
    again = asyncio.run(_revisions(workspace, "since: 1", feeds.KEPT + 5))
    assert again == list(range(2, feeds.KEPT + 7))


class _Shortened(MemoryStore):
    """A store whose log begins later than its graph."""

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        return super().commits(max(since, 2), limit)


@pytest.mark.parametrize("teams", ["", ', ofTeams: ["Team/t0"]'])
def test_what_the_log_has_no_more_is_said_with_the_oldest_it_has(teams: str) -> None:
    workspace = Workspace(_Shortened())
    _written(workspace, *(CreateNode("Team", f"t{number}") for number in range(4)))

    async def run() -> Any:  # noqa: ANN401
        query = f"subscription {{ changes(since: 1{teams}) {{ revision }} }}"
        async with aclosing(_told(workspace, query)) as all_:
            return await anext(all_)

    (error,) = asyncio.run(run()).errors
    assert error.extensions["code"] == "REVISION_UNKNOWN"
    assert error.extensions["oldestRevision"] == 3
    assert "since: 4" in error.extensions["hint"]
    assert asyncio.run(_revisions(workspace, "since: 2", 2)) == [3, 4]


def test_progress_tells_first_how_things_stand_if_asked_to() -> None:
    workspace = company()

    async def run() -> list[Any]:
        query = """subscription { progress(of: ["Objective/grow"], initial: true)
            { revision before after causeCount } }"""
        async with aclosing(_told(workspace, query)) as all_:
            found = [await anext(all_)]
            waiting = asyncio.ensure_future(anext(all_))
            await asyncio.sleep(0.05)
            write = UpdateNode(Ref("KeyResult", "sales"), {"current": 10})
            await asyncio.to_thread(_written, workspace, write)
            return [*found, await asyncio.wait_for(waiting, 5)]

    first, then = (result.data["progress"] for result in asyncio.run(run()))
    assert first == {"revision": 1, "before": 0.5, "after": 0.5, "causeCount": 0}
    assert then == {"revision": 2, "before": 0.5, "after": 1.0, "causeCount": 1}


async def _heard_all(
    workspace: Workspace, since: int, count: int, busy: Callable[[], Awaitable[None]]
) -> list[int]:
    """Hear as a client does that resumes whenever it is told to."""
    context = Context.of(workspace, follows=True)
    found: list[int] = []
    while len(found) < count:
        try:
            async with aclosing(heard(context, since, Filter())) as steps:
                async for step in steps:
                    found.append(step.revision)
                    await busy()
                    if len(found) == count:
                        break
        except ResumeFrom as error:
            assert error.revision == (found[-1] if found else since)  # noqa: PT017 - also told
            since = error.revision
    return found


@settings(max_examples=15, deadline=None)
@given(
    before=st.integers(0, 5),
    bursts=st.lists(st.integers(1, 90), max_size=4),
    since=st.integers(0, 5),
    pause=st.sampled_from([0.0, 0.002]),
)
def test_who_resumes_as_told_misses_nothing_and_hears_nothing_twice(
    before: int, bursts: list[int], since: int, pause: float
) -> None:
    workspace = filled()
    names = iter(range(10_000))

    def write(count: int) -> None:
        _written(workspace, *(CreateNode("Team", f"t{next(names)}") for _ in range(count)))

    async def run() -> list[int]:
        write(before)
        start = min(since, before)
        total = before + sum(bursts) - start
        hearing = asyncio.create_task(
            _heard_all(workspace, start, total, lambda: asyncio.sleep(pause))
        )
        for burst in bursts:
            await asyncio.to_thread(write, burst)
            await asyncio.sleep(0.005)
        return await asyncio.wait_for(hearing, 20)

    start = min(since, before)
    assert asyncio.run(run()) == list(range(start + 1, before + sum(bursts) + 1))


def test_one_reading_of_the_log_serves_all_who_listen() -> None:
    class Counting(MemoryStore):
        readings = 0

        def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
            Counting.readings += 1
            return super().commits(since, limit)

    workspace = Workspace(Counting())

    async def run() -> int:
        context = Context.of(workspace, follows=True)
        streams = [heard(context, None, Filter()) for _ in range(100)]
        waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(_written, workspace, CreateNode("Team", "a"))
        steps = await asyncio.wait_for(asyncio.gather(*waiting), 5)
        for stream in streams:
            await stream.aclose()
        assert {step.revision for step in steps} == {1}
        return Counting.readings

    assert asyncio.run(run()) == 1


def test_what_is_kept_is_bounded_by_changes_as_well() -> None:
    workspace = filled()

    async def run() -> None:
        feed = Feed(workspace, kept_changes=3)
        listener = feed.listen(0, Filter())
        assert listener is not None
        for number in range(5):
            await asyncio.to_thread(_written, workspace, CreateNode("Team", f"t{number}"))
            await feed.past(number)
            await asyncio.sleep(0.02)
        with pytest.raises(ResumeFrom):
            await asyncio.wait_for(feed.next(listener), 2)
        feed.leave(listener)

    asyncio.run(run())


def test_a_revision_that_another_process_tells_of_is_waited_for() -> None:
    store = MemoryStore()
    mine, other = Workspace(store), Workspace(store)
    other.execute(CreateNode("Team", "a"), actor="x")
    assert mine.snapshot().revision == 0

    async def run() -> int:
        context = Context.of(mine, follows=True)
        async with aclosing(heard(context, 1, Filter())) as steps:
            waiting = asyncio.ensure_future(anext(steps))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(_written, mine, CreateNode("Team", "b"))
            return (await asyncio.wait_for(waiting, 5)).revision

    assert asyncio.run(run()) == 2


def test_a_revision_that_nobody_wrote_is_not_waited_for_for_long() -> None:
    async def run() -> None:
        async with aclosing(heard(Context.of(filled()), 7, Filter(), wait_s=0.01)) as steps:
            await anext(steps)

    with pytest.raises(RevisionUnknown, match="7"):
        asyncio.run(run())
