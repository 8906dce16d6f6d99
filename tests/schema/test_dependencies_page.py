"""The page on dependencies: its examples are run one after the other, and do what the page says."""

import asyncio
import re
from pathlib import Path
from typing import Any

from strawberry.types import ExecutionResult

from graph.commands import Import
from graph.errors import Violation
from graph.model.dependencylife import MOVES, DependencyMove
from graph.workspace import Workspace
from schema.context import Context
from seeds.document import read_document
from tests.schema.asking import schema
from tests.schema.test_planning_page import NOW, answer, payloads

PAGE = (Path(__file__).parents[2] / "docs" / "dependencies.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def acme(folder: Path) -> Workspace:
    document = folder / "acme.yaml"
    (text,) = blocks("yaml")
    document.write_text(text, encoding="utf-8")
    workspace = Workspace.in_memory()
    problems: list[Violation] = []
    records = list(read_document(document, problems.append))
    workspace.execute(Import(records), actor="seed")
    assert problems == []
    return workspace


async def heard(workspace: Workspace, operation: str, count: int) -> list[Any]:
    """Give what a subscription tells first."""
    context = Context.of(workspace, follows=True, clock=lambda: NOW)
    results = await schema().stream(operation, context_value=context)
    found: list[Any] = []
    try:
        async for result in results:
            assert isinstance(result, ExecutionResult)
            assert not result.errors
            found.append((result.data or {})["dependencies"])
            if len(found) == count:
                return found
    finally:
        await results.aclose()
    return found


def test_every_example_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    workspace = acme(tmp_path)
    told: dict[str, Any] = {}
    for operation in blocks("graphql"):
        if operation.lstrip().startswith("subscription"):
            told["heard"] = asyncio.run(asyncio.wait_for(heard(workspace, operation, 3), 10))
            continue
        found = asyncio.run(answer(workspace, operation))
        for payload in payloads(found):
            assert payload["problems"] == [], (operation, payload)
        told |= found
    wallet = told["requestDependency"]["dependency"]
    assert (wallet["status"], wallet["requestedBy"]) == ("REQUESTED", "ann")
    assert wallet["moves"] == ["AGREE", "REJECT", "CANCEL"]
    assert told["asked"]["dependency"] == {"key": "ranking", "status": "REQUESTED"}
    assert [row["code"] for row in told["asked"]["conflicts"]] == ["needed_team_dissolved"]
    agreed = told["agreeDependency"]
    assert agreed["dependency"]["agreedBy"] == "Pia"
    promised = agreed["conflicts"][0]
    assert (promised["code"], promised["gapDays"]) == ("committed_after_needed", 7)
    assert told["rejectDependency"]["dependency"]["moves"] == ["REOPEN"]
    (late,) = told["dependencies"]["promisedLate"]
    assert (late["team"], late["dependency"], late["days"]) == ("pay", "wallet", 7)
    pairs = {(p["dependentTeam"], p["neededTeam"]): p for p in told["rollCall"]["pairs"]}
    assert pairs["shop", "search"]["worst"] == "rejected"
    assert pairs["shop", "pay"]["keys"] == ["wallet"]
    first = told["escalation"]["rows"][0]
    assert (first["dependency"], first["costPerDay"], first["costAtStake"]) == (
        "wallet",
        1100,
        7700,
    )
    assert first["items"] == ["checkout", "fair"]
    assert [row["statusAfter"] for row in told["heard"]] == ["requested", "agreed", "in_progress"]


def test_the_picture_of_the_life_shows_every_step_that_there_is() -> None:
    (picture,) = blocks("mermaid")
    shown = set(re.findall(r"(\w+) --> (\w+): (\w+)", picture))
    ended = {DependencyMove.REJECT, DependencyMove.CANCEL}
    steps = {
        (str(source), str(target), str(move))
        for move, ways in MOVES.items()
        if move not in ended
        for source, target in ways.items()
    }
    assert shown == steps
    for move in ended:
        assert set(map(str, MOVES[move])) == {"identified", "requested", "agreed", "in_progress"}
