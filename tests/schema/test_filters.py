from collections.abc import Mapping

import pytest

from graph.workspace import Workspace
from tests.schema.asking import ask, company, filled, link, node, told

TEAMS = "query($f: TeamFilter) { teams(filter: $f) { nodes { key } } }"


def _teams(workspace: Workspace, wanted: Mapping[str, object]) -> list[str]:
    return [n["key"] for n in told(workspace, TEAMS, f=wanted)["teams"]["nodes"]]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({}, ["alpha", "beta"]),
        ({"key": {"eq": "beta"}}, ["beta"]),
        ({"key": {"in": ["beta", "gamma"]}}, ["beta"]),
        ({"key": {"eq": None}}, []),
        ({"name": {"in": ["Beta", "Alpha", "Gamma"]}}, ["alpha", "beta"]),
        ({"name": {"contains": "LPH"}}, ["alpha"]),
        ({"name": {"startsWith": "be"}}, ["beta"]),
        ({"capacity": {"gt": 2.5}}, ["alpha"]),
        ({"capacity": {"gte": 2.5, "lt": 5}}, ["beta"]),
        ({"capacity": {"lte": 5}}, ["alpha", "beta"]),
        ({"type": {"eq": "PLATFORM"}}, ["alpha"]),
        ({"type": {"eq": None}}, ["beta"]),
        ({"type": {"isNull": False}}, ["alpha"]),
        ({"tags": {"has": "eu"}}, ["alpha"]),
        ({"tags": {"hasAny": ["us", "core"]}}, ["alpha"]),
        ({"tags": {"hasAll": ["us", "core"]}}, []),
        ({"tags": {"isEmpty": True}}, ["beta"]),
        ({"or": [{"key": {"eq": "alpha"}}, {"key": {"eq": "beta"}}]}, ["alpha", "beta"]),
        ({"or": []}, []),
        ({"and": [{"key": {"eq": "alpha"}}, {"capacity": {"lt": 1}}]}, []),
        ({"not": {"key": {"eq": "alpha"}}}, ["beta"]),
        ({"createdAt": {"lt": "2020-01-01T00:00:00Z"}}, []),
        ({"dependsOn": {"exists": True}}, ["beta"]),
        ({"dependents": {"some": {"name": {"eq": "Beta"}}}}, ["alpha"]),
        ({"partOf": {"none": {"key": {"eq": "shop"}}}}, ["beta"]),
        ({"delivers": {"exists": False}}, []),
        ({"name": {"endsWith": "HA"}}, ["alpha"]),
        ({"delivers": {"every": {"durationDays": {"lt": 3}}}}, ["beta"]),
        ({"members": {"every": {"name": {"eq": "Ann"}}}}, ["alpha", "beta"]),
        ({"members": {"relationship": {"role": {"eq": "lead"}}, "exists": True}}, ["alpha"]),
        ({"members": {"relationship": {"role": {"eq": "x"}}, "some": {}}}, []),
        ({"builds": {"relationship": {"share": {"gt": 0.5}}, "exists": False}}, ["alpha", "beta"]),
        ({"dependsOn": {"some": {"team": {"type": {"eq": "PLATFORM"}}}}}, ["beta"]),
        ({"dependsOn": {"some": {"kind": {"in": ["PRODUCT", "TEAM"]}}}}, ["beta"]),
        ({"dependsOn": {"some": {"workItem": {}}}}, []),
        (
            {"dependsOn": {"relationship": {"criticality": {"eq": "HIGH"}}, "exists": True}},
            ["beta"],
        ),
        ({"partOf": {"some": {"partOf": {"company": {"key": {"eq": "acme"}}}}}}, ["alpha"]),
    ],
)
def test_a_filter_leaves_what_passes(wanted: Mapping[str, object], keys: list[str]) -> None:
    assert _teams(company(), wanted) == keys


@pytest.mark.parametrize(
    "wanted",
    [
        {"key": {"in": None}},
        {"key": None},
        {"not": None},
        {"partOf": {"some": None}},
        {"dependsOn": {"relationship": None, "exists": True}},
        {"dependsOn": {"some": {"kind": {"eq": None}}}},
        {"dependsOn": {"some": {"team": None}}},
    ],
)
def test_a_null_where_a_test_should_be_is_refused(wanted: Mapping[str, object]) -> None:
    answer = ask(company(), TEAMS, f=wanted)
    assert answer.code == "BAD_USAGE"
    assert "null" in answer.errors[0]["message"]


def test_days_and_instants_are_compared_with_each_other() -> None:
    workspace = filled(
        node("CheckIn", "day", at="2026-03-01"), node("CheckIn", "noon", at="2026-03-01T12:00:00Z")
    )
    query = "query($f: CheckInFilter) { checkIns(filter: $f) { nodes { key at } } }"
    found = told(workspace, query, f={"at": {"gt": "2026-03-01"}})["checkIns"]["nodes"]
    assert found == [{"key": "noon", "at": "2026-03-01T12:00:00Z"}]
    same = told(workspace, query, f={"at": {"eq": "2026-03-01T00:00:00+00:00"}})
    assert same["checkIns"]["nodes"] == [{"key": "day", "at": "2026-03-01"}]


def test_what_there_is_one_of_at_most_is_asked_for_directly() -> None:
    workspace = filled(
        node("WorkItem", "whole", name="Whole"),
        node("WorkItem", "part"),
        link("WorkItem/part", "PART_OF", "WorkItem/whole"),
    )
    query = "query($f: WorkItemFilter) { workItems(filter: $f) { nodes { key } } }"
    for wanted, keys in (
        ({"partOf": {"name": {"eq": "Whole"}}}, ["part"]),
        ({"partOf": {}}, ["part"]),
        ({"not": {"partOf": {}}}, ["whole"]),
        ({"partOf": {"not": {"name": {"eq": "Whole"}}}}, []),
    ):
        found = told(workspace, query, f=wanted)["workItems"]["nodes"]
        assert [n["key"] for n in found] == keys


