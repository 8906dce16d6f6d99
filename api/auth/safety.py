"""Whether the settings are safe to serve with, and what they say about logins.

The command line looks before it starts an engine: nothing here takes long to import.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from api.settings import Settings, is_loopback
from graph.errors import BadUsage
from graph.model.principals import Role

FAMILIES: Final[Mapping[str, str]] = {
    **{f"{family}{size}": "RSA" for family in ("RS", "PS") for size in (256, 384, 512)},
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    "EdDSA": "OKP",
}
"""The algorithms that can be allowed, and the type of key that each takes: public keys alone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where in a token things stand. A claim's name may lead into objects: `realm_access.roles`.

    `roles` maps the issuer's words for roles to ours; our own words need no entry.
    """

    role_claim: str = "roles"
    roles: Mapping[str, Role] = field(default_factory=dict)
    default_role: Role | None = None
    team_claim: str = "teams"
    person_claim: str = ""
    name_claim: str = "sub"


def require_login(settings: Settings) -> None:
    """Raise BadUsage for settings under which strangers could come in, or nobody could."""
    if not is_loopback(settings.host):
        if settings.dev:
            msg = f"{settings.host} can be reached from other machines, and --dev asks nobody who he is"
            raise BadUsage(msg, "leave --dev out, or listen on 127.0.0.1")
        if not settings.auth_ways:
            msg = f"{settings.host} can be reached from other machines, and nobody has to log in"
            hint = "set HEADWATER_AUTH to tokens or oidc (docs/access.md), or listen on 127.0.0.1"
            raise BadUsage(msg, hint)
    if "oidc" in settings.auth_ways:
        _require_issuer(settings)


def _require_issuer(settings: Settings) -> None:
    for name, value in (
        ("HEADWATER_OIDC_ISSUER", settings.oidc_issuer),
        ("HEADWATER_OIDC_AUDIENCE", settings.oidc_audience),
    ):
        if not value:
            msg = f"HEADWATER_AUTH has oidc, and {name} is not set"
            raise BadUsage(msg, "see docs/access.md")
    require_safe(settings.oidc_issuer, "HEADWATER_OIDC_ISSUER")
    if settings.oidc_jwks_url:
        require_safe(settings.oidc_jwks_url, "HEADWATER_OIDC_JWKS_URL")
    checked_algorithms(settings.oidc_algorithms)
    reading_of(settings)


def reading_of(settings: Settings) -> Reading:
    """Read the settings that say where things stand in a token. BadUsage for a role there is not."""
    pairs = [pair.partition("=") for pair in settings.oidc_roles.split(",") if pair.strip()]
    roles = {word.strip(): _role(name.strip(), "HEADWATER_OIDC_ROLES") for word, _, name in pairs}
    default = settings.oidc_default_role
    return Reading(
        settings.oidc_role_claim,
        roles,
        _role(default, "HEADWATER_OIDC_DEFAULT_ROLE") if default else None,
        settings.oidc_team_claim,
        settings.oidc_person_claim,
        settings.oidc_name_claim,
    )


def _role(name: str, setting: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        msg = f"{setting} names the role {name!r}, which there is not"
        raise BadUsage(msg, f"one of: {', '.join(Role)}") from None


def checked_algorithms(words: str) -> tuple[str, ...]:
    """Read a list of algorithms. BadUsage for one that takes no public key."""
    found = tuple(word for word in re.split(r"[\s,]+", words) if word)
    wrong = [word for word in found if word not in FAMILIES]
    if wrong or not found:
        msg = f"HEADWATER_OIDC_ALGORITHMS is {words!r}: {', '.join(wrong) or 'nothing'} is not allowed"
        raise BadUsage(msg, f"some of {', '.join(FAMILIES)}")
    return found


def require_safe(url: str, name: str) -> None:
    """Raise BadUsage unless an address can be trusted: https, or http on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as brackets around no address
        parts = urlsplit("")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_here(parts.hostname or ""):
        return
    msg = f"{name} is {url!r}: keys that come unprotected may be anybody's"
    raise BadUsage(msg, "give an address that begins with https://")


def is_here(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
