"""What a caller learns of an error: a code always, the words only where they are meant for him.

An error that nobody foresaw is logged under an id, and the id is all that leaves the process: no
driver's message, no path, no statement.

`extensions.classification` tells, in graphql-java's words that tools know, whose fault an error of a
field is: `ValidationError` the caller's, `DataFetchingException` the service's.
"""

from collections.abc import Sequence
from traceback import format_exception
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError, StrawberryInputCoercionError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from graph.errors import (
    HeadwaterError,
    OutcomeUnknown,
    Refused,
    ResumeFrom,
    RevisionUnknown,
    Violation,
)

INTERNAL = "INTERNAL_ERROR"
PROBLEMS_TOLD = 20
"""So many reasons of a refusal are told one by one, beside their number."""
CALLERS, SERVICES = "ValidationError", "DataFetchingException"
_OURS_TO_KNOW = ("store_", "engine_")
"""Errors whose words speak of the database: the caller gets the code and an id."""

log = structlog.stdlib.get_logger()


def coded(errors: Sequence[GraphQLError] | None) -> list[GraphQLError] | None:
    """Give the errors as a caller may see them, each with `extensions.code`."""
    return [_coded(error) for error in errors] if errors else None


def _coded(error: GraphQLError) -> GraphQLError:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, HeadwaterError):
        return _known(error, cause)
    if isinstance(
        cause, CannotGetOperationTypeError | InvalidOperationTypeError | MissingQueryError
    ):
        return _rebuilt(error, error.message, {"code": "BAD_REQUEST"})
    if cause is None or isinstance(cause, GraphQLError | StrawberryInputCoercionError):
        return _of_the_request(error)
    return _masked(error, cause, INTERNAL, "Something went wrong in the service.")


def _known(error: GraphQLError, cause: HeadwaterError) -> GraphQLError:
    if cause.code.value.startswith(_OURS_TO_KNOW):
        return _masked(error, cause, cause.code.name, "The database cannot serve this now.")
    more: dict[str, object] = {"hint": cause.hint} if cause.hint else {}
    if isinstance(cause, Refused):
        more["problems"] = [_told(found) for found in cause.violations[:PROBLEMS_TOLD]]
        more["problemCount"] = len(cause.violations)
    elif isinstance(cause, ResumeFrom):
        more["revision"] = cause.revision
    elif isinstance(cause, RevisionUnknown) and cause.oldest is not None:
        more["oldestRevision"] = cause.oldest
    whose = SERVICES if isinstance(cause, OutcomeUnknown) else CALLERS
    classed = {"code": cause.code.name, "classification": whose}
    return _rebuilt(error, cause.message, {**classed, **more})


def _told(found: Violation) -> dict[str, str]:
    told = {"code": found.code.name, "message": found.message, "hint": found.hint}
    return {name: text for name, text in told.items() if text}


def _of_the_request(error: GraphQLError) -> GraphQLError:
    """Give an error that GraphQL itself found in the request."""
    if "code" in (error.extensions or {}):
        return error
    if isinstance(error, GraphQLSyntaxError):
        if "tokens. Parsing aborted" in error.message:
            return _rebuilt(
                error, _tokens(error.message), {"code": "LIMIT_EXCEEDED", "limit": "tokens"}
            )
        return _rebuilt(error, error.message, {"code": "GRAPHQL_PARSE_FAILED"})
    code = "GRAPHQL_VALIDATION_FAILED" if error.path is None else "BAD_USER_INPUT"
    return _rebuilt(error, error.message, {"code": code})


def _tokens(message: str) -> str:
    return message.removeprefix("Syntax Error: ").replace(" Parsing aborted.", "")


def _masked(error: GraphQLError, cause: BaseException, code: str, words: str) -> GraphQLError:
    error_id = uuid4().hex[:12]
    # As text: a renderer of exceptions might show local variables, and with them secrets.
    trace = "".join(format_exception(cause))
    log.error("graphql_error", error_id=error_id, code=code, path=error.path, trace=trace)
    classed = {"code": code, "classification": SERVICES}
    return _rebuilt(error, f"{words} Error id: {error_id}.", {**classed, "errorId": error_id})


def _rebuilt(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    """Give the error anew, without the cause: nothing of it may come along."""
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
