"""The subscription to the dependencies of teams."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graph.commands import Link, UpdateNode, UpdateRelation
from graph.model.relations import RelationRef
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from tests.schema.asking import company, schema

D1 = RelationRef("DEPENDS_ON", "d1")
SHOWN = """revision change dependency statusBefore statusAfter fields sides { team side }
    relationship { status }"""


async def heard(workspace: Workspace, arguments: str) -> AsyncGenerator[Any, None]:
    context = Context.of(workspace, follows=True)
    query = f"subscription {{ dependencies({arguments}) {{ {SHOWN} }} }}"
    results = await schema().stream(query, context_value=context)
    try:
        async for result in results:
            assert isinstance(result, ExecutionResult)
            assert not result.errors
            yield (result.data or {})["dependencies"]
    finally:
        await results.aclose()


def test_a_team_hears_of_its_dependencies_through_its_work_and_of_no_others() -> None:
    workspace = company()

    async def run() -> list[Any]:
        stream = heard(workspace, 'ofTeams: ["Team/alpha"]')
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        other = UpdateNode(Ref("WorkItem", "build"), {"name": "Build"})
        await asyncio.to_thread(workspace.execute, other, actor="x")
        for patch in ({"status": "agreed"}, {"needed_by": "2026-03-01"}):
            await asyncio.to_thread(workspace.execute, UpdateRelation(D1, patch), actor="x")
        found = [await asyncio.wait_for(waiting, 5), await asyncio.wait_for(anext(stream), 5)]
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.3)
        assert not waiting.done()  # each write is told once
        waiting.cancel()
        return found

    first, second = asyncio.run(run())
    assert first == {
        "revision": 3,
        "change": "moved",
        "dependency": "d1",
        "statusBefore": "identified",
        "statusAfter": "agreed",
        "fields": ["status"],
        "sides": [{"team": "alpha", "side": "needed"}],
        "relationship": {"status": "AGREED"},
    }
    assert (second["revision"], second["change"]) == (4, "redated")


def test_a_client_that_was_away_gets_what_it_missed_and_then_what_is_new() -> None:
    workspace = company()
    for status in ("requested", "agreed", "in_progress"):
        workspace.execute(UpdateRelation(D1, {"status": status}), actor="x")

    async def run() -> list[Any]:
        stream = heard(workspace, 'ofTeams: ["Team/alpha", "Team/beta"], since: 2')
        missed = [await asyncio.wait_for(anext(stream), 5) for _ in range(2)]
        link = Link("DEPENDS_ON", Ref("Team", "alpha"), Ref("Team", "beta"), {"key": "d3"})
        await asyncio.to_thread(workspace.execute, link, actor="x")
        return [*missed, await asyncio.wait_for(anext(stream), 5)]

    found = asyncio.run(run())
    assert [(row["revision"], row["statusAfter"]) for row in found] == [
        (3, "agreed"),
        (4, "in_progress"),
        (5, "identified"),
    ]
    # As the write left it, though there were others since.
    assert found[0]["relationship"] == {"status": "AGREED"}
    assert found[0]["sides"] == [
        {"team": "alpha", "side": "needed"},
        {"team": "beta", "side": "needs"},
    ]
    assert found[2]["change"] == "made"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ('ofTeams: ["WorkItem/build"]', "BAD_USAGE"),
        ('ofTeams: ["Team/none"]', "NOT_FOUND"),
        ("ofTeams: []", "BAD_USAGE"),
        ('ofTeams: ["Team/alpha"], since: 99', "REVISION_UNKNOWN"),
    ],
)
def test_what_is_no_team_or_no_revision_cannot_be_watched(arguments: str, code: str) -> None:
    async def run() -> str:
        context = Context.of(company(), follows=True)
        query = f"subscription {{ dependencies({arguments}) {{ dependency }} }}"
        results = await schema().stream(query, context_value=context)
        async for result in results:
            assert isinstance(result, ExecutionResult | PreExecutionError)
            error = next(iter(result.errors or ()))
            return str((error.extensions or {})["code"])
        return ""

    assert asyncio.run(run()) == code
