import asyncio
from collections.abc import Mapping

import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.bounds import DEFAULTS, Limits
from schema.build import build_schema
from schema.context import Context
from schema.cost import cost
from schema.weights import ANALYSIS, INTROSPECTION, MUTATION, weights
from tests.schema.asking import ask, company, told


def priced(text: str, **variables: object) -> int:
    document = parse(text)
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return cost(build_schema()._schema, document, operation, variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 1),
        ("{ graph { revision at } }", 3),
        ("{ teams { totalCount } }", 2),
        ("{ teams(first: 10) { nodes { key name } } }", 1 + 1 + 10 * 2),
        ("{ teams(last: 10) { edges { cursor node { key } } } }", 1 + 1 + 10 * (2 + 1)),
        ("{ teams { nodes { key } } }", 1 + 1 + 50),
        ("{ teams(first: 9999) { nodes { key } } }", 1 + 1 + 500),
        ("{ teams(first: -5) { nodes { key } } }", 1 + 1),
        (
            "{ teams(first: 10) { nodes { key dependsOn(first: 3) { nodes { key } } } } }",
            1 + 1 + 10 * (1 + 1 + 1 + 3),
        ),
        ('{ nodes(ids: ["a", "b", "c"]) { key } }', 1 + 3),
        ("{ a: graph { at } b: graph { at } }", 4),
        ("{ ...F ...F } fragment F on Query { graph { at } }", 4),
        ("{ ... on Query { graph { at } } }", 2),
        ('mutation { createTeam(input: {key: "a"}) { revision } }', MUTATION + 2),
        ("{ __schema { types { fields { name } } } }", INTROSPECTION),
    ],
)
def test_an_operation_costs_its_fields_times_the_rows_of_their_pages(
    text: str, expected: int
) -> None:
    assert priced(text) == expected


def test_variables_say_how_large_a_page_is_and_defaults_do_where_they_are_left_out() -> None:
    query = "query ($n: Int = 7) { teams(first: $n) { nodes { key } } }"
    assert priced(query) == 2 + 7
    assert priced(query, n=20) == 2 + 20
    assert priced(query, n="many") == 2 + 50
    ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { key } }"
    assert priced(ids, ids=["a"] * 40) == 1 + 40


def test_an_analysis_costs_what_is_declared_for_it() -> None:
    assert priced("{ alignment { __typename } }") == ANALYSIS + 1
    assert priced("{ bottlenecks { __typename } }") == 5_000 + 1


def test_everything_that_has_a_weight_is_a_field_of_the_schema() -> None:
    schema = build_schema()._schema
    for place in weights():
        type_, name = place.split(".")
        if not name.startswith("__"):
            assert name in schema.get_type(type_).fields  # type: ignore[union-attr]


def test_an_answer_tells_what_it_cost_of_how_much() -> None:
    result = asyncio.run(
        build_schema().execute("{ graph { at } }", context_value=Context.of(company()))
    )
    assert result.extensions == {"cost": {"requested": 2, "limit": DEFAULTS.cost}}


def test_an_operation_over_the_limit_is_refused_with_its_cost_before_it_runs() -> None:
    schema = build_schema(Limits(cost=100))
    query = "{ teams(first: 50) { nodes { key name } } }"
    result = asyncio.run(schema.execute(query, context_value=Context.of(company())))
    (error,) = result.errors or []
    assert error.extensions == {
        "code": "LIMIT_EXCEEDED",
        "limit": "cost",
        "value": 100,
        "found": 102,
    }


def test_pages_within_pages_are_refused_however_small_the_document() -> None:
    inner = "key"
    for _ in range(4):
        inner = f"dependsOn(first: 500) {{ nodes {{ ... on Team {{ {inner} }} }} }}"
    answer = ask(company(), f"{{ teams(first: 500) {{ nodes {{ {inner} }} }} }}")
    assert answer.errors[0]["extensions"]["limit"] == "cost"
    assert answer.errors[0]["extensions"]["found"] <= 10**12


_LEAVES = st.sampled_from(["key", "name", "a: id", "capacity"])
_PAGES = st.integers(0, 9)


@settings(max_examples=40, deadline=None)
@given(st.lists(_LEAVES, min_size=1, max_size=4, unique=True), _PAGES, _PAGES)
def test_no_answer_has_more_fields_than_it_cost(leaves: list[str], outer: int, inner: int) -> None:
    query = (
        f"{{ teams(first: {outer}) {{ nodes {{ {' '.join(leaves)}"
        f" dependsOn(first: {inner}) {{ edges {{ cursor node {{ key }} }} }} }} }} }}"
    )
    assert _fields(told(company(), query)) <= priced(query)


def _fields(data: object) -> int:
    """Count the fields of an answer, each row's for itself."""
    if isinstance(data, Mapping):
        return sum(1 + _fields(value) for value in data.values())
    return sum(map(_fields, data)) if isinstance(data, list) else 0
