"""Mutations of planners: what they show, and what they refuse with everything at once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from schema.identity import node_id
from tests.schema.asking import ask, filled, link, node, schema

NOW = datetime(2026, 5, 16, 9, tzinfo=UTC)


def plans() -> Workspace:
    return filled(
        node("Company", "acme"),
        node("Team", "t"),
        node("Team", "gone", dissolved="2026-01-01"),
        node("Cycle", "q2", **{"from": "2026-04-01", "to": "2026-06-30"}),
        node("Cycle", "q1", **{"from": "2026-01-01", "to": "2026-03-31", "state": "closed"}),
        node("Objective", "a"),
        node("Objective", "b"),
        node("Objective", "old"),
        node("KeyResult", "k", start=0, target=10, current=4),
        node("KeyResult", "j", start=0, target=10),
        link("Objective/a", "IN_CYCLE", "Cycle/q2"),
        link("Objective/old", "IN_CYCLE", "Cycle/q1"),
        link("Objective/b", "CONTRIBUTES_TO", "Objective/a", weight=2),
        link("KeyResult/k", "MEASURES", "Objective/b"),
        link("KeyResult/j", "MEASURES", "Objective/old"),
    )


def sent(workspace: Workspace, name: str, given: Mapping[str, object], shown: str) -> Any:  # noqa: ANN401
    """Send a mutation with its input as a variable."""
    input_ = f"{name[:1].upper()}{name[1:]}Input!"
    query = f"""mutation($i: {input_}) {{ {name}(input: $i) {{ {shown} revision
        problems {{ __typename code subject field message hint
          ... on ValidationProblem {{ value }} ... on ConflictProblem {{ currentRevision }} }} }} }}"""

    async def run() -> Any:  # noqa: ANN401
        context = Context.of(workspace, actor="ann", clock=lambda: NOW)
        result = await schema().execute(query, {"i": dict(given)}, context_value=context)
        assert not result.errors, result.errors
        return (result.data or {})[name]

    return asyncio.run(run())


def codes(payload: Any) -> list[str]:  # noqa: ANN401
    return [problem["code"] for problem in payload["problems"]]


def test_a_check_in_takes_ids_keys_and_written_names_alike() -> None:
    workspace = plans()
    for name in ("k", "KeyResult/k", node_id(Ref("KeyResult", "k"))):
        given = {"keyResult": name, "value": 5, "at": f"2026-05-0{len(name) % 9 + 1}"}
        payload = sent(workspace, "checkIn", given, "node { value by for { nodes { key } } }")
        assert payload["problems"] == []
        assert payload["node"]["by"] == "ann"
    assert workspace.snapshot().revision == 4


def test_check_ins_are_refused_together_with_everything_that_is_wrong() -> None:
    workspace = plans()
    entries = [
        {"keyResult": "none", "value": 1},
        {"keyResult": "k", "value": 1, "at": "2026-05-17"},
        {"keyResult": "k", "value": 1, "at": "2026-03-31"},
        {"keyResult": "j", "value": 1},
        {"keyResult": "k", "value": 1, "confidence": 1.5},
    ]
    payload = sent(workspace, "recordCheckIns", {"checkIns": entries}, "nodes { key }")
    assert payload["nodes"] is None
    found = payload["problems"]
    assert len(found) == 5
    assert {"NOT_FOUND", "CLOSED", "OUT_OF_RANGE"} <= set(codes(payload))
    assert all(problem["message"] for problem in found)
    assert any("Cycle/q1" in problem["message"] for problem in found)
    assert any("2026-04-01" in problem["message"] for problem in found)
    assert workspace.snapshot().revision == 1


def test_an_objective_is_made_with_everything_or_not_at_all() -> None:
    workspace = plans()
    given = {
        "key": "new",
        "owner": "Team/gone",
        "cycle": "q1",
        "keyResults": [{"key": "k", "start": 1, "target": 1}, {"start": 0, "target": 5}],
        "parents": [{"target": "Objective/none"}, {"target": "Objective/a", "weight": -1}],
    }
    payload = sent(workspace, "createObjectiveWithKeyResults", given, "node { key }")
    assert payload["node"] is None
    assert {"DISSOLVED", "CLOSED", "ALREADY_EXISTS", "OUT_OF_RANGE"} <= set(codes(payload))
    assert len(payload["problems"]) >= 5
    assert workspace.snapshot().revision == 1
    good = {
        "key": "new",
        "owner": "Team/t",
        "cycle": "Cycle/q2",
        "keyResults": [{"start": 0, "target": 5, "current": 5}],
        "parents": [
            {"target": "Objective/a", "weight": 2},
            {"target": "KeyResult/k", "supports": True},
        ],
        "idempotencyKey": "once",
    }
    shown = (
        "repeated node { level progress measuredBy { nodes { key } } supports { nodes { key } } }"
    )
    first = sent(workspace, "createObjectiveWithKeyResults", good, shown)
    assert first["problems"] == []
    assert first["node"] == {
        "level": "TEAM",
        "progress": 1,
        "measuredBy": {"nodes": [{"key": "new-kr-1"}]},
        "supports": {"nodes": [{"key": "k"}]},
    }
    again = sent(workspace, "createObjectiveWithKeyResults", good, shown)
    assert (again["repeated"], again["revision"]) == (True, first["revision"])


def test_a_new_parent_that_closes_a_loop_is_refused_with_the_loops_path() -> None:
    given = {"of": "Objective/a", "parents": [{"target": "Objective/b"}]}
    payload = sent(plans(), "reparent", given, "node { key }")
    (problem,) = payload["problems"]
    assert problem["code"] == "LOOP"
    assert problem["value"].count("Objective/") == 3
    itself = {"of": "Objective/a", "parents": [{"target": "Objective/a"}]}
    assert codes(sent(plans(), "reparent", itself, "node { key }")) == ["SELF_REFERENCE"]


def test_a_stale_writer_is_told_where_the_thing_stands() -> None:
    given = {"of": "Objective/b", "parents": [], "expectedRevision": 0}
    payload = sent(plans(), "reparent", given, "node { key }")
    (problem,) = payload["problems"]
    assert (problem["__typename"], problem["currentRevision"]) == ("ConflictProblem", 1)


@pytest.mark.parametrize(("weight", "code"), [(-1, "OUT_OF_RANGE"), (0, "NO_WEIGHT")])
def test_weights_below_0_or_all_0_are_refused(weight: float, code: str) -> None:
    given = {"target": "Objective/a", "weights": [{"source": "Objective/b", "weight": weight}]}
    assert codes(sent(plans(), "reweight", given, "node { key }")) == [code]


def test_what_is_closed_stays_closed() -> None:
    workspace = plans()
    assert codes(sent(workspace, "closeCycle", {"cycle": "q1"}, "node { key }")) == ["CLOSED"]
    assert codes(sent(workspace, "openCycle", {"cycle": "q1"}, "node { key }")) == ["CLOSED"]


def test_a_cycle_is_closed_with_scores_and_undone_with_all_of_them() -> None:
    workspace = plans()
    given = {
        "cycle": "q2",
        "by": "the board",
        "scores": [{"of": "Objective/a", "score": 0.7, "note": "nearly"}],
    }
    payload = sent(
        workspace,
        "closeCycle",
        given,
        "node { key state planned { nodes { key ... on Objective { state score scoreBy scoreNote progress } } } }",
    )
    assert payload["node"] == {
        "key": "q2",
        "state": "CLOSED",
        "planned": {
            "nodes": [
                {
                    "key": "a",
                    "state": "CLOSED",
                    "score": 0.7,
                    "scoreBy": "the board",
                    "scoreNote": "nearly",
                    "progress": 0.4,
                }
            ]
        },
    }
    undone = sent(workspace, "undo", {"revision": payload["revision"]}, "undone")
    assert (undone["undone"], undone["problems"]) == (2, [])
    again = sent(
        workspace, "closeObjective", {"objective": "a", "score": 0.5}, "node { score state }"
    )
    assert again["node"] == {"score": 0.5, "state": "CLOSED"}


def test_undo_is_refused_when_later_writes_rest_on_it_and_names_them() -> None:
    workspace = plans()
    sent(workspace, "checkIn", {"keyResult": "k", "value": 5, "key": "c"}, "node { key }")
    change = {"key": "c", "note": "corrected"}
    sent(workspace, "updateCheckIn", change, "node { key }")
    payload = sent(workspace, "undo", {"revision": 2}, "undone")
    assert payload["undone"] is None
    assert codes(payload) == ["CONFLICT"]
    assert "revision 3" in payload["problems"][0]["message"]


TWICE = (
    (
        "reweight",
        {"target": "Objective/a", "weights": [{"source": "Objective/b", "weight": 1}] * 2},
    ),
    (
        "closeCycle",
        {"cycle": "q2", "scores": [{"of": k, "score": 1} for k in ("a", "Objective/a")]},
    ),
    ("closeCycle", {"cycle": "q2", "keyResultScores": [{"of": "k", "score": 1}] * 2}),
    ("carryOver", {"cycle": "q2", "into": "q3", "objectives": [{"objective": "a"}] * 2}),
)


@pytest.mark.parametrize(("name", "given"), TWICE)
def test_what_is_named_twice_is_an_error_and_not_written(
    name: str, given: Mapping[str, object]
) -> None:
    workspace = plans()
    query = (
        f"mutation($i: {name[:1].upper()}{name[1:]}Input!) {{ {name}(input: $i) {{ revision }} }}"
    )
    answer = ask(workspace, query, i=dict(given))
    assert answer.code == "BAD_USAGE"
    assert "twice" in answer.errors[0]["message"]
    assert workspace.snapshot().revision == 1


def test_the_id_of_another_kind_is_told_as_what_it_names() -> None:
    given = {"keyResult": node_id(Ref("Objective", "a")), "value": 1}
    (problem,) = sent(plans(), "checkIn", given, "node { key }")["problems"]
    assert problem["hint"] == "takes the key of KeyResult nodes, not of Objective nodes"


def test_a_revision_that_is_not_there_is_a_problem_of_undo() -> None:
    for revision in (-1, 0, 99):
        (problem,) = sent(plans(), "undo", {"revision": revision}, "undone")["problems"]
        assert (problem["code"], problem["hint"]) == ("REVISION_UNKNOWN", "give 1 to 1")


def test_an_idempotency_key_of_another_mutation_is_a_problem() -> None:
    workspace = plans()
    sent(
        workspace, "checkIn", {"keyResult": "k", "value": 1, "idempotencyKey": "x"}, "node { key }"
    )
    undone = sent(workspace, "undo", {"revision": 1, "idempotencyKey": "x"}, "undone")
    assert undone["undone"] is None
    assert codes(undone) == ["CONFLICT"]


def test_single_edits_let_no_check_in_through_that_cannot_have_been_made() -> None:
    workspace = plans()
    future = sent(workspace, "createCheckIn", {"key": "c", "at": "2099-01-01"}, "node { key }")
    assert codes(future) == ["OUT_OF_RANGE"]
    assert "yet to come" in future["problems"][0]["message"]
    early = {"key": "c", "at": "2026-03-31", "value": 9}
    assert sent(workspace, "createCheckIn", early, "node { key }")["problems"] == []
    joined = {"source": "CheckIn/c", "target": "KeyResult/k"}
    refused = sent(workspace, "linkFor", joined, "relationship { id }")
    assert codes(refused) == ["OUT_OF_RANGE"]
    assert "Cycle/q2" in refused["problems"][0]["message"]
    moved = sent(workspace, "updateCheckIn", {"key": "c", "at": "2026-05-01"}, "node { key }")
    assert moved["problems"] == []
    assert sent(workspace, "linkFor", joined, "relationship { id }")["problems"] == []
    again = sent(workspace, "updateCheckIn", {"key": "c", "at": "2026-01-01"}, "node { key }")
    assert codes(again) == ["OUT_OF_RANGE"]
