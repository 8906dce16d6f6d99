"""Imports that a hostile or clumsy hand gives: refused early, or taken for what is good of them."""

from pathlib import Path

import orjson
import pytest

from api.cli.importsize import excess, within
from graph.model.records import NodeRecord, RelationRecord
from tests.api.running import document, headwater, item

TEAMS = [NodeRecord("Team", key) for key in "abcd"]


def test_more_new_things_than_one_write_takes_are_told_before_planning() -> None:
    assert excess(TEAMS, 4, 0) is None
    found = excess(TEAMS, 3, 0)
    assert found is not None
    assert found.message == "more than 3 changes are too many for one write"
    assert "split it" in found.hint


def test_what_is_named_twice_or_may_be_there_already_is_not_counted() -> None:
    assert excess(TEAMS * 9, 4, 0) is None
    assert excess(TEAMS, 1, 3) is None
    links = [RelationRecord("OWNS", "Team/a", "Objective/o")] * 9
    assert excess(links, 1, 0) is None


def test_reading_for_a_new_graph_ends_with_the_record_that_is_too_many() -> None:
    assert list(within(iter(TEAMS), 2)) == TEAMS[:3]
    assert list(within(TEAMS, 4)) == TEAMS


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_document_too_large_for_one_write_leaves_no_folder_behind(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    path = document(tmp_path / "large.jsonl", *(item(f"w{n}") for n in range(1_500)))
    place = tmp_path / "data"
    words: tuple[str | Path, ...] = ("import", "document", path, "--data-dir", place, *more)
    done = headwater(*words, HEADWATER_MAX_CHANGES="1000")
    assert done.code == 1
    assert "more than 1,000 changes are too many for one write (split it" in done.err
    assert "--partial" not in done.out
    assert not place.exists()
    report = headwater(*words, "--json", HEADWATER_MAX_CHANGES="1000").json()
    assert (report["refused"], report["written"], report["records"]) == (True, False, 1_001)


def test_a_partial_dry_run_too_large_for_one_write_says_so(tmp_path: Path) -> None:
    path = document(tmp_path / "large.jsonl", *(item(f"w{n}") for n in range(1_500)))
    words = ("import", "document", path, "--data-dir", tmp_path / "data", "--dry-run", "--partial")
    done = headwater(*words, HEADWATER_MAX_CHANGES="1000")
    assert done.code == 1
    assert "1,500 changes are too many for one write" in done.err


OKRS = {
    "company": "Acme",
    "period": "2026-Q1",
    "items": [
        {"id": "o1", "kind": "objective", "text": "Win"},
        {"id": "o2", "kind": "objektive", "text": "Odd"},
    ],
}


def okrs(tmp_path: Path, **more: object) -> Path:
    path = tmp_path / "okrs.json"
    path.write_bytes(orjson.dumps({**OKRS, **more}))
    return path


def test_what_another_programs_file_says_wrongly_does_not_refuse_the_rest(tmp_path: Path) -> None:
    words = ("import", "okr-json", okrs(tmp_path), "--data-dir", tmp_path / "data", "--dry-run")
    done = headwater(*words, "--json")
    assert done.code == 1
    report = done.json()
    assert report["refused"] is False
    assert report["nodes"] == {"created": 3, "updated": 0, "deleted": 0}
    assert [problem["field"] for problem in report["problems"]] == ["kind"]  # type: ignore[attr-defined]
    assert "1 problem, of what was left out" in headwater(*words).out


def test_what_breaks_a_rule_of_the_graph_refuses_another_programs_file(tmp_path: Path) -> None:
    items = [
        {"id": "o1", "kind": "objective", "parent": "o2"},
        {"id": "o2", "kind": "objective", "parent": "o1"},
        {"id": "o3", "kind": "odd"},
    ]
    path = okrs(tmp_path, items=items)
    words = ("import", "okr-json", path, "--data-dir", tmp_path / "data", "--dry-run")
    done = headwater(*words)
    assert done.code == 1
    assert "it would be refused: 2 problems (--partial writes the rest)" in done.out
    assert headwater(*words, "--partial", "--json").json()["refused"] is False


def test_a_file_without_one_record_is_not_there_already(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}", encoding="utf-8")
    place = tmp_path / "data"
    done = headwater("import", "okr-json", path, "--data-dir", place, "--dry-run")
    assert done.code == 1
    assert "the file names no company" in done.err


TABLE = """id;kind;title;owner;parent
a;objective;Win;VP, Sales;
b;objective;Sell;VP Sales;a
"""


def test_a_merge_of_owners_is_noted_and_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "okrs.csv"
    path.write_text(TABLE, encoding="utf-8")
    words = ("import", "okr-csv", path, "--data-dir", tmp_path / "data", "--dry-run")
    apart = headwater(*words)
    assert apart.code == 1
    assert "the owners 'VP Sales' and 'VP, Sales' may be one" in apart.err
    done = headwater(*words, "--merge-duplicates")
    assert done.code == 0
    assert "okrs.csv:3: the owner 'VP Sales' was merged into 'VP, Sales'" in done.err
    report = headwater(*words, "--merge-duplicates", "--json").json()
    assert report["problems"] == []
    assert [note["value"] for note in report["notes"]] == ["'VP Sales'"]  # type: ignore[attr-defined]
    assert report["nodes"] == {"created": 3, "updated": 0, "deleted": 0}


def test_a_merge_of_a_format_that_finds_no_duplicates_is_bad_usage(tmp_path: Path) -> None:
    path = document(tmp_path / "d.jsonl", item("w"))
    place = tmp_path / "data"
    done = headwater("import", "document", path, "--data-dir", place, "--merge-duplicates")
    assert done.code == 2
    assert "document knows no likely duplicates that could be merged" in done.err
    assert "only okr-json and okr-csv do" in done.err
    assert not place.exists()
