"""Each request under an id of its own: in the log, in the answer, in traces, and counted.

The outermost layer. A caller's own id is taken over where it has the form of one.
"""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from secrets import token_hex
from time import perf_counter
from typing import Final, Protocol

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import METHODS, REVISION_HEADER
from api.watching.metrics import Metrics
from schema.watch import WATCH, Observed

REQUEST_ID: Final = "X-Request-Id"
SLOW_S: Final = 1.0
"""A request that takes longer is worth a line at the usual level of the log."""
OTHER: Final = "other"
_ROUTES: Final = re.compile(
    r"/(graphql|mcp|metrics|health|ready)?$|/(pictures|graphiql-assets)(?=/)"
)
_ID: Final = re.compile(r"[\w.:/+=-]{1,100}", re.ASCII)
_TRACE: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

log = structlog.stdlib.get_logger()


class Tracing(Protocol):
    """Makes traces of what is asked."""

    def request(self, name: str, headers: Headers, id_: str) -> AbstractContextManager[object]:
        """Have what happens in the body be a part of a request's trace."""
        ...

    def observed(self, operation: Observed) -> None:
        """Note an operation that ended, as a part of the trace of its request."""
        ...


@dataclass(slots=True)
class _Seen:
    """What there is to tell of a request once it is over."""

    status: int = 0
    revision: str | None = None
    operations: list[Observed] = field(default_factory=list)

    @property
    def is_worth_telling(self) -> bool:
        """Whether it wrote, or failed for a reason of ours."""
        return self.status >= 500 or any(each.type == "mutation" for each in self.operations)


class Watched:
    """Serves a request under its id, and tells of it afterwards."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, tracing: Tracing | None, *, tells_all: bool
    ) -> None:
        """`tells_all`: what is not worth a line at the usual level has one, too.

        Measured: 64 us a request in place of 87, where the log is asked each time and wants none.
        """
        self._app = app
        self._tells_all = tells_all
        self._metrics = metrics
        self._tracing = tracing

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve a request or a connection.

        Thousands of subscriptions stay open at once, so that what is only begun with is not kept:
        this is no coroutine, whose frame would be, and a WebSocket has no more of one than it needs.
        """
        if scope["type"] not in {"http", "websocket"}:
            return self._app(scope, receive, send)
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        id_ = given if _ID.fullmatch(given) else token_hex(16)
        bound = {"request_id": id_}
        trace = _TRACE.fullmatch(headers.get("traceparent", ""))
        if trace is not None:
            bound["trace_id"] = trace[1]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**bound)
        served = self._socket if scope["type"] == "websocket" else self._request
        if self._tracing is None:
            return served(scope, receive, send, id_)
        name = f"{_method(scope)} {_route(scope['path'])}"
        return _within(self._tracing.request(name, headers, id_), served(scope, receive, send, id_))

    async def _socket(self, scope: Scope, receive: Receive, send: Send, id_: str) -> None:
        del id_  # a WebSocket is not answered with headers of ours
        WATCH.set(self._alone)
        await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send, id_: str) -> None:
        seen = _Seen()

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                answered = MutableHeaders(raw=message["headers"])
                answered[REQUEST_ID] = id_
                seen.revision = answered.get(REVISION_HEADER)
                message["headers"] = answered.raw
            await send(message)

        def observed(operation: Observed) -> None:
            self._observed(operation)
            seen.operations.append(operation)

        WATCH.set(observed)
        begun = perf_counter()
        try:
            await self._app(scope, receive, telling)
        finally:
            route, method = _route(scope["path"]), _method(scope)
            self._metrics.requested(route, method, seen.status)
            self._over(method, route, seen, perf_counter() - begun)

    def _alone(self, operation: Observed) -> None:
        """Note an operation of a WebSocket, which has a line of its own."""
        self._observed(operation)
        if operation.type == "mutation" or self._tells_all:
            _tell_operation(operation)

    def _observed(self, operation: Observed) -> None:
        self._metrics.observed(operation)
        if self._tracing is not None:
            self._tracing.observed(operation)

    def _over(self, method: str, route: str, seen: _Seen, seconds: float) -> None:
        worth = seen.is_worth_telling or seconds > SLOW_S
        if worth or self._tells_all:
            _tell(log.info if worth else log.debug, method, route, seen, seconds)


async def _within(context: AbstractContextManager[object], served: Awaitable[None]) -> None:
    with context:
        await served


def _tell(
    tell: Callable[..., object], method: str, route: str, seen: _Seen, seconds: float
) -> None:
    tell(
        "request",
        method=method,
        route=route,
        status=seen.status or None,
        took_ms=round(seconds * 1000, 1),
        **({"revision": int(seen.revision)} if seen.revision else {}),
        **({"operations": [_told(each) for each in seen.operations]} if seen.operations else {}),
    )


def _tell_operation(operation: Observed) -> None:
    writes = operation.type == "mutation"
    tell = log.info if writes else log.debug
    tell("operation", operation=_told(operation), took_ms=round(operation.took_ns / 1e6, 1))


def _told(operation: Observed) -> str:
    codes = f" {','.join(operation.codes)}" if operation.codes else ""
    return f"{operation.type or 'refused'} {operation.field}".strip() + codes


def _route(path: str) -> str:
    found = _ROUTES.match(path)
    return found[0] if found else OTHER


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WEBSOCKET"
    return scope["method"] if scope["method"] in METHODS else OTHER
