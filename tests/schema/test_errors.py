import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from graph.commands import CreateNode
from graph.errors import StoreFailed
from graph.model.changes import Commit
from graph.store.memory import MemoryStore
from graph.workspace import Workspace
from schema.bounds import Limits
from schema.build import build_schema
from schema.context import Context
from tests.schema.asking import ask, company, filled, node

SECRET = "Neo.ClientError: MATCH (n) at bolt://10.0.0.1 in /srv/secret"


class FailingStore(MemoryStore):
    """A store whose log cannot be read."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def commits(self, since: int, limit: int | None = None) -> Sequence[Commit]:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"),
    [(RuntimeError(SECRET), "INTERNAL_ERROR"), (StoreFailed(SECRET), "STORE_FAILED")],
)
def test_what_nobody_foresaw_is_masked_and_logged_under_an_id(error: Exception, code: str) -> None:
    store = FailingStore(error)
    workspace = Workspace(store)
    ask(workspace, 'mutation { createTeam(input: {key: "a"}) { revision } }')
    with capture_logs() as logs:
        answer = ask(workspace, "{ changes { totalCount } }")
    assert answer.code == code
    assert answer.data == {"changes": None}
    (shown,) = answer.errors
    assert "secret" not in str(shown)
    assert "bolt" not in str(shown)
    (entry,) = logs
    assert shown["extensions"]["classification"] == "DataFetchingException"
    assert entry["error_id"] == shown["extensions"]["errorId"]
    assert SECRET in entry["trace"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { graph { at } } query B { graph { at } }", "OPERATION_NAME_MISSING"),
        ('{ downstream(of: "Team/nobody") { count } }', "NOT_FOUND"),
        ('{ downstream(of: "nonsense") { count } }', "BAD_USAGE"),
    ],
)
def test_every_error_has_a_code(query: str, code: str) -> None:
    assert ask(company(), query).code == code


def test_a_refused_reading_tells_each_reason() -> None:
    workspace = filled(*(node("WorkItem", f"w{number:02}") for number in range(25)))
    answer = ask(workspace, "{ criticalPath(missing: REFUSE) { finishDays } }")
    assert answer.code == "REFUSED"
    told = answer.errors[0]["extensions"]
    assert told["problemCount"] == 25
    assert [problem["code"] for problem in told["problems"]] == ["MISSING_VALUE"] * 20
    assert "WorkItem/w19 has neither" in told["problems"][-1]["message"]


def test_an_error_of_a_field_that_the_caller_made_is_told_as_his() -> None:
    (error,) = ask(company(), '{ downstream(of: "nonsense") { count } }').errors
    assert error["extensions"]["classification"] == "ValidationError"


def test_a_variable_of_the_wrong_type_is_told_from_a_failure() -> None:
    query = "query($f: Int) { teams(first: $f) { totalCount } }"
    assert ask(company(), query, f="many").code == "GRAPHQL_VALIDATION_FAILED"


def test_a_day_that_is_none_is_refused_in_words() -> None:
    query = 'mutation { createTeam(input: {key: "a", founded: "2024-02-30"}) { revision } }'
    answer = ask(filled(), query)
    assert answer.code == "GRAPHQL_VALIDATION_FAILED"
    assert "not a day of the calendar" in answer.errors[0]["message"]


@pytest.mark.parametrize(
    ("query", "limit", "value"),
    [
        ("{" + " graph { at }" * 40 + "}", "tokens", 100),
        ("{ teams { nodes { dependsOn { nodes { key } } } } }", "depth", 4),
        ("{ a: graph { at } b: graph { at } c: graph { at } }", "aliases", 2),
        (
            "fragment F on Team { dependsOn { nodes { key } } } { teams { nodes { ...F } } }",
            "depth",
            4,
        ),
    ],
)
def test_a_refusal_names_the_limit_and_its_value(query: str, limit: str, value: int) -> None:
    schema = build_schema(Limits(tokens=100, depth=4, aliases=2))
    context = Context.of(company())
    result = asyncio.run(schema.execute(query, context_value=context))
    assert result.errors
    shown = result.errors[0].formatted
    assert shown["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert shown["extensions"]["limit"] == limit
    assert f"{value}" in shown["message"]


def test_fragments_within_fragments_are_counted_spread_out_at_no_cost() -> None:
    spread = " ".join(f"fragment F{i} on Team {{ ...F{i + 1} ...F{i + 1} }}" for i in range(60))
    query = spread + " fragment F60 on Team { key } { teams { nodes { ...F0 } } }"
    answer = ask(company(), query)
    assert answer.code == "LIMIT_EXCEEDED"
    assert answer.errors[0]["extensions"]["limit"] == "fields"


def test_a_fragment_that_holds_itself_is_refused() -> None:
    query = "fragment F on Team { ...F } { teams { nodes { ...F } } }"
    assert ask(company(), query).errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_introspection_can_be_off() -> None:
    schema, query = build_schema(introspection=False), "{ __schema { types { name } } }"
    context = Context.of(company())
    assert asyncio.run(schema.execute(query, context_value=context)).errors
    assert not ask(company(), query).errors
    named = asyncio.run(schema.execute("{ graph { __typename } }", context_value=context))
    assert not named.errors


def test_twenty_requests_at_once_are_each_masked() -> None:
    async def many() -> list[str]:
        schema, context = build_schema(), Context.of(Workspace(FailingStore(KeyError(SECRET))))
        context.workspace.execute(CreateNode("Team", "a"), actor="x")
        results = await asyncio.gather(
            *(
                schema.execute(
                    "{ changes { totalCount } }", context_value=Context.of(context.workspace)
                )
                for _ in range(20)
            )
        )
        return [str([e.formatted for e in r.errors or ()]) for r in results]

    with capture_logs() as logs:
        shown = asyncio.run(many())
    assert all("INTERNAL_ERROR" in text and "secret" not in text for text in shown)
    assert len({entry["error_id"] for entry in logs}) == 20
