"""Recorded runs: each figure is compared with its newest on the like of the machine."""

from pathlib import Path

from bench.figures import Figure
from bench.history import change, last, record, runs, this_machine


def test_a_figure_is_compared_with_its_newest_on_the_same_machine(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    assert list(runs(path)) == []
    record([Figure("load", "s", (4.0,)), Figure("read", "ms", (1.0, 2.0, 9.0))], "here", path)
    record([Figure("load", "s", (2.0,))], "here", path)
    record([Figure("load", "s", (50.0,))], "elsewhere", path)
    assert last("here", path) == {"load": 2.0, "read": 2.0}
    assert [run.machine for run in runs(path)] == ["here", "here", "elsewhere"]
    assert change(Figure("load", "s", (3.0,)), last("here", path)) == "  +50 % since 2"
    assert change(Figure("read", "ms", (1.0,)), last("here", path)) == "  -50 % since 2"


def test_a_figure_that_was_never_recorded_is_compared_with_nothing() -> None:
    assert change(Figure("new", "s", (3.0,)), {"load": 2.0}) == ""


def test_a_machine_is_named_by_what_its_speed_depends_on() -> None:
    assert "cores, Python 3." in this_machine()
