from collections.abc import Mapping
from typing import Any

import pytest

from graph.model.catalog import ENTITIES
from graph.workspace import Workspace
from schema.naming import singular
from tests.schema.asking import ask, company, filled, link, node, told

PROBLEMS = """problems { __typename code message field subject hint
  ... on ValidationProblem { value } ... on ConflictProblem { currentRevision } }"""


def _create(workspace: Workspace, **given: object) -> Any:  # noqa: ANN401
    query = f"""mutation($i: CreateTeamInput!) {{ createTeam(input: $i) {{
      revision repeated node {{ id key name capacity type }} {PROBLEMS} }} }}"""
    return told(workspace, query, i=given)["createTeam"]


def _update(workspace: Workspace, **given: object) -> Any:  # noqa: ANN401
    query = f"""mutation($i: UpdateTeamInput!) {{ updateTeam(input: $i) {{
      revision node {{ name capacity tags }} {PROBLEMS} }} }}"""
    return told(workspace, query, i=given)["updateTeam"]


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.label)
def test_each_kind_is_made_altered_and_removed(kind: Any) -> None:  # noqa: ANN401
    workspace, label = filled(), kind.label
    made = told(
        workspace,
        f'mutation {{ create{label}(input: {{key: "k", name: "One"}}) {{'
        f" node {{ __typename key name }} revision problems {{ code }} }} }}",
    )[f"create{label}"]
    assert made["node"] == {"__typename": label, "key": "k", "name": "One"}
    altered = told(
        workspace,
        f'mutation {{ update{label}(input: {{key: "k", name: null, expectedRevision: 1}}) {{'
        f" node {{ name title }} revision problems {{ code }} }} }}",
    )[f"update{label}"]
    assert altered == {"node": {"name": None, "title": "k"}, "revision": 2, "problems": []}
    removed = told(
        workspace,
        f'mutation {{ delete{label}(input: {{key: "k"}}) {{ deletedId problems {{ code }} }} }}',
    )[f"delete{label}"]
    assert removed["problems"] == []
    assert removed["deletedId"]
    assert told(workspace, f'{{ {singular(kind)}(key: "k") {{ key }} }}') == {singular(kind): None}


def test_a_payload_shows_the_node_as_it_was_written() -> None:
    payload = _create(filled(), key="a", name="A", capacity=2, type="ENABLING")
    assert payload["node"]["capacity"] == 2.0
    assert payload["node"]["type"] == "ENABLING"
    assert (payload["revision"], payload["problems"]) == (1, [])


def test_all_that_is_wrong_is_said_at_once_with_the_way_out() -> None:
    workspace = filled(node("Team", "a"))
    payload = _create(workspace, key="a", capacity=-1)
    assert payload["node"] is None
    assert payload["revision"] == 1
    found = {(p["code"], p["field"]) for p in payload["problems"]}
    assert found == {("OUT_OF_RANGE", "capacity"), ("ALREADY_EXISTS", "key")}
    assert all(p["__typename"] == "ValidationProblem" and p["hint"] for p in payload["problems"])


def test_a_problem_names_the_field_as_the_input_does() -> None:
    query = """mutation { createKeyResult(input: {key: "k", start: 1, target: 1}) {
      node { key } problems { field code } }
      createValueStream(input: {key: "v", targetRiskShare: 2}) { problems { field } } }"""
    found = told(filled(), query)
    assert found["createKeyResult"]["node"] is None
    assert found["createValueStream"]["problems"] == [{"field": "targetRiskShare"}]


def test_a_patch_tells_absent_from_null() -> None:
    workspace = filled(node("Team", "a", name="A", capacity=3, tags=["x"]))
    assert _update(workspace, key="a", capacity=None)["node"] == {
        "name": "A",
        "capacity": None,
        "tags": ["x"],
    }
    assert _update(workspace, key="a", tags=None)["node"]["tags"] == []


def test_a_stale_revision_is_a_conflict_that_says_where_it_stands() -> None:
    workspace = filled(node("Team", "a"))
    _update(workspace, key="a", name="B")
    payload = _update(workspace, key="a", name="C", expectedRevision=1)
    (problem,) = payload["problems"]
    assert problem["__typename"] == "ConflictProblem"
    assert problem["currentRevision"] == 2
    assert payload["node"] is None


def test_what_is_not_there_is_a_problem_with_the_nearest_name() -> None:
    (problem,) = _update(filled(node("Team", "alpha")), key="alpah", name="x")["problems"]
    assert problem["__typename"] == "NotFoundProblem"
    assert problem["code"] == "NOT_FOUND"
    assert "alpha" in problem["hint"]


def test_the_same_idempotency_key_is_carried_out_once() -> None:
    workspace = filled()
    first = _create(workspace, key="a", idempotencyKey="once")
    again = _create(workspace, key="a", idempotencyKey="once")
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["node"] == first["node"]
    assert again["revision"] == first["revision"] == workspace.snapshot().revision


