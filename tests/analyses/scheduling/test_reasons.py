"""What holds the start of work, and what is said of what contradicts or is missing."""

from datetime import date

import pytest

from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from graph.analyses.scheduling.scheduleditems import HELD_BY, ScheduledItem
from graph.errors import BadUsage, Refused
from graph.model.entities import WorkItem
from graph.model.snapshot import Snapshot
from schema.types.words.scheduling import WORDS
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)


def rows(result: CriticalPath) -> dict[str, ScheduledItem]:
    return {item.key: item for item in result.items}


def test_every_start_is_given_with_what_holds_it() -> None:
    graph = graph_of("""
        WorkItem first 3
        WorkItem linked 1
        WorkItem bound 1 constraint=start_no_earlier_than constraint_date=2026-01-19
        WorkItem begun 5 actual_start=2026-01-06
        WorkItem waiting 1
        linked needs first FS+9
    """)
    found = rows(critical_path(graph, start=MONDAY, status_date=date(2026, 1, 7)))
    assert {key: item.held_by for key, item in found.items()} == {
        "first": "status_date",
        "linked": "link",
        "bound": "constraint",
        "begun": "actual_start",
        "waiting": "status_date",
    }
    assert rows(critical_path(graph))["first"].held_by == "start"
    assert all(word in WORDS["held_by"] for word in HELD_BY)


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ("c needs a FS+1", ("a", "FS", 1)),
        ("c needs a SS+4 \n c needs a FF+2 \n c needs b FS-1", ("a", "FF", 2)),
        ("c needs b FS-1 \n c needs a SS+4 \n c needs a FS+1", ("a", "FS", 1)),
        ("c needs b SF+4", ("b", "SF", 4)),
        ("c needs b SS-5", (None, None, None)),
    ],
)
def test_the_driver_is_given_with_the_link_by_which_it_holds(
    links: str, told: tuple[str | None, str | None, float | None]
) -> None:
    """Of several that hold equally the first key is named; of its links the first kind."""
    found = critical_path(graph_of(f"WorkItem a 3\nWorkItem b 5\nWorkItem c 1\n{links}"))
    row = rows(found)["c"]
    assert (row.driver, row.driver_link, row.driver_lag_days) == told


def test_a_driver_under_a_summary_holds_by_the_summarys_link() -> None:
    found = critical_path(
        graph_of("""
            WorkItem epic
            WorkItem a 3
            WorkItem b 5
            WorkItem next
            WorkItem c 1
            a part_of epic
            b part_of epic
            c part_of next
            next needs epic FS+2
        """)
    )
    row = rows(found)["c"]
    assert (row.es, row.driver, row.driver_link, row.driver_lag_days) == (7, "b", "FS", 2)


NAMELESS = "WorkItem a 3 \n WorkItem b \n WorkItem c \n b needs a \n c needs b"


def test_items_without_a_duration_take_what_is_assumed_and_are_all_named() -> None:
    found = critical_path(graph_of(NAMELESS), assume_days=2.5)
    assert (found.finish_days, rows(found)["b"].duration_days) == (8, 2.5)
    assert [(v.code, v.key, v.days) for v in found.violations] == [
        ("missing_duration", "b", 2.5),
        ("missing_duration", "c", 2.5),
    ]
    assert "2.5 days assumed" in found.violations[0].message


def test_items_without_a_duration_are_refused_all_at_once_where_that_is_asked() -> None:
    with pytest.raises(Refused) as refused:
        critical_path(graph_of(NAMELESS), missing="refuse")
    assert [v.subject for v in refused.value.violations] == ["WorkItem/b", "WorkItem/c"]
    assert "duration_days" in refused.value.violations[0].hint
    assert critical_path(graph_of("WorkItem a 3"), missing="refuse").finish_days == 3


@pytest.mark.parametrize("days", [-1, float("nan"), float("inf")])
def test_days_that_cannot_be_assumed_are_bad_usage(days: float) -> None:
    with pytest.raises(BadUsage):
        critical_path(graph_of(NAMELESS), assume_days=days)
    with pytest.raises(BadUsage, match="refuse"):
        critical_path(graph_of(NAMELESS), missing="refused")
    with pytest.raises(BadUsage):
        critical_path(graph_of(NAMELESS), near_days=float("nan"))


def test_a_negative_duration_that_nobody_refused_counts_as_none_and_is_named() -> None:
    """No document or write can hold one; a graph made in memory can."""
    found = critical_path(Snapshot.build([WorkItem(key="a", duration_days=-3.0)], []))
    assert (found.finish_days, found.items[0].duration_days) == (0, 0)
    assert [(v.code, v.key) for v in found.violations] == [("negative_duration", "a")]


def test_work_begun_before_what_it_needs_lets_it_is_named() -> None:
    graph = graph_of("""
        WorkItem late 6
        WorkItem early 5 actual_start=2026-01-06
        WorkItem done 2 actual_start=2026-01-05 actual_finish=2026-01-08
        early needs late FS+1
        early needs done
    """)
    found = critical_path(graph, start=MONDAY)
    assert [(v.code, v.key, v.days) for v in found.violations] == [("out_of_sequence", "early", 6)]
    assert "late" in found.violations[0].message
    assert (rows(found)["early"].es, rows(found)["late"].free_float) == (1, 0)


def test_what_is_left_of_begun_work_holds_what_it_needs_and_its_start_no_longer_does() -> None:
    """On day 4 two of begun's six days are left; z gives the project its finish on day 14."""
    graph = graph_of("""
        WorkItem a 1
        WorkItem b 1
        WorkItem begun 6 actual_start=2026-01-05
        WorkItem c 1
        WorkItem z 10
        begun needs a FS+1
        begun needs b SS
        c needs begun SS
    """)
    found = rows(critical_path(graph, start=MONDAY, status_date=date(2026, 1, 9)))
    assert (found["begun"].ef, found["begun"].lf) == (6, 14)
    assert found["a"].lf == 14 - 2 - 1
    assert found["b"].lf == 14


def test_begun_work_does_not_end_before_a_finish_that_may_come_no_earlier() -> None:
    graph = graph_of("""
        WorkItem a 2 actual_start=2026-01-05 constraint=finish_no_earlier_than constraint_date=2026-01-09
    """)
    row = rows(critical_path(graph, start=MONDAY))["a"]
    assert (row.es, row.ef) == (0, 5)
