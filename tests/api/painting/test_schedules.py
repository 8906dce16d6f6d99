"""A schedule drawn: which items, where they stand, and what is said of them."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from api.painting.schedules import MOST_ITEMS, chart_of, drawing_of_schedule, network_of_chart
from api.painting.subject import Subject
from api.pictures.chart import Chart, Link
from graph.analyses.parameters import ParameterValue
from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from graph.model.snapshot import Snapshot
from tests.notation import graph_of

WORK = """
    WorkItem a 3
    WorkItem b 2
    WorkItem c 4
    WorkItem gate 0
    WorkItem free 1
    b needs a
    c needs a SS+1
    gate needs b
    gate needs c
    gate needs free
"""


def subject(text: str | Snapshot, **values: ParameterValue) -> Subject[CriticalPath]:
    snapshot = graph_of(text) if isinstance(text, str) else text
    found = critical_path(snapshot, **values)  # type: ignore[arg-type]
    return Subject(snapshot, found, values)


def chart(text: str, **values: ParameterValue) -> Chart:
    return chart_of(subject(text, **values))


def test_rows_come_by_early_start_and_then_by_end_and_key() -> None:
    drawn = chart(WORK)
    assert [bar.key for bar in drawn.bars] == ["free", "a", "c", "b", "gate"]
    assert [(bar.begin, bar.end) for bar in drawn.bars] == [(0, 1), (0, 3), (1, 5), (3, 5), (5, 5)]


def test_bars_say_what_the_schedule_does() -> None:
    found = subject(WORK)
    drawn = {bar.key: bar for bar in chart_of(found).bars}
    for item in found.result.items:
        bar = drawn[item.key]
        assert (bar.begin, bar.end, bar.critical) == (item.es, item.ef, item.critical)
        assert bar.float_days == item.total_float
    assert [key for key, bar in drawn.items() if bar.is_milestone] == ["gate"]


def test_links_are_those_of_the_graph_and_those_without_room_are_set_off() -> None:
    links = {(link.source, link.target): link for link in chart(WORK).links}
    assert set(links) == {
        *(("na", "nb"), ("na", "nc"), ("nb", "ngate"), ("nc", "ngate"), ("nfree", "ngate")),
    }
    assert not links["nfree", "ngate"].binding
    assert links["na", "nc"] == Link(
        "na", "nc", from_finish=False, binding=True, title="c needs a, SS+1", label="SS+1"
    )
    assert all(links[pair].binding for pair in (("na", "nb"), ("nb", "ngate"), ("nc", "ngate")))


def test_a_link_with_room_between_critical_items_is_not_set_off() -> None:
    text = "WorkItem a 1\nWorkItem b 2\nWorkItem c 1\nb needs a\nc needs a b"
    links = {(link.source, link.target): link.binding for link in chart(text).links}
    assert links == {("na", "nb"): True, ("na", "nc"): False, ("nb", "nc"): True}


def test_rejected_links_and_links_to_itself_are_not_drawn() -> None:
    text = "WorkItem a 1\nWorkItem b 1\nb needs a status=rejected\na needs a"
    assert chart(text).links == ()


def test_with_a_start_the_axis_has_dates_and_the_status_date_its_line() -> None:
    start = date(2026, 1, 5)
    drawn = chart(WORK, start=start, status_date=date(2026, 1, 7))
    assert drawn.marks[0].label == "5 Jan 2026"
    assert drawn.today is not None
    assert (drawn.today.at, drawn.today.label) == (2, "status date 2026-01-07")
    assert drawn.bars[0].first == date(2026, 1, 7)


def test_on_working_days_a_week_is_five_days_wide() -> None:
    text = "WorkItem a 60"
    drawn = chart(text, start=date(2026, 1, 5), calendar="weekdays")
    assert [mark.at for mark in drawn.marks][:3] == [0, 5, 10]


def test_without_a_start_the_axis_has_day_numbers() -> None:
    assert [mark.label for mark in chart(WORK).marks] == ["0", "1", "2", "3", "4", "5"]


def test_what_is_done_is_so_only_where_facts_count() -> None:
    text = "WorkItem a 3 states=active@2026-01-05,done@2026-01-07\nWorkItem b 2\nb needs a"
    assert [bar.done for bar in chart(text).bars] == [False, False]
    assert [bar.done for bar in chart(text, start=date(2026, 1, 5)).bars] == [True, False]


def test_of_many_items_the_critical_ones_and_those_with_the_least_float_are_drawn() -> None:
    chain = [f"WorkItem c{at:03} 2" for at in range(40)]
    links = [f"c{at:03} needs c{at - 1:03}" for at in range(1, 40)]
    others = [f"WorkItem f{at:03} {1 + at % 7}" for at in range(60)]
    found = subject("\n".join([*chain, *others, *links]))
    drawn = chart_of(found)
    assert len(drawn.bars) == MOST_ITEMS
    assert drawn.note == "40 of 100 items are not drawn: those with the most float"
    kept = {bar.key for bar in drawn.bars}
    assert {f"c{at:03}" for at in range(40)} <= kept
    most = max(bar.float_days for bar in drawn.bars)
    assert all(item.total_float >= most for item in found.result.items if item.key not in kept)


def test_a_scope_is_named_and_an_empty_schedule_is_a_picture_too() -> None:
    assert chart("WorkItem a 1", scope="a").title == "Schedule of a"
    drawing = drawing_of_schedule(subject("Team t"))
    assert ET.fromstring(drawing.svg()).tag.endswith("svg")
    assert drawing.mermaid().startswith("gantt\n")
    assert drawing.dot().startswith("digraph")


def test_a_schedule_beyond_the_calendar_still_has_an_axis() -> None:
    drawn = chart("WorkItem a 99999999", start=date(2026, 1, 5))
    assert drawn.marks[-1].label.endswith(",000,000")


@pytest.mark.parametrize("key", ["a", "b"])
def test_the_network_has_bold_arrows_between_what_is_critical(key: str) -> None:
    picture = network_of_chart(chart(WORK))
    names = {node.key: node.id for node in picture.nodes}
    strong = {(edge.source, edge.target) for edge in picture.edges if edge.strong}
    assert (names["a"], names["b"]) in strong
    assert (names["free"], names["gate"]) not in strong
    (node,) = [node for node in picture.nodes if node.key == key]
    assert (node.words, node.tone) == ("critical", "critical")
