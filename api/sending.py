"""Answers on their way out: packed where the client unpacks, and named, so that none is sent twice.

References: RFC 9110, 12.5.3 (Accept-Encoding) and 13 (conditional requests); RFC 8878 (zstd).
"""

import asyncio
import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import orjson
import zstandard
from starlette.datastructures import Headers
from starlette.responses import Response

from api.accept import GRAPHQL_JSON
from api.answers import REVISION_HEADER
from api.refusing import retry_after

SMALL_BYTES: Final = 1_400
"""What fits into a packet is sent as it is."""
AT_ONCE_BYTES: Final = 32_000
"""More than this is packed off the event loop: it takes a millisecond for every 200 KB, about."""
NAMED: Final = {
    "Cache-Control": "private, no-cache",
    "Vary": f"Accept, Accept-Encoding, Authorization, {REVISION_HEADER}",
}
"""A client may keep the answer to a GET, and asks whether it is still good each time."""
_SHORT: Final = 300

Pack = Callable[[bytes], bytes]


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)


PACKS: Final[Mapping[str, Pack]] = {"zstd": _zstd, "gzip": _gzip}
"""The ways to pack, the best first."""


def written(
    told: Mapping[str, Any] | list[Any], media: str, headers: Mapping[str, str]
) -> tuple[int, bytes, dict[str, str]]:
    """Give the status, the body and the headers of an answer."""
    failed = media == GRAPHQL_JSON and "data" not in told
    more = {"Content-Type": f"{media}; charset=utf-8", **headers, **retry_after(told)}
    return 400 if failed else 200, orjson.dumps(told), more


async def sent(status: int, body: bytes, headers: Mapping[str, str], asked: Headers) -> Response:
    """Give the response to a request with the headers `asked`: packed, if it is worth it."""
    if len(body) < SMALL_BYTES:
        return Response(body, status, dict(headers))
    told = {"Vary": "Accept-Encoding", **headers}
    coding = coding_of(asked.get("accept-encoding", ""))
    if coding is None:
        return Response(body, status, told)
    pack = PACKS[coding]
    if len(body) <= AT_ONCE_BYTES:
        packed = pack(body)
    else:
        packed = await asyncio.get_running_loop().run_in_executor(None, pack, body)
    return Response(packed, status, {**told, "Content-Encoding": coding})


def tag_of(body: bytes) -> str:
    """Name an answer, by what is in it. It is weak: packed or not, it is the same answer."""
    return f'W/"{blake2b(body, digest_size=16).hexdigest()}"'


def is_known(tag: str, asked: Headers) -> bool:
    """Say whether a client has the answer already."""
    known = {each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")}
    return bool({tag.removeprefix("W/"), "*"} & known)


def coding_of(header: str) -> str | None:
    """Give how to pack for a client, by its Accept-Encoding; None: not at all."""
    return _kept(header) if len(header) <= _SHORT else None


def _read(header: str) -> str | None:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    others = weights.get("*", 0.0)
    wanted = {name: weights.get(name, others) for name in PACKS}
    best = max(wanted.values())
    return next((name for name, weight in wanted.items() if weight == best > 0), None)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


_kept = lru_cache(maxsize=1_000)(_read)
