from datetime import UTC, date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.teams.teamwork import wip_ages
from graph.model.entities import WorkItem
from graph.model.values import StateChange
from graph.model.vocabulary import FlowState
from tests.analyses.teams.reading import TODAY, on_day, ranks, row, values


def test_the_age_of_work_under_way_runs_from_its_first_commitment_to_today() -> None:
    """Ages of a: 30 (waiting, then active), 10 and 0 days; p85 lies 0.7 of the way from 10 to 30."""
    found = on_day("""
        Team a
        Team b
        WorkItem x states=new@2026-01-01,waiting@2026-05-31,active@2026-06-20
        WorkItem y states=active@2026-06-20
        WorkItem z states=active@2026-06-30
        WorkItem made states=active@2026-01-01,done@2026-02-01
        WorkItem idea states=new@2026-01-01
        WorkItem bare state=active
        WorkItem later states=active@2026-07-02
        a delivers x y z made idea bare later
        b delivers bare
    """)
    assert values(found, "wip_age_p85_days") == {"a": pytest.approx(24), "b": None}
    assert ranks(found, "wip_age_p85_days") == {"a": 1, "b": None}


def test_age_counts_days_of_the_organisation() -> None:
    """At 20:00 UTC on the 28th it is the 29th in Auckland."""
    found = on_day("""
        Company c time_zone=Pacific/Auckland
        Team a
        WorkItem x states=active@2026-06-28T20:00:00Z
        a delivers x
    """)
    assert values(found, "wip_age_p85_days") == {"a": 1}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_the_percentile_of_ages_is_that_of_numpy(ages: list[int]) -> None:
    work = [
        WorkItem(key=f"{n}", states=(StateChange(FlowState.ACTIVE, TODAY - timedelta(days=age)),))
        for n, age in enumerate(ages)
    ]
    found = wip_ages({"a": work}, TODAY, UTC)
    assert found["a"] == pytest.approx(float(np.percentile(ages, 85)))


INTAKE = """
    Team a
    Team b
    Team c
    WorkItem edge states=new@2026-04-02
    WorkItem past states=new@2026-04-01
    WorkItem started states=active@2026-06-30
    WorkItem later states=new@2026-07-01
    WorkItem old1 states=new@2025-01-01,done@2026-04-02
    WorkItem old2 states=new@2025-01-01,done@2026-03-01,active@2026-03-02,done@2026-05-01
    WorkItem again states=new@2025-01-01,done@2026-05-01,active@2026-05-02
    WorkItem before states=new@2025-01-01,done@2026-04-01
    a delivers edge past started later old1 old2 again before
    b delivers started edge
"""


def test_intake_counts_what_was_proposed_and_completed_in_ninety_days() -> None:
    """Two proposed (edge, started), two completed (old1, old2 at its last done) by a."""
    found = on_day(INTAKE)
    assert values(found, "proposed_per_completed") == {"a": 1, "b": 2, "c": None}


def test_where_nothing_was_completed_the_words_say_none() -> None:
    found = on_day(INTAKE)
    assert "2 items were proposed and none completed in 90 days" in row(found, "b").why


def test_six_proposed_for_each_completed_are_warned_of_and_fewer_are_not() -> None:
    lines = ["Team a", "Team b", "WorkItem made states=new@2025-01-01,done@2026-06-01"]
    lines += [f"WorkItem w{n} states=new@2026-06-01" for n in range(6)]
    lines += ["a delivers made w0 w1 w2 w3 w4 w5", "b delivers made w0 w1 w2 w3 w4"]
    found = on_day("\n".join(lines))
    (words,) = row(found, "a").warnings
    assert words == (
        "6 items were proposed and 1 completed in 90 days;"
        " 6 proposed for each completed are a sign of overload"
    )
    assert row(found, "b").warnings == ()
    assert "warnings for 1 team: a" in found.notes


def test_an_epic_counts_once_for_each_team_with_an_item_of_it_under_way() -> None:
    found = on_day("""
        Team a
        Team b
        WorkItem e1
        WorkItem e2
        WorkItem s1 state=active
        WorkItem s2 state=waiting
        WorkItem s3 state=new
        WorkItem alone state=active
        s1 part_of e1
        s2 part_of e1
        s3 part_of e2
        a delivers e1 e2 alone
        b delivers s2
    """)
    assert {team.key: team.concurrent_epics for team in found.teams} == {"a": 1, "b": 1}


@pytest.mark.parametrize(("epics", "warned"), [(49, False), (50, True)])
def test_fifty_epics_at_once_are_warned_of(epics: int, warned: bool) -> None:
    lines = ["Team a"]
    for n in range(epics):
        lines += [f"WorkItem e{n}", f"WorkItem s{n} state=active", f"s{n} part_of e{n}"]
        lines.append(f"a delivers e{n}")
    found = on_day("\n".join(lines))
    words = f"{epics} epics are under way at once; 50 are a sign of overload"
    assert (words in row(found, "a").warnings) is warned


def test_the_first_day_of_the_calendar_can_be_today() -> None:
    found = on_day("Team a\nWorkItem x states=new@2026-01-01\na delivers x", date.min)
    assert values(found, "proposed_per_completed") == {"a": None}
