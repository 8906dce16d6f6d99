"""GraphQL over HTTP, as one answer or as a stream of them, and over WebSockets."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import (
    GraphQLHTTPResponse,
    GraphQLRequestData,
    GraphQLRequestProtocol,
)
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import (
    GRAPHQL_SSE_PROTOCOL,
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)
from strawberry.types import ExecutionResult, SubscriptionExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.accept import JSON, Accepted, accepted
from api.answers import AGE_HEADER, REVISION_HEADER
from api.asking import OBJECTS, request_data, revision_in
from api.auth.door import NOBODY, Door, Visit
from api.body import TooLarge, TooSlow
from api.callers import payer
from api.gate import Gate, Turned
from api.leaving import while_there
from api.refusing import (
    Refusal,
    expect_method,
    let_in,
    masked,
    not_allowed,
    refusal_of,
    turned_away,
)
from api.sending import NAMED, is_known, sent, tag_of, written
from api.settings import Settings
from api.socket import BoundedSocket, SocketHandler
from api.streams import TRANSPORTS, DeferredParts, Streamed, Streams, beat_of, opening_of
from api.trusted import trusted
from graph.errors import HeadwaterError
from graph.model.principals import Principal
from graph.workspace import Workspace
from schema.context import Context
from schema.execution import HeadwaterSchema
from schema.feed import Feed
from schema.turns import Turns
from schema.worker import in_worker

PROTOCOLS = (
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    GRAPHQL_SSE_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)


class Endpoint(GraphQL[Context, None]):
    """The endpoint. A request reads one snapshot; the answer names its revision.

    Setting `stopping` ends the answers that would go on for as long as somebody listens.
    """

    websocket_adapter_class = BoundedSocket
    graphql_transport_ws_handler_class = SocketHandler
    stream_transport_classes_by_protocol = TRANSPORTS
    multipart_transport_class = DeferredParts

    def __init__(
        self,
        schema: HeadwaterSchema,
        workspace: Workspace,
        settings: Settings,
        gate: Gate,
        door: Door,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=PROTOCOLS,
            connection_init_wait_timeout=timedelta(seconds=settings.socket_wait_s),
            allowed_origins=settings.allowed_origins,
        )
        self.stopping = Streams()
        self.door = door
        self.most_message_bytes = settings.max_body_bytes
        self._workspace = workspace
        self._wait_s = settings.revision_wait_s
        self._feed = Feed(workspace)
        self._turns = Turns()
        self.gate = gate
        self.trusted = trusted(settings, schema)
        self.max_subscriptions_per_connection = settings.max_operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a connection."""
        if scope["type"] != "http":
            self.stopping.sockets += 1
            try:
                await super().__call__(scope, receive, send)
            finally:
                self.stopping.sockets -= 1
            return
        try:
            let_in(self.gate.turned_away(scope))
            request = Request(scope, receive)
            expect_method(request.method)
            response = await self.run(request)
        except HTTPException as error:
            response = refusal_of(error).response()
        except (TooLarge, TooSlow, ClientDisconnect):
            raise
        except Exception as error:  # noqa: BLE001 - nothing of it may leave the process
            response = masked(error)
        if isinstance(response, Streamed):
            await self._stream(response, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def _stream(self, response: Streamed, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a stream while it counts as one that the caller holds open."""
        closed = self.gate.opened(scope)
        if isinstance(closed, Turned):
            refusal = turned_away(closed).response()
            await refusal(scope, receive, send)
            return
        visit = self.door.enter(Headers(scope=scope).get("authorization"))
        watching = asyncio.create_task(_until_over(visit, response)) if self.door.asks else None
        try:
            await response(scope, receive, send)
        finally:
            if watching is not None:
                watching.cancel()
            self.door.leave(visit)
            closed()

    def should_render_graphql_ide(self, request: object) -> bool:
        """Leave the page to its own address."""
        del request
        return False

    async def run(self, request: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as strawberry has it
        """Answer a request, or serve a WebSocket."""
        if isinstance(request, Request):
            taken = _accepted(request)
            if taken.stream == "http" and not taken.parts:
                return await self._once(request, taken.media)
        return await super().run(request, *given, **named)

    async def _once(self, request: Request, media: str) -> Response:
        """Answer with one result: what most ask for, in fewer steps than strawberry takes."""
        context = await self._context_for(request)
        adapter = self.request_adapter_class(request)
        asked = await self.parse_http_body(adapter)
        if not isinstance(asked, GraphQLRequestData) or not asked.query:
            raise Refusal(400, "BAD_REQUEST", "The request has no query.")
        result = await self._executed(adapter.method, context, asked)
        told = await self.process_result(request, result)
        status, body, headers = written(told, media, self._standing(context))
        if request.method == "GET" and not result.errors:
            tag = tag_of(body)
            headers |= {**NAMED, "ETag": tag}
            if is_known(tag, request.headers):
                return Response(None, 304, headers)
        return await sent(status, body, headers, request.headers)

    def _standing(self, context: Context) -> dict[str, str]:
        """Give the headers that say on which graph an answer stands."""
        return {
            REVISION_HEADER: str(context.standing.revision),
            AGE_HEADER: f"{self._workspace.contact.age_s:.1f}",
        }

    def context_of(self, request: Request) -> Context:
        """Give what a request of somebody who was let in stands on: the newest snapshot.

        Whether he is still there is looked after by whoever serves the request.
        """
        made = self._context(request, request.state.principal)
        return replace(made, attended=nullcontext, encodes=False)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,
    ) -> Context:
        """Pin the snapshot: the newest, or one that is at least as new as the client asks for."""
        del response
        if isinstance(request, WebSocket):
            # Until its first message says who it is, it may do nothing: see SocketHandler.
            return self._context(request, NOBODY, follows=True)
        return await self._context_for(request)

    async def _context_for(self, request: Request) -> Context:
        asked = request.headers.get(REVISION_HEADER)
        if asked is not None:
            await self._reached(revision_in(asked))
        return self._context(request, request.state.principal, defers=_accepted(request).parts)

    def _context(
        self,
        request: Request | WebSocket,
        who: Principal,
        *,
        follows: bool = False,
        defers: bool = False,
    ) -> Context:
        return Context.of(
            self._workspace,
            principal=who,
            feed=self._feed,
            slots=self.gate.slots,
            payer=payer(request.scope),
            turns=self._turns,
            follows=follows,
            defers=defers,
            encodes=True,
            attended=partial(while_there, request.receive)
            if isinstance(request, Request)
            else nullcontext,
        )

    async def _reached(self, revision: int) -> None:
        """Wait, bounded, until the snapshot stands at a revision."""
        if self._workspace.snapshot().revision >= revision:
            return
        try:
            await in_worker(self._workspace.refresh)
            await asyncio.wait_for(self._feed.past(revision - 1), self._wait_s)
        except TimeoutError as error:
            stands = self._workspace.snapshot().revision
            text = f"Revision {revision} is not there; the graph stands at {stands}."
            raise Refusal(412, "REVISION_UNKNOWN", text) from error
        except HeadwaterError as error:
            text = "The database cannot be asked for the revision now."
            raise Refusal(503, error.code.name, text) from error

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Note which media type the client takes; the answer is made from it."""
        response = await super().get_sub_response(request)
        response.media_type = _accepted(request).media
        return response

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """Read the request's parameters; each that has the wrong form is refused by name."""
        if request.method == "GET":
            given = dict(request.query_params)
            parameters: object = {
                name: self.parse_json(str(value)) if name in OBJECTS and value else value
                for name, value in given.items()
            }
        else:
            media = (request.content_type or "").partition(";")[0].strip().lower()
            if media != JSON:
                text = f"The body has to be {JSON}."
                raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", text)
            parameters = self.parse_json(await request.get_body())
        asked = request_data(parameters, self.trusted)
        asked.protocol = _accepted(request).stream
        return asked

    def parse_json(self, data: str | bytes) -> object:
        """Read JSON; whatever is none is refused."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise Refusal(400, "BAD_REQUEST", "The request is not JSON.") from error

    def encode_json(self, data: object) -> str:
        """Write JSON: as text, since a WebSocket's frames have to be text."""
        return orjson.dumps(data).decode()

    async def execute_operation(  # noqa: D102 - as strawberry has it
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData | list[GraphQLRequestData],
        context: Context,
        root_value: None,
        sub_response: Response,
    ) -> Any:  # noqa: ANN401
        if isinstance(request_data, GraphQLRequestData) and not request_data.query:
            raise Refusal(400, "BAD_REQUEST", "The request has no query.")
        result = await super().execute_operation(
            request, request_adapter, request_data, context, root_value, sub_response
        )
        sub_response.headers.update(self._standing(context))
        return result

    async def execute_single(  # noqa: D102 - as strawberry has it
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        del request, sub_response, root_value
        return await self._executed(request_adapter.method, context, request_data)

    async def _executed(
        self, method: str, context: Context, asked: GraphQLRequestData
    ) -> ExecutionResult:
        reading = method == "GET"
        allowed = {OperationType.QUERY} | (set() if reading else {OperationType.MUTATION})
        try:
            return await self.schema.execute(
                asked.query, asked.variables, context, None, asked.operation_name, allowed
            )
        except CannotGetOperationTypeError as error:
            text = "The document has no operation of this operationName."
            raise Refusal(400, "OPERATION_NOT_FOUND", text) from error
        except InvalidOperationTypeError as error:
            raise not_allowed(error.operation_type) from error

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Leave `data` out where nothing was executed."""
        data = await super().process_result(request, result)
        if isinstance(result, PreExecutionError):
            data.pop("data", None)
        return data

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """Answer in the media type asked for; in ours, a request error has the status 400."""
        status, body, headers = written(
            response_data, str(sub_response.media_type), sub_response.headers
        )
        return Response(body, status, headers)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Answer in parts, each as it comes. A client that goes away ends what makes them."""
        pieces = cast("AsyncGenerator[str, None]", stream())
        return Streamed(pieces, {**sub_response.headers, **headers}, self.stopping)

    async def _create_streaming_response(
        self,
        request: Request,
        result: SubscriptionExecutionResult,
        protocol: GraphQLRequestProtocol,
        sub_response: Response,
    ) -> Response:
        """Answer as strawberry does, with a third of its tasks: see `Streamed`."""
        transport = self._get_stream_transport(protocol)
        assert transport is not None
        encode = self.encode_json_string

        async def pieces() -> AsyncGenerator[str, None]:
            pending: list[Any] = []
            if opening:
                yield opening
            async with aclosing(cast("AsyncGenerator[Any, None]", result)) as values:
                async for value in values:
                    told, pending = await self._process_stream_result(request, value, pending)
                    yield transport.encode_next(told, encode)
            yield transport.encode_complete()

        opening = opening_of(transport, encode)
        headers = {**sub_response.headers, **transport.headers}
        return Streamed(pieces(), headers, self.stopping, beat_of(transport, encode))


async def _until_over(visit: Visit, response: Streamed) -> None:
    """End a stream when whoever holds it open may stay no longer."""
    await visit.over.wait()
    response.end()


def _accepted(request: Request | WebSocket | AsyncHTTPRequestAdapter) -> Accepted:
    return accepted(request.headers.get("accept", ""))
