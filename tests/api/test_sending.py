"""How answers are sent: packed for who unpacks, and not again to who has them."""

import asyncio
import gzip
import threading
from typing import Any

import httpx
import pytest
import zstandard
from starlette.datastructures import Headers

from api.app import create_app
from api.sending import AT_ONCE_BYTES, SMALL_BYTES, coding_of, sent
from api.settings import Settings
from graph.commands import Import, UpdateNode
from graph.model.values import Ref
from graph.workspace import Workspace
from tests.schema.asking import node

QUERY = "{ teams { nodes { key description } } }"


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace.in_memory()
    records = [node("Team", f"team-{n}", description=f"what it does: {n}" * 9) for n in range(40)]
    made.execute(Import(records), actor="x")
    return made


def asked(workspace: Workspace, method: str = "GET", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(workspace, Settings(dev=True)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if method == "GET":
                return await client.get("/graphql", params={"query": QUERY}, headers=named)
            return await client.post("/graphql", json={"query": QUERY}, headers=named)

    return asyncio.run(send())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_an_answer_is_packed_as_the_client_takes_it(
    workspace: Workspace, method: str, coding: str
) -> None:
    plain = asked(workspace, method, accept_encoding="identity")
    packed = asked(workspace, method, accept_encoding=coding)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == coding
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("zstd;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=no", None),
        ("gzip, " + "x" * 400, None),
    ],
)
def test_the_best_way_that_the_client_takes_is_chosen(header: str, coding: str | None) -> None:
    assert coding_of(header) == coding


def test_small_answers_are_sent_as_they_are_and_large_ones_packed_beside_the_loop() -> None:
    async def run() -> list[Any]:
        found = []
        for size in (SMALL_BYTES - 1, SMALL_BYTES, AT_ONCE_BYTES + 1):
            before = threading.active_count()
            made = await sent(200, b"x" * size, {}, Headers({"accept-encoding": "gzip"}))
            coding = made.headers.get("content-encoding")
            body = gzip.decompress(bytes(made.body)) if coding else bytes(made.body)
            found.append((coding, len(body) == size, threading.active_count() > before))
        return found

    assert asyncio.run(run()) == [(None, True, False), ("gzip", True, False), ("gzip", True, True)]


def test_what_is_packed_by_zstd_is_read_by_its_own_library() -> None:
    made = asyncio.run(sent(200, b"y" * 5_000, {}, Headers({"accept-encoding": "zstd"})))
    assert zstandard.ZstdDecompressor().decompress(bytes(made.body)) == b"y" * 5_000


def test_who_has_an_answer_hears_that_it_is_still_good_until_it_is_not(
    workspace: Workspace,
) -> None:
    first = asked(workspace)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"Accept", "Authorization"} <= set(first.headers["vary"].split(", "))
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = asked(workspace, if_none_match=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["headwater-revision"] == "1"
    assert asked(workspace, if_none_match='"other"').status_code == 200
    workspace.execute(UpdateNode(Ref("Team", "team-3"), {"description": "new"}), actor="x")
    moved = asked(workspace, if_none_match=tag)
    assert moved.status_code == 200
    assert moved.headers["etag"] != tag


def test_packed_or_not_an_answer_has_one_name(workspace: Workspace) -> None:
    tags = {asked(workspace, accept_encoding=way).headers["etag"] for way in ("gzip", "identity")}
    assert len(tags) == 1


def test_what_is_posted_or_failed_has_no_name(workspace: Workspace) -> None:
    assert "etag" not in asked(workspace, "POST").headers

    async def wrong() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(workspace, Settings(dev=True)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(
                "/graphql", params={"query": "{ teams(first: -1) { totalCount } }"}
            )

    answer = asyncio.run(wrong())
    assert answer.json()["errors"]
    assert "etag" not in answer.headers
