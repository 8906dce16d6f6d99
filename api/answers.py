"""What all answers over HTTP have in common."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""All methods, for what says itself which it takes."""
REVISION_HEADER: Final = "Headwater-Revision"
"""The revision that an answer stands on, or that a request asks for."""
AGE_HEADER: Final = "Headwater-Age"
"""How many seconds ago that was known to be the newest one: more than one, where the database is away."""


def refused(
    status: int,
    code: str,
    message: str,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Say no, in the form in which GraphQL gives errors; `more` stands beside the code."""
    error = {"message": message, "extensions": {"code": code, **(more or {})}}
    return JSONResponse({"errors": [error]}, status, dict(headers or {}))
