from collections.abc import Mapping

import pytest

from graph.workspace import Workspace
from tests.schema.asking import ask, company, filled, node, told

TEAMS = "query($f: TeamFilter) { teams(filter: $f) { nodes { key } } }"


def _teams(workspace: Workspace, wanted: Mapping[str, object]) -> list[str]:
    return [n["key"] for n in told(workspace, TEAMS, f=wanted)["teams"]["nodes"]]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({}, ["alpha", "beta"]),
        ({"key": {"eq": "beta"}}, ["beta"]),
        ({"key": {"in": ["beta", "gamma"]}}, ["beta"]),
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
    ],
)
def test_a_filter_leaves_what_passes(wanted: Mapping[str, object], keys: list[str]) -> None:
    assert _teams(company(), wanted) == keys


@pytest.mark.parametrize(
    "wanted", [{"key": {"in": None}}, {"key": None}, {"not": None}, {"partOf": {"some": None}}]
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
