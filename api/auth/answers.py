"""What somebody hears who is not let in."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

from api.answers import refused
from graph.errors import HeadwaterError


class Turned(HeadwaterError):
    """Somebody was not let in: with which status, for programs as which code, and why."""

    status = 401
    word = "UNAUTHENTICATED"

    def headers(self) -> Mapping[str, str]:
        """Give the headers of the answer (RFC 6750, section 3)."""
        return {}

    def response(self) -> JSONResponse:
        """Give the answer, in the form in which GraphQL gives errors."""
        more = {"hint": self.hint} if self.hint else {}
        return refused(self.status, self.word, self.message, more, self.headers())


class Unauthenticated(Turned):
    """Nobody said who asks, or what he showed is worth nothing."""

    def __init__(self, message: str, hint: str = "", *, shown: bool = True) -> None:
        super().__init__(message, hint)
        self._shown = shown

    def headers(self) -> Mapping[str, str]:
        """Name the scheme, and what is wrong where something was shown."""
        wrong = f', error="invalid_token", error_description="{self.message}"'
        return {"WWW-Authenticate": 'Bearer realm="headwater"' + (wrong if self._shown else "")}


class NoRole(Turned):
    """It is known who asks, and he has no role here."""

    status = 403
    word = "FORBIDDEN"


class IssuerAway(Turned):
    """The issuer of logins, or the database that holds the tokens, cannot be asked now."""

    status = 503
    word = "LOGIN_UNAVAILABLE"

    def headers(self) -> Mapping[str, str]:
        """Ask the client to come again."""
        return {"Retry-After": "5"}
