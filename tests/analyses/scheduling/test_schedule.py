from datetime import date

import pytest

from graph.analyses.scheduling.critical_path import CriticalPath, critical_path
from graph.analyses.scheduling.scheduleditems import ScheduledItem
from graph.errors import BadUsage, NotFound
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)


def rows(result: CriticalPath) -> dict[str, ScheduledItem]:
    return {item.key: item for item in result.items}


def test_a_start_on_a_weekend_begins_on_monday_and_holidays_are_not_worked() -> None:
    graph = graph_of("""
        Company acme holidays=2026-01-06
        WorkItem a 4
        WorkItem b 1
        WorkItem m 0
        b needs a
        m needs b
    """)
    found = critical_path(graph, start=date(2026, 1, 3), calendar="weekdays")
    got = rows(found)
    assert (found.start, found.finish) == (MONDAY, date(2026, 1, 12))
    assert (got["a"].start, got["a"].finish) == (MONDAY, date(2026, 1, 9))
    assert (got["b"].start, got["b"].finish) == (date(2026, 1, 12), date(2026, 1, 12))
    assert (got["m"].start, got["m"].finish) == (date(2026, 1, 12), date(2026, 1, 12))


def test_working_days_are_the_companys() -> None:
    graph = graph_of("Company acme working_days=sun,mon,tue,wed,thu \n WorkItem a 5")
    assert critical_path(graph, start=MONDAY, calendar="weekdays").finish == date(2026, 1, 11)


def test_on_the_continuous_calendar_every_day_counts() -> None:
    found = critical_path(graph_of("WorkItem a 7.5"), start=MONDAY)
    assert (found.finish_days, found.finish) == (7.5, date(2026, 1, 12))


def test_without_a_start_there_are_no_dates() -> None:
    found = critical_path(graph_of("WorkItem a 7"))
    assert (found.start, found.finish, found.items[0].start) == (None, None, None)


@pytest.mark.parametrize(
    ("constraint", "es", "total_float"),
    [
        ("start_no_earlier_than", 4, 4),
        ("finish_no_earlier_than", 3, 5),
        ("must_start_on", 4, 0),
        ("must_finish_on", 3, 0),
        ("start_no_later_than", 1, 3),
        ("finish_no_later_than", 1, 2),
        ("as_soon_as_possible", 1, 7),
    ],
)
def test_a_constraint_that_can_be_kept_moves_the_early_or_the_late_dates(
    constraint: str, es: float, total_float: float
) -> None:
    """Item b of two days follows a of one; z of ten days gives the project its finish."""
    graph = graph_of(f"""
        WorkItem a 1
        WorkItem b 2 constraint={constraint} constraint_date=2026-01-09
        WorkItem z 10
        b needs a
    """)
    found = critical_path(graph, start=MONDAY)
    row = rows(found)["b"]
    assert (row.es, row.total_float, found.violations) == (es, total_float, ())


@pytest.mark.parametrize(
    ("constraint", "over"),
    [
        ("start_no_later_than", 4),
        ("must_start_on", 4),
        ("finish_no_later_than", 5),
        ("must_finish_on", 5),
    ],
)
def test_a_constraint_that_cannot_be_kept_shows_as_negative_float_and_is_named(
    constraint: str, over: float
) -> None:
    graph = graph_of(f"""
        WorkItem a 5
        WorkItem b 2 constraint={constraint} constraint_date=2026-01-06
        WorkItem c 1
        WorkItem z 20
        b needs a
        c needs b
    """)
    found = critical_path(graph, start=MONDAY)
    got = rows(found)
    assert got["a"].total_float == got["b"].total_float == -over
    assert [item.key for item in found.items if item.critical] == ["a", "b"]
    assert found.paths == (("a", "b"),)
    assert [(v.code, v.key, v.constraint, v.days) for v in found.violations] == [
        ("constraint_broken", "b", constraint, over)
    ]


def test_a_constraint_that_cannot_be_read_is_reported_and_left_aside() -> None:
    graph = graph_of("""
        WorkItem a 1 constraint=must_start_on constraint_date=2026-02-01
        WorkItem b 1 constraint=must_start_on
    """)
    assert [v.key for v in critical_path(graph).violations] == ["a", "b"]
    found = critical_path(graph, start=MONDAY)
    assert [(v.code, v.key) for v in found.violations] == [("constraint_ignored", "b")]


