"""What objectives and key results can be asked, on three levels with a diamond and a support."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graph.commands import CreateNode, Import, UpdateNode
from graph.model.records import Record
from graph.model.values import Ref
from graph.workspace import Workspace
from schema.context import Context
from tests.schema.asking import ask, filled, link, node, schema, told

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)


def goals(*more: Record) -> Workspace:
    return filled(
        node("Company", "acme", time_zone="Asia/Tokyo"),
        node("Team", "t"),
        node("Cycle", "q", **{"from": "2026-01-01", "to": "2026-01-31"}),
        node("Objective", "top", tags=["north"]),
        node("Objective", "mid"),
        node("Objective", "low"),
        node("Objective", "side"),
        node("KeyResult", "sales", start=0, target=10, unit="EUR", confidence=0.5),
        node("KeyResult", "calls", start=0, target=10, current=9, unit="calls", weight=3),
        *[
            node("CheckIn", f"c{n}", at=f"2026-01-{n:02}", value=n / 5, note="n")
            for n in (1, 6, 11)
        ],
        *[link(f"CheckIn/c{n}", "FOR", "KeyResult/sales") for n in (1, 6, 11)],
        node("WorkItem", "build", duration_days=5),
        link("WorkItem/build", "CONTRIBUTES_TO", "KeyResult/sales"),
        link("Company/acme", "OWNS", "Objective/top"),
        link("Team/t", "OWNS", "Objective/low"),
        link("Objective/top", "IN_CYCLE", "Cycle/q"),
        link("Objective/mid", "CONTRIBUTES_TO", "Objective/top"),
        link("Objective/low", "CONTRIBUTES_TO", "Objective/mid", weight=2),
        link("Objective/low", "CONTRIBUTES_TO", "Objective/top"),
        link("Objective/low", "SUPPORTS", "Objective/side"),
        link("KeyResult/sales", "MEASURES", "Objective/low"),
        link("KeyResult/calls", "MEASURES", "Objective/low"),
        *more,
    )


LOW = (0.22 + 3 * 0.9) / 4


def low(fields: str, **variables: object) -> Any:  # noqa: ANN401
    return told(goals(), f'{{ objective(key: "low") {{ {fields} }} }}', **variables)["objective"]


def test_an_objective_tells_how_far_it_is_and_where_it_stands() -> None:
    found = low('progress coverage confidence level expected(today: "2026-01-16")')
    assert found["progress"] == pytest.approx(LOW)
    assert (found["coverage"], found["confidence"], found["level"]) == (1, 0.5, "TEAM")
    assert found["expected"] == 0.5


def test_a_key_result_takes_the_cycle_of_the_nearest_objective_above() -> None:
    query = """{ keyResult(key: "sales") { progress rawProgress coverage
        late: pace(today: "2026-01-31") early: pace(today: "2026-01-05") } }"""
    assert told(goals(), query)["keyResult"] == {
        "progress": pytest.approx(0.22),
        "rawProgress": pytest.approx(0.22),
        "coverage": 1,
        "late": "AT_RISK",
        "early": "ON_TRACK",
    }


def test_pace_goes_by_the_day_of_the_organisation() -> None:
    async def expected(clock: datetime) -> float:
        context = Context.of(goals(), clock=lambda: clock)
        query = '{ objective(key: "top") { expected pace } }'
        result = await schema().execute(query, context_value=context)
        assert result.data is not None
        found = result.data["objective"]["expected"]
        assert isinstance(found, float)
        return found

    assert asyncio.run(expected(NOON)) == 0.5
    evening = datetime(2026, 1, 15, 16, tzinfo=UTC)  # in Tokyo the 16th has begun
    assert asyncio.run(expected(evening)) == 0.5


def test_on_the_past_pace_is_what_it_was_then() -> None:
    workspace = goals()
    workspace.execute(UpdateNode(Ref("Objective", "top"), {"name": "Top"}), actor="x")
    query = """{ asOf(at: "2026-01-16T03:00:00Z") { graph { revision } }
        now: objective(key: "top") { expected }
        then: asOf(revision: 1) { objective(key: "top") { expected } } }"""
    found = told(workspace, query)
    assert found["asOf"]["graph"]["revision"] == 0  # the graph was empty then
    # The revision was written today, which is after the cycle.
    assert found["now"]["expected"] == found["then"]["objective"]["expected"] == 1


def test_explain_lists_every_leaf_the_heaviest_first_and_adds_up_page_by_page() -> None:
    query = """query($after: String) { objective(key: "top") { progress
        explain(first: 1, after: $after) { totalCount pageInfo { hasNextPage endCursor }
          nodes { key effectiveWeight progress checkedIn paths node { title } } } } }"""
    total, after, keys = 0.0, None, []
    while True:
        found = told(goals(), query, after=after)["objective"]
        page = found["explain"]
        (row,) = page["nodes"]
        keys.append(row["key"])
        total += row["effectiveWeight"] * row["progress"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert keys == ["calls", "sales"]
    assert total == pytest.approx(found["progress"], abs=1e-9)
    assert row["checkedIn"] == "2026-01-11"
    assert ["Objective/top", "Objective/low", "KeyResult/sales"] in row["paths"]


def test_explain_weighs_by_size_on_request() -> None:
    found = low('explain(weighting: MAGNITUDE, unit: "EUR") { nodes { key effectiveWeight } }')
    assert found["explain"]["nodes"] == [
        {"key": "sales", "effectiveWeight": 1},
        {"key": "calls", "effectiveWeight": 0},
    ]


def test_ancestors_come_by_distance_with_a_path_and_supports_on_request() -> None:
    found = low("ancestors { nodes { key distance path supports progress node { title } } }")
    assert [(r["key"], r["distance"]) for r in found["ancestors"]["nodes"]] == [
        ("mid", 1),
        ("top", 1),
    ]
    found = low("ancestors(supports: true) { totalCount nodes { key supports } }")["ancestors"]
    assert [(r["key"], r["supports"]) for r in found["nodes"]] == [
        ("mid", False),
        ("side", True),
        ("top", False),
    ]


def test_contributions_tell_the_declared_weight_and_the_share() -> None:
    query = """{ objective(key: "top") { contributions { nodes
        { kind key relation weight share progress } } } }"""
    found = told(goals(), query)["objective"]["contributions"]["nodes"]
    assert [(r["key"], r["relation"], r["weight"], r["share"]) for r in found] == [
        ("low", "CONTRIBUTES_TO", 1, 0.5),
        ("mid", "CONTRIBUTES_TO", 1, 0.5),
    ]


def test_the_cascade_goes_down_to_a_depth() -> None:
    query = """{ objective(key: "top") { cascade(depth: 1) { progress pace
        tree { children { key cut owners children { key } } } } } }"""
    tree = told(goals(), query)["objective"]["cascade"]["tree"]
    assert [(n["key"], n["cut"], n["children"]) for n in tree["children"]] == [
        ("low", True, []),
        ("mid", True, []),
    ]
    assert tree["children"][0]["owners"] == ["Team/t"]


def test_a_forecast_has_an_interval_and_the_work_beside_it() -> None:
    query = """{ keyResult(key: "sales") { forecast(today: "2026-01-12") { forecast forecastLow
        forecastHigh keyResults { key value work { items finish inTime lateDays late } } } } }"""
    found = told(goals(), query)["keyResult"]["forecast"]
    assert found["forecast"] == pytest.approx(0.62)
    assert found["forecastLow"] == pytest.approx(0.62)  # the points lie on a line
    (row,) = found["keyResults"]
    assert row["value"] == pytest.approx(6.2)
    assert row["work"] == {
        "items": 1,
        "finish": "2026-01-16",
        "inTime": 1,
        "lateDays": 0,
        "late": [],
    }


def test_the_history_is_a_series_oldest_first() -> None:
    query = """{ keyResult(key: "sales") { history(first: 2) { totalCount
        nodes { at value progress note node { key } } } } }"""
    found = told(goals(), query)["keyResult"]["history"]
    assert found["totalCount"] == 3
    assert [(p["at"], p["value"], p["progress"]) for p in found["nodes"]] == [
        ("2026-01-01", 0.2, 0.02),
        ("2026-01-06", 1.2, 0.12),
    ]
    assert found["nodes"][0]["node"] == {"key": "c1"}


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"level": {"eq": "COMPANY"}}, ["top"]),
        ({"level": {"in": ["TEAM", "UNOWNED"]}}, ["low", "mid", "side"]),
        ({"progress": {"isNull": True}}, ["side"]),
        ({"progress": {"lt": 0.9}, "level": {"eq": "TEAM"}}, ["low"]),
        ({"coverage": {"gte": 1}}, ["low", "mid", "top"]),
        ({"confidence": {"eq": 0.5}}, ["low", "mid", "top"]),
        ({"ownedBy": {"key": {"eq": "t"}}}, ["low"]),
        ({"inCycle": {"key": {"eq": "q"}}}, ["top"]),
        ({"state": {"eq": "ACTIVE"}, "tags": {"has": "north"}}, ["top"]),
    ],
)
def test_objectives_are_found_by_owner_level_cycle_state_tag_and_progress(
    wanted: dict[str, object], keys: list[str]
) -> None:
    query = "query($f: ObjectiveFilter) { objectives(filter: $f) { nodes { key } } }"
    found = told(goals(), query, f=wanted)["objectives"]["nodes"]
    assert [row["key"] for row in found] == keys


def test_a_cursor_of_another_connection_is_refused() -> None:
    answer = ask(goals(), '{ objective(key: "low") { explain(after: "bm8") { totalCount } } }')
    assert answer.code == "BAD_USAGE"


async def events(context: Context, query: str) -> AsyncGenerator[Any, None]:
    results = await schema().stream(query, context_value=context)
    try:
        async for result in results:
            assert isinstance(result, ExecutionResult)
            assert not result.errors
            yield (result.data or {})["progress"]
    finally:
        await results.aclose()


CHECK = [
    node("CheckIn", "new", at="2026-01-20", value=8),
    link("CheckIn/new", "FOR", "KeyResult/sales"),
]


def test_a_check_in_four_levels_down_is_heard_at_the_top_with_its_cause() -> None:
    workspace = goals()

    async def run() -> list[Any]:
        context = Context.of(workspace, follows=True)
        query = """subscription { progress(of: ["Objective/top", "Objective/side"]) { key revision
            before after coverageAfter causeCount causes { key before after path } } }"""
        stream = events(context, query)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        other = CreateNode("KeyResult", "elsewhere", {"start": 0, "target": 1})
        await asyncio.to_thread(workspace.execute, other, actor="x")
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await asyncio.to_thread(workspace.execute, Import(CHECK), actor="x")
        first = await asyncio.wait_for(waiting, 5)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        weigh = UpdateNode(Ref("KeyResult", "calls"), {"weight": 1})
        await asyncio.to_thread(workspace.execute, weigh, actor="x")
        second = await asyncio.wait_for(waiting, 5)
        await stream.aclose()
        return [first, second]

    first, second = asyncio.run(run())
    assert (first["key"], first["revision"], first["coverageAfter"]) == ("top", 3, 1)
    assert first["before"] == pytest.approx(LOW)
    assert first["after"] == pytest.approx((0.8 + 3 * 0.9) / 4)
    assert first["causes"] == [
        {
            "key": "sales",
            "before": pytest.approx(0.22),
            "after": 0.8,
            "path": ["KeyResult/sales", "Objective/low", "Objective/top"],
        }
    ]
    assert second["after"] == pytest.approx(0.85)
    assert (second["revision"], second["causes"], second["causeCount"]) == (4, [], 0)


@pytest.mark.parametrize("of", ['["Team/t"]', '["Objective/none"]', "[]"])
def test_what_has_no_progress_cannot_be_watched(of: str) -> None:
    async def run() -> str:
        context = Context.of(goals(), follows=True)
        query = f"subscription {{ progress(of: {of}) {{ key }} }}"
        results = await schema().stream(query, context_value=context)
        async for result in results:
            assert isinstance(result, ExecutionResult | PreExecutionError)
            error = next(iter(result.errors or ()))
            return str((error.extensions or {})["code"])
        return ""

    assert asyncio.run(run()) in {"BAD_USAGE", "NOT_FOUND"}
