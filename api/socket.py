"""GraphQL over a WebSocket (graphql-transport-ws): which messages are some, and which are not.

What is no message of the protocol ends the connection with the code 4400, as the protocol has it.
An operation that is asked for wrongly is answered with its `error`, and the connection stays: one
component's mistake does not end the subscriptions of all others.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Protocol, cast

import orjson
from graphql import GraphQLError
from starlette.types import Scope
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    SubscribeMessage,
)
from structlog.contextvars import bind_contextvars

from api.auth.answers import Turned as TurnedAway
from api.auth.door import Door, Visit, authorization_in
from api.callers import PRINCIPAL, payer
from api.gate import Gate, Turned
from api.trusted import Trusted, Untrusted, asked_for
from schema.context import Context

MOST_REASON: Final = 120
"""Bytes of a reason that a closing frame has room for (RFC 6455, 5.5: 125 with the code)."""
_CLOSED_FOR: Final[Mapping[int, int]] = {503: 1013}
"""Codes that a connection is closed with, by the status of what HTTP answers; else 4403."""


_PARAMETERS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("query", (str, type(None)), "a text"),
    ("documentId", (str, type(None)), "a text"),
    ("doc_id", (str, type(None)), "a text"),
    ("operationName", (str, type(None)), "a text"),
    ("variables", (dict, type(None)), "an object"),
    ("extensions", (dict, type(None)), "an object"),
)


class Gated(Protocol):
    """What the endpoint has that decides who comes in, and on operations."""

    door: Door
    gate: Gate
    trusted: Trusted


class BoundedSocket(ASGIWebSocketAdapter):
    """A WebSocket whose messages are bounded JSON objects."""

    async def iter_json(
        self,
        *,
        ignore_parsing_errors: bool = False,
    ) -> AsyncGenerator[object, None]:
        """Give the messages. Whatever is none ends the connection with the reason."""
        most: int = getattr(self.view, "most_message_bytes", 0)
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                text = await self.ws.receive_text()
                if len(text) > most:
                    await self.close(1009, f"the limit of a message is {most} bytes")
                    return
                yield _message(text)
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            return


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """The protocol on one connection.

    The first message says who it is: in its payload, as `Authorization`, or else in the header of
    the request that asked for the connection, which a browser cannot set.
    """

    _visit: Visit | None = None
    _staying: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Let the connection in, or close it and say why."""
        if self.connection_init_received or self.connection_timed_out:
            await super().handle_connection_init(message)
            return
        door = cast("Gated", self.view).door
        shown = authorization_in(message.get("payload") or {})
        if shown is None:
            socket = cast("BoundedSocket", self.websocket)
            shown = socket.ws.headers.get("authorization")
        try:
            who = await door.principal(shown)
        except TurnedAway as turned:
            await self._close(_CLOSED_FOR.get(turned.status, 4403), turned.message)
            return
        if door.asks:
            self._scope[PRINCIPAL] = who.name
            bind_contextvars(principal=who.name)
        self.context = replace(self.context, principal=who, payer=payer(self._scope))
        await super().handle_connection_init(message)
        # Who has begun in time is not waited for any more.
        self.connection_init_timeout_task = None
        self._visit = door.enter(shown)
        if door.asks:
            self._staying = asyncio.create_task(self._until_over(self._visit))

    async def _until_over(self, visit: Visit) -> None:
        await visit.over.wait()
        for operation_id in list(self.operations):
            await self.cleanup_operation(operation_id)
        await self._close(4401, visit.reason)

    async def _close(self, code: int, reason: str) -> None:
        with suppress(RuntimeError):  # it is closed already
            await self.websocket.close(code, reason.encode()[:MOST_REASON].decode(errors="ignore"))

    async def shutdown(self) -> None:
        """Look after the connection no longer, and end what it asked for."""
        if self._staying is not None:
            self._staying.cancel()
        if self._visit is not None:
            cast("Gated", self.view).door.leave(self._visit)
        await super().shutdown()

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what went wrong; a client that goes away in the midst of an answer is nothing."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Run an operation, or say what is wrong with how it is asked for."""
        # Who has not been let in, or takes an id twice, is dealt with as the protocol has it.
        if not self.connection_acknowledged or message["id"] in self.operations:
            await super().handle_subscribe(message)
            return
        error = self._refusal(message)
        if error is None:
            error = await self._begun(message)
        if error is not None:
            await self.send_message(
                {"type": "error", "id": message["id"], "payload": [error.formatted]}
            )

    def _refusal(self, message: SubscribeMessage) -> GraphQLError | None:
        """Say why an operation is not run, or put the document's text where it is looked for."""
        payload: Any = cast("Mapping[str, Any]", message).get("payload")
        problem = _problem(payload)
        if problem is not None:
            return GraphQLError(problem, extensions={"code": "BAD_REQUEST"})
        view = cast("Gated", self.view)
        try:
            payload["query"] = view.trusted.text(asked_for(payload)) or ""
        except Untrusted as error:
            return GraphQLError(error.message, extensions={"code": error.code})
        turned = view.gate.turned_away(self._scope)
        if turned is not None:
            return GraphQLError(turned.message, extensions=turned.extensions)
        most = self.max_subscriptions_per_connection
        if most is not None and len(self.operations) >= most:
            text = f"Too many operations on this connection: the limit is {most:,}."
            told = {"code": "LIMIT_EXCEEDED", "limit": "operations", "value": most}
            return GraphQLError(text, extensions=told)
        return None

    async def _begun(self, message: SubscribeMessage) -> GraphQLError | None:
        """Run an operation while it counts as one that the caller holds open."""
        closed = cast("Gated", self.view).gate.opened(self._scope)
        if isinstance(closed, Turned):
            return GraphQLError(closed.message, extensions=closed.extensions)
        await super().handle_subscribe(message)
        operation = self.operations.get(message["id"])
        if operation is None or operation.task is None:
            closed()
        else:
            operation.task.add_done_callback(lambda _: closed())
        return None

    @property
    def _scope(self) -> Scope:
        return cast("BoundedSocket", self.websocket).ws.scope


def _message(text: str) -> object:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NonJsonMessageReceived from error
    if not isinstance(found, dict) or not isinstance(found.get("id", ""), str):
        raise NonJsonMessageReceived
    if found.get("type") != "subscribe":
        # Null is as good as none.
        if found.get("payload", {}) is None:
            del found["payload"]
        if not isinstance(found.get("payload", {}), dict):
            raise NonJsonMessageReceived
    return found


def _problem(payload: object) -> str | None:
    """Say what is wrong with the payload of an operation; strawberry takes its types for granted."""
    if not isinstance(payload, dict):
        return "payload has to be an object."
    for name, types, words in _PARAMETERS:
        if not isinstance(payload.get(name), types):
            return f"{name} has to be {words}."
    try:
        asked = asked_for(payload)
    except ValueError as error:
        return f"{error} has to be a text."
    return None if asked.id or asked.text is not None else "query has to be a text."
