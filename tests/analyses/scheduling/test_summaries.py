"""A link on a summary is the same link on every item under it, also where facts come into play."""

from datetime import date

import pytest

from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)
PARTS = "WorkItem epic \n p part_of epic \n q part_of epic \n"


def planned(text: str) -> CriticalPath:
    return critical_path(graph_of(text), start=MONDAY, status_date=MONDAY)


def test_a_summary_whose_parts_are_done_does_not_hold_back_what_it_needed() -> None:
    found = planned(
        PARTS
        + """
        WorkItem p 1 actual_start=2026-01-01 actual_finish=2026-01-02
        WorkItem q 1 actual_start=2026-01-01 actual_finish=2026-01-02
        WorkItem long 5
        WorkItem late 2
        epic needs late FS+4
        """
    )
    late = next(item for item in found.items if item.key == "late")
    assert (late.total_float, late.free_float, late.critical) == (3, 3, False)


@pytest.mark.parametrize(("link", "es"), [("FS+7", 6), ("SS+7", 4)])
def test_a_lag_after_a_summary_runs_from_the_facts_of_its_parts(link: str, es: float) -> None:
    found = planned(
        PARTS
        + f"""
        WorkItem p 1 actual_start=2026-01-01 actual_finish=2026-01-02
        WorkItem q 1 actual_start=2026-01-02 actual_finish=2026-01-03
        WorkItem next 1
        next needs epic {link}
        """
    )
    row = next(item for item in found.items if item.key == "next")
    assert (row.es, row.driver) == (es, "q")


def test_what_begins_too_early_under_a_summary_is_told_with_what_the_summary_needs() -> None:
    found = planned(
        PARTS
        + """
        WorkItem p 1 actual_start=2026-01-01
        WorkItem q 1
        WorkItem first 3
        WorkItem gone 9 actual_start=2026-01-01 actual_finish=2026-01-09
        epic needs first
        epic needs gone
        """
    )
    assert [(v.code, v.key, v.days) for v in found.violations] == [("out_of_sequence", "p", 7)]
    assert "before first, which it needs" in found.violations[0].message


def test_work_that_has_begun_after_what_is_done_is_in_sequence() -> None:
    found = planned("WorkItem a 5 state=done \n WorkItem b 9 actual_start=2026-01-02 \n b needs a")
    assert found.violations == ()


def test_a_date_on_a_summary_is_reported_as_left_aside() -> None:
    found = planned(
        PARTS.replace(
            "epic \n", "epic constraint=finish_no_later_than constraint_date=2026-01-05 \n", 1
        )
        + "WorkItem p 3 \n WorkItem q 3"
    )
    (violation,) = found.violations
    assert (violation.code, violation.key) == ("constraint_ignored", "epic")
    assert "its parts are scheduled" in violation.message


def test_a_critical_path_leads_through_a_summary_that_has_begun() -> None:
    found = planned(
        PARTS
        + """
        WorkItem p 4 actual_start=2026-01-05
        WorkItem q 2 actual_start=2026-01-05
        WorkItem next 4
        next needs epic
        """
    )
    assert found.paths == (("p", "next"),)


def test_what_is_done_and_nobody_knows_when_holds_nothing_up_beyond_the_status_date() -> None:
    graph = graph_of("WorkItem a 5 state=done \n WorkItem b 2 \n b needs a")
    found = critical_path(graph, start=MONDAY, status_date=date(2026, 1, 7))
    assert [(row.key, row.es, row.ef) for row in found.items] == [("a", -3, 2), ("b", 2, 4)]
