"""The Model Context Protocol's own Python client: the tools, in both generations of the protocol."""

import json

from counting import URL as GRAPHQL
from counting import count, fresh
from mcp.client import Client

URL = GRAPHQL.replace("/graphql", "/mcp")
LEGACY, MODERN = "legacy", "2026-07-28"


async def the_tools_are_listed_in_the_generation_of_handshakes() -> None:
    await _listed(LEGACY)


async def the_tools_are_listed_in_the_generation_without_them() -> None:
    await _listed(MODERN)


async def _listed(mode: str) -> None:
    async with Client(URL, mode=mode) as client:
        found = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {"bottlenecks", "impact-of-slip", "critical-path", "search", "graphql"} <= set(found)
    assert found["impact"].input_schema["required"] == ["root"]


async def an_analysis_is_called_in_the_generation_of_handshakes() -> None:
    await _called(LEGACY)


async def an_analysis_is_called_in_the_generation_without_them() -> None:
    await _called(MODERN)


async def _called(mode: str) -> None:
    async with Client(URL, mode=mode) as client:
        result = await client.call_tool("impact-of-slip", {"root": "WorkItem/item-00", "days": 10})
    assert not result.is_error, result.content
    told = json.loads(result.content[0].text)
    assert told == result.structured_content
    assert [each["key"] for each in told["data"]["keyResults"]] == ["users"]


async def a_list_is_asked_for_in_graphql() -> None:
    document = "query ($n: Int) { workItems(first: $n) { totalCount nodes { key } } }"
    async with Client(URL) as client:
        result = await client.call_tool("graphql", {"document": document, "variables": {"n": 2}})
    items = result.structured_content["data"]["workItems"]
    assert items["totalCount"] == 30
    assert len(items["nodes"]) == 2


async def a_write_is_made_and_read_back() -> None:
    key = fresh("team")
    document = (
        "mutation ($i: CreateTeamInput!) { createTeam(input: $i) { revision problems { code } } }"
    )
    given = {"document": document, "variables": {"i": {"key": key, "name": "By an agent"}}}
    async with Client(URL) as client:
        made = await client.call_tool("graphql-mutation", given)
        assert made.structured_content["data"]["createTeam"]["problems"] == []
        read = await client.call_tool("node", {"id": f"Team/{key}"})
    assert read.structured_content["data"]["name"] == "By an agent"


async def a_call_that_is_wrong_is_told_what_is() -> None:
    async with Client(URL) as client:
        result = await client.call_tool("impact", {"rot": "Team/core"})
    assert result.is_error
    assert "did you mean root?" in result.content[0].text


async def many_calls_over_one_connection_are_answered() -> None:
    async with Client(URL) as client:
        for _ in range(20):
            result = await client.call_tool("search", {"text": "item-1", "first": 3})
            assert len(result.structured_content["data"]["hits"]) == 3


count(
    [
        the_tools_are_listed_in_the_generation_of_handshakes,
        the_tools_are_listed_in_the_generation_without_them,
        an_analysis_is_called_in_the_generation_of_handshakes,
        an_analysis_is_called_in_the_generation_without_them,
        a_list_is_asked_for_in_graphql,
        a_write_is_made_and_read_back,
        a_call_that_is_wrong_is_told_what_is,
        many_calls_over_one_connection_are_answered,
    ]
)
