"""The page for front-end developers: what it asks fits the schema, and what it asks with curl is so.

tests/conformance runs all of it, with the clients that it is for.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from graph.commands import Import
from graph.errors import Violation
from graph.workspace import Workspace
from schema.build import sdl
from seeds.document import read_document
from tests.conformance.organisation import document
from tests.schema.asking import ask

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SHOWN = re.findall(
    r"^```sh\ncurl -s http\S+ -H 'content-type: application/json' \\\n  -d '(\{.*?\})'\n```\n\n```json\n(.*?)^```",
    PAGE,
    re.DOTALL | re.MULTILINE,
)
"""Requests that get one answer, and that answer."""
SENT = [json.loads(body) for body in re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL)]
ASKED = [
    *(body["query"] for body in SENT),
    *re.findall(r"graphql\(?`(\s*(?:query|mutation|subscription)\b.*?)`", PAGE, re.DOTALL),
    *(text for text in re.findall(r'gql\("(.*?)"\)', PAGE) if "501" not in text),
]


@cache
def committed() -> GraphQLSchema:
    return build_schema(sdl())


def test_the_page_shows_how_to_ask_with_each_client() -> None:
    assert len(SENT) >= 5
    assert len(ASKED) >= 12


@pytest.mark.parametrize("document", ASKED)
def test_an_operation_of_the_page_fits_the_schema(document: str) -> None:
    # Relay's compiler takes out what is meant for Relay alone.
    plain = re.sub(r"@connection\(.*?\)", "", document)
    assert validate(committed(), parse(plain)) == []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    path = tmp_path_factory.mktemp("page") / "org.jsonl"
    path.write_text(document(), encoding="utf-8")
    problems: list[Violation] = []
    workspace = Workspace.in_memory()
    workspace.execute(Import(list(read_document(path, problems.append))), actor="seed")
    assert not problems
    return workspace


def test_the_page_shows_enough_answers() -> None:
    assert len(SHOWN) >= 8


@pytest.mark.parametrize(("sent", "shown"), SHOWN)
def test_an_answer_of_the_page_is_what_comes(served: Workspace, sent: str, shown: str) -> None:
    body, expected = json.loads(sent), json.loads(shown)
    answer = ask(served, body["query"], **body.get("variables", {}))
    assert answer.data == expected["data"]
    assert [dict(error) for error in answer.errors] == expected.get("errors", [])
