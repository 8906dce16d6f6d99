"""gql 4: over HTTP and WebSocket, checked on this side by the service's own schema."""

from counting import SOCKET, URL, count, fresh
from gql import Client, gql
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

WORK = """query Work($first: Int!) {
  workItems(first: $first) { totalCount nodes { key durationDays updatedAt } } }"""
MAKE = """mutation Make($input: CreateTeamInput!) {
  createTeam(input: $input) { node { key } revision problems { code field message hint } } }"""
HEARD = "subscription Heard($since: Int) { changes(since: $since) { revision } }"


def over_http() -> Client:
    return Client(transport=HTTPXAsyncTransport(url=URL), fetch_schema_from_transport=True)


async def a_query_that_the_fetched_schema_allows() -> None:
    async with over_http() as session:
        found = await session.execute(gql(WORK), variable_values={"first": 3})
    assert len(found["workItems"]["nodes"]) == 3
    assert found["workItems"]["totalCount"] == 30


async def a_query_that_the_fetched_schema_refuses_here() -> None:
    async with over_http() as session:
        try:
            await session.execute(gql("{ nothing }"))
        except GraphQLError as error:
            assert "nothing" in str(error)
        else:
            raise AssertionError("it was sent")


async def a_query_made_by_the_schema() -> None:
    async with over_http() as session:
        assert session.client.schema is not None
        made = DSLSchema(session.client.schema)
        query = made.Query.team(key="core").select(made.Team.name, made.Team.capacity)
        found = await session.execute(dsl_gql(DSLQuery(query)))
    assert found == {"team": {"name": "Core", "capacity": 5.0}}


async def a_mutation_and_its_problems_as_data() -> None:
    key = fresh("gql")
    async with over_http() as session:
        one = await session.execute(gql(MAKE), variable_values={"input": {"key": key}})
        two = await session.execute(gql(MAKE), variable_values={"input": {"key": key}})
    assert one["createTeam"]["problems"] == []
    assert [problem["code"] for problem in two["createTeam"]["problems"]] == ["ALREADY_EXISTS"]


async def an_error_with_its_code_over_http_and_websocket() -> None:
    for transport in (HTTPXAsyncTransport(url=URL), WebsocketsTransport(url=SOCKET)):
        async with Client(transport=transport) as session:
            try:
                await session.execute(gql("{ teams(first: 501) { totalCount } }"))
            except TransportQueryError as error:
                (found,) = error.errors or []
                assert found["extensions"]["code"] == "BAD_USAGE"
            else:
                raise AssertionError("it was answered")


async def queries_and_mutations_over_a_websocket() -> None:
    async with Client(transport=WebsocketsTransport(url=SOCKET)) as session:
        found = await session.execute(gql(WORK), variable_values={"first": 1})
        assert len(found["workItems"]["nodes"]) == 1
        made = await session.execute(gql(MAKE), variable_values={"input": {"key": fresh("gql")}})
        assert made["createTeam"]["problems"] == []


async def a_subscription_over_a_websocket() -> None:
    async with Client(transport=WebsocketsTransport(url=SOCKET, ping_interval=1)) as session:
        made = await session.execute(gql(MAKE), variable_values={"input": {"key": fresh("gql")}})
        since = made["createTeam"]["revision"]
        heard = []
        async for told in session.subscribe(gql(HEARD), variable_values={"since": since - 1}):
            heard.append(told["changes"]["revision"] - since)
            if len(heard) == 3:
                break
            async with over_http() as other:
                variables = {"input": {"key": fresh("gql")}}
                await other.execute(gql(MAKE), variable_values=variables)
    assert heard == [0, 1, 2]


if __name__ == "__main__":
    count(
        [
            a_query_that_the_fetched_schema_allows,
            a_query_that_the_fetched_schema_refuses_here,
            a_query_made_by_the_schema,
            a_mutation_and_its_problems_as_data,
            an_error_with_its_code_over_http_and_websocket,
            queries_and_mutations_over_a_websocket,
            a_subscription_over_a_websocket,
        ]
    )
