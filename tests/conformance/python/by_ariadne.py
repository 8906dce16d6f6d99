"""The client that ariadne-codegen makes of the committed schema: typed, over HTTP and WebSocket."""

import datetime
import sys
from contextlib import aclosing
from pathlib import Path

from counting import SOCKET, URL, count, fresh

sys.path.insert(0, str(Path(__file__).parents[1] / ".venv-python"))

from typed import (
    Client,
    CreateTeamInput,
    FlowItem,
    FlowItemFilter,
    GraphQLClientGraphQLMultiError,
    ProblemCode,
    WorkItemFilter,
)


def client() -> Client:
    return Client(url=URL, ws_url=SOCKET)


async def a_query_with_a_filter() -> None:
    filter_ = WorkItemFilter(flow=FlowItemFilter(eq=FlowItem.FEATURE))
    found = (await client().work(first=3, filter_=filter_)).work_items
    assert found is not None
    assert [len(found.nodes), found.total_count] == [3, 30]
    assert isinstance(found.nodes[0].updated_at, datetime.datetime)
    assert found.nodes[0].flow is FlowItem.FEATURE


async def a_node_narrowed_by_its_type() -> None:
    made = (await client().make_team(CreateTeamInput(key=fresh("ariadne"), capacity=2))).create_team
    assert made.node is not None
    found = (await client().any_node(id=made.node.id)).node
    assert found is not None
    assert (found.typename__, found.capacity) == ("Team", 2)
    assert (await client().any_node(id="nothing")).node is None


async def a_mutation_and_its_problems_as_data() -> None:
    key = fresh("ariadne")
    one = (await client().make_team(CreateTeamInput(key=key))).create_team
    two = (await client().make_team(CreateTeamInput(key=key))).create_team
    assert one.problems == []
    assert [problem.code for problem in two.problems] == [ProblemCode.ALREADY_EXISTS]


async def an_error_with_its_code() -> None:
    try:
        await client().work(first=501)
    except GraphQLClientGraphQLMultiError as error:
        assert error.errors[0].extensions == {"code": "BAD_USAGE", **error.errors[0].extensions}
    else:
        raise AssertionError("it was answered")


async def a_subscription_over_a_websocket() -> None:
    since = (await client().make_team(CreateTeamInput(key=fresh("ariadne")))).create_team.revision
    heard = []
    async with aclosing(client().heard(since=since - 1)) as stream:
        async for told in stream:
            heard.append(told.changes.revision - since)
            if len(heard) == 3:
                break
            await client().make_team(CreateTeamInput(key=fresh("ariadne")))
    assert heard == [0, 1, 2]


if __name__ == "__main__":
    count(
        [
            a_query_with_a_filter,
            a_node_narrowed_by_its_type,
            a_mutation_and_its_problems_as_data,
            an_error_with_its_code,
            a_subscription_over_a_websocket,
        ]
    )
