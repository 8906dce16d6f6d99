"""Asking the schema as a client does, on a graph in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from graph.commands import Import
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json
from graph.workspace import Workspace
from schema.build import build_schema
from schema.context import Context


@dataclass(frozen=True)
class Answer:
    """What came back."""

    data: Any
    errors: Sequence[Mapping[str, Any]]

    @property
    def code(self) -> str:
        """The code of the only error."""
        (error,) = self.errors
        return str(error["extensions"]["code"])


def schema() -> strawberry.Schema:
    return build_schema()


def ask(workspace: Workspace, query: str, **variables: object) -> Answer:
    """Execute an operation; anything but a whole answer is left to the test to look at."""
    context = Context.of(workspace, actor="tester")
    result = asyncio.run(schema().execute(query, variable_values=variables, context_value=context))
    return Answer(result.data, [dict(error.formatted) for error in result.errors or ()])


def told(workspace: Workspace, query: str, **variables: object) -> Any:  # noqa: ANN401
    """Execute an operation that has to succeed, and give its data."""
    answer = ask(workspace, query, **variables)
    assert not answer.errors, answer.errors
    return answer.data


def node(kind: str, key: str, **properties: Json) -> Record:
    return NodeRecord(kind, key, properties)


def link(start: str, type_: str, end: str, **properties: Json) -> Record:
    return RelationRecord(type_, start, end, properties)


def filled(*records: Record) -> Workspace:
    """Give a workspace with some records in it, at revision 1."""
    workspace = Workspace.in_memory()
    if records:
        workspace.execute(Import(records), actor="seed")
    return workspace


def company() -> Workspace:
    """Give a small company: two teams, what they build, want and need."""
    return filled(
        node("Company", "acme", name="Acme"),
        node("ValueStream", "shop", name="Shop"),
        node("Product", "cart", name="Cart"),
        node("Team", "alpha", name="Alpha", type="platform", capacity=5, tags=["core", "eu"]),
        node("Team", "beta", name="Beta", capacity=2.5),
        node("Person", "ann", name="Ann"),
        node("Objective", "grow", name="Grow"),
        node("KeyResult", "sales", start=0, target=10, current=5),
        node("WorkItem", "build", flow="feature", duration_days=3),
        node("WorkItem", "ship", flow="feature", duration_days=2),
        link("ValueStream/shop", "PART_OF", "Company/acme"),
        link("Team/alpha", "PART_OF", "ValueStream/shop"),
        link("Product/cart", "PART_OF", "ValueStream/shop"),
        link("Team/alpha", "BUILDS", "Product/cart", share=0.5),
        link("Person/ann", "MEMBER_OF", "Team/alpha", role="lead", since="2024-01-01"),
        link("Company/acme", "OWNS", "Objective/grow"),
        link("KeyResult/sales", "MEASURES", "Objective/grow"),
        link("WorkItem/build", "CONTRIBUTES_TO", "KeyResult/sales"),
        link("Team/alpha", "DELIVERS", "WorkItem/build"),
        link("Team/beta", "DELIVERS", "WorkItem/ship"),
        link("WorkItem/ship", "DEPENDS_ON", "WorkItem/build", lag_days=1, key="d1"),
        link("Team/beta", "DEPENDS_ON", "Team/alpha", key="d2", criticality="high"),
    )
