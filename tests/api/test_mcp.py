"""Tools for agents: what there are, what they answer, and who is let in."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import httpx
import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from api.mcp.answering import MOST_BYTES, answered
from api.mcp.tools import READS
from api.settings import DocumentsMode, Settings
from graph.analyses.registry import ANALYSES
from graph.commands import CreateNode
from graph.errors import StoreUnreachable
from graph.model.access import RefusedWrite
from graph.model.changes import Commit
from graph.model.principals import Role
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from schema.naming import camel
from tests.api.listening import served
from tests.api.test_login import TOKENS
from tests.api.test_login import given as token_of
from tests.schema.asking import company

T = TypeVar("T")
MODES = ("legacy", "2026-07-28")
DEV = Settings(dev=True)
ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "impact": {"root": "Team/alpha"},
    "impact-of-slip": {"root": "WorkItem/build", "days": 10},
    "neighborhood": {"root": "Team/alpha"},
    "cascade": {"root": "Objective/grow"},
    "forecast": {"root": "KeyResult/sales"},
    "history": {"root": "KeyResult/sales"},
    "trace": {"root": "Objective/grow"},
}
CREATE = 'mutation { createTeam(input: {key: "new", name: "New"}) { node { key } } }'


def asked(
    workspace: Workspace,
    ask: Callable[[Client], Awaitable[T]],
    settings: Settings = DEV,
    *,
    secret: str = "",
    mode: str = "auto",
) -> T:
    """Ask as a client of the protocol does, over HTTP."""

    async def run(host: str) -> T:
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(f"http://{host}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await ask(client)

    with served(workspace, settings) as host:
        return asyncio.run(run(host))


def called(
    name: str,
    arguments: Mapping[str, object],
    workspace: Workspace | None = None,
    settings: Settings = DEV,
    secret: str = "",
) -> tuple[bool, Any]:
    """Call a tool; gives whether it failed, and what it said: JSON, or words where it failed."""

    async def ask(client: Client) -> CallToolResult:
        found = await client.call_tool(name, dict(arguments))
        assert isinstance(found, CallToolResult)
        return found

    result = asked(workspace or company(), ask, settings, secret=secret)
    (content,) = result.content
    assert isinstance(content, TextContent)
    if result.is_error:
        return True, content.text
    told = json.loads(content.text) if name != "schema" else content.text
    if name != "schema":
        assert result.structured_content == told
    return False, told


def names(workspace: Workspace, settings: Settings, mode: str = "auto") -> set[str]:
    async def ask(client: Client) -> set[str]:
        return {tool.name for tool in (await client.list_tools()).tools}

    return asked(workspace, ask, settings, mode=mode)


@pytest.mark.parametrize("mode", MODES)
def test_each_analysis_is_a_tool_in_either_generation_of_the_protocol(mode: str) -> None:
    found = names(company(), DEV, mode)
    assert {entry.name for entry in ANALYSES} < found
    rest = found - {entry.name for entry in ANALYSES}
    assert rest == {*READS, "graphql", "graphql-mutation", "schema"}


def test_a_tool_tells_its_parameters_with_types_words_and_defaults() -> None:
    async def ask(client: Client) -> Mapping[str, Any]:
        return {tool.name: tool for tool in (await client.list_tools()).tools}

    found = asked(company(), ask)
    slip = found["impact-of-slip"].input_schema
    assert slip["required"] == ["root", "days"]
    assert slip["properties"]["days"]["type"] == "number"
    assert slip["properties"]["limit"]["default"] == 500
    assert slip["additionalProperties"] is False
    depends = found["bottlenecks"].input_schema["properties"]
    assert depends["dependencies"]["enum"] == ["BETWEEN_TEAMS", "DERIVED"]
    assert depends["weights"]["properties"]["fanIn"]["type"] == "number"
    for tool in found.values():
        assert tool.description
        assert all(each.get("description") for each in tool.input_schema["properties"].values())
        assert tool.annotations.read_only_hint == (tool.name != "graphql-mutation")


def test_an_analysis_answers_with_all_that_it_found() -> None:
    async def ask(client: Client) -> dict[str, Any]:
        answers = {}
        for entry in ANALYSES:
            result = await client.call_tool(entry.name, dict(ARGUMENTS.get(entry.name, {})))
            assert isinstance(result, CallToolResult)
            assert not result.is_error, result.content
            answers[entry.name] = result.structured_content
        return answers

    answers = asked(company(), ask)
    for entry in ANALYSES:
        wanted = {camel(each.name) for each in fields(entry.result)}
        assert wanted <= set(answers[entry.name]["data"]), entry.name
        assert answers[entry.name]["revision"] == 1
    slip = answers["impact-of-slip"]["data"]
    assert [team["key"] for team in slip["teams"]] == ["alpha", "beta"]


def test_things_are_found_and_read_by_their_readable_names() -> None:
    _, found = called("search", {"text": "alpha"})
    assert found["data"]["hits"][0]["node"]["key"] == "alpha"
    _, team = called("node", {"id": "Team/alpha"})
    assert team["data"]["capacity"] == 5
    assert team["data"]["type"] == "PLATFORM"
    _, near = called("neighbors", {"of": "Team/alpha", "relations": ["BUILDS"]})
    assert [each["key"] for each in near["data"]["nodes"]] == ["cart"]
    _, again = called("node", {"id": team["data"]["id"]})
    assert again["data"]["key"] == "alpha"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("impakt", {}, "UNKNOWN_TOOL: There is no tool 'impakt'. (did you mean impact?)"),
        ("impact", {"rot": 1}, "BAD_USER_INPUT: impact takes no 'rot'. (did you mean root?)"),
        ("impact", {}, "BAD_USER_INPUT: impact needs root."),
        ("impact", {"root": "Team/nobody"}, "NOT_FOUND: there is no Team/nobody"),
        ("impact", {"root": "Team/alpha", "limit": "x"}, "Int cannot represent"),
        ("node", {"id": "Team/nobody"}, "NOT_FOUND: There is no Team/nobody."),
        ("node", {"id": "Teem/alpha"}, "did you mean Team?"),
        ("graphql", {"document": "{"}, "GRAPHQL_PARSE_FAILED"),
        ("graphql", {"document": CREATE}, "METHOD_NOT_ALLOWED: graphql runs no mutation."),
        ("graphql-mutation", {"document": "{ graph { at } }"}, "runs no query"),
        ("graphql", {"document": 3}, "document has to be a text"),
        ("graphql", {"document": "{ graph { at } }", "variables": [1]}, "have to be an object"),
        ("graphql", {"document": "{ graph { at } }", "operationName": "x"}, "OPERATION_NOT_FOUND"),
        (
            "schema",
            {"type": "Teem"},
            "NOT_FOUND: The schema has no type 'Teem'. (did you mean Team?)",
        ),
    ],
)
def test_what_is_wrong_with_a_call_is_told_with_the_way_out(
    name: str, arguments: Mapping[str, object], words: str
) -> None:
    failed, text = called(name, arguments)
    assert failed
    assert words in text


def test_limits_hold_for_tools_as_for_everybody() -> None:
    aliases = " ".join(f"a{at}: graph {{ at }}" for at in range(400))
    failed, text = called("graphql", {"document": f"{{ {aliases} }}"})
    assert failed
    assert "LIMIT_EXCEEDED" in text
    failed, text = called("bottlenecks", {}, settings=Settings(max_cost=100))
    assert failed
    assert "the limit is 100" in text


def test_the_whole_language_is_there_for_reading_and_for_writing() -> None:
    workspace = company()
    failed, made = called("graphql-mutation", {"document": CREATE}, workspace)
    assert not failed
    assert made == {"revision": 2, "data": {"createTeam": {"node": {"key": "new"}}}}
    document = "query ($key: String!) { team(key: $key) { name } }"
    _, read = called("graphql", {"document": document, "variables": {"key": "new"}}, workspace)
    assert read == {"revision": 2, "data": {"team": {"name": "New"}}}
    _, sdl = called("schema", {"type": "Team"})
    assert sdl.startswith('"""')
    assert "type Team implements Node" in sdl


