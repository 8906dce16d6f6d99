"""The page for front-end developers: what it asks fits the schema. tests/conformance runs it."""

import json
import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from schema.build import sdl

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SENT = [json.loads(body) for body in re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL)]
ASKED = [
    *(body["query"] for body in SENT),
    *re.findall(r"graphql\(?`(\s*(?:query|mutation|subscription)\b.*?)`", PAGE, re.DOTALL),
    *(text for text in re.findall(r'gql\("(.*?)"\)', PAGE) if "501" not in text),
]


def test_the_page_shows_how_to_ask_with_each_client() -> None:
    assert len(SENT) >= 5
    assert len(ASKED) >= 12


@pytest.mark.parametrize("document", ASKED)
def test_an_operation_of_the_page_fits_the_schema(document: str) -> None:
    # Relay's compiler takes out what is meant for Relay alone.
    plain = re.sub(r"@connection\(.*?\)", "", document)
    assert validate(build_schema(sdl()), parse(plain)) == []
