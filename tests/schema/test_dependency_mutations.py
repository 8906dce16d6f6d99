"""Mutations on the life of a dependency: what they show, what they refuse, and taking them back."""

from typing import Any

from graph.model.relations import DependsOn, RelationRef
from graph.workspace import Workspace
from schema.identity import relation_id
from tests.schema.asking import filled, link, node, told
from tests.schema.test_planning_mutations import codes, sent


def teams() -> Workspace:
    return filled(
        node("Company", "acme"),
        node("Team", "a"),
        node("Team", "b"),
        node("Team", "gone", dissolved="2026-05-20"),
        link("Team/a", "DEPENDS_ON", "Team/gone", key="seen"),
    )


SHOWN = """dependency { key status moves requestedBy agreedBy note neededBy committedBy
    statuses { status at } source { key } target { key } }
  conflicts { code gapDays reason }"""


def made(workspace: Workspace, **more: object) -> Any:  # noqa: ANN401
    given = {
        "dependent": "Team/a",
        "needed": "Team/b",
        "key": "d",
        "neededBy": "2026-06-01",
        **more,
    }
    return sent(workspace, "requestDependency", given, SHOWN)


def test_a_dependency_is_asked_for_promised_begun_and_delivered() -> None:
    workspace = teams()
    asked = made(workspace, note="before the fair", type="DELIVERY", at="2026-05-01")
    assert asked["problems"] == asked["conflicts"] == []
    assert asked["dependency"] == {
        "key": "d",
        "status": "REQUESTED",
        "moves": ["AGREE", "REJECT", "CANCEL"],
        "requestedBy": "ann",
        "agreedBy": None,
        "note": "before the fair",
        "neededBy": "2026-06-01",
        "committedBy": None,
        "statuses": [{"status": "REQUESTED", "at": "2026-05-01"}],
        "source": {"key": "a"},
        "target": {"key": "b"},
    }
    given = {"key": "d", "committedBy": "2026-06-11", "by": "bob"}
    agreed = sent(workspace, "agreeDependency", given, SHOWN)
    assert agreed["dependency"]["agreedBy"] == "bob"
    (conflict,) = agreed["conflicts"]
    assert (conflict["code"], conflict["gapDays"]) == ("committed_after_needed", 10)
    by_id = relation_id(RelationRef(DependsOn.TYPE, "d"))
    assert sent(workspace, "startDependency", {"key": by_id}, SHOWN)["problems"] == []
    done = sent(workspace, "resolveDependency", {"key": "d", "at": "2026-05-16"}, SHOWN)
    assert [entry["status"] for entry in done["dependency"]["statuses"]] == [
        "REQUESTED",
        "AGREED",
        "IN_PROGRESS",
        "RESOLVED",
    ]
    assert done["conflicts"] == []
    log = told(workspace, "{ changes(first: 9) { nodes { command actor } } }")["changes"]["nodes"]
    assert [row["command"] for row in log][-2:] == ["start_dependency", "resolve_dependency"]


def test_what_is_rejected_cancelled_and_reopened_says_why() -> None:
    workspace = teams()
    made(workspace)
    rejected = sent(workspace, "rejectDependency", {"key": "d", "reason": "no time"}, SHOWN)
    assert (rejected["dependency"]["status"], rejected["dependency"]["note"]) == (
        "REJECTED",
        "no time",
    )
    again = sent(workspace, "reopenDependency", {"key": "d", "reason": "asked the board"}, SHOWN)
    assert again["dependency"]["status"] == "REQUESTED"
    given_up = sent(workspace, "cancelDependency", {"key": "d", "reason": "not needed"}, SHOWN)
    assert given_up["dependency"]["status"] == "CANCELLED"
    blank = sent(workspace, "reopenDependency", {"key": "d", "reason": " "}, SHOWN)
    assert [(p["code"], p["field"]) for p in blank["problems"]] == [("MISSING_VALUE", "reason")]
    assert blank["dependency"] is None
    assert blank["conflicts"] == []