def test_a_viewer_reads_by_tools_and_his_writes_are_refused_and_kept() -> None:
    workspace = company()
    secret = token_of(workspace, Role.VIEWER)
    failed, _ = called("bottlenecks", {}, workspace, TOKENS, secret)
    assert not failed
    failed, text = called("graphql-mutation", {"document": CREATE}, workspace, TOKENS, secret)
    assert failed
    assert "FORBIDDEN" in text
    (kept,) = _kept(workspace)
    assert (kept.actor, kept.command) == ("token:viewer", "createTeam")
    planner = token_of(workspace, Role.PLANNER)
    failed, _ = called("graphql-mutation", {"document": CREATE}, workspace, TOKENS, planner)
    assert not failed
    assert workspace.changes(1)[0].actor == "token:planner"


def _kept(workspace: Workspace) -> Sequence[RefusedWrite]:
    return workspace.refused(10)


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
TAKES = {"accept": "application/json, text/event-stream"}


def posted(workspace: Workspace, settings: Settings, **request: Any) -> httpx.Response:  # noqa: ANN401
    with served(workspace, settings) as host:
        headers = {**TAKES, **request.pop("headers", {})}
        method = request.pop("method", "POST")
        return httpx.request(method, f"http://{host}/mcp", headers=headers, **request)


