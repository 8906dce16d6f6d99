"""What plans are made for, how they are kept, and what becomes of a long or a hopeless one."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_union_type,
    parse,
)
from strawberry.types import ExecutionResult

from graph.commands import UpdateNode
from graph.model.principals import Principal, Role
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.bounds import DEFAULTS
from schema.build import build_schema
from schema.building import CallField
from schema.context import Context
from schema.execution import HeadwaterSchema
from schema.plans.blocks import Room
from schema.plans.keeping import KEPT, Plans, Prepared
from tests.schema.asking import company, filled, link, node

TEAM = "query($key: String!, $more: Boolean!) { team(key: $key) { key name @include(if: $more) } }"


def schema() -> HeadwaterSchema:
    return build_schema()


def plans() -> Plans:
    found = schema().plans
    assert found is not None
    return found


def prepared(text: str, **given: object) -> Prepared | None:
    document = parse(text)
    (operation, *_) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    found = plans().prepared(text, None, document, operation, given)
    assert not isinstance(found, list)
    return found


def ask(workspace: Workspace, text: str, *, encodes: bool = False) -> ExecutionResult:
    context = Context.of(workspace, actor="x", encodes=encodes)
    return asyncio.run(schema().execute(text, {}, context))


def test_a_plan_is_made_once_for_each_way_in_which_variables_skip_and_include() -> None:
    first = prepared(TEAM, key="alpha", more=True)
    second = prepared(TEAM, key="beta", more=True)
    third = prepared(TEAM, key="alpha", more=False)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.plan is second.plan
    assert first.plan is not third.plan


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        "{ teams { nodes { ... @defer { key } } } }",
        "{ teams { nodes @stream(initialCount: 1) { key } } }",
    ],
)
def test_introspection_and_what_comes_later_is_left_to_the_executor(text: str) -> None:
    assert prepared(text) is None


def test_a_plan_can_be_made_of_every_field_that_a_query_can_reach() -> None:
    root = schema()._schema.query_type
    assert root is not None
    waiting: list[GraphQLNamedType] = [root]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen or not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            # Unions are what mutations give: no plan writes them.
            assert not is_union_type(type_)
            continue
        seen.add(type_.name)
        if isinstance(type_, GraphQLInterfaceType):
            waiting += schema()._schema.get_possible_types(type_)
        for name, declared in type_.fields.items():
            field = declared.extensions["strawberry-definition"]
            assert isinstance(field, CallField) or field.is_basic_field, f"{type_.name}.{name}"
            waiting.append(get_named_type(declared.type))
    assert len(seen) > 100


def test_an_answer_is_json_already_for_who_takes_it_so() -> None:
    workspace = company()
    text = '{ team(key: "alpha") { key tags } }'
    written = ask(workspace, text, encodes=True).data
    assert isinstance(written, orjson.Fragment)
    assert orjson.loads(orjson.dumps(written)) == ask(workspace, text).data
    assert ask(workspace, text).data == {"team": {"key": "alpha", "tags": ["core", "eu"]}}


def test_what_was_written_of_a_node_is_not_shown_of_a_later_one() -> None:
    workspace = company()
    text = '{ team(key: "alpha") { name } }'
    assert ask(workspace, text).data == {"team": {"name": "Alpha"}}
    workspace.execute(UpdateNode(Ref("Team", "alpha"), {"name": "Omega"}), actor="x")
    assert ask(workspace, text).data == {"team": {"name": "Omega"}}


def test_what_takes_long_is_moved_to_a_worker_and_answers_alike() -> None:
    teams = [f"team-{number:04}" for number in range(500)]
    workspace = filled(
        node("ValueStream", "all"),
        *(node("Team", key, name="é" * 50) for key in teams),
        *(link(f"Team/{key}", "PART_OF", "ValueStream/all") for key in teams),
    )
    parts = (
        "parts(first: 500) { edges { cursor node { key ... on Team { owns { totalCount } } } } }"
    )
    fields = " ".join(f"a{number}: {parts}" for number in range(8))
    limits = replace(DEFAULTS, cost=10_000_000)
    contexts = [Context.of(workspace, principal=Principal("x", Role.VIEWER)) for _ in range(2)]

    made = [build_schema(limits, compiles=compiles) for compiles in (True, False)]
    text = f'{{ valueStream(key: "all") {{ {fields} }} }}'

    async def both() -> list[Any]:
        return [await each.execute(text, {}, its) for each, its in zip(made, contexts, strict=True)]

    by_plan, plainly = asyncio.run(both())
    assert by_plan.errors is None
    assert by_plan.data == plainly.data
    assert made[0].plans is not None
    document = parse(text)
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    found = made[0].plans.prepared(text, None, document, operation, {})
    assert isinstance(found, Prepared)
    assert found.plan.takes_long


def test_a_run_past_its_time_is_told_as_that() -> None:
    workspace = filled(*(node("Team", f"team-{number:04}") for number in range(400)))
    made = build_schema(seconds=1e-9)
    text = "{ teams(first: 400) { nodes { key dependents { totalCount } } } }"
    result = asyncio.run(made.execute(text, {}, Context.of(workspace, actor="x")))
    assert [each.extensions and each.extensions["code"] for each in result.errors or ()] == [
        "TIMEOUT"
    ]


def test_plans_keep_no_more_of_what_they_wrote_than_there_is_room() -> None:
    room = Room(5_000)
    shelves = [room.shelf(), room.shelf()]
    things = [object() for _ in range(40)]
    for number, thing in enumerate(things):
        room.keep(shelves[number % 2], thing, b"x" * 300)
        assert room.taken <= 5_000
        assert shelves[number % 2][id(thing)] == (thing, b"x" * 300)
    assert 0 < sum(map(len, shelves)) <= 10


def test_no_more_plans_are_kept_than_there_is_room_and_the_last_used_stay() -> None:
    made = Plans(schema()._schema, plans().reading)
    for number in range(KEPT + 10):
        asked = f"{{ a{number}: teams {{ totalCount }} }}"
        for text in (asked, "{ teams { totalCount } }"):
            document = parse(text)
            (operation,) = document.definitions
            assert isinstance(operation, OperationDefinitionNode)
            assert isinstance(made.prepared(text, None, document, operation, {}), Prepared)
    assert len(made) == KEPT
    assert "{ teams { totalCount } }" in made
