"""From which pages, and under which names, the service may be reached.

A page from anywhere can have a browser ask a service on loopback, under a name that it has pointed
there (DNS rebinding): the browser then takes the service for a part of the page. Names are refused,
therefore, that the service is not known by.

References: RFC 9110, 7.2 (Host) and 15.5.20 (421); the Fetch standard (CORS).
"""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.answers import refused
from api.settings import Settings, is_loopback

PROBES = frozenset({"/health", "/ready"})
"""Whoever asks whether the service is well asks by its address, and learns nothing else."""
_KNOWN_HEADERS = ("authorization", "content-type", "headwater-revision")
_TOLD_HEADERS = ("headwater-revision", "headwater-age", "retry-after")
_PREFLIGHT_S = 600


class KnownHosts:
    """Refuses requests under a name that the service is not known by.

    `hosts` are names without ports, or `*.` and a domain for all below it; none means any.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], *, loopback: bool) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] == "lifespan" or scope["path"] in PROBES or self._is_known(_host(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await _refusal()(scope, receive, send)

    def _is_known(self, host: str | None) -> bool:
        # No browser leaves it out, and one may not be made to.
        if host is None or not (self._hosts or self._loopback):
            return True
        if self._loopback and is_loopback(host):
            return True
        _, _, domain = host.partition(".")
        return host in self._hosts or f"*.{domain}" in self._hosts


def _host(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"host":
            text: str = value.decode("latin-1").strip().lower()
            if text.startswith("["):
                return text.partition("]")[0].removeprefix("[")
            return text.partition(":")[0].removesuffix(".")
    return None


def _refusal() -> JSONResponse:
    text = "The service is not known by this host: HEADWATER_ALLOWED_HOSTS names those it is."
    return refused(421, "HOST_NOT_ALLOWED", text)


def reachable(settings: Settings) -> list[Middleware]:
    """Give what lets only known names and origins through, the outermost first."""
    loopback = is_loopback(settings.host)
    found = [Middleware(KnownHosts, hosts=settings.allowed_hosts, loopback=loopback)]
    if settings.allowed_origins:
        found.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=("GET", "POST"),
                allow_headers=_KNOWN_HEADERS,
                expose_headers=_TOLD_HEADERS,
                max_age=_PREFLIGHT_S,
            )
        )
    return found
