"""The door that the settings ask for."""

from typing import TYPE_CHECKING, Final

from api.auth.door import Door
from api.auth.safety import checked_algorithms, reading_of
from api.auth.tokens import TokenLogins
from api.settings import Settings
from graph.workspace import Workspace

if TYPE_CHECKING:
    from api.auth.oidc import IssuedLogins

KEYS_KEPT_S: Final = 600.0


def door_of(settings: Settings, workspace: Workspace) -> Door:
    """Make the door that the settings ask for. With `dev` nobody is asked, on loopback."""
    ways = () if settings.dev else settings.auth_ways
    tokens = TokenLogins(workspace.access) if "tokens" in ways else None
    return Door(tokens, _issued(settings) if "oidc" in ways else None)


def _issued(settings: Settings) -> "IssuedLogins":
    # Cryptography takes a tenth of a second to import, which who has no issuer need not pay.
    from api.auth.issuer import Keys  # noqa: PLC0415
    from api.auth.oidc import IssuedLogins  # noqa: PLC0415

    keys = Keys(
        settings.oidc_issuer,
        settings.oidc_jwks_url or None,
        keep_s=KEYS_KEPT_S,
        pause_s=settings.oidc_refetch_s,
    )
    return IssuedLogins(
        keys,
        settings.oidc_issuer,
        settings.oidc_audience,
        algorithms=checked_algorithms(settings.oidc_algorithms),
        leeway_s=settings.oidc_leeway_s,
        reading=reading_of(settings),
    )
