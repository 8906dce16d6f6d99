"""Logins by signed tokens (JWT) of an OIDC issuer.

References: RFC 7519 (JWT), RFC 8725 (best current practices: the algorithm is ours to choose, the
key has to be of its family, issuer and audience are checked, `none` is no algorithm).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import time
from typing import Final, cast

import jwt

from api.auth.answers import NoRole, Unauthenticated
from api.auth.issuer import Key, Keys
from api.auth.safety import FAMILIES, Reading
from graph.model.principals import Principal, Role

MOST: Final = 16_000
"""Characters of a token that are looked at."""
MOST_KNOWN: Final = 10_000
"""Tokens that are remembered once they were checked."""
MOST_TEAMS: Final = 1_000
_HINT: Final = "log in again"
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (jwt.ExpiredSignatureError, "the login has expired"),
    (jwt.ImmatureSignatureError, "the login is not valid yet"),
    (jwt.InvalidAudienceError, "the login is for another audience"),
    (jwt.InvalidIssuerError, "the login is of another issuer"),
    (jwt.MissingRequiredClaimError, "the login lacks a claim that it needs"),
    (jwt.InvalidSignatureError, "the login is not signed by its issuer"),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was checked: whose it is, until when in seconds of the epoch, by which key."""

    principal: Principal
    until: float
    kid: str | None
    key: Key


class IssuedLogins:
    """Knows who a token of the issuer speaks of. Belongs to one event loop."""

    def __init__(
        self,
        keys: Keys,
        issuer: str,
        audience: str,
        *,
        algorithms: tuple[str, ...],
        leeway_s: float,
        reading: Reading,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._algorithms = algorithms
        self._leeway_s = leeway_s
        self._reading = reading
        self._known: dict[bytes, _Known] = {}

    async def principal(self, token: str) -> Principal:
        """Give who it speaks of. Unauthenticated when it is worth nothing; NoRole, IssuerAway.

        Cost: the check of a signature, a tenth of a millisecond; after it, while the issuer has the
        key and until the token expires, a hash.
        """
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        lasts = known is not None and time() < known.until
        if known is not None and lasts and known.key in await self._keys.named(known.kid):
            return known.principal
        self._known.pop(digest, None)
        known = await self._checked(token)
        while len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known)), None)
        self._known[digest] = known
        return known.principal

    async def _checked(self, token: str) -> "_Known":
        algorithm, kid = self._head(token)
        family = FAMILIES[algorithm]
        keys = [key for key in await self._keys.named(kid) if key.serves(family, algorithm)]
        if not keys:
            msg = "the login is signed with a key that its issuer does not have"
            raise Unauthenticated(msg, _HINT)
        failed: Exception | None = None
        for key in keys:
            try:
                claims = self._claims(token, key, algorithm)
            except jwt.InvalidSignatureError as error:
                failed = error
            else:
                until = int(cast("float", claims["exp"])) + self._leeway_s
                return _Known(self._read(claims), until, kid, key)
        raise _worthless(failed)

    def _head(self, token: str) -> tuple[str, str | None]:
        """Give the algorithm, if it is one of those allowed, and the name of the key."""
        if len(token) > MOST:
            msg = f"the login has {len(token):,} characters: the limit is {MOST:,}"
            raise Unauthenticated(msg)
        try:
            head = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise _worthless(error) from None
        algorithm, kid = head.get("alg"), head.get("kid")
        if algorithm not in self._algorithms:
            msg = "the login is signed in a way that is not allowed"
            raise Unauthenticated(msg, f"allowed: {', '.join(self._algorithms)}")
        return str(algorithm), kid if isinstance(kid, str) else None

    def _claims(self, token: str, key: Key, algorithm: str) -> Mapping[str, object]:
        try:
            found: Mapping[str, object] = jwt.decode(
                token,
                key=key.read(algorithm),
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway_s,
                options={"require": ["exp", "iss", "aud", "sub"], "strict_aud": False},
            )
        except jwt.InvalidSignatureError:
            raise
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise _worthless(error) from None
        return found

    def _read(self, claims: Mapping[str, object]) -> Principal:
        reading = self._reading
        name = _claim(claims, reading.name_claim)
        if not isinstance(name, str) or not name:
            msg = f"the login has no {reading.name_claim}"
            raise Unauthenticated(msg, _HINT)
        person = _claim(claims, reading.person_claim) if reading.person_claim else None
        teams = frozenset(_words(_claim(claims, reading.team_claim))[:MOST_TEAMS])
        shown = f"oidc:{name[:300]}"
        return Principal(shown, self._role(claims), teams, str(person) if person else None)

    def _role(self, claims: Mapping[str, object]) -> Role:
        """Give the role that may do most of those that are named."""
        known = {role.value: role for role in Role} | dict(self._reading.roles)
        named = _words(_claim(claims, self._reading.role_claim))
        found = [known[word] for word in named if word in known]
        if self._reading.default_role is not None:
            found.append(self._reading.default_role)
        if not found:
            msg = "the login names no role of this service"
            hint = f"an admin gives one in the claim {self._reading.role_claim}"
            raise NoRole(msg, hint)
        return max(found, key=list(Role).index)


def _worthless(error: Exception | None) -> Unauthenticated:
    """Say why a token is worth nothing, in our own words: those of a library may show parts of it."""
    reasons = (words for kind, words in _REASONS if isinstance(error, kind))
    return Unauthenticated(next(reasons, "the login is no token of the issuer"), _HINT)


def _claim(claims: Mapping[str, object], path: str) -> object:
    if path in claims:  # a name with dots in it, such as an address
        return claims[path]
    found: object = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _words(value: object) -> list[str]:
    """Read a list of texts, or one text with blanks between its words, as `scope` has it."""
    if isinstance(value, str):
        return re.split(r"[\s,]+", value.strip()) if value.strip() else []
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
