import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.types import ExecutionResult

from graph.commands import CreateNode, Link, UpdateNode
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from schema.identity import node_id
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


STRETCH = """query($since: Int, $until: Int, $filter: CommitFilter, $first: Int, $after: String,
      $last: Int, $before: String) {
  changes(since: $since, until: $until, filter: $filter, first: $first, after: $after, last: $last,
      before: $before) {
    totalCount nodes { revision } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


def _stretch(workspace: Workspace, **asked: object) -> Any:  # noqa: ANN401
    return told(workspace, STRETCH, **{"since": 0, **asked})["changes"]


def _revisions(page: Any) -> list[int]:  # noqa: ANN401
    return [n["revision"] for n in page["nodes"]]


@pytest.mark.parametrize(
    ("asked", "revisions"),
    [
        ({"until": 2}, [1, 2]),
        ({"since": 1, "until": 3}, [2, 3]),
        ({"since": 3, "until": 1}, []),
        ({"filter": {}}, [1, 2, 3, 4]),
        ({"filter": {"actor": {"eq": "bob"}}}, [2]),
        ({"filter": {"command": {"in": ["create", "link"]}}}, [1, 3, 4]),
        ({"filter": {"kinds": ["TEAM"]}}, [1, 2]),
        ({"filter": {"kinds": ["PRODUCT"], "relations": ["BUILDS"]}}, [3, 4]),
        ({"filter": {"kinds": []}}, []),
        ({"filter": {"subjects": ["Team/a"]}}, [1, 2, 4]),
        ({"filter": {"subjects": [node_id(Ref("Product", "p"))]}}, [3, 4]),
        ({"filter": {"subjects": ["BUILDS/Team/a->Product/p"]}}, [4]),
        ({"filter": {"subjects": ["Team/a"], "relations": ["BUILDS"]}}, [4]),
        ({"filter": {"at": {"lt": "2020-01-01T00:00:00Z"}}}, []),
    ],
)
def test_the_log_is_narrowed_by_who_when_and_what(
    asked: Mapping[str, object], revisions: list[int]
) -> None:
    page = _stretch(_busy(), **asked)
    assert _revisions(page) == revisions
    assert page["totalCount"] == len(revisions)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["ann", "bob"]), max_size=8),
    st.sampled_from([None, "ann"]),
    st.integers(0, 5),
    st.none() | st.integers(0, 9),
    st.integers(1, 3),
)
def test_the_log_is_paged_either_way_over_what_passes(
    actors: list[str], actor: str | None, since: int, until: int | None, size: int
) -> None:
    workspace = filled()
    for number, name in enumerate(actors):
        workspace.execute(CreateNode("Team", f"t{number}"), actor=name)
    wanted = None if actor is None else {"actor": {"eq": actor}}
    asked = {"since": since, "until": until, "filter": wanted}
    high = len(actors) if until is None else until
    passing = [
        at
        for at, name in enumerate(actors, 1)
        if since < at <= high and (actor is None or name == actor)
    ]
    forward, backward = list[int](), list[int]()
    after = before = None
    more = True
    while more:
        page = _stretch(workspace, **asked, first=size, after=after)
        assert page["totalCount"] == len(passing)
        assert page["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += _revisions(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    more = True
    while more:
        page = _stretch(workspace, **asked, last=size, before=before)
        assert page["pageInfo"]["hasNextPage"] is bool(backward)
        backward = _revisions(page) + backward
        before, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
    assert forward == backward == passing


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"filter": {"subjects": ["nobody"]}}, "names neither a node nor a relationship"),
        ({"filter": {"kinds": None}}, "kinds is null"),
        ({"until": -1}, "until is -1"),
        ({"first": 1, "last": 1}, "do not go together"),
        ({"filter": {"subjects": [f"Team/{i}" for i in range(501)]}}, "the limit is 500"),
    ],
)
def test_a_stretch_of_the_log_that_cannot_be_is_refused(
    asked: Mapping[str, object], words: str
) -> None:
    answer = ask(_busy(), STRETCH, since=0, **asked)
    assert answer.code == "BAD_USAGE"
    assert words in answer.errors[0]["message"]


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
