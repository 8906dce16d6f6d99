import asyncio
import json
import re
from pathlib import Path

import httpx
from graphql import OperationDefinitionNode, OperationType, parse, print_ast, validate
from graphql import build_schema as build_schema_of_text

from api import graphiql
from api.app import create_app
from api.settings import Settings
from graph.workspace import Workspace
from schema.build import sdl
from tests.schema.asking import company, told

FOLDER = Path(graphiql.__file__).parent / "graphiql"


def _got(path: str, *, dev: bool) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Workspace.in_memory(), Settings(dev=dev)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)

    return asyncio.run(send())


def test_outside_development_the_page_says_how_to_get_it() -> None:
    page = _got("/", dev=False)
    assert page.status_code == 200
    assert "--dev" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert _got("/graphiql-assets/boot.js", dev=False).status_code == 404


def test_the_page_loads_nothing_from_outside() -> None:
    page = graphiql.own_page("localhost:8484")
    text = bytes(page.body).decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert sources
    assert all(source.startswith("/graphiql-assets/") for source in sources)
    policy = page.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    assert "ws://localhost:8484" in policy


def test_a_host_that_a_client_makes_up_does_not_get_into_the_policy() -> None:
    policy = graphiql.own_page("x; script-src *").headers["content-security-policy"]
    assert "script-src *" not in policy


def test_every_file_that_the_page_names_is_copied() -> None:
    copied = (FOLDER / "copy.mjs").read_text(encoding="utf-8")
    text = bytes(graphiql.own_page("localhost").body).decode()
    for name in re.findall(r"/graphiql-assets/([\w.-]+)", text):
        assert f'"{name}"' in copied


def test_the_lock_file_pins_what_is_asked_for_and_holds_no_addresses() -> None:
    asked = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    for name, version in asked.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for path, package in lock["packages"].items():
        assert "resolved" not in package, path
        assert not path or package["integrity"], path


def test_ten_operations_stand_in_the_tabs_and_all_answer_on_any_graph() -> None:
    text = (FOLDER / "operations.js").read_text("utf-8")
    found = re.findall(r"^  `(.*?)`,$", text, re.DOTALL | re.MULTILINE)
    assert len(found) == 10
    known = build_schema_of_text(sdl())
    variables = {"text": "team", "input": {"key": "first-steps", "name": "First steps"}}
    workspace = company()
    for query in found:
        document = parse(query)
        assert validate(known, document) == []
        for part in document.definitions:
            assert isinstance(part, OperationDefinitionNode)
            needed = {str(each.variable.name.value) for each in part.variable_definitions or ()}
            if part.operation is not OperationType.SUBSCRIPTION:
                told(workspace, print_ast(part), **{name: variables[name] for name in needed})


def test_every_file_of_our_own_is_copied_and_named_by_the_page() -> None:
    copied = (FOLDER / "copy.mjs").read_text(encoding="utf-8")
    page = bytes(graphiql.own_page("localhost").body).decode()
    for name in ("boot.js", "operations.js", "accessible.js", "page.css"):
        assert (FOLDER / name).is_file()
        assert f'"{name}"' in copied
        assert f"/graphiql-assets/{name}" in page