def test_facts_stand_and_nothing_unfinished_is_scheduled_before_the_status_date() -> None:
    graph = graph_of("""
        WorkItem done 2 actual_start=2026-01-05 actual_finish=2026-01-08
        WorkItem begun 3 actual_start=2026-01-07
        WorkItem next 2
        WorkItem free 1
        begun needs done
        next needs begun
    """)
    found = critical_path(graph, start=MONDAY, status_date=date(2026, 1, 12))
    got = rows(found)
    assert (got["done"].es, got["done"].ef, got["done"].duration_days) == (0, 4, 4)
    assert (got["done"].free_float, got["done"].critical) == (0, False)
    assert (got["begun"].es, got["begun"].ef) == (2, 7)
    assert (got["next"].es, got["next"].ef, got["next"].critical) == (7, 9, True)
    assert (got["free"].es, got["free"].total_float) == (7, 1)


def test_the_state_history_gives_actual_dates_in_the_companys_time_zone() -> None:
    graph = graph_of("""
        Company acme time_zone=Asia/Tokyo
        WorkItem a 9 states=active@2026-01-05T16:00:00Z,done@2026-01-07T16:00:00Z
    """)
    row = rows(critical_path(graph, start=MONDAY))["a"]
    assert (row.start, row.finish) == (date(2026, 1, 6), date(2026, 1, 8))


def test_a_completed_item_has_no_free_float_and_takes_none_from_others() -> None:
    found = rows(
        critical_path(
            graph_of("""
                WorkItem a 1
                WorkItem b 1 state=done
                WorkItem c 1
                WorkItem z 9
                b needs a
                c needs a FS+2
            """)
        )
    )
    assert (found["b"].free_float, found["a"].free_float) == (0, 0)


def test_cancelled_items_are_not_scheduled_and_who_needs_them_is_told() -> None:
    found = critical_path(
        graph_of("WorkItem a 9 state=cancelled\nWorkItem b 1\nb needs a\nWorkItem c 1")
    )
    assert [item.key for item in found.items] == ["b", "c"]
    assert [(v.code, v.key) for v in found.violations] == [("needs_cancelled", "b")]


SCOPED = """
    Company acme
    Objective top
    Objective o
    KeyResult k
    Team t
    Product p
    Cycle year
    Cycle q1
    q1 part_of year
    k measures o
    o contributes_to top
    WorkItem epic
    WorkItem a 1
    WorkItem b 2
    WorkItem c 4
    WorkItem d 8
    a part_of epic
    b part_of epic
    b needs a
    c needs b
    epic contributes_to k
    d contributes_to o
    t delivers c d
    b for p
    c in_cycle q1
"""


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        (None, "abcd"),
        ("epic", "ab"),
        ("WorkItem/epic", "ab"),
        ("KeyResult/k", "ab"),
        ("Objective/top", "abd"),
        ("Team/t", "cd"),
        ("Product/p", "b"),
        ("Cycle/year", "c"),
    ],
)
def test_a_scope_takes_the_work_that_belongs_to_it(scope: str | None, keys: str) -> None:
    found = critical_path(graph_of(SCOPED), scope=scope)
    assert "".join(item.key for item in found.items) == keys


def test_links_that_leave_the_scope_are_counted() -> None:
    assert critical_path(graph_of(SCOPED), scope="epic").links_left_out == 1


def test_a_scope_or_calendar_that_does_not_exist_is_refused_with_a_hint() -> None:
    graph = graph_of(SCOPED)
    with pytest.raises(NotFound, match="did you mean epic"):
        critical_path(graph, scope="epik")
    with pytest.raises(NotFound):
        critical_path(graph, scope="Team/x")
    with pytest.raises(BadUsage):
        critical_path(graph, scope="Company/acme")
    with pytest.raises(BadUsage, match="weekdays"):
        critical_path(graph, calendar="weekday")
    with pytest.raises(BadUsage):
        critical_path(graph, status_date=MONDAY)