def test_a_key_that_reads_none_is_not_a_missing_one() -> None:
    assert _teams(filled(node("Team", "None")), {"key": {"eq": None}}) == []


def test_an_estimate_is_tested_by_its_parts() -> None:
    workspace = filled(node("WorkItem", "a", estimate_days=[1, 2, 9]), node("WorkItem", "b"))
    query = "query($f: WorkItemFilter) { workItems(filter: $f) { nodes { key } } }"
    for wanted, keys in (
        ({"pessimistic": {"gt": 5}}, ["a"]),
        ({"likely": {"gt": 5}}, []),
        ({"isNull": True}, ["b"]),
        ({"isNull": False, "optimistic": {"eq": 1}}, ["a"]),
    ):
        found = told(workspace, query, f={"estimateDays": wanted})["workItems"]["nodes"]
        assert [n["key"] for n in found] == keys


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"or": [{"key": {"eq": "a"}}] * 201}, "201 tests: the limit is 200"),
        (
            {"dependsOn": {"some": {"team": {"dependsOn": {"some": {"team": {
                "dependsOn": {"some": {"team": {"dependsOn": {"exists": True}}}}}}}}}}},
            "4 relationships in a row: the limit is 3",
        ),
        (
            {"dependsOn": {"relationship": {"lagDays": {"gt": 1}}}},
            "says which relationships count, but not what for",
        ),
    ],
)  # fmt: skip
def test_a_filter_that_asks_too_much_or_nothing_is_refused(
    wanted: Mapping[str, object], words: str
) -> None:
    answer = ask(company(), TEAMS, f=wanted)
    assert answer.code == "BAD_USAGE"
    assert words in answer.errors[0]["message"]


def test_a_filter_in_a_filter_in_a_filter_has_an_end() -> None:
    wanted: Mapping[str, object] = {"key": {"eq": "beta"}}
    for _ in range(10):
        wanted = {"not": wanted}
    assert _teams(company(), wanted) == ["beta"]
    for _ in range(3):
        wanted = {"not": wanted}
    answer = ask(company(), TEAMS, f=wanted)
    assert (answer.code, "the limit is 12" in answer.errors[0]["message"]) == ("BAD_USAGE", True)


@pytest.mark.parametrize(
    ("name", "part"),
    [("Straße", "STRASS"), ("E\u0301cole", "école"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁn", "FIN")],
)
def test_texts_are_alike_whatever_their_case_and_their_accents(name: str, part: str) -> None:
    workspace = filled(node("Team", "a", name=name), node("Team", "b", name="other"))
    assert _teams(workspace, {"name": {"contains": part}}) == ["a"]
    found = told(workspace, "query($t: String!) { search(text: $t) { totalCount } }", t=part)
    assert found["search"]["totalCount"] == 1


GOALS = """query($f: ObjectiveFilter, $o: [ObjectiveOrder!]) {
  objectives(filter: $f, orderBy: $o) { nodes { key } pageInfo { endCursor } } }"""


def _goals() -> Workspace:
    """Give three objectives a long way into the past: one is done, one is not, one has no data."""
    records = [node("Cycle", "q", **{"from": "2020-01-01", "to": "2020-03-31"})]
    for key, current in (("done", 10), ("half", 5), ("none", None)):
        records += [
            node("Objective", key),
            node("KeyResult", f"{key}-kr", start=0, target=10, current=current),
            link(f"KeyResult/{key}-kr", "MEASURES", f"Objective/{key}"),
            link(f"Objective/{key}", "IN_CYCLE", "Cycle/q"),
        ]
    return filled(*records)


def _found(workspace: Workspace, **asked: object) -> list[str]:
    return [n["key"] for n in told(workspace, GOALS, **asked)["objectives"]["nodes"]]


def test_goals_are_filtered_and_sorted_by_what_is_computed_of_them() -> None:
    workspace = _goals()
    assert _found(workspace, f={"pace": {"eq": "ON_TRACK"}}) == ["done"]
    assert _found(workspace, f={"pace": {"in": ["AT_RISK", "NO_DATA"]}}) == ["half", "none"]
    assert _found(workspace, f={"expected": {"gte": 1}}) == ["done", "half", "none"]
    assert _found(workspace, f={"measuredBy": {"some": {"rawProgress": {"lt": 1}}}}) == ["half"]
    by_progress = {"field": "PROGRESS", "direction": "DESC"}
    assert _found(workspace, o=[by_progress]) == ["done", "half", "none"]
    assert _found(workspace, o=[{**by_progress, "nulls": "FIRST"}]) == ["none", "done", "half"]
    assert _found(workspace, o=[{"field": "PACE"}]) == ["done", "half", "none"]
    assert _found(workspace, o=[{"field": "PACE", "direction": "DESC"}]) == ["none", "half", "done"]


def test_the_current_state_is_that_of_the_history() -> None:
    workspace = filled(
        node("WorkItem", "a", state="done"),
        node("WorkItem", "b", states=[["new", "2026-01-01"], ["active", "2026-01-02"]]),
    )
    query = "query($f: WorkItemFilter) { workItems(filter: $f) { nodes { key } } }"
    found = told(workspace, query, f={"currentState": {"eq": "ACTIVE"}})["workItems"]["nodes"]
    assert found == [{"key": "b"}]
