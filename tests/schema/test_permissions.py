"""Each role against each field of the whole schema."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from graphql import build_schema as read_schema

from graph.commands import Import
from graph.model.principals import Principal, Role
from graph.workspace import Workspace
from schema.build import sdl
from schema.context import Context
from schema.permissions import rules
from tests.schema.asking import company, node, schema, told

ROOTS = ("Query", "Mutation", "Subscription")
CORE = read_schema(sdl())


def fields(root: str) -> Mapping[str, GraphQLField]:
    found = CORE.type_map[root]
    assert isinstance(found, GraphQLObjectType)
    return dict(found.fields)


def dummy(type_: GraphQLInputType) -> str:
    """Give some value of a type, as GraphQL writes it."""
    if isinstance(type_, GraphQLNonNull):
        return dummy(type_.of_type)
    if isinstance(type_, GraphQLList):
        return f"[{dummy(type_.of_type)}]"
    if isinstance(type_, GraphQLInputObjectType):
        parts = (
            f"{name}: {dummy(field.type)}"
            for name, field in type_.fields.items()
            if is_required_input_field(field)
        )
        return "{" + ", ".join(parts) + "}"
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    words = {"Int": "1", "Float": "1", "Boolean": "true", "Date": '"2026-01-01"'}
    return words.get(type_.name, '"Team/a"')


def operation(root: str, name: str) -> str:
    """Give the smallest operation that asks for a field."""
    field = fields(root)[name]
    given = ", ".join(
        f"{arg}: {dummy(found.type)}"
        for arg, found in field.args.items()
        if is_required_argument(found)
    )
    inner = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{root.lower()} {{ {name}{f'({given})' if given else ''}{inner} }}"


async def codes(root: str, name: str, principal: Principal, workspace: Workspace) -> set[str]:
    """Ask for a field, and give the codes of what went wrong at once."""
    context = Context.of(workspace, principal=principal, follows=True)
    text = operation(root, name)
    if root != "Subscription":
        result: Any = await schema().execute(text, context_value=context)
        return found_codes(result)
    results = await schema().stream(text, context_value=context)
    first = asyncio.ensure_future(anext(results, None))
    done, _ = await asyncio.wait([first], timeout=0.05)
    found = found_codes(first.result()) if done else set()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    return found


def found_codes(result: Any) -> set[str]:  # noqa: ANN401
    return {str((error.extensions or {}).get("code")) for error in result.errors or ()}


def everything() -> Iterator[tuple[str, str]]:
    for root in ROOTS:
        for name in fields(root):
            yield root, name


def test_every_field_of_the_roots_has_a_rule() -> None:
    known = rules()
    without = [f"{root}.{name}" for root, name in everything() if name not in known[root]]
    assert without == [], "give it a role in schema/permissions.py"


@pytest.mark.parametrize("role", Role)
def test_each_role_may_ask_for_what_its_rules_say_and_for_nothing_else(role: Role) -> None:
    who = Principal(f"token:{role}", role, frozenset({"a"}))

    async def ask() -> None:
        for root, name in everything():
            workspace = Workspace.in_memory()
            # His own write: what others wrote is not his to undo, whatever the field's rule is.
            workspace.execute(Import([node("Team", "a")]), actor=who.name)
            found = await codes(root, name, who, workspace)
            needed = rules()[root][name]
            assert ("FORBIDDEN" in found) is not role.covers(needed), (root, name, found)
            kept = workspace.refused(10)
            if not role.covers(needed) and root == "Mutation":
                assert [(one.command, one.actor) for one in kept] == [(name, who.name)]

    asyncio.run(ask())


def test_a_viewer_writes_nothing_by_any_mutation() -> None:
    workspace = company()
    who = Principal("token:v", Role.VIEWER, frozenset({"alpha", "beta"}))

    async def ask() -> None:
        for name in fields("Mutation"):
            assert "FORBIDDEN" in await codes("Mutation", name, who, workspace), name

    asyncio.run(ask())
    assert workspace.snapshot().revision == 1
    assert len(workspace.refused(1_000)) == len(fields("Mutation"))


def asked(workspace: Workspace, who: Principal, query: str) -> Any:  # noqa: ANN401
    context = Context.of(workspace, principal=who)
    return asyncio.run(schema().execute(query, context_value=context))


def test_a_field_of_admins_is_theirs_below_the_past_too() -> None:
    who = Principal("token:p", Role.PLANNER)
    query = "{ asOf(revision: 1) { refusedWrites { totalCount } } }"
    assert found_codes(asked(company(), who, query)) == {"FORBIDDEN"}


def test_a_refusal_names_the_role_that_it_takes_and_the_way_out() -> None:
    who = Principal("token:v", Role.VIEWER)
    result = asked(company(), who, 'mutation { deleteTeam(input: {key: "alpha"}) { revision } }')
    (error,) = result.errors
    assert error.message == "deleteTeam needs the role planner; token:v is viewer"
    assert error.extensions["code"] == "FORBIDDEN"
    assert "ask an admin" in error.extensions["hint"]


def test_an_admin_reads_what_was_refused_page_by_page() -> None:
    workspace = company()
    who = Principal("token:c", Role.CONTRIBUTOR, frozenset({"alpha"}))
    asked(workspace, who, 'mutation { deleteTeam(input: {key: "alpha"}) { revision } }')
    asked(
        workspace, who, 'mutation { updateWorkItem(input: {key: "ship", name: "x"}) { revision } }'
    )
    broken = 'mutation { createTeam(input: {key: "c", capacity: -1}) { problems { code } } }'
    assert told(workspace, broken)["createTeam"]["problems"]
    query = """query($after: String) { refusedWrites(first: 2, after: $after) { totalCount
      pageInfo { hasNextPage endCursor } nodes { number actor role command target code reasons } } }"""
    first = told(workspace, query)["refusedWrites"]
    assert first["totalCount"] == 3
    assert [(one["actor"], one["role"], one["code"]) for one in first["nodes"]] == [
        ("tester", "ADMIN", "OUT_OF_RANGE"),
        ("token:c", "CONTRIBUTOR", "FORBIDDEN"),
    ]
    assert [one["target"] for one in first["nodes"]] == ["Team/c", "WorkItem/ship"]
    rest = told(workspace, query, after=first["pageInfo"]["endCursor"])["refusedWrites"]
    assert [(one["command"], one["target"]) for one in rest["nodes"]] == [("deleteTeam", "alpha")]
    assert rest["pageInfo"]["hasNextPage"] is False


def test_a_caller_can_ask_who_he_is() -> None:
    who = Principal("token:c", Role.CONTRIBUTOR, frozenset({"beta"}), "ann")
    result = asked(company(), who, "{ viewer { name role person teams } }")
    assert result.data["viewer"] == {
        "name": "token:c",
        "role": "CONTRIBUTOR",
        "person": "ann",
        "teams": ["alpha", "beta"],
    }


def test_a_check_in_names_its_author() -> None:
    workspace = company()
    who = Principal("token:c", Role.CONTRIBUTOR, person="ann")
    query = 'mutation { checkIn(input: {keyResult: "sales", value: 6}) { node { by } problems { code } } }'
    assert asked(workspace, who, query).data["checkIn"] == {"node": {"by": "ann"}, "problems": []}
    assert workspace.changes(1)[0].actor == "token:c"
