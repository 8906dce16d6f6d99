"""An organisation, and what is answered of it: by plans, and by graphql-core's executor."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import orjson

from graph.commands import Import, UpdateNode
from graph.model.principals import Principal, Role
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.bounds import DEFAULTS
from schema.build import build_schema
from schema.context import Context
from schema.execution import HeadwaterSchema
from schema.identity import node_id
from seeds.generate import generate
from tests.schema.asking import link, node
from tests.schema.plans.operations import Operation, Operations, Words

LIMITS: Final = replace(DEFAULTS, aliases=1_000)
NOW: Final = datetime(2026, 5, 15, 9, 30, tzinfo=UTC)


@cache
def organisation() -> Workspace:
    """Give an organisation with something of every kind, some revisions old."""
    workspace = Workspace.in_memory()
    workspace.execute(Import(list(generate(5, 1))), actor="seed")
    workspace.execute(
        Import(
            [
                node("Person", "ann", name="Ann", discipline="designer"),
                node(
                    "Metric",
                    "retention",
                    name="Retention",
                    unit="%",
                    points=[["2026-01-01", 1.5], ["2026-02-01", 2]],
                ),
                node("Feedback", "wish", name="A wish"),
                node("BudgetLine", "money", name="Money"),
                link("Person/ann", "MEMBER_OF", f"Team/{_first(workspace, 'Team')}"),
            ]
        ),
        actor="ann",
    )
    key = _first(workspace, "Team")
    workspace.execute(UpdateNode(Ref("Team", key), {"description": 'Wörds "and" \\ '}), actor="ann")
    return workspace


def _first(workspace: Workspace, kind: str) -> str:
    return min(workspace.snapshot().keys(kind))


@cache
def planning() -> HeadwaterSchema:
    return build_schema(LIMITS)


@cache
def plain() -> HeadwaterSchema:
    return build_schema(LIMITS, compiles=False)


@cache
def operations() -> Operations:
    kinds = ("Team", "Objective", "KeyResult", "WorkItem", "Company", "Cycle", "Person")
    refs = [ref for kind in kinds for ref in _some(kind)]
    keys = [ref.key for ref in refs]
    return Operations(planning()._schema, Words(keys, [*map(node_id, refs), *map(str, refs)]))


def _some(kind: str) -> list[Ref]:
    return [Ref(kind, key) for key in sorted(organisation().snapshot().keys(kind))[:4]]


ROLES: Final = tuple(Role)


def answered(schema: HeadwaterSchema, operation: Operation, role: Role) -> Mapping[str, Any]:
    """Give an answer in a form in which two can be compared: errors in order, data as it was written."""
    return asyncio.run(_answered(schema, operation, role))


async def _answered(schema: HeadwaterSchema, operation: Operation, role: Role) -> Mapping[str, Any]:
    context = Context.of(
        organisation(), principal=Principal("ann", role), clock=lambda: NOW, encodes=True
    )
    result = await schema.execute(operation.text, dict(operation.variables), context)
    errors = [each.formatted for each in result.errors or ()]
    return {
        "data": orjson.dumps(result.data).decode(),
        "errors": sorted(_without_ids(orjson.dumps(each).decode()) for each in errors),
        "extensions": result.extensions,
        "kind": type(result).__name__,
    }


def _without_ids(text: str) -> str:
    """Leave out what is another each time: the id under which an error is in the log."""
    return re.sub(r"[0-9a-f]{12}", "ID", text)
