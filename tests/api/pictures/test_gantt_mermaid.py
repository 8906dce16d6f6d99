"""A schedule for Mermaid: read back by a reader of its own, every bar is where it was."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given

from api.pictures.chart import Bar, Chart
from api.pictures.ganttmermaid import gantt_mermaid
from tests.api.pictures.drawn import HOSTILE
from tests.api.pictures.marks import charts
from tests.api.pictures.test_mermaid import unescaped

TASK = re.compile(r"    ([^:\n]+) :((?:crit, |done, |milestone, )*)n\d+, (\S+), (\S+)")
HEAD = re.compile(
    r"gantt|    title [^:;\n]*|    acc(Title|Descr): .*|    (dateFormat|axisFormat) .+"
    r"|    todayMarker off|    section [^:\n]*"
)


def tasks(text: str) -> list[tuple[str, str, str, str]]:
    """Read the tasks; every line must be understood, and entities are read after the lines."""
    found = []
    for line in text.splitlines():
        bare = re.sub(r"#(\d+);", lambda entity: f"{{{entity[1]}}}", line)
        task = TASK.fullmatch(bare)
        if task:
            name = re.sub(r"\{(\d+)\}", r"#\1;", task[1])
            found.append((unescaped(name), task[2], task[3], task[4]))
        else:
            assert HEAD.fullmatch(bare), line
    return found


@given(charts())
def test_every_bar_is_a_task_and_nothing_else_is(drawn: Chart) -> None:
    read = tasks(gantt_mermaid(drawn))
    assert len(read) == len(drawn.bars)
    for (_, tags, begin, end), bar in zip(read, drawn.bars, strict=True):
        assert ("crit" in tags, "done" in tags) == (bar.critical, bar.done)
        assert ("milestone" in tags) == bar.is_milestone
        assert int(begin) == (bar.begin - drawn.first_day) * 1000
        assert int(end) - int(begin) == (bar.end - bar.begin) * 1000


def test_with_dates_a_bar_ends_on_the_day_after_its_last() -> None:
    first = date(2026, 1, 5)
    bars = (
        Bar("a", "a", "A", 0, 3, 3, critical=True, first=first, last=first + timedelta(2)),
        Bar("m", "m", "m", 3, 3, 3, first=first + timedelta(2), last=first + timedelta(2)),
    )
    text = gantt_mermaid(Chart("", "", bars, (), (), 0, 3))
    assert "    dateFormat YYYY-MM-DD\n" in text
    assert tasks(text) == [
        ("A · a", "crit, ", "2026-01-05", "2026-01-08"),
        ("m", "milestone, ", "2026-01-07", "0d"),
    ]


@pytest.mark.parametrize("text", [*HOSTILE, "title of it", "Section 8", "excludes all", "click x"])
def test_a_name_is_never_read_as_an_order(text: str) -> None:
    (line,) = [
        line
        for line in gantt_mermaid(
            Chart("", "", (Bar("a", text, text, 0, 1, 1),), (), (), 0, 1)
        ).splitlines()
        if " :n0" in line
    ]
    assert not re.match(r"\s*(title|section|excludes|click|dateformat)", line, re.IGNORECASE)
    assert "%%" not in line


def test_nothing_is_said_of_a_chart_that_says_nothing_of_itself() -> None:
    text = gantt_mermaid(Chart(" ", "", (Bar("a", "a", "a", 0, 1, 1),), (), (), 0, 1, note=" "))
    assert not re.search("title|section|acc", text, re.IGNORECASE)
