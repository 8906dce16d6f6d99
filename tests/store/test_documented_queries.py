"""The queries of docs/graph.md, each run as it stands there, on a graph whose answers are known."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from graph.commands import CreateNode, Import, Link
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Json, Ref
from graph.store.connection import Connection
from graph.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "graph.md"
QUERY = re.compile(r"^### (.+)\n\n```cypher\n((?:(?!```).*\n)+)```$", re.MULTILINE)
QUERIES: dict[str, str] = dict(QUERY.findall(PAGE.read_text(encoding="utf-8")))


def node(kind: str, *keys: str, **properties: Json) -> list[Record]:
    return [NodeRecord(kind, key, properties) for key in keys]


def join(start: str, type_: str, *ends: str, **properties: Json) -> list[Record]:
    return [RelationRecord(type_, start, end, properties) for end in ends]


GRAPH: list[Record] = [
    *node("Company", "acme"),
    *node("Team", "web", "api", "platform", "data", "ops"),
    *node("Team", "mobile", capacity=4),
    *join("Team/web", "DEPENDS_ON", "Team/api"),
    *join("Team/api", "DEPENDS_ON", "Team/platform", criticality="high"),
    *join("Team/mobile", "DEPENDS_ON", "Team/platform", status="rejected"),
    *join("Team/data", "DEPENDS_ON", "Team/ops", status="agreed"),
    *join("Team/ops", "DEPENDS_ON", "Team/data"),
    *join("Team/platform", "DEPENDS_ON", "Team/web", status="cancelled"),
    *node("Objective", "grow", "checkout"),
    *node("Objective", "orphan", name="Nobody's"),
    *node("KeyResult", "revenue", "speed", "faults"),
    *join("Company/acme", "OWNS", "Objective/grow"),
    *join("Team/web", "OWNS", "Objective/checkout"),
    *join("KeyResult/revenue", "MEASURES", "Objective/grow"),
    *join("KeyResult/speed", "MEASURES", "Objective/checkout"),
    *join("KeyResult/faults", "MEASURES", "Objective/checkout"),
    *join("Objective/checkout", "CONTRIBUTES_TO", "KeyResult/revenue", "Objective/grow"),
    *node("Cycle", "q1", **{"from": "2026-01-01", "to": "2026-03-31"}),
    *node("Cycle", "q2", **{"from": "2026-04-01", "to": "2026-06-30"}),
    *node("WorkItem", "form", states=[["waiting", "2026-01-02"], ["active", "2026-01-05"]]),
    *node("WorkItem", "login", state="waiting"),
    *node("WorkItem", "cache", state="active"),
    *node("WorkItem", "index", state="done"),
    *join("WorkItem/form", "CONTRIBUTES_TO", "KeyResult/speed"),
    *join("Team/mobile", "DELIVERS", "WorkItem/form", "WorkItem/login", "WorkItem/index"),
    *join("Team/platform", "DELIVERS", "WorkItem/cache"),
    *join("WorkItem/form", "DEPENDS_ON", "WorkItem/cache", link="SS", needed_by="2026-02-01"),
    *join(
        "WorkItem/login", "DEPENDS_ON", "WorkItem/cache", status="resolved", needed_by="2020-01-01"
    ),
    *join("WorkItem/form", "DEPENDS_ON", "WorkItem/login", needed_by="2999-01-01"),
    *join(
        "WorkItem/form",
        "DEPENDS_ON",
        "WorkItem/index",
        needed_by="2999-01-01",
        committed_by="2999-02-01",
        status="agreed",
    ),
    *join("WorkItem/form", "IN_CYCLE", "Cycle/q1"),
    *join("WorkItem/login", "IN_CYCLE", "Cycle/q1"),
    *join("WorkItem/cache", "IN_CYCLE", "Cycle/q2"),
]

ANSWERS: dict[str, list[list[object]]] = {
    "Who depends on a team, directly and through others?": [["api", 1], ["web", 2]],
    "Which objectives does nobody own?": [["orphan", "Nobody's"]],
    "By which path does a team's objective contribute to the company's?": [
        [["checkout", "grow", "acme"]],
        [["checkout", "revenue", "grow", "acme"]],
    ],
    "Which key results does no work contribute to?": [
        ["faults", "checkout"],
        ["revenue", "grow"],
    ],
    "Where does one team's work wait for another's?": [
        ["mobile", "form", "SS", "cache", "platform"]
    ],
    "Which teams depend on each other in a circle?": [["data", 2], ["ops", 2]],
    "What is planned for a cycle and needs something of a later one?": [
        ["form", "q1", "cache", "q2"],
        ["login", "q1", "cache", "q2"],
    ],
    "Which teams have the most work in progress or waiting, and how much is it for each of their"
    " people?": [["mobile", 2, 4.0, 0.5], ["platform", 1, None, None]],
    "Which dependencies are overdue, or promised too late?": [
        ["form", "cache", "identified", "2026-02-01", None],
        ["form", "index", "agreed", "2999-01-01", "2999-02-01"],
    ],
    "What changed since a revision, and who changed it?": [
        ["ann", "create", 1],
        ["bob", "link", 1],
    ],
}


@pytest.fixture(scope="module")
def driver(engine: Connection) -> Iterator[Driver]:
    """Give a driver of an outsider, on a database that holds the graph above."""
    with GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as outsider:
        outsider.execute_query("MATCH (n) DETACH DELETE n", database_=engine.database)
        workspace = Workspace.connect(engine)
        workspace.execute(Import(GRAPH), actor="importer")
        workspace.execute(CreateNode("Person", "p"), actor="ann")
        member = Link("MEMBER_OF", Ref("Person", "p"), Ref("Team", "web"))
        workspace.execute(member, actor="bob")
        workspace.close()
        yield outsider


def test_the_page_asks_ten_questions_and_the_answer_to_each_is_known_here() -> None:
    assert len(QUERIES) == 10
    assert set(QUERIES) == set(ANSWERS)


@pytest.mark.parametrize("question", QUERIES)
def test_a_query_of_the_page_answers_its_question(
    driver: Driver, engine: Connection, question: str
) -> None:
    result = driver.execute_query(QUERIES[question], database_=engine.database)
    rows = [list(record.values()) for record in result.records]
    if question.startswith("What changed"):
        assert [row.pop(0) for row in rows] == [2, 3]
        assert all(str(row.pop(0)).endswith("Z") for row in rows)
    assert rows == ANSWERS[question]
