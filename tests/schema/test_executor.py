"""Long lists in turns: the same answers, others served meanwhile, and nothing left behind."""

import asyncio
import gc
from typing import Any

import pytest

from graph.workspace import Workspace
from schema.build import build_schema
from schema.context import Context
from schema.deadline import Deadline, Overdue
from schema.executor import FEW
from schema.turns import Turns
from tests.schema.asking import filled, link, node

ITEMS = 6 * FEW
QUERIES = [
    "{ workItems { totalCount nodes { key deliveredBy { nodes { key } } } } }",
    "{ teams { nodes { key delivers(first: 40) { nodes { key dependsOn { nodes { key: __typename } } } } } } }",
    "{ a: workItems(last: 30) { edges { cursor node { id name tags } } } b: teams { nodes { key } } }",
    "{ criticalPath { items { key es lf } } graph { revision } }",
    "{ workItems { nodes { key ... on WorkItem { neighbors: dependents { nodes { __typename } } } } } }",
    '{ nodes(ids: ["V29ya0l0ZW06aTE", "no", "V29ya0l0ZW06aTI"]) { id key } }',
    "{ objectives { nodes { key progress forecast { progress } } } }",
]


def workspace() -> Workspace:
    teams = [node("Team", f"t{at}") for at in range(2 * FEW)]
    items = [node("WorkItem", f"i{at}", flow="feature", duration_days=at) for at in range(ITEMS)]
    goals = [node("Objective", f"o{at}") for at in range(2 * FEW)]
    links = [link(f"Team/t{at % 20}", "DELIVERS", f"WorkItem/i{at}") for at in range(ITEMS)]
    needs = [
        link(f"WorkItem/i{at + 1}", "DEPENDS_ON", f"WorkItem/i{at}", key=f"d{at}")
        for at in range(ITEMS - 1)
    ]
    return filled(*teams, *items, *goals, *links, *needs)


async def _answer(query: str, given: Workspace, turns: Turns) -> Any:  # noqa: ANN401
    context = Context.of(given, turns=turns)
    result = await build_schema(compiles=False).execute(query, context_value=context)
    return result.data, [error.formatted for error in result.errors or ()]


@pytest.mark.parametrize("query", QUERIES)
def test_an_answer_in_turns_is_the_answer_at_once(query: str) -> None:
    given = workspace()
    at_once = asyncio.run(_answer(query, given, Turns(turn_s=60)))
    in_turns = asyncio.run(_answer(query, given, Turns(turn_s=0)))
    assert str(in_turns) == str(at_once)  # in the same order, too
    assert at_once[0]


def test_an_error_in_a_row_stands_at_its_place_and_the_others_are_there() -> None:
    given = workspace()
    query = "{ objectives { nodes { key explain(first: -1) { totalCount } } } }"
    at_once = asyncio.run(_answer(query, given, Turns(turn_s=60)))
    in_turns = asyncio.run(_answer(query, given, Turns(turn_s=0)))
    assert in_turns[0] == at_once[0]
    assert len(in_turns[1]) == len(at_once[1]) == 2 * FEW
    places = [error["path"] for error in in_turns[1]]
    assert sorted(map(str, places)) == sorted(str(error["path"]) for error in at_once[1])


def test_others_are_served_between_the_turns_of_a_long_answer() -> None:
    given = workspace()
    turns = Turns(turn_s=0)

    async def run() -> list[str]:
        done: list[str] = []

        async def ask(name: str, query: str) -> None:
            await _answer(query, given, turns)
            done.append(name)

        async with asyncio.TaskGroup() as group:
            group.create_task(ask("long", QUERIES[1]))
            for at in range(3):
                await asyncio.sleep(0)
                group.create_task(ask(f"short {at}", "{ graph { revision } }"))
        return done

    assert asyncio.run(run())[-1] == "long"


def test_many_long_answers_share_one_turn_between_two_looks_at_the_loop() -> None:
    async def run() -> list[int]:
        turns, looks, seen = Turns(turn_s=0), 0, []

        async def look() -> None:
            nonlocal looks
            while True:
                looks += 1
                await asyncio.sleep(0)

        async def take() -> None:
            for _ in range(5):
                await turns.next()
                seen.append(looks)

        looking = asyncio.create_task(look())
        await asyncio.gather(*(take() for _ in range(4)))
        looking.cancel()
        return seen

    seen = asyncio.run(run())
    assert len(seen) == 20
    assert len(set(seen)) == 20  # no two between the same looks


def test_a_turn_comes_however_busy_the_loop_is() -> None:
    async def run() -> int:
        turns = Turns(turn_s=1e-9)
        for _ in range(3):
            await turns.next()
        return 3

    assert asyncio.run(asyncio.wait_for(run(), 10)) == 3


@pytest.mark.filterwarnings("error")
def test_an_answer_that_is_given_up_in_its_middle_leaves_nothing_behind() -> None:
    given = workspace()

    async def run() -> None:
        context = Context.of(given, turns=Turns(turn_s=0))
        running = asyncio.create_task(
            build_schema(compiles=False).execute(QUERIES[1], context_value=context)
        )
        for _ in range(4):
            await asyncio.sleep(0)
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        for _ in range(20):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    gc.collect()


def test_an_answer_in_turns_ends_with_its_time() -> None:
    given = workspace()

    async def run() -> None:
        context = Context.of(given, turns=Turns(turn_s=0))
        slow = Deadline(0.001)
        with pytest.raises(Overdue):
            await slow.within(
                build_schema(compiles=False).execute(QUERIES[1], context_value=context)
            )

    asyncio.run(run())
