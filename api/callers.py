"""Who asks, as far as limits go: a principal that logged in, or the address that asks."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from starlette.types import Scope

PRINCIPAL: Final = "headwater.principal"
"""Under this name whoever checks logins puts the principal's name into a request's scope."""


def payer(scope: Scope) -> str:
    """Give the name under which a caller is counted."""
    principal = scope.get(PRINCIPAL)
    return f"principal {principal}" if principal else f"address {_address(scope)}"


def is_counted(scope: Scope) -> bool:
    """Say whether a caller's rate is bounded: not that of this machine's own programs.

    All of them share an address, and so do those that come by way of a proxy here: to bound the
    latter together would let one of them turn away the others.
    """
    if scope.get(PRINCIPAL):
        return True
    return _is_far(_address(scope))


@lru_cache(maxsize=10_000)
def _is_far(address: str) -> bool:
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
