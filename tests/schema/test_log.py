import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from graph.commands import CreateNode, Link, UpdateNode
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from tests.schema.asking import ask, company, filled, schema, told

LOG = """query($since: Int! = 0, $first: Int! = 50, $after: String) {
  changes(since: $since, first: $first, after: $after) {
    totalCount
    nodes { revision actor command idempotencyKey at
      changes { totalCount nodes { operation subject kind relation before after
        node { key } relationship { id } } } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


def _busy() -> Workspace:
    workspace = filled()
    workspace.execute(CreateNode("Team", "a"), actor="ann")
    workspace.execute(
        UpdateNode(Ref("Team", "a"), {"name": "A", "capacity": 2}), actor="bob", idempotency_key="k"
    )
    workspace.execute(CreateNode("Product", "p"), actor="ann")
    workspace.execute(Link("BUILDS", Ref("Team", "a"), Ref("Product", "p")), actor="ann")
    return workspace


def test_the_log_says_who_wrote_what_with_before_and_after() -> None:
    nodes = told(_busy(), LOG)["changes"]["nodes"]
    assert [(n["revision"], n["actor"], n["command"]) for n in nodes] == [
        (1, "ann", "create"),
        (2, "bob", "update"),
        (3, "ann", "create"),
        (4, "ann", "link"),
    ]
    assert nodes[1]["idempotencyKey"] == "k"
    (altered,) = nodes[1]["changes"]["nodes"]
    assert altered["operation"] == "UPDATED"
    assert altered["before"] == {"name": None, "capacity": None}
    assert altered["after"] == {"name": "A", "capacity": 2}
    assert (altered["kind"], altered["node"], altered["relation"]) == ("TEAM", {"key": "a"}, None)
    (joined,) = nodes[3]["changes"]["nodes"]
    assert (joined["relation"], joined["kind"], joined["operation"]) == ("BUILDS", None, "CREATED")
    assert joined["relationship"]["id"]


def test_the_log_is_paged_from_a_revision_on() -> None:
    workspace = _busy()
    page = told(workspace, LOG, since=1, first=2)["changes"]
    assert [n["revision"] for n in page["nodes"]] == [2, 3]
    assert page["totalCount"] == 3
    assert page["pageInfo"]["hasNextPage"] is True
    rest = told(workspace, LOG, since=1, first=2, after=page["pageInfo"]["endCursor"])["changes"]
    assert [n["revision"] for n in rest["nodes"]] == [4]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert rest["pageInfo"]["hasPreviousPage"] is True


def test_a_large_commit_is_paged_within() -> None:
    query = """{ changes { nodes { changes(first: 3) { totalCount nodes { subject }
      pageInfo { hasNextPage } } } } }"""
    (commit,) = told(company(), query)["changes"]["nodes"]
    assert len(commit["changes"]["nodes"]) == 3
    assert commit["changes"]["totalCount"] == 22
    assert commit["changes"]["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize("arguments", ["since: -1", "first: 501", 'after: "x"', "first: -2"])
def test_a_page_of_the_log_that_cannot_be_is_refused(arguments: str) -> None:
    assert ask(_busy(), f"{{ changes({arguments}) {{ totalCount }} }}").code == "BAD_USAGE"


async def _subscribed(context: Context, query: str) -> AsyncGenerator[Any, None]:
    results = await schema().stream(query, context_value=context)
    try:
        async for result in results:
            assert isinstance(result, ExecutionResult)
            assert not result.errors, result.errors
            assert result.data is not None
            yield result.data["changes"]
    finally:
        await results.aclose()


def test_a_client_that_was_away_gets_what_it_missed_and_then_what_is_new() -> None:
    workspace = _busy()

    async def run() -> list[int]:
        context = Context.of(workspace, follows=True)
        events = _subscribed(context, "subscription { changes(since: 2) { revision } }")
        seen = [(await anext(events))["revision"], (await anext(events))["revision"]]
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await asyncio.to_thread(workspace.execute, CreateNode("Team", "b"), actor="x")
        seen.append((await asyncio.wait_for(waiting, 5))["revision"])
        await events.aclose()
        return seen

    assert asyncio.run(run()) == [3, 4, 5]


def test_a_subscription_to_kinds_leaves_the_others_out() -> None:
    workspace = _busy()

    async def run() -> list[int]:
        context = Context.of(workspace, follows=True)
        query = "subscription { changes(since: 0, kinds: [PRODUCT]) { revision } }"
        events = _subscribed(context, query)
        seen = [(await anext(events))["revision"] for _ in range(2)]
        await events.aclose()
        return seen

    assert asyncio.run(run()) == [3, 4]


def test_a_hundred_waiting_clients_take_one_thread_and_all_hear_of_a_write() -> None:
    workspace = filled()

    async def run() -> int:
        context = Context.of(workspace, follows=True)
        waiting = [asyncio.create_task(context.feed.past(0)) for _ in range(100)]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(workspace.execute, CreateNode("Team", "b"), actor="x")
        await asyncio.wait_for(asyncio.gather(*waiting), 5)
        await asyncio.wait_for(context.feed.past(0), 1)
        return sum(task.done() for task in waiting)

    assert asyncio.run(run()) == 100


def test_each_operation_of_a_connection_reads_the_newest_snapshot() -> None:
    workspace = filled()

    async def run() -> list[int]:
        context, query = Context.of(workspace, follows=True), "{ graph { revision } }"
        seen = []
        for key in ("a", "b"):
            await asyncio.to_thread(workspace.execute, CreateNode("Team", key), actor="x")
            result = await schema().execute(query, context_value=context)
            assert result.data is not None
            seen.append(result.data["graph"]["revision"])
        return seen

    assert asyncio.run(run()) == [1, 2]
