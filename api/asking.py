"""What a request asks for, read and checked before it becomes an operation."""

from collections.abc import Mapping
from typing import Any

from strawberry.http import GraphQLRequestData

from api.answers import REVISION_HEADER
from api.refusing import Refusal
from api.trusted import Trusted, Untrusted, asked_for

_MOST_REVISION_DIGITS = 15
OBJECTS = ("variables", "extensions")
"""Parameters that are objects; in an address they are written as JSON."""


def request_data(given: object, trusted: Trusted) -> GraphQLRequestData:
    """Read the parameters of a request. Refusal for each that has the wrong form, by name."""
    if isinstance(given, list):
        raise Refusal(400, "BATCHING_OFF", "Batches are not taken: send one operation a request.")
    if not isinstance(given, dict):
        raise Refusal(400, "BAD_REQUEST", "The request has to be a JSON object.")
    for name, types, words in (
        ("query", str, "a text"),
        ("operationName", str, "a text"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        value = given.get(name)
        if value is not None and not isinstance(value, types):
            raise Refusal(400, "BAD_REQUEST", f"{name} has to be {words}.")
    return GraphQLRequestData(
        query=_text(given, trusted),
        variables=given.get("variables"),
        operation_name=given.get("operationName") or None,
        extensions=given.get("extensions"),
    )


def _text(given: Mapping[str, Any], trusted: Trusted) -> str | None:
    """Give the text of the document that a request asks for, in whichever way it does."""
    try:
        return trusted.text(asked_for(given))
    except ValueError as error:
        raise Refusal(400, "BAD_REQUEST", f"{error} has to be a text.") from error
    except Untrusted as error:
        raise Refusal(error.status, error.code, error.message) from error


def revision_in(text: str) -> int:
    """Read the revision that a header asks for. Refusal when it is none."""
    if not text.isdecimal() or len(text) > _MOST_REVISION_DIGITS:
        raise Refusal(400, "BAD_REQUEST", f"{REVISION_HEADER} has to be a whole number.")
    return int(text)
