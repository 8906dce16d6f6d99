"""Showing a result to people: what is said of each value, and what a narrow screen leaves out."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from api.cli.failures import guarded
from api.cli.tables import cell, print_table, show


@dataclass(frozen=True)
class Measure:
    value: float | None
    rank: int | None


@dataclass(frozen=True)
class Row:
    kind: str
    key: str
    share: float | None
    late: bool
    path: tuple[str, ...]
    components: Mapping[str, Measure]


@dataclass(frozen=True)
class Result:
    root: str
    finish: date | None
    count: int
    rows: tuple[Row, ...]
    frontier: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]


def shown(result: object, width: int = 400, *, terminal: bool = False) -> str:
    written = io.StringIO()
    console = Console(
        file=written, width=width, force_terminal=terminal, color_system=None, markup=False
    )
    show(console, result, lambda kind, key: f"the {kind} {key}")
    return written.getvalue()


def row(key: str) -> Row:
    measured = {"fan_in": Measure(2.5, 1), "wait": Measure(None, None)}
    return Row("Team", key, None, key == "a", ("Team/x", f"Team/{key}"), measured)


RESULT = Result("Team/x", None, 1_234, (row("a"), row("b")), (), (("x", "a"), ("x", "b")))

RESULTS = {"one": RESULT}


def test_single_values_are_facts_and_empty_lists_are_counts() -> None:
    text = shown(RESULT)
    assert "root      Team/x" in text
    assert "count     1,234" in text
    assert "frontier  0" in text
    assert "finish" not in text


def test_rows_get_the_names_of_their_nodes_and_lose_columns_without_a_value() -> None:
    text = shown(RESULT)
    assert "rows (2)" in text
    assert "the Team a" in text
    assert "share" not in text
    assert "Team/x → a" in text
    assert "fan_in 2.5 (#1)" in text
    assert "paths (2)" in text
    assert "x → a" in text


@dataclass(frozen=True)
class Lifted:
    teams: tuple[Row, ...]
    team_count: int
    worst: tuple[Row, ...]
    worst_count: int


def test_what_is_said_already_is_not_said_again() -> None:
    rows = (row("a"), row("b"))
    text = shown(Lifted(rows, 2, rows[:1], 9))
    assert "teams (2)\n" in text  # that all are teams, its name says
    assert "team count" not in text
    assert "worst count  9" in text
    assert "worst (1) as above: a" in text


def test_a_way_names_a_kind_where_it_changes() -> None:
    way = ("WorkItem/a", "WorkItem/b/c", "Team/d", "Team/d", "WorkItem/a", "x/y", "x/z")
    text = "WorkItem/a → b/c → Team/d → d → WorkItem/a → x/y → x/z"
    assert cell(way, label="path") == text


def test_a_narrow_screen_keeps_both_halves_of_what_changes() -> None:
    columns = ["key", "name", "before", "after", "finish before", "finish after", "why"]
    cells = ["a", "The first of them", 1, 0.5, date(2026, 3, 2), date(2026, 3, 3), "it is late"]
    written = io.StringIO()
    console = Console(file=written, width=60, force_terminal=True, color_system=None)
    print_table(console, "", columns, [cells])
    head = written.getvalue().split("─")[0].split()
    assert head == ["key", "name", "before", "after", "why"]


def test_a_narrow_screen_leaves_details_out_and_says_so() -> None:
    text = shown(RESULT, 40, terminal=True)
    assert "Team" in text
    assert "no room for" in text
    assert "components" in text.split("no room for")[1]
    assert all(len(line) <= 40 for line in text.splitlines())


def test_a_long_list_is_cut_on_a_screen_and_whole_in_a_pipe() -> None:
    many = Result("x", None, 0, (), tuple(f"key-{n}" for n in range(500)), ())
    assert "and 300 more; --json gives all" in shown(many, terminal=True)
    assert "key-499" in shown(many)


def test_a_table_without_rows_still_shows_its_columns() -> None:
    written = io.StringIO()
    print_table(Console(file=written, width=80), "log", ["revision", "at"], [])
    assert "revision  at" in written.getvalue()


def test_in_a_pipe_numbers_stand_to_the_right_and_lines_have_no_blanks_at_their_end() -> None:
    written = io.StringIO()
    rows = [("one", 1, "東京"), ("three", 1_000, None)]
    print_table(Console(file=written, width=80), "", ["word", "n", "city"], rows)
    assert written.getvalue().splitlines()[0] == "word       n  city"
    assert written.getvalue().splitlines()[2:] == ["one        1  東京", "three  1,000"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, ""),
        (0.5, "0.5"),
        (1234.0, "1,234"),
        (0.12345, "0.123"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01 09:30:00Z"),
        (("a", "b"), "a, b"),
        ((("a", "b"), ("c",)), "a, b; c"),
        ({"x": 1, "y": None}, "x 1"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_value_is_one_line_that_a_person_reads(value: object, text: str) -> None:
    assert cell(value) == text


def test_an_unexpected_error_is_one_line_with_an_id_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEADWATER_DEBUG", raising=False)
    assert guarded(lambda: RESULTS["missing"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("headwater: unexpected error ")
    assert "KeyError: 'missing'" in said
    assert said.count("\n") == 1


def test_the_debug_switch_adds_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DEBUG", "1")
    assert guarded(lambda: RESULTS["missing"]) == 2
    assert "Traceback" in capsys.readouterr().err


@dataclass(frozen=True)
class Item:
    key: str
    name: str
    duration_days: float
    latest_start: float
    total_float: float
    critical: bool


@dataclass(frozen=True)
class Schedule:
    items: tuple[Item, ...]


def test_narrow_heads_are_folded_and_what_tells_most_is_kept() -> None:
    found = Schedule((Item("a", "x" * 60, 3, 4, 0, True),))
    text = shown(found, 66, terminal=True)
    assert "critical" in text.split("no room for")[0]
    assert "total float" not in text
    assert [line.split() for line in text.splitlines() if "key" in line] == [
        ["key", "name", "start", "float", "critical"]
    ]
    assert "no room for duration days" in text
    assert "total float" in shown(found, 200, terminal=True)