def test_a_node_that_is_referred_to_goes_only_when_asked_to_detach() -> None:
    workspace = company()
    query = """mutation($d: Boolean!) { deleteTeam(input: {key: "beta", detach: $d}) {
      deletedId problems { code } } }"""
    refused = told(workspace, query, d=False)["deleteTeam"]
    assert refused["deletedId"] is None
    assert {p["code"] for p in refused["problems"]} == {"STILL_REFERENCED"}
    assert told(workspace, query, d=True)["deleteTeam"]["problems"] == []


def test_the_actor_of_the_request_is_in_the_log() -> None:
    workspace = filled()
    _create(workspace, key="a")
    (commit,) = workspace.changes(0)
    assert (commit.actor, commit.command) == ("tester", "create")


LINK = f"""mutation($i: LinkDependsOnInput!) {{ linkDependsOn(input: $i) {{
  relationship {{ id key link lagDays neededBy source {{ key }} target {{ key }} }} {PROBLEMS} }} }}"""


def test_a_relationship_is_made_altered_and_removed() -> None:
    workspace = filled(node("Team", "a"), node("Team", "b"))
    ends = {"source": "Team/a", "target": "Team/b"}
    made = told(workspace, LINK, i={**ends, "lagDays": 2, "neededBy": "2026-01-31"})
    link_ = made["linkDependsOn"]["relationship"]
    assert (link_["lagDays"], link_["neededBy"], link_["link"]) == (2.0, "2026-01-31", "FS")
    assert (link_["source"]["key"], link_["target"]["key"]) == ("a", "b")
    altered = told(
        workspace,
        """mutation($k: String!) { updateDependsOn(input: {key: $k, status: AGREED, neededBy: null}) {
          relationship { status neededBy lagDays } problems { code } } }""",
        k=link_["key"],
    )["updateDependsOn"]
    assert altered["relationship"] == {"status": "AGREED", "neededBy": None, "lagDays": 2.0}
    removed = told(
        workspace,
        """mutation($k: String!) { unlinkDependsOn(input: {key: $k}) {
          deletedId problems { code } } }""",
        k=link_["key"],
    )["unlinkDependsOn"]
    assert removed == {"deletedId": link_["id"], "problems": []}


def test_a_relationship_without_a_key_is_named_by_its_ends() -> None:
    workspace = company()
    query = """mutation { updateBuilds(input: {source: "Team/alpha", target: "Product/cart",
      share: 0.25}) { relationship { share } problems { code } }
      unlinkBuilds(input: {source: "Team/alpha", target: "Product/cart"}) { problems { code } } }"""
    found = told(workspace, query)
    assert found["updateBuilds"]["relationship"] == {"share": 0.25}
    assert told(workspace, '{ team(key: "alpha") { builds { totalCount } } }') == {
        "team": {"builds": {"totalCount": 0}}
    }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"source": "Team/a", "target": "Team/nobody"}, "END_MISSING"),
        ({"source": "Team/a", "target": "Person/p"}, "END_KIND"),
        ({"source": "Team/a", "target": "Team/b", "key": "taken"}, "ALREADY_EXISTS"),
    ],
)
def test_a_link_that_breaks_a_rule_is_a_problem(given: Mapping[str, object], code: str) -> None:
    workspace = filled(
        node("Team", "a"),
        node("Team", "b"),
        node("Person", "p"),
        link("Team/b", "DEPENDS_ON", "Team/a", key="taken"),
    )
    payload = told(workspace, LINK, i=given)["linkDependsOn"]
    assert payload["relationship"] is None
    assert code in {p["code"] for p in payload["problems"]}


def test_a_loop_is_refused_with_its_way() -> None:
    workspace = filled(
        node("WorkItem", "a"), node("WorkItem", "b"), link("WorkItem/a", "DEPENDS_ON", "WorkItem/b")
    )
    payload = told(workspace, LINK, i={"source": "WorkItem/b", "target": "WorkItem/a"})
    (problem,) = payload["linkDependsOn"]["problems"]
    assert problem["code"] == "LOOP"


def test_an_end_that_names_no_node_is_an_error() -> None:
    answer = ask(filled(), LINK, i={"source": "nonsense", "target": "Team/a"})
    assert answer.code == "BAD_USAGE"


def test_mutations_of_one_request_see_each_other() -> None:
    query = """mutation { createTeam(input: {key: "a"}) { revision }
      createProduct(input: {key: "p"}) { revision }
      linkBuilds(input: {source: "Team/a", target: "Product/p"}) { revision
        relationship { source { key ... on Team { builds { nodes { key } } } } } } }"""
    found = told(filled(), query)
    assert found["linkBuilds"] == {
        "revision": 3,
        "relationship": {"source": {"key": "a", "builds": {"nodes": [{"key": "p"}]}}},
    }


def test_records_go_in_as_they_come_out() -> None:
    query = """mutation { createWorkItem(input: {key: "w", estimateDays:
      {optimistic: 1, likely: 2, pessimistic: 3}, states: [{state: NEW, at: "2024-01-01"}]}) {
      node { state estimateDays { likely } states { state at } } problems { message } } }"""
    assert told(filled(), query)["createWorkItem"] == {
        "node": {
            "state": "NEW",
            "estimateDays": {"likely": 2.0},
            "states": [{"state": "NEW", "at": "2024-01-01"}],
        },
        "problems": [],
    }
