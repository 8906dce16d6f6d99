import csv
from datetime import date
from pathlib import Path

import pytest

from graph.errors import Violation
from graph.model.entities import CheckIn, Cycle, KeyResult, Objective, Person, Team
from graph.model.records import Record
from graph.model.relations import ContributesTo, For, InCycle, Measures, Owns, Supports
from graph.model.snapshot import Snapshot
from seeds.importers import importer
from tests.seeds.reading import imported, said

HEADER = (
    "Id", "Title", "Team", "Creator", "Owner", "Period", "Start Date", "End Date", "Description",
    "Aligned To (weight, Objective ID)", "Metric Name", "Unit", "Target", "Object Type",
    "Goal Type", "Start", "Created At", "Last Check-in", "Progress %", "Actual Progress", "Status",
    "Last Check-in Note", "Score", "Checkins",
)  # fmt: skip
ALIGNED = HEADER[9]
YEAR = {"Period": "Annual 2025", "Start Date": "2025-01-01", "End Date": "2025-12-31"}


def exported(
    path: Path, *rows: dict[str, str], header: tuple[str, ...] = HEADER
) -> tuple[list[Record], list[Violation]]:
    """Read rows as such an export holds them: check-ins fill further cells behind the header."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(
            [*(row.get(name, "") for name in header), "Checkin Date: x"] for row in rows
        )
    problems: list[Violation] = []
    return list(importer("okr-csv").read([path], problems.append)), problems


def objective(key: str, aligned: str = "", **more: str) -> dict[str, str]:
    return {"Id": key, "Title": f"O {key}", "Object Type": "Objective", ALIGNED: aligned, **more}


def key_result(key: str, aligned: str, **more: str) -> dict[str, str]:
    return {"Id": key, "Title": f"K {key}", "Object Type": "Key result", ALIGNED: aligned, **more}


def good(records: list[Record]) -> Snapshot:
    graph, refused = imported(records)
    assert not refused
    return graph


def test_an_export_is_known_by_its_header_and_taken_over(tmp_path: Path) -> None:
    records, problems = exported(
        tmp_path / "viva.csv",
        objective(
            "11", Team="Web; All", Owner="Ann Bo, Cy Do", Tag="big, bold", Status="Closed",
            Score="0.8", **{"Goal Type": "Aspirational Goal"}, **YEAR,
        ),
        key_result(
            "12", "O 11 (old)(weight: 14.29%, Id: 11)", Owner="Cy Do", Unit="users", Start="50",
            Target="150", Status="On Track",
            **{"Progress %": "25", "Last Check-in": "2025-03-10", "Last Check-in Note": "fine"},
            **YEAR,
        ),
        objective("13", "K 12(weight: 0%, Id: 12)", Owner="Ann Bo, Cy Do", Period="Q1 2025"),
        header=("Tag", *HEADER),
    )  # fmt: skip
    graph = good(records)
    assert said(problems) == []
    top, low = graph.node(Objective, "11"), graph.node(Objective, "13")
    assert top is not None
    assert low is not None
    assert (top.name, top.type, top.state, top.score) == ("O 11", "aspirational", "closed", 0.8)
    assert top.tags == ("big", "bold", "team:All", "owner:Ann Bo", "owner:Cy Do", "status:closed")
    assert (top.source, top.source_id) == ("Viva Goals", "11")
    assert low.tags == ("owner:Cy Do",)
    assert {str(r.source) for r in graph.relations(Owns).values()} == {
        "Team/Web", "Person/Ann Bo",
    }  # fmt: skip
    measured = graph.node(KeyResult, "12")
    assert measured is not None
    assert (measured.start, measured.target, measured.current) == (50, 150, 75)
    assert (measured.type, measured.unit) == ("increase", "users")
    (check,) = graph.ordered(CheckIn)
    assert (check.at, check.value, check.note) == (date(2025, 3, 10), 75, "fine")
    assert len(graph.relations(For)) == 1
    (measures,) = graph.relations(Measures).values()
    assert measures.weight == pytest.approx(0.1429)
    assert not graph.relations(ContributesTo)
    (supports,) = graph.relations(Supports).values()
    assert str(supports.target) == "KeyResult/12"
    assert set(graph.nodes(Team)) == {"Web"}
    assert set(graph.nodes(Person)) == {"Ann Bo", "Cy Do"}
    assert set(graph.nodes(Cycle)) == {"2025", "2025-Q1"}
    assert len(graph.relations(InCycle)) == 2


def test_what_was_not_started_has_no_data_and_a_bare_progress_is_per_cent(tmp_path: Path) -> None:
    aligned = "O 1(weight: 50%, Id: 1)"
    records, problems = exported(
        tmp_path / "viva.csv",
        objective("1"),
        key_result(
            "2", aligned, Status="Not Started", Start="0", Target="9", **{"Progress %": "0"}
        ),
        key_result("3", aligned, Status="Behind", Unit="users", **{"Progress %": "40"}),
        key_result("4", aligned, Status="Behind", Start="5", **{"Progress %": "40"}),
        key_result("5", aligned, Start="1,500", Target="5", **{"Progress %": "40"}),
        key_result("6", aligned, Start="90", Target="30", **{"Progress %": "50%"}),
    )
    graph = good(records)
    values = {key: graph.nodes(KeyResult)[key].current for key in "23456"}
    assert values == {"2": None, "3": 40, "4": None, "5": None, "6": 60}
    assert graph.nodes(KeyResult)["3"].unit == "%"
    assert graph.nodes(KeyResult)["6"].type == "decrease"
    lost = "of a way without Start or Target (it was left out)"
    assert said(problems) == [
        f"viva.csv:5: Progress % '40' {lost}",
        f"viva.csv:6: Progress % '40' {lost}",
        "viva.csv:6: start '1,500' may be 1500 or 1.5000 (write 1500 or 1.5000; it was left out)",
    ]


def test_several_alignments_are_several_parents(tmp_path: Path) -> None:
    records, problems = exported(
        tmp_path / "viva.csv",
        objective("1"),
        objective("2"),
        objective("3", "O 1(weight: 25%, Id: 1)\nO 2(weight: 75.5%, Id: 2)"),
        objective("4", "O 1"),
        objective("5", "Gone(weight: 10%, Id: 99)"),
    )
    graph = good(records)
    weights = {str(r.target): r.weight for r in graph.relations(ContributesTo).values()}
    assert weights == {"Objective/1": 0.25, "Objective/2": 0.755}
    assert said(problems) == [
        (
            f"viva.csv:6: {ALIGNED} 'O 1' names no id"
            " (such as Title(weight: 50%, Id: 123); the link was left out)"
        ),
        "viva.csv:7: 5: there is no item '99' (the link was left out)",
    ]


def test_other_objects_are_told_with_their_line(tmp_path: Path) -> None:
    records, problems = exported(
        tmp_path / "viva.csv", objective("1"), {**objective("2"), "Object Type": "Deliverable"}
    )
    assert set(good(records).nodes(Objective)) == {"1"}
    assert said(problems) == [
        "viva.csv:3: 2: there is no kind 'deliverable' (one of objective, key_result)"
    ]


@pytest.mark.parametrize("lacking", ["Id", "Title", "Object Type", ALIGNED])
def test_an_export_without_a_field_that_is_needed_is_left_out(tmp_path: Path, lacking: str) -> None:
    header = tuple(name for name in HEADER if name != lacking)
    records, problems = exported(tmp_path / "viva.csv", objective("1"), header=header)
    assert not records
    assert said(problems) == [f"viva.csv:1: the header lacks {lacking} (the file was left out)"]
