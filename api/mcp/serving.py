"""The only user of the protocol's library: what it is told, and what it asks."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.requests import Request

from api.mcp import tools
from api.mcp.calling import Calls
from schema.context import Context

INSTRUCTIONS = (
    "Headwater holds how an organisation is built (value streams, products, teams, people), what it"
    " wants (objectives and key results) and what stands in the way (dependencies, work, load) as one"
    " graph. Things are named KIND/KEY, such as Team/payments; find them with search. Each analysis is"
    " a tool; impact-of-slip tells what a slip of a dependency or of work comes to. Every answer names"
    " the revision of the graph that it stands on. Days are calendar days unless a parameter says else."
)

RequestContext = ServerRequestContext[dict[str, Any], Request]


def manager_of(
    calls: Calls, context: Callable[[Request], Context], most_bytes: int
) -> StreamableHTTPSessionManager:
    """Give what speaks the protocol over HTTP, without sessions."""

    async def list_tools(
        asked: RequestContext, given: PaginatedRequestParams | None
    ) -> ListToolsResult:
        del asked, given
        return ListToolsResult(tools=[_told(tool) for tool in calls.tools.values()])

    async def call_tool(asked: RequestContext, given: CallToolRequestParams) -> CallToolResult:
        assert asked.request is not None
        answer = await calls.answer(given.name, given.arguments or {}, context(asked.request))
        return CallToolResult(
            content=[TextContent(text=answer.text)],
            structured_content=dict(answer.content),
            is_error=answer.failed,
        )

    server: Server[dict[str, Any]] = Server(
        "headwater",
        version=version("headwater"),
        title="Headwater",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    return StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=most_bytes
    )


def _told(tool: tools.Tool) -> Tool:
    return Tool(
        name=tool.name,
        description=tool.description,
        input_schema=dict(tool.parameters),
        annotations=ToolAnnotations(
            read_only_hint=not tool.writes,
            destructive_hint=tool.writes,
            idempotent_hint=not tool.writes,
            open_world_hint=False,
        ),
    )