def test_nobody_is_let_in_who_does_not_say_who_he_is() -> None:
    for headers in ({}, {"authorization": "Bearer hw_no_such"}):
        answer = posted(Workspace.in_memory(), TOKENS, json=LIST, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_page_from_elsewhere_cannot_reach_the_tools_under_another_name() -> None:
    answer = posted(company(), DEV, json=LIST, headers={"host": "evil.example"})
    assert answer.status_code == 421


def test_there_are_no_sessions_to_open_or_to_end() -> None:
    for method in ("GET", "DELETE", "PUT"):
        answer = posted(company(), DEV, method=method)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
    answer = posted(company(), DEV, json=LIST)
    assert answer.status_code == 200
    assert "mcp-session-id" not in answer.headers


def test_bodies_are_bounded_and_nonsense_is_refused() -> None:
    answer = posted(company(), Settings(max_body_bytes=1_000), content=b" " * 2_000)
    assert answer.status_code == 413
    for content in (b"{", b"[]", b"\xff", b"[" * 900):
        answer = posted(
            company(), DEV, content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400
        assert "Traceback" not in answer.text


def test_the_tools_can_be_turned_off() -> None:
    assert posted(company(), Settings(mcp=False), json=LIST).status_code == 404


def test_only_trusted_documents_leave_only_the_service_s_own(tmp_path: Any) -> None:  # noqa: ANN401
    manifest = tmp_path / "documents.json"
    manifest.write_text("{}")
    only = Settings(documents=manifest, documents_mode=DocumentsMode.ONLY)
    found = names(company(), only)
    assert not found & {"graphql", "graphql-mutation", "schema"}
    assert "bottlenecks" in found


def test_without_introspection_there_is_no_tool_for_the_schema() -> None:
    found = names(company(), Settings())
    assert "schema" not in found
    assert "graphql" in found


class Away(MemoryStore):
    """A store whose database has gone away."""

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        """Fail."""
        msg = "no database answers at bolt://secret.example:7687"
        raise StoreUnreachable(msg)


def test_what_fails_inside_is_masked_with_an_id() -> None:
    workspace = Workspace(Away())
    workspace.execute(CreateNode("Team", "a"), actor="x")
    failed, text = called("changes", {}, workspace)
    assert failed
    assert text.startswith("STORE_UNREACHABLE: The database cannot serve this now. Error id:")
    assert "secret" not in text


Rows = st.recursive(
    st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=30,
)


@settings(max_examples=60)
@given(Rows, st.integers(1, 3_000))
def test_a_long_answer_is_cut_to_fit_and_tells_how_much_is_left_out(row: Any, times: int) -> None:  # noqa: ANN401
    answer = answered(7, {"rows": [row] * times, "whole": 1})
    assert len(answer.text) <= MOST_BYTES
    if answer.failed:
        assert "ANSWER_TOO_LARGE" in answer.text
        return
    told: Any = json.loads(answer.text)
    left = told.get("leftOut", {}).get("rows", 0)
    assert len(told["data"]["rows"]) + left == times
    assert told["data"]["whole"] == 1
