import asyncio
import time
from collections.abc import Sequence

import pytest
from strawberry.types import ExecutionResult

from graph.commands import CreateNode
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.store.protocol import Replan, Write
from graph.workspace import Workspace
from schema.build import build_schema
from schema.context import Context
from schema.deadline import Deadline, Overdue
from schema.slots import Slots
from tests.schema.asking import company

TIMEOUT = {"code": "TIMEOUT", "limit": "seconds"}


class SlowStore(MemoryStore):
    """A store whose log takes its time."""

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        time.sleep(0.5)
        return super().commits(since, limit)


def test_fields_that_are_resolved_on_the_loop_end_with_the_time() -> None:
    schema = build_schema(seconds=1e-9)
    result = asyncio.run(
        schema.execute("{ teams { nodes { key } } }", context_value=Context.of(company()))
    )
    assert result.data is None
    (error,) = result.errors or []
    assert error.extensions == {**TIMEOUT, "value": 1e-9}


@pytest.mark.parametrize("streams", [False, True])
def test_waiting_ends_with_the_time_whatever_is_waited_for(streams: bool) -> None:
    workspace = Workspace(SlowStore())
    workspace.execute(CreateNode("Team", "a"), actor="x")
    schema = build_schema(seconds=0.05)

    async def run() -> list[object]:
        query, context = "{ changes { totalCount } }", Context.of(workspace)
        if not streams:
            return [await schema.execute(query, context_value=context)]
        return [each async for each in await schema.stream(query, context_value=context)]

    (result,) = asyncio.run(run())
    (error,) = result.errors  # type: ignore[attr-defined]
    assert error.extensions == {**TIMEOUT, "value": 0.05}


def test_a_write_past_its_time_may_have_been_made_and_says_how_to_find_out() -> None:
    class Slow(MemoryStore):
        def append(self, write: Write, replan: Replan | None = None) -> Commit:
            time.sleep(0.3)
            return super().append(write, replan)

    workspace = Workspace(Slow())
    asked = """mutation { createTeam(input: {key: "a", idempotencyKey: "once"}) {
        revision repeated } }"""

    async def run(seconds: float) -> ExecutionResult:
        schema = build_schema(seconds=seconds)
        return await schema.execute(asked, context_value=Context.of(workspace))

    (error,) = asyncio.run(run(0.1)).errors or []
    assert error.extensions == {"code": "OUTCOME_UNKNOWN", "limit": "seconds", "value": 0.1}
    assert "with the same idempotencyKey" in error.message
    again = asyncio.run(run(10))
    assert again.data == {"createTeam": {"revision": 1, "repeated": True}}
    assert len(workspace.changes(0)) == 1


def test_a_search_of_the_log_past_its_time_reads_no_further_page() -> None:
    class Counting(SlowStore):
        pages = 0

        def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
            self.pages += 1
            return super().commits(since, limit)[:1]

    store = Counting()
    workspace = Workspace(store)
    for at in range(5):
        workspace.execute(CreateNode("Team", f"t{at}"), actor="x")
    query = '{ changes(filter: {actor: {eq: "nobody"}}) { totalCount } }'

    async def run() -> None:
        schema = build_schema(seconds=0.4)
        result = await schema.execute(query, context_value=Context.of(workspace))
        assert [error.extensions for error in result.errors or []] == [{**TIMEOUT, "value": 0.4}]

    asyncio.run(run())
    time.sleep(1.2)  # as long as two more pages would take
    assert store.pages == 1


def test_an_analysis_is_stopped_when_the_time_of_its_operation_is_up() -> None:
    turns = 0

    def endless() -> None:
        nonlocal turns
        while True:
            turns += 1

    async def run() -> None:
        slots = Slots()
        with pytest.raises(Overdue):
            await Deadline(0.1).within(slots.run("a", object(), endless))
        async with asyncio.timeout(10):
            while slots.running:  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.01)
        seen = turns
        await asyncio.sleep(0.05)
        assert turns == seen

    asyncio.run(run())


def test_a_subscription_goes_on_past_the_time_of_an_operation() -> None:
    workspace = company()
    schema = build_schema(seconds=0.05)

    async def run() -> int:
        query = "subscription { changes(since: 0) { revision } }"
        results = await schema.stream(query, context_value=Context.of(workspace))
        await anext(results)
        later = asyncio.ensure_future(anext(results))
        await asyncio.sleep(0.2)
        workspace.execute(CreateNode("Team", "later"), actor="x")
        told = await later
        await results.aclose()
        return int(told.data["changes"]["revision"])

    assert asyncio.run(run()) == 2


def test_without_a_limit_nothing_ends() -> None:
    async def run() -> str:
        return await Deadline(0).within(asyncio.sleep(0.01, "done"))

    assert asyncio.run(run()) == "done"
