"""Check-ins, cycles and undo on the command line, on one engine that runs in the background."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.running import Ran, document, headwater, holding

RECORDS = (
    {"kind": "Company", "key": "acme", "time_zone": "Europe/Vienna"},
    {"kind": "Team", "key": "t"},
    {"kind": "Cycle", "key": "now", "from": "2020-01-01", "to": "2099-12-31"},
    {"kind": "Cycle", "key": "next", "from": "2020-06-01", "to": "2099-12-31", "state": "planned"},
    {"kind": "Objective", "key": "o", "name": "Grow"},
    {"kind": "KeyResult", "key": "k", "unit": "%", "start": 0, "target": 100},
    {"kind": "KeyResult", "key": "j", "start": 0, "target": 10},
    {"rel": "OWNS", "from": "Team/t", "to": "Objective/o"},
    {"rel": "IN_CYCLE", "from": "Objective/o", "to": "Cycle/now"},
    {"rel": "MEASURES", "from": "KeyResult/k", "to": "Objective/o"},
    {"rel": "MEASURES", "from": "KeyResult/j", "to": "Objective/o"},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a data folder with a small plan, whose engine runs in the background."""
    with holding(tmp_path_factory.mktemp("data") / "graph", *map(json.dumps, RECORDS)) as place:
        yield place


def told(folder: Path, *words: str | Path, stdin: str = "") -> Ran:
    return headwater(*words, "--data-dir", folder, "--json", stdin=stdin)


def exported(folder: Path) -> str:
    return headwater("export", "--format", "jsonl", "--data-dir", folder).out


def progress(folder: Path, name: str) -> object:
    return told(folder, "analyze", "cascade", name).json()["progress"]


def test_a_check_in_is_written_and_moves_the_progress(folder: Path) -> None:
    words = ("check-in", "k", "40", "--at", "2026-01-05", "--confidence", "0.5", "--note", "ok")
    done = told(folder, *words, "--by", "ann")
    assert (done.code, done.json()["written"], done.json()["made"]) == (
        0,
        True,
        ["CheckIn/k@2026-01-05"],
    )
    assert progress(folder, "Objective/o") == 0.4
    points = told(folder, "analyze", "history", "k").json()["points"]
    assert points[-1]["by"] == "ann"  # type: ignore[index]


def test_many_come_from_a_file_or_standard_input_all_or_none(folder: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("key_result,value,at\nk,50%,2026-01-06\nj,5,2026-01-06\n", encoding="utf-8")
    assert told(folder, "check-in", "--csv", good).json()["nodes"] == {
        "created": 2,
        "updated": 0,
        "deleted": 0,
    }
    assert progress(folder, "Objective/o") == 0.5
    bad = "key_result,value,at\nk,60,2026-01-07\nnone,5,\nk,lots,2026-01-08\nk,1,2999-01-01\n"
    done = told(folder, "check-in", "--csv", "-", stdin=bad)
    assert (done.code, done.json()["written"]) == (1, False)
    lines = [problem["line"] for problem in done.json()["problems"]]  # type: ignore[attr-defined]
    assert lines == [3, 4, 5]
    assert progress(folder, "Objective/o") == 0.5


@pytest.mark.parametrize(
    "words", [("check-in",), ("check-in", "k"), ("check-in", "k", "1", "--csv", "x.csv")]
)
def test_a_check_in_without_what_it_needs_is_bad_usage(
    folder: Path, words: tuple[str, ...]
) -> None:
    done = told(folder, *words)
    assert done.code == 2
    assert "--csv" in done.err


def test_a_value_that_is_no_number_is_refused_with_its_name(folder: Path) -> None:
    for value in ("lots", "nan", "inf"):
        done = headwater("check-in", "k", value, "--data-dir", folder)
        assert done.code == 1
        assert "KeyResult/k" in done.err
        assert "nothing was written" in done.out


def test_a_cycle_is_carried_over_closed_and_opened_and_each_is_taken_back(folder: Path) -> None:
    before = exported(folder)
    carried = told(folder, "cycle", "carry-over", "now", "next", "--objective", "o=o2").json()
    assert "Objective/o2" in carried["made"]  # type: ignore[operator]
    assert progress(folder, "Objective/o2") == 0.5
    again = told(folder, "cycle", "carry-over", "now", "next", "--objective", "o")
    assert again.code == 1
    closed = told(folder, "cycle", "close", "now", "--score", "o=0.6=late", "--by", "ann").json()
    found = [json.loads(line) for line in exported(folder).splitlines()]
    (closed_objective,) = [row for row in found if row.get("key") == "o"]
    assert closed_objective == {
        "kind": "Objective",
        "key": "o",
        "name": "Grow",
        "state": "closed",
        "score": 0.6,
        "score_by": "ann",
        "score_note": "late",
    }
    assert told(folder, "cycle", "close", "now").code == 1
    opened = told(folder, "cycle", "open", "next").json()
    for wrote in (opened, closed, carried):
        undone = told(folder, "undo", str(wrote["revision"]))
        assert (undone.code, undone.json()["written"]) == (0, True)
    assert exported(folder) == before


def test_what_cannot_be_taken_back_says_why(folder: Path) -> None:
    first = told(folder, "check-in", "j", "6", "--at", "2026-02-01").json()
    word = {"kind": "CheckIn", "key": "j@2026-02-01", "note": "corrected"}
    path = document(folder.parent / "fix.jsonl", json.dumps(word))
    fixed = told(folder, "import", "document", path).json()
    done = told(folder, "undo", str(first["revision"]))
    assert done.code == 1
    assert f"revision {fixed['revision']}" in done.out
    assert told(folder, "undo", "999").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("cycle", "close", "now", "--score", "o"),
        ("cycle", "carry-over", "now", "next", "--owner", "o=nobody"),
    ],
)
def test_an_option_that_cannot_be_read_is_bad_usage(folder: Path, words: tuple[str, ...]) -> None:
    done = told(folder, *words)
    assert done.code == 2
    assert "written as KEY=" in done.err


