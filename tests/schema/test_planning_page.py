"""The planners' page: its examples are run one after the other, and do what the page says."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.commands import Import
from graph.errors import Violation
from graph.workspace import Workspace
from schema.context import Context
from seeds.document import read_document
from tests.schema.asking import schema

PAGE = (Path(__file__).parents[2] / "docs" / "planning.md").read_text(encoding="utf-8")
NOW = datetime(2026, 5, 16, 9, tzinfo=UTC)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


async def answer(workspace: Workspace, operation: str) -> Any:  # noqa: ANN401
    context = Context.of(workspace, actor="ann", clock=lambda: NOW)
    result = await schema().execute(operation, context_value=context)
    assert not result.errors, (operation, result.errors)
    return result.data


def payloads(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in found.values() if isinstance(part, dict) and "problems" in part]


def test_every_example_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    document = tmp_path / "acme.yaml"
    (text,) = blocks("yaml")
    document.write_text(text, encoding="utf-8")
    workspace = Workspace.in_memory()
    problems: list[Violation] = []
    records = list(read_document(document, problems.append))
    workspace.execute(Import(records), actor="seed")
    told: dict[str, Any] = {}
    for operation in blocks("graphql"):
        if operation.lstrip().startswith("subscription"):
            continue  # tests/schema/test_goals.py hears it
        found = asyncio.run(answer(workspace, operation))
        for payload in payloads(found):
            assert payload["problems"] == [], (operation, payload)
        told |= found
    assert problems == []
    made = told["createObjectiveWithKeyResults"]["node"]
    assert (made["level"], made["progress"]) == ("TEAM", None)
    assert [n["key"] for n in made["measuredBy"]["nodes"]] == ["abandoned", "minutes"]
    assert told["closeCycle"]["node"] == {"key": "2026-q2", "state": "CLOSED"}
    (copy,) = told["carryOver"]["nodes"][:1]
    assert copy["continues"]["nodes"] == [{"key": "fast-checkout"}]
    assert told["undo"]["undone"] == 9
    last = told["changes"]["nodes"][-1]
    assert (last["revision"], last["command"], last["actor"]) == (10, "open_cycle", "ann")
    assert workspace.snapshot().revision == 11
