"""What all answers over HTTP have in common."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse

REVISION_HEADER: Final = "Headwater-Revision"
"""The revision that an answer stands on, or that a request asks for."""


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