def test_a_value_below_0_is_a_value_and_no_option(folder: Path) -> None:
    wrote = told(folder, "check-in", "k", "-5", "--at", "2026-01-07").json()
    assert wrote["made"] == ["CheckIn/k@2026-01-07"]
    assert told(folder, "check-in", "k", "5", "--confidance", "0.5").code == 2


def test_all_problems_of_a_csv_are_told_at_once(folder: Path) -> None:
    path = folder.parent / "bad.csv"
    path.write_text("key_result,value,at\nk,41,2026-01-08\nnope,1,\nk,,\n", encoding="utf-8")
    done = headwater("check-in", "--csv", path, "--data-dir", folder)
    assert done.code == 1
    assert "bad.csv:3: KeyResult/nope" in done.err
    assert "bad.csv:4: the check-in has no value" in done.err
    assert "nothing was written: 2 problems" in done.out
    report = told(folder, "check-in", "--csv", path).json()
    assert len(report["problems"]) == 2  # type: ignore[arg-type]


def test_of_many_that_were_made_the_first_are_named(folder: Path) -> None:
    path = folder.parent / "many.csv"
    rows = (f"j,{n},2026-01-10T00:{n:02d}:00Z" for n in range(60))
    path.write_text("\n".join(("key_result,value,at", *rows)), encoding="utf-8")
    done = headwater("check-in", "--csv", path, "--data-dir", folder)
    assert done.out.count("made ") == 50
    assert "and 10 more" in done.out


@pytest.mark.parametrize(
    "words",
    [
        ("cycle", "close", "now", "--score", "o=0.5", "--score", "Objective/o=0.7"),
        ("cycle", "carry-over", "now", "next", "--objective", "o=a", "--objective", "o=b"),
    ],
)
def test_what_is_named_twice_is_bad_usage(folder: Path, words: tuple[str, ...]) -> None:
    done = told(folder, *words)
    assert done.code == 2
    assert "names 'o' twice" in done.err


def test_an_import_lists_check_ins_of_days_to_come_and_keeps_them(folder: Path) -> None:
    check = {"kind": "CheckIn", "key": "far", "at": "2999-01-01", "value": 1}
    path = document(folder.parent / "far.jsonl", json.dumps(check))
    done = headwater("import", "document", path, "--data-dir", folder)
    assert done.code == 1
    assert "far.jsonl:1: CheckIn/far: at 2999-01-01 is yet to come" in done.err
    assert "1 problem, of what was taken as it is" in done.out
    assert '"key":"far"' in exported(folder).replace(": ", ":")
