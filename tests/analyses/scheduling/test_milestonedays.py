from datetime import date

import pytest

from graph.analyses.scheduling.critical_path import critical_path
from tests.notation import graph_of

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 1, day) for day in (5, 6, 7, 8))


def day_of(text: str, key: str = "m", status_date: date | None = None) -> date | None:
    found = critical_path(
        graph_of(text), start=MONDAY, calendar="weekdays", status_date=status_date
    )
    row = next(item for item in found.items if item.key == key)
    assert row.start == row.finish
    return row.finish


@pytest.mark.parametrize(
    ("constraint", "day"),
    [
        ("start_no_earlier_than", WEDNESDAY),
        ("must_start_on", WEDNESDAY),
        ("finish_no_earlier_than", WEDNESDAY),
        ("must_finish_on", WEDNESDAY),
        ("finish_no_later_than", MONDAY),
    ],
)
def test_a_milestone_that_a_date_holds_falls_on_that_date(constraint: str, day: date) -> None:
    text = f"WorkItem m 0 constraint={constraint} constraint_date=2026-01-07"
    assert day_of(text) == day
    assert critical_path(graph_of(text), start=MONDAY).finish == day


@pytest.mark.parametrize(("link", "day"), [("FS", THURSDAY), ("FF", THURSDAY), ("SS", WEDNESDAY)])
def test_a_milestone_falls_on_the_day_of_the_end_that_it_waits_for(link: str, day: date) -> None:
    text = f"WorkItem a 2 \n WorkItem b 2 \n WorkItem m 0 \n b needs a \n m needs b {link}"
    assert day_of(text) == day


def test_a_milestone_that_waits_for_a_milestone_falls_on_its_day() -> None:
    dated = """
        WorkItem m0 0 constraint=start_no_earlier_than constraint_date=2026-01-07
        WorkItem m 0
        m needs m0
    """
    assert day_of(dated) == WEDNESDAY
    worked = "WorkItem a 2 \n WorkItem m0 0 \n WorkItem m 0 \n m0 needs a \n m needs m0 SS+1"
    assert (day_of(worked, "m0"), day_of(worked)) == (TUESDAY, WEDNESDAY)


def test_a_milestone_that_is_not_reached_falls_no_earlier_than_the_status_date() -> None:
    text = """
        WorkItem a 2 actual_start=2026-01-05 actual_finish=2026-01-06
        WorkItem m 0
        m needs a
    """
    assert day_of(text) == TUESDAY
    assert day_of(text, status_date=WEDNESDAY) == WEDNESDAY


def test_work_that_was_done_before_the_start_keeps_its_dates() -> None:
    graph = graph_of("""
        WorkItem a 2 actual_start=2025-12-29 actual_finish=2025-12-30
        WorkItem b 2 actual_start=2026-01-01 actual_finish=2026-01-02
    """)
    found = critical_path(graph, start=MONDAY, calendar="weekdays")
    assert [(row.start, row.finish) for row in found.items] == [
        (date(2025, 12, 29), date(2025, 12, 30)),
        (date(2026, 1, 1), date(2026, 1, 2)),
    ]
    assert found.finish == date(2026, 1, 2)
