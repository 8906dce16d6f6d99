"""Who is told of a slip of work whose parts others deliver, and of goals that others' work holds up."""

from datetime import date

from graph.analyses.dependencies.impact_of_slip import impact_of_slip
from graph.analyses.dependencies.slipresult import ImpactOfSlip
from tests.notation import graph_of

MONDAY = date(2026, 2, 2)


def slip(text: str, root: str, days: float) -> ImpactOfSlip:
    return impact_of_slip(graph_of(text), root=root, days=days, today=MONDAY)


EPIC = """
    Team lead
    Team web
    Team app
    WorkItem epic
    WorkItem page 5
    WorkItem screen 8
    page part_of epic
    screen part_of epic
    lead delivers epic
    web delivers page
    app delivers screen
"""


def test_a_team_whose_work_others_deliver_in_parts_is_hit_when_the_whole_ends_later() -> None:
    web, lead = slip(EPIC, "page", 10).teams
    assert (web.key, web.items, web.days) == ("web", 1, 10)
    assert (lead.key, lead.role, lead.items, lead.days) == ("lead", "delivers", 0, 7)
    assert (lead.before, lead.after) == (date(2026, 2, 11), date(2026, 2, 20))
    assert lead.path == ("WorkItem/page", "WorkItem/epic", "Team/lead")
    assert lead.why == "WorkItem/epic, which it delivers, ends 7 working days later with its parts"


def test_a_whole_that_another_part_ends_takes_the_slip_up() -> None:
    assert [row.key for row in slip(EPIC, "page", 3).teams] == ["web"]


def test_the_owner_of_a_goal_is_reached_over_the_objective_that_its_key_result_measures() -> None:
    found = slip(
        """
        Team web
        Team shop
        Cycle q 2026-01-01..2026-03-31
        Objective conv
        KeyResult carts 40%
        shop owns conv
        conv in_cycle q
        carts measures conv
        WorkItem page 5
        web delivers page
        page contributes_to carts
        """,
        "page",
        10,
    )
    shop = next(row for row in found.teams if row.role == "owns")
    assert shop.path == (
        "WorkItem/page",
        "KeyResult/carts",
        "Objective/conv",
        "Team/shop",
    )
    assert shop.why.startswith("it owns KeyResult/carts of Objective/conv, which others' work")


def test_the_way_to_a_team_that_delivers_the_whole_of_an_item_leads_over_the_whole() -> None:
    text = EPIC.replace("web delivers page", "").replace("app delivers screen", "")
    (lead,) = slip(text, "page", 10).teams
    assert (lead.key, lead.items) == ("lead", 1)
    assert lead.path == ("WorkItem/page", "WorkItem/epic", "Team/lead")
    (lead,) = slip(text, "epic", 10).teams
    assert (lead.items, lead.path) == (2, ("WorkItem/epic", "Team/lead"))


def test_a_whole_of_which_nothing_is_left_is_passed_over() -> None:
    found = slip(
        """
        Team lead
        WorkItem before 5
        WorkItem epic
        WorkItem part 3 state=done
        part part_of epic
        epic needs before
        lead delivers epic
        """,
        "before",
        10,
    )
    assert (found.teams, found.item_count) == ((), 1)


def test_a_slip_leads_past_a_whole_that_is_scheduled_beside_its_parts() -> None:
    found = slip(
        """
        Cycle q 2026-01-01..2026-03-31
        Objective o
        KeyResult k 40%
        k measures o
        o in_cycle q
        WorkItem epic
        WorkItem story 1
        WorkItem task 5
        WorkItem next 2
        story part_of epic
        task part_of story
        next needs epic
        epic contributes_to k
        """,
        "task",
        10,
    )
    assert [(row.key, row.days) for row in found.items] == [("task", 10), ("next", 10)]
    assert found.items[1].path == tuple(
        f"WorkItem/{key}" for key in ("task", "story", "epic", "next")
    )
    assert [row.key for row in found.key_results] == ["k"]
