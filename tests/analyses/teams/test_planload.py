from datetime import date

import pytest

from graph.errors import BadUsage, NotFound
from tests.analyses.teams.reading import on_day, row, values

IN_JUNE = date(2026, 6, 10)

PLAN = """
    Company c holidays=2026-06-04
    Cycle june 2026-06-01..2026-06-12
    Team a 2
    Team b 1
    Team idle 1
    Team unknown
    WorkItem epic 100
    WorkItem story 6
    WorkItem other 1/4/7
    WorkItem shared 3
    WorkItem gone 50 state=cancelled
    WorkItem vague
    WorkItem elsewhere 70
    story part_of epic
    other part_of epic
    epic in_cycle june
    shared in_cycle june
    gone in_cycle june
    vague in_cycle june
    a delivers epic shared gone vague elsewhere
    b delivers shared
    unknown delivers shared
"""


def test_the_load_of_a_plan_is_its_demand_by_the_capacity_of_its_working_days() -> None:
    """9 working days: ten weekdays less a holiday. a: 6 + 4 + 3/3 of 18 days; b: 1 of 9."""
    found = on_day(PLAN, IN_JUNE)
    assert values(found, "utilisation") == {
        "a": pytest.approx(11 / 18),
        "b": pytest.approx(1 / 9),
        "idle": None,
        "unknown": None,
    }
    assert row(found, "a").utilisation_basis == "plan"
    assert row(found, "idle").utilisation_basis is None
    assert "the plan of june asks for 61% of its capacity" in row(found, "a").why
    assert any("1 planned items have neither duration" in note for note in found.notes)


def test_no_cycle_on_today_means_no_plan_unless_one_is_named() -> None:
    later = date(2026, 7, 1)
    assert set(values(on_day(PLAN, later), "utilisation").values()) == {None}
    named = on_day(PLAN, later, cycle="june")
    assert values(named, "utilisation")["a"] == pytest.approx(11 / 18)


HISTORY = "\n".join(
    [
        "Cycle q 2026-01-01..2026-12-31",
        "Team a 1",
        "WorkItem ahead 300",
        "ahead in_cycle q",
        "a delivers ahead",
    ]
    + [
        line
        for n in range(4)
        for line in (
            f"WorkItem w{n} states=active@2026-01-{1 + 4 * n:02},done@2026-01-{3 + 4 * n:02}",
            f"a delivers w{n}",
        )
    ]
)


def test_history_goes_before_the_plans_of_today_and_a_named_plan_before_history() -> None:
    by_history = row(on_day(HISTORY, IN_JUNE), "a")
    assert by_history.utilisation_basis == "history"
    assert by_history.components["utilisation"].value == pytest.approx(0.5)
    by_plan = row(on_day(HISTORY, IN_JUNE, cycle="q"), "a")
    assert by_plan.utilisation_basis == "plan"
    assert by_plan.components["utilisation"].value == pytest.approx(300 / 261)


def test_a_plan_beyond_the_capacity_saturates_the_team_and_no_wait_is_told() -> None:
    saturated = row(on_day(HISTORY, IN_JUNE, cycle="q"), "a")
    assert (saturated.saturated, saturated.components["expected_wait"].value) == (True, None)
    fine = row(on_day(HISTORY, IN_JUNE), "a")
    assert (fine.saturated, fine.components["expected_wait"].value) == (False, 0)


def test_of_nested_cycles_the_heavier_load_counts_and_the_outer_has_the_work_of_the_inner() -> None:
    """The week asks for 4 of 5 days, the month, with the week's work, for 4 + 2 of 22."""
    found = on_day(
        """
        Cycle month 2026-06-01..2026-06-30
        Cycle week 2026-06-08..2026-06-12
        week part_of month
        Team a 1
        WorkItem x 4
        WorkItem y 2
        x in_cycle week
        y in_cycle month
        a delivers x y
        """,
        IN_JUNE,
    )
    assert values(found, "utilisation") == {"a": pytest.approx(4 / 5)}
    assert "the plan of week" in row(found, "a").why


def test_a_team_that_ends_within_the_cycle_has_the_days_before_that_one() -> None:
    """From Monday the 1st to Wednesday the 3rd: three days. The other begins on the last Friday."""
    found = on_day(
        """
        Cycle june 2026-06-01..2026-06-12
        Team ends 1 dissolved=2026-06-04
        Team begins 1 founded=2026-06-12
        WorkItem x 6
        x in_cycle june
        ends delivers x
        begins delivers x
        """,
        IN_JUNE,
    )
    assert values(found, "utilisation") == {"begins": 3, "ends": 1}


def test_work_planned_for_a_team_without_capacity_is_warned_of() -> None:
    found = on_day(
        """
        Cycle june 2026-06-01..2026-06-12
        Team none 0
        Team ended 2 dissolved=2026-06-01
        WorkItem x 2
        x in_cycle june
        none delivers x
        ended delivers x
        """,
        IN_JUNE,
    )
    words = "the plan of june asks for work of it, and it has no capacity there"
    assert row(found, "none").warnings == (words,)
    assert row(found, "ended").warnings == (
        words,
        "dissolved on 2026-06-01, still holds 1 unfinished item",
    )
    assert row(found, "none").components["utilisation"].value is None


@pytest.mark.parametrize(("cycle", "error"), [("nowhere", NotFound), ("bare", BadUsage)])
def test_a_cycle_that_is_not_there_or_has_no_days_is_refused(
    cycle: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=cycle):
        on_day("Cycle bare\nTeam a", IN_JUNE, cycle=cycle)
