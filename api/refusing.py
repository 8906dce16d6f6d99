"""Requests that never become an operation, and what their senders hear."""

from collections.abc import Mapping
from typing import Any

from cross_web import HTTPException
from graphql import GraphQLError
from starlette.responses import JSONResponse
from strawberry.types.graphql import OperationType

from api.answers import refused
from api.gate import Turned
from schema.errors import coded


class Refusal(HTTPException):
    """A request that never becomes an operation: status, code and words."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(status, message)
        self.code = code
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def response(self) -> JSONResponse:
        """Give the answer, in the form in which GraphQL gives errors."""
        return refused(self.status_code, self.code, self.reason, self.more, self.headers)


def refusal_of(error: HTTPException) -> Refusal:
    """Give what strawberry refuses by itself the same form."""
    if isinstance(error, Refusal):
        return error
    return Refusal(error.status_code, "BAD_REQUEST", error.reason)


def masked(error: Exception) -> JSONResponse:
    """Answer where the service itself failed, outside of any field."""
    shown = coded([GraphQLError("", original_error=error)]) or []
    return JSONResponse({"errors": [each.formatted for each in shown]}, 500)


def turned_away(turned: Turned) -> Refusal:
    """Give what somebody hears who came too often."""
    return Refusal(429, turned.code, turned.message, turned.headers, turned.extensions)


def let_in(turned: Turned | None) -> None:
    """Raise what somebody hears who came too often."""
    if turned is not None:
        raise turned_away(turned)


def expect_method(method: str) -> None:
    """Raise a Refusal for a method that GraphQL does not take."""
    if method not in {"GET", "POST"}:
        allow = {"Allow": "GET, POST"}
        raise Refusal(405, "METHOD_NOT_ALLOWED", "GraphQL takes GET and POST.", allow)


def not_allowed(operation: OperationType) -> Refusal:
    """Say by which way an operation of such a type is taken."""
    if operation is OperationType.MUTATION:
        return Refusal(405, "METHOD_NOT_ALLOWED", "Mutations take POST.", {"Allow": "POST"})
    text = (
        "Subscriptions take a WebSocket with the subprotocol graphql-transport-ws, or an Accept"
        " header that begins with text/event-stream."
    )
    return Refusal(400, "SUBSCRIPTION_NEEDS_A_STREAM", text)


def retry_after(answer: Mapping[str, Any] | list[Any]) -> Mapping[str, str]:
    """Give the header that says when to come again, where a part of the answer was not computed."""
    errors = answer.get("errors") or () if isinstance(answer, dict) else ()
    waits = [
        error["extensions"].get("retryAfterSeconds", 0) for error in errors if "extensions" in error
    ]
    return {"Retry-After": str(max(waits))} if any(waits) else {}
