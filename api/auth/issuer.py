"""The public keys of an OIDC issuer: found by discovery, kept, and fetched again as they rotate.

References: OpenID Connect Discovery 1.0; RFC 7517 (keys).
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from time import monotonic
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import jwt
import orjson
import structlog

from api.auth.answers import IssuerAway
from api.auth.safety import is_here, require_safe
from graph.errors import BadUsage

log = structlog.stdlib.get_logger()

DISCOVERY: Final = "/.well-known/openid-configuration"
TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 1_000_000
MOST_KEYS: Final = 200

Jwk = Mapping[str, object]


class Key:
    """A public key of the issuer. It is read once: that takes longer than to check a signature."""

    def __init__(self, jwk: Jwk) -> None:
        self.jwk = jwk
        self._read: dict[str, jwt.PyJWK] = {}

    def serves(self, family: str, algorithm: str) -> bool:
        """Say whether it can have signed: of the family, for signatures, for this algorithm."""
        return (
            self.jwk.get("kty") == family
            and self.jwk.get("use", "sig") == "sig"
            and self.jwk.get("alg", algorithm) == algorithm
        )

    def read(self, algorithm: str) -> jwt.PyJWK:
        """Give it as it is used by an algorithm. PyJWTError or ValueError when it is none."""
        if algorithm not in self._read:
            self._read[algorithm] = jwt.PyJWK(dict(self.jwk), algorithm)
        return self._read[algorithm]


class _NoRedirect(HTTPRedirectHandler):
    """An issuer that sends us elsewhere is not followed: elsewhere nobody vouches for it."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


class Keys:
    """The keys of an issuer. Belongs to one event loop.

    They are fetched when a token names one that is not known, and, behind those who ask, when they
    are older than `keep_s`; at most every `pause_s`. While the issuer cannot be reached, what is
    known goes on.
    """

    def __init__(self, issuer: str, url: str | None, *, keep_s: float, pause_s: float) -> None:
        self._issuer = issuer
        self._url = url
        self._keep_s = keep_s
        self._pause_s = pause_s
        self._keys: Sequence[Key] = ()
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetching = asyncio.Lock()
        self._behind: asyncio.Task[None] | None = None
        # Not among the workers: whoever logs in does not wait for an analysis.
        self._aside = ThreadPoolExecutor(1, "issuer")

    async def named(self, kid: str | None) -> Sequence[Key]:
        """Give the keys that a token may be signed with: those of its `kid`, or all without one.

        IssuerAway when none were ever fetched, and none can be.
        """
        found = self._of(kid)
        if not found:
            await self._fetch()
            found = self._of(kid)
        elif _age(self._fetched) > self._keep_s and (self._behind is None or self._behind.done()):
            self._behind = asyncio.create_task(self._fetch())
        if self._fetched is None:
            msg = "the issuer of logins cannot be reached"
            raise IssuerAway(msg, "try again soon")
        return found

    def _of(self, kid: str | None) -> Sequence[Key]:
        return [key for key in self._keys if kid is None or key.jwk.get("kid") == kid]

    async def _fetch(self) -> None:
        """Fetch the keys, unless that was tried so recently."""
        async with self._fetching:
            if _age(self._tried) < self._pause_s:
                return
            self._tried = monotonic()
            loop = asyncio.get_running_loop()
            try:
                self._keys = await loop.run_in_executor(
                    self._aside, _keys_of, self._issuer, self._url
                )
            except (OSError, HTTPException, ValueError) as error:  # a URLError is an OSError
                log.warning("issuer_away", issuer=self._issuer, reason=str(error)[:200])
                return
            self._fetched = monotonic()


def _age(at: float | None) -> float:
    return float("inf") if at is None else monotonic() - at


def _keys_of(issuer: str, url: str | None) -> Sequence[Key]:
    """Fetch the keys. ValueError when what comes is none of this issuer's."""
    if url is None:
        found = _fetched(issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != issuer:
            msg = "the discovered issuer is another one"
            raise ValueError(msg)
        url = str(found.get("jwks_uri"))
        _checked(url)
    keys = _fetched(url).get("keys")
    if not isinstance(keys, list):
        msg = "no keys"
        raise ValueError(msg)  # noqa: TRY004 - of what came, not of our own types
    return [Key(key) for key in keys[:MOST_KEYS] if isinstance(key, dict)]


def _checked(url: str) -> None:
    try:
        require_safe(url, "jwks_uri")
    except BadUsage as error:
        raise ValueError(error.message) from error


def _fetched(url: str) -> Mapping[str, object]:
    here = is_here(urlsplit(url).hostname or "")
    opener = build_opener(_NoRedirect, *([ProxyHandler({})] if here else []))
    request = Request(url, headers={"Accept": "application/json", "User-Agent": "headwater"})  # noqa: S310 - checked
    with opener.open(request, timeout=TIMEOUT_S) as answer:
        content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        msg = "more than a key set has"
        raise URLError(msg)
    found = orjson.loads(content)
    if not isinstance(found, dict):
        msg = "no object"
        raise ValueError(msg)  # noqa: TRY004 - of what came, not of our own types
    return found
