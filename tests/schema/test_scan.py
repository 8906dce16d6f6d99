import pytest
from graphql import GraphQLError, Lexer, Source, TokenKind
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.bounds import DEFAULTS, Limits
from schema.scan import scanned

ROOMY = Limits(characters=10**9, tokens=10**9)
FLOODS = {
    "variables": "query(" + " ".join(f"$v{i}:Int" for i in range(500)) + "){a}",
    "aliases": "{" + " ".join(f"a{i}:b" for i in range(500)) + "}",
    "directives": "{a " + "@b " * 500 + "}",
    "fragments": "{a}" + "fragment F on T{a}" * 500,
    "nesting": "{a" * 500 + "}" * 500,
    "tokens": "{" + " a" * 5_000 + "}",
    "characters": "{a} #" + "x" * 100_000,
    "digits": "{a(b:" + "9" * 500 + ")}",
}


def _limit(text: str, limits: Limits = DEFAULTS) -> str:
    """Give the name of the limit that a document passes."""
    with pytest.raises(GraphQLError) as raised:
        scanned(text, limits)
    assert raised.value.extensions is not None
    assert raised.value.extensions["code"] == "LIMIT_EXCEEDED"
    assert f"{raised.value.extensions['value']:,}" in raised.value.message
    return str(raised.value.extensions["limit"])


@pytest.mark.parametrize("limit", FLOODS)
def test_a_flood_is_refused_by_the_limit_it_passes(limit: str) -> None:
    assert _limit(FLOODS[limit]) == limit


@pytest.mark.parametrize(
    "text",
    [
        "query($a: [Int!] = [1, 2], $b: F = {c: {d: 1}}) @e(f: 1) { g(h: {i: $a, j: $b}) }",
        'query($a: Int) { b(c: ": : :", d: """$a: @x { """) # e: f @g\n }',
        "{ a(b: {c: 1, d: {e: 2}}) { f @g(h: 1) } }",
    ],
)
def test_only_what_renames_is_an_alias_and_only_what_defines_is_a_variable(text: str) -> None:
    scanned(text, Limits(aliases=0, variables=text.count("$b: F") + 1))


def test_an_alias_within_a_fragment_counts() -> None:
    assert _limit("{...F} fragment F on T {a: b c: d}", Limits(aliases=1)) == "aliases"


def test_a_string_that_does_not_end_is_one_token() -> None:
    for text in ('"' + '\\"' * 40_000, '"""' + '\\"' * 40_000):
        scanned(text, ROOMY)
        scanned(text, Limits(tokens=1))


_PIECES = st.sampled_from(
    [
        *[
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "a",
            "b1",
            ":",
            "$",
            "!",
            "@",
            "...",
            "=",
            "|",
            "&",
            '"s\\""',
        ],
        *[
            "1",
            "-2.5e3",
            '"""b\\"""l"""',
            "#c\n",
            ",",
            "\n",
            "  ",
            "\ufeff",
            "on",
            "fragment",
            '""',
        ],
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40))
def test_tokens_are_counted_as_the_lexer_counts_them(pieces: list[str]) -> None:
    text = " ".join(pieces)
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    scanned(text, Limits(tokens=count, nesting=99, aliases=99, directives=99, fragments=99))
    if count:
        assert _limit(text, Limits(tokens=count - 1)) == "tokens"
