"""The life of a dependency on the command line, on one engine that runs in the background."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.running import Ran, document, headwater, holding

RECORDS = (
    {"kind": "Company", "key": "acme", "time_zone": "Europe/Vienna"},
    {"kind": "Team", "key": "shop"},
    {"kind": "Team", "key": "pay"},
    {"kind": "Cycle", "key": "q", "from": "2020-01-01", "to": "2099-12-31"},
    {"kind": "WorkItem", "key": "x", "cost_of_delay": 100},
    {"rel": "DELIVERS", "from": "Team/shop", "to": "WorkItem/x"},
    {"rel": "IN_CYCLE", "from": "WorkItem/x", "to": "Cycle/q"},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a data folder with two teams, whose engine runs in the background."""
    with holding(tmp_path_factory.mktemp("data") / "graph", *map(json.dumps, RECORDS)) as place:
        yield place


def told(folder: Path, *words: str) -> Ran:
    return headwater(*words, "--data-dir", folder, "--json")


def exported(folder: Path) -> str:
    return headwater("export", "--format", "jsonl", "--data-dir", folder).out


def test_a_dependency_is_led_to_its_end_shown_and_taken_back(folder: Path) -> None:
    before = exported(folder)
    wanted = ("--needed-by", "2026-03-01", "--criticality", "high", "--key", "d", "--by", "ann")
    wrote = [told(folder, "dependency", "request", "WorkItem/x", "Team/pay", *wanted)]
    wrote.append(told(folder, "dependency", "agree", "d", "--committed-by", "2099-03-11"))
    wrote.append(told(folder, "dependency", "start", "DEPENDS_ON/d", "--note", "at last"))
    assert [ran.code for ran in wrote] == [0, 0, 0]
    shown: Any = told(folder, "dependency", "show", "d").json()
    assert (shown["status"], shown["requested_by"], shown["note"]) == (
        "in_progress",
        "ann",
        "at last",
    )
    assert shown["moves"] == ["resolve", "reject", "cancel"]
    assert [row["status"] for row in shown["history"]] == [
        "requested",
        "agreed",
        "in_progress",
    ]
    (conflict,) = shown["conflicts"]
    assert conflict["code"] == "committed_after_needed"
    wrote.append(told(folder, "dependency", "resolve", "d"))
    wrote.append(told(folder, "dependency", "reopen", "d", "--reason", "it broke"))
    wrote.append(told(folder, "dependency", "cancel", "d", "--reason", "bought elsewhere"))
    assert "bought elsewhere" in headwater("dependency", "show", "d", "--data-dir", folder).out
    for ran in reversed(wrote):
        assert told(folder, "undo", str(ran.json()["revision"])).code == 0
    assert exported(folder) == before


def test_what_is_refused_says_the_way_out(folder: Path) -> None:
    told(folder, "dependency", "request", "Team/shop", "Team/pay", "--key", "e")
    done = headwater("dependency", "resolve", "e", "--data-dir", folder)
    assert done.code == 1
    assert "agree (to agreed)" in done.err
    assert "nothing was written" in done.out
    empty: Any = told(folder, "dependency", "agree", "e").json()
    assert [problem["field"] for problem in empty["problems"]] == ["committed_by"]
    for words in (
        ("dependency", "reject", "e"),
        ("dependency", "show", "none"),
        ("dependency", "start", "none"),
        ("dependency", "request", "shop", "Team/pay"),
    ):
        assert told(folder, *words).code == 2


def test_the_analyses_answer_as_tables_and_a_matrix(tmp_path: Path) -> None:
    links = (
        {
            "rel": "DEPENDS_ON",
            "from": "WorkItem/x",
            "to": "Team/pay",
            "key": "d",
            "status": "agreed",
        },
        {"rel": "DEPENDS_ON", "from": "Team/pay", "to": "Team/shop", "key": "e"},
        {
            "rel": "DEPENDS_ON",
            "from": "Team/shop",
            "to": "Team/pay",
            "key": "f",
            "status": "rejected",
        },
    )
    path = document(tmp_path / "plan.jsonl", *map(json.dumps, (*RECORDS, *links)))
    matrix = headwater("analyze", "roll-call", "--file", path).out.splitlines()
    assert [line.split() for line in matrix[2:4]] == [["pay", "·", "1I"], ["shop", "1X", "1A", "·"]]
    assert matrix[4].startswith("X rejected, I identified")
    call = headwater("analyze", "roll-call", "--cycle", "q", "--file", path, "--json").json()
    assert call["count"] == 1
    rows: Any = headwater("analyze", "escalation", "--file", path, "--json").json()["rows"]
    assert [row["dependency"] for row in rows] == ["d", "e", "f"]
    lists = headwater("analyze", "dependencies", "--team", "pay", "--file", path).out
    assert "identified 1" in lists
    assert headwater("analyze", "dependencies", "--team", "x", "--file", path).code == 2
