"""Laws of the past, over GraphQL: it answers as it did when it was now, and a write can be taken back.

Histories are of any writes to a small company, undone ones among them; what is asked is every
property of every kind, what hangs on it, and the analyses.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.commands import (
    CheckInEntry,
    Command,
    CreateNode,
    DeleteNode,
    Link,
    RecordCheckIns,
    Unlink,
    UpdateNode,
)
from graph.errors import HeadwaterError
from graph.model.relations import DependsOn
from graph.model.values import Json, Ref
from graph.workspace import Workspace
from schema.context import Context
from tests.schema.asking import company, schema

NOW = datetime(2026, 5, 15, 9, 30, tzinfo=UTC)
"""When everything is asked: the organisation's day is part of an answer."""

ANALYSES = """
  downstream(of: "Team/alpha") { targets { key node { title } } }
  upstream(of: "Team/beta") { targets { key } }
  criticalPath { finishDays items { key totalFloat } paths nearCritical }
  bottlenecks { teams { key score } declaredDependencies }
  alignment { orphanObjectives keyResultsWithoutWork workWithoutTeam }
  search(text: "a") { totalCount hits { node { key } } }
  graph { revision at nodeCount relationshipCount }
  changes { totalCount nodes { revision at actor command
    changes { nodes { subject before after } } } }
"""


def _leaves(type_: GraphQLObjectType | GraphQLInterfaceType) -> list[str]:
    return [
        name
        for name, each in type_.fields.items()
        if is_leaf_type(get_named_type(each.type)) and not each.args
    ]


def _page_of(type_: GraphQLOutputType) -> GraphQLObjectType | GraphQLInterfaceType | None:
    """Give what a page of a connection holds, None for what is none."""
    connection = get_named_type(type_)
    if not isinstance(connection, GraphQLObjectType) or not connection.name.endswith("Connection"):
        return None
    held = get_named_type(connection.fields["nodes"].type)
    assert isinstance(held, GraphQLObjectType | GraphQLInterfaceType)
    return held


def everything() -> str:
    """Give a selection of every kind, with its properties and the keys of what it is joined to."""
    query = schema()._schema.query_type
    assert query is not None
    pages = []
    for name, field in query.fields.items():
        kind = _page_of(field.type)
        if kind is None or name in {"changes", "refusedWrites", "neighbors"}:
            continue
        joined = [
            f"{below}(first: 5) {{ totalCount nodes {{ key }} }}"
            for below, other in kind.fields.items()
            if (held := _page_of(other.type)) is not None and "key" in held.fields
        ]
        selected = " ".join([*_leaves(kind), *joined])
        pages.append(f"{name}(first: 20) {{ totalCount nodes {{ {selected} }} }}")
    assert len(pages) >= 15
    return " ".join(pages) + ANALYSES


WHOLE = everything()
UNDO = """mutation($revision: Int!) { undo(input: {revision: $revision}) {
  undone revision problems { code message subject } } }"""
LOG = """query($since: Int!) { changes(since: $since, first: 1) {
  nodes { revision command changes(first: 100) { nodes { subject before after } } } } }"""


def answer(workspace: Workspace, operation: str, **variables: object) -> Any:  # noqa: ANN401
    context = Context.of(workspace, actor="tester", clock=lambda: NOW)
    result = asyncio.run(
        schema().execute(operation, variable_values=variables, context_value=context)
    )
    assert not result.errors, result.errors
    return result.data


teams = st.sampled_from(["alpha", "beta", "gamma"]).map(lambda key: Ref("Team", key))
items = st.sampled_from(["build", "ship", "fix"]).map(lambda key: Ref("WorkItem", key))
words = st.sampled_from([None, "One", "Zwei", "\u4e09 \U0001f30a"])
days = st.integers(0, 9)


def made(ref: Ref, **properties: Json) -> Command:
    return CreateNode(ref.kind, ref.key, properties)


