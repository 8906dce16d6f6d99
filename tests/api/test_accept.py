import pytest

from api.accept import EVENTS, GRAPHQL_JSON, JSON, accepted

APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"'


@pytest.mark.parametrize(
    ("header", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", JSON),
        (JSON, JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (GRAPHQL_JSON.upper(), GRAPHQL_JSON),
        (f"{JSON}, {GRAPHQL_JSON}", JSON),
        (f"{JSON};q=0.9, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}; charset=utf-8; q=0.5, application/*;q=0.4", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0, */*", JSON),
    ],
)
def test_the_answer_has_the_media_type_that_is_asked_for_first(header: str, media: str) -> None:
    found = accepted(header)
    assert (found.media, found.stream, found.parts) == (media, "http", False)


@pytest.mark.parametrize(
    ("header", "stream"),
    [
        (EVENTS, "sse"),
        (f"{EVENTS}, multipart/mixed", "sse"),
        (f"{EVENTS}, {JSON}", "sse"),
        (f"{JSON};q=0.5, {EVENTS}", "sse"),
        (f"{JSON}, {EVENTS}", "http"),
        (f"{EVENTS};q=0.5, {JSON}", "http"),
        (f"{EVENTS};q=0, {JSON}", "http"),
        (f"{EVENTS};q=0", "http"),
        (f"{EVENTS};q=nan", "http"),
        (f"*/*, {EVENTS}", "http"),
        (f"{APOLLO}, {JSON}", "multipart-subscription"),
        (f"{JSON}, {APOLLO}", "http"),
        ("multipart/mixed", "http"),
        ("multipart/mixed;subscriptionSpec=2.0", "http"),
    ],
)
def test_only_who_asks_for_a_stream_first_gets_one(header: str, stream: str) -> None:
    assert accepted(header).stream == stream


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("multipart/mixed", True),
        (f"multipart/mixed;deferSpec=20220824, {JSON}", True),
        (f"{JSON}, multipart/mixed", True),
        (f"multipart/mixed;q=0, {JSON}", False),
        (APOLLO, False),
        (JSON, False),
    ],
)
def test_what_is_deferred_comes_later_for_who_takes_parts(header: str, parts: bool) -> None:
    assert accepted(header).parts is parts


@pytest.mark.parametrize("header", [",", ";", "q=1", ";;q=;,", "a/b;q=x", "\x00", "," * 10_000])
def test_a_header_that_says_nothing_is_answered_in_json(header: str) -> None:
    assert accepted(header).media == JSON