def test_an_illegal_move_names_the_ways_that_are_allowed() -> None:
    payload = sent(teams(), "resolveDependency", {"key": "seen"}, SHOWN)
    (problem,) = payload["problems"]
    assert (problem["code"], problem["field"], problem["value"]) == (
        "INVALID_VALUE",
        "status",
        "identified",
    )
    assert "request (to requested)" in problem["hint"]


def test_a_problem_names_the_field_that_the_caller_filled_in() -> None:
    workspace = teams()
    itself = sent(
        workspace, "requestDependency", {"dependent": "Team/a", "needed": "Team/a"}, SHOWN
    )
    assert [problem["field"] for problem in itself["problems"]] == ["needed"]
    linked = sent(workspace, "linkDependsOn", {"source": "Team/a", "target": "Team/a"}, "")
    assert [problem["field"] for problem in linked["problems"]] == ["target"]


def test_the_identified_one_is_meant_and_its_dissolved_team_told() -> None:
    given = {"dependent": "Team/a", "needed": "Team/gone", "neededBy": "2026-06-01"}
    payload = sent(teams(), "requestDependency", given, SHOWN)
    assert payload["dependency"]["key"] == "seen"
    assert [row["code"] for row in payload["conflicts"]] == ["needed_team_dissolved"]


def test_stale_unknown_and_repeated_writes_are_told_as_everywhere() -> None:
    workspace = teams()
    given = {"idempotencyKey": "once"}
    first = made(workspace, **given)
    again = made(workspace, **given)
    assert (first["revision"], first["problems"]) == (again["revision"], [])
    assert again["dependency"] == first["dependency"]
    stale = {"key": "d", "committedBy": "2026-06-01", "expectedRevision": 1}
    (problem,) = sent(workspace, "agreeDependency", stale, SHOWN)["problems"]
    assert (problem["__typename"], problem["currentRevision"]) == ("ConflictProblem", 2)
    assert codes(sent(workspace, "startDependency", {"key": "none"}, SHOWN)) == ["NOT_FOUND"]
    other = sent(workspace, "startDependency", {"key": "d", **given}, SHOWN)
    assert codes(other) == ["CONFLICT"]


def test_each_move_is_taken_back_as_it_was() -> None:
    workspace = teams()
    before = workspace.snapshot()
    asked = made(workspace)
    agreed = sent(workspace, "agreeDependency", {"key": "d", "committedBy": "2026-06-01"}, SHOWN)
    for payload in (agreed, asked):
        undone = sent(workspace, "undo", {"revision": payload["revision"]}, "undone")
        assert undone["problems"] == []
    after = workspace.snapshot()
    assert after.relations(DependsOn) == before.relations(DependsOn)


def test_a_plain_update_is_dated_in_the_history() -> None:
    workspace = teams()
    given = {"key": "seen", "status": "IN_PROGRESS"}
    shown = "relationship { status statuses { status at } }"
    found = sent(workspace, "updateDependsOn", given, shown)["relationship"]
    assert found == {
        "status": "IN_PROGRESS",
        "statuses": [{"status": "IN_PROGRESS", "at": "2026-05-16T09:00:00Z"}],
    }


def test_the_analyses_of_dependencies_lead_back_to_teams() -> None:
    workspace = teams()
    made(workspace, at="2026-05-01")
    query = """{
      dependencies(today: "2026-05-16", days: 3) { unanswered { team dependency days reason }
        teams { key node { name } needs { name value } } }
      rollCall { count pairs { dependentTeam neededTeam worst keys } teams { key node { key } } }
      escalation(today: "2026-05-16", team: "Team/b") { rows { rank dependency lateDays } }
      conflicts(today: "2026-05-16") { count }
    }"""
    found = told(workspace, query)
    (row,) = found["dependencies"]["unanswered"]
    assert (row["team"], row["dependency"], row["days"]) == ("b", "d", 15)
    assert found["dependencies"]["teams"][0]["needs"] == [
        {"name": "identified", "value": 1},
        {"name": "requested", "value": 1},
    ]
    assert found["rollCall"]["pairs"][0]["keys"] == ["d"]
    assert found["escalation"]["rows"] == [{"rank": 1, "dependency": "d", "lateDays": 0}]
