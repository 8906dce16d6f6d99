from datetime import date

from tests.analyses.teams.reading import on_day, row, values

COMPANY = """
    Team gone dissolved=2026-05-15
    Team left dissolved=2026-05-15
    Team going dissolved=2026-07-15
    Team stays
    Team asks
    WorkItem open state=active
    WorkItem made state=done
    gone delivers open
    left delivers made
    asks needs gone going
    asks needs left status=resolved
    going needs stays
    stays needs made
"""


def test_a_dissolved_team_that_still_holds_something_is_named_with_it() -> None:
    found = on_day(COMPANY)
    gone = row(found, "gone")
    assert gone.dissolved == date(2026, 5, 15)
    assert gone.warnings == (
        "dissolved on 2026-05-15, still holds 1 open dependency on it, 1 unfinished item",
    )


def test_a_dissolved_team_that_holds_nothing_is_left_out_and_counted() -> None:
    found = on_day(COMPANY)
    assert "left" not in {team.key for team in found.teams}
    assert "1 dissolved team, which holds nothing any more, is left out" in found.notes


def test_a_team_that_will_end_is_warned_of_before() -> None:
    assert row(on_day(COMPANY), "going").warnings == (
        "ends on 2026-07-15, holds 1 open dependency on it, 1 open dependency of its own",
    )


def test_a_team_ends_on_the_day_of_its_end_and_not_before() -> None:
    before = {team.key for team in on_day(COMPANY, date(2026, 5, 14)).teams}
    after = {team.key for team in on_day(COMPANY, date(2026, 5, 15)).teams}
    assert before - after == {"left"}


def test_teams_left_out_lie_between_nobody() -> None:
    """Ways lead from asks through the dissolved team alone, and it holds nothing any more."""
    text = """
        Team a
        Team mid dissolved=2026-01-01
        Team b
        a needs mid status=resolved
        mid needs b status=resolved
    """
    assert values(on_day(text), "single_point_of_failure") == {"a": 0, "b": 0}
    assert values(on_day(text, date(2025, 12, 31)), "single_point_of_failure")["mid"] == 1
