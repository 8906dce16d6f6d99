"""What a client takes, in the order in which it asks for it: the Accept header, read once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from strawberry.http import GraphQLRequestProtocol

GRAPHQL_JSON: Final = "application/graphql-response+json"
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
PARTS: Final = "multipart/mixed"
_JSON_RANGES: Final = {JSON: JSON, GRAPHQL_JSON: GRAPHQL_JSON, "application/*": JSON, "*/*": JSON}


@dataclass(frozen=True, slots=True)
class Accepted:
    """How a request is answered.

    `stream` is the way to tell one result after the other, for a client that asks for it *before*
    JSON: one that merely lists it among others gets JSON. `parts` says that what is deferred may
    come later, in parts of the answer.
    """

    media: str
    stream: GraphQLRequestProtocol
    parts: bool


def accepted(header: str) -> Accepted:
    """Read an Accept header. What it does not name, or not understandably, is answered in JSON.

    References: RFC 9110, 12.5.1 (preference), GraphQL over HTTP (media types), graphql-sse
    (distinct connections), Apollo's multipart protocol (`subscriptionSpec`).
    """
    return _kept(header) if len(header) <= _SHORT else _read(header)


def _read(header: str) -> Accepted:
    ranges = _ranked(header)
    streams: list[GraphQLRequestProtocol] = []
    for range_, parameters in ranges:
        if range_ in _JSON_RANGES:
            break
        if range_ == EVENTS:
            streams.append("sse")
        elif range_ == PARTS and parameters.get("subscriptionspec", "").startswith("1."):
            streams.append("multipart-subscription")
    media = next((_JSON_RANGES[name] for name, _ in ranges if name in _JSON_RANGES), JSON)
    parts = any(name == PARTS and "subscriptionspec" not in more for name, more in ranges)
    return Accepted(media, streams[0] if streams else "http", parts)


_SHORT: Final = 300
"""Headers up to so many characters are read but once."""
_kept = lru_cache(maxsize=1_000)(_read)


def _ranked(header: str) -> list[tuple[str, dict[str, str]]]:
    """Give the ranges with their parameters, the most wanted first, without those refused."""
    found: list[tuple[float, str, dict[str, str]]] = []
    for part in header.split(","):
        name, *rest = (piece.strip() for piece in part.split(";"))
        pairs = (piece.partition("=") for piece in rest)
        parameters = {key.strip().lower(): value.strip(" \"'") for key, _, value in pairs}
        if name and (weight := _weight(parameters.get("q", "1"))) > 0:
            found.append((weight, name.lower(), parameters))
    found.sort(key=lambda each: -each[0])
    return [(name, parameters) for _, name, parameters in found]


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return min(1.0, weight) if weight >= 0 else 0.0