writes: st.SearchStrategy[Command | None] = st.one_of(
    st.none(),  # a write is taken back
    st.builds(lambda ref, word: made(ref, name=word), teams, words),
    st.builds(lambda ref, many: made(ref, flow="defect", duration_days=many), items, days),
    st.builds(lambda ref, word: UpdateNode(ref, {"description": word}), teams, words),
    st.builds(lambda ref, many: UpdateNode(ref, {"duration_days": many}), items, days),
    items.map(lambda ref: DeleteNode(ref, detach=True)),
    st.just(DeleteNode(Ref("Team", "gamma"), detach=True)),  # of the others the analyses are asked
    st.builds(lambda a, b: Link("DEPENDS_ON", a, b, {"lag_days": 1}), items, items),
    st.builds(lambda a, b: Unlink(DependsOn(source=a, target=b).ref), items, items),
    st.builds(lambda team, item: Link("DELIVERS", team, item), teams, items),
    days.map(lambda value: RecordCheckIns([CheckInEntry("sales", value)], NOW)),
)
histories = st.lists(st.tuples(writes, st.integers(2, 6)), min_size=2, max_size=7)
trying = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def written(workspace: Workspace, write: Command | None, taken_back: int) -> None:
    """Write, or take a write back; many of either are refused."""
    with suppress(HeadwaterError):
        if write is None:
            workspace.undo(taken_back, actor="bob")
        else:
            workspace.execute(write, actor="ann")


@given(histories)
@trying
def test_the_past_answers_as_it_did_when_it_was_now(
    history: list[tuple[Command | None, int]],
) -> None:
    workspace = company()
    told = {1: answer(workspace, f"{{ {WHOLE} }}")}
    for write, taken_back in history:
        written(workspace, write, taken_back)
        told[workspace.snapshot().revision] = answer(workspace, f"{{ {WHOLE} }}")
    for revision, then in told.items():
        asked = f"query($r: Int) {{ asOf(revision: $r) {{ {WHOLE} }} }}"
        assert answer(workspace, asked, r=revision)["asOf"] == then
    # Of writes of one instant the last is what stood then.
    for instant, then in {then["graph"]["at"]: then for then in told.values()}.items():
        asked = "query($at: DateTime) { asOf(at: $at) { graph { revision } } }"
        found = answer(workspace, asked, at=instant)["asOf"]["graph"]
        assert found == {"revision": then["graph"]["revision"]}


@given(histories)
@trying
def test_a_write_is_taken_back_whole_or_refused_with_what_rests_on_it(
    history: list[tuple[Command | None, int]],
) -> None:
    workspace = company()
    for write, taken_back in history:
        written(workspace, write, taken_back)
    for revision in range(2, workspace.snapshot().revision + 1):
        before = answer(workspace, f"{{ {WHOLE} }}")
        stood_at = before["graph"]["revision"]
        undo = answer(workspace, UNDO, revision=revision)["undo"]
        if not undo["problems"]:
            assert (undo["undone"], undo["revision"]) == (revision, stood_at + 1)
            assert _moves(workspace, undo["revision"]) == _inverted(_moves(workspace, revision))
            continue
        assert undo["undone"] is None
        assert answer(workspace, f"{{ {WHOLE} }}") == before
        later = {f"revision {each}" for each in range(revision + 1, stood_at + 1)}
        for problem in undo["problems"]:
            assert any(each in problem["message"] for each in later), problem


def _moves(workspace: Workspace, revision: int) -> dict[str, tuple[Any, Any]]:
    """Give what a write altered: each thing's properties before and after."""
    (commit,) = answer(workspace, LOG, since=revision - 1)["changes"]["nodes"]
    assert commit["revision"] == revision
    return {each["subject"]: (each["before"], each["after"]) for each in commit["changes"]["nodes"]}


def _inverted(moves: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {subject: (after, before) for subject, (before, after) in moves.items()}
