from collections.abc import Iterable
from datetime import date

import orjson
import pytest

from graph.analyses.dependencies.impact_of_slip import impact_of_slip
from graph.analyses.dependencies.slipforecast import combined
from graph.analyses.dependencies.slipresult import ImpactOfSlip
from graph.errors import BadUsage, NotFound
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

MONDAY = date(2026, 2, 2)

# Five-day weeks from Monday 2 February. `users` stood at 0 on 5 January and at 20 on 2 February: the
# line leads to 20 + 57 * 20 / 28 = 60.714 on 31 March.
SHOP = """
    Company acme
    Cycle q 2026-01-01..2026-03-31
    Objective grow
    Objective ship
    KeyResult sales 40%
    KeyResult users
    Team core
    Team web
    Team ops
    WorkItem api 10
    WorkItem page 15 cost_of_delay=100
    WorkItem report 3
    WorkItem guide 5 constraint=start_no_earlier_than constraint_date=2026-03-02
    CheckIn c1 2026-01-05 0
    CheckIn c2 2026-02-02 20
    c1 for users
    c2 for users
    acme owns grow
    web owns ship
    ship in_cycle q
    grow in_cycle q
    sales measures grow
    ship contributes_to grow
    users measures ship
    page contributes_to users
    report contributes_to users
    core delivers api
    web delivers page report
    ops delivers guide
    page needs api
    guide needs api
""".replace("KeyResult users", "KeyResult users type=increase start=0 target=100")


def slip(
    graph: str | Snapshot, root: str, days: float, *, today: date = MONDAY, limit: int = 1_000
) -> ImpactOfSlip:
    snapshot = graph_of(graph) if isinstance(graph, str) else graph
    key = next((k for k in snapshot.relations(DependsOn) if k.split("#")[0] == root), root)
    return impact_of_slip(snapshot, root=key, days=days, today=today, limit=limit)


def ends(found: ImpactOfSlip) -> dict[str, tuple[str, str, float]]:
    return {row.key: (str(row.before), str(row.after), row.days) for row in found.items}


def codes(found: ImpactOfSlip) -> list[tuple[str, str | None]]:
    return [(row.code, row.value) for row in found.assumptions]


def keys(rows: Iterable[object]) -> list[str]:
    return [str(getattr(row, "key", row)) for row in rows]


def test_a_dependency_that_slips_is_followed_to_the_company_with_dates_and_forecasts() -> None:
    found = slip(SHOP, "page->api", 30)
    # api: 2 to 13 February; page: 16 February to 6 March, and with 30 working days more to 17 April.
    assert ends(found) == {"page": ("2026-03-06", "2026-04-17", 30.0)}
    assert found.items[0].path == ("WorkItem/api", "WorkItem/page")
    (result,) = found.key_results
    assert result.path == ("WorkItem/api", "WorkItem/page", "KeyResult/users")
    line = 0.20 + 57 * 0.20 / 28
    assert result.before == pytest.approx(line)
    # One of two open items is no longer done in time: half of what the line still gained is lost.
    assert result.after == pytest.approx(0.2 + (line - 0.2) / 2)
    assert (result.in_time_before, result.in_time_after) == (1.0, 0.5)
    assert (str(result.finish_before), str(result.finish_after)) == ("2026-03-06", "2026-04-17")
    assert (result.late_days_before, result.late_days_after) == (0, 17)
    assert result.basis == "check_ins_and_work"
    assert [(row.key, row.level) for row in found.objectives] == [
        ("grow", "company"),
        ("ship", "team"),
    ]
    top = found.objectives[0]
    assert top.path == (*result.path, "Objective/ship", "Objective/grow")
    # `sales` has neither two check-ins nor work: the forecast is that of the other half.
    assert (top.before, top.after) == (result.before, result.after)
    assert top.forecast_coverage == 0.5
    assert found.company_objectives == (top,)
    (team,) = found.teams
    assert (team.key, team.role, team.items, team.days) == ("web", "delivers", 1, 30.0)
    assert (str(team.before), str(team.after)) == ("2026-03-06", "2026-04-17")
    assert team.path == ("WorkItem/api", "WorkItem/page", "Team/web")
    assert found.cost_of_delay == team.cost_of_delay == 3_000.0
    assert found.assumptions == ()
    assert found.summary == (
        f"If {found.root} slips 30 working days: 1 work item, 1 team, 1 key result and the"
        " company's objective grow move; the most moved is users, forecast 40.36 % instead of"
        " 60.71 %."
    )


def test_a_work_item_that_slips_moves_itself_and_what_has_no_time_to_spare() -> None:
    found = slip(SHOP, "api", 12)
    # guide begins on 2 March, ten working days after api: two of the twelve days are left.
    assert ends(found) == {
        "api": ("2026-02-13", "2026-03-03", 12.0),
        "page": ("2026-03-06", "2026-03-24", 12.0),
        "guide": ("2026-03-06", "2026-03-10", 2.0),
    }
    by_key = {row.key: row for row in found.items}
    assert (by_key["guide"].absorbed_days, by_key["page"].absorbed_days) == (10.0, 0.0)
    assert by_key["page"].path == ("WorkItem/api", "WorkItem/page")
    assert keys(found.teams) == ["core", "web", "ops"]
    assert found.key_results[0].after == found.key_results[0].before
    assert "still within its cycle; forecast stays at 60.71 %" in found.key_results[0].why


def test_time_to_spare_takes_a_slip_up() -> None:
    found = slip(SHOP, "guide->api", 10)
    assert (found.items, found.teams, found.key_results, found.objectives) == ((), (), (), ())
    (row,) = found.absorbed
    assert (row.key, str(row.finish)) == ("guide", "2026-03-06")
    assert row.path == ("WorkItem/api", "WorkItem/guide")
    assert "time to spare" in str(found.reason)
    assert found.summary.endswith(f"nothing moves: {found.reason}.")


@pytest.mark.parametrize(
    ("link", "moved"),
    [("FS", {"a", "b"}), ("FF", {"a", "b"}), ("SS", {"a", "b"}), ("SF", {"a", "b"})],
)
def test_what_is_not_begun_begins_later_so_that_every_kind_of_link_is_felt(
    link: str, moved: set[str]
) -> None:
    graph = f"WorkItem a 5\nWorkItem b 5\nb needs a {link}+10"
    assert set(ends(slip(graph, "a", 3))) == moved


def test_what_has_begun_takes_longer_and_links_from_its_start_do_not_move() -> None:
    graph = """
        WorkItem a 10 actual_start=2026-01-26
        WorkItem b 5
        WorkItem c 5
        b needs a SS+8
        c needs a FS
    """
    found = slip(graph, "a", 3)
    assert ends(found) == {
        "a": ("2026-02-06", "2026-02-11", 3.0),
        "c": ("2026-02-13", "2026-02-18", 3.0),
    }


def test_what_has_begun_and_is_overdue_ends_so_many_days_after_today() -> None:
    found = slip("WorkItem a 2 actual_start=2026-01-05", "a", 4)
    assert ends(found) == {"a": ("2026-02-02", "2026-02-05", 4.0)}


def test_a_whole_that_slips_moves_each_part_once_and_not_one_after_the_other() -> None:
    graph = """
        WorkItem epic
        WorkItem a 5
        WorkItem b 5
        WorkItem c 5
        a part_of epic
        b part_of epic
        b needs a
        c needs epic
    """
    found = slip(graph, "epic", 4)
    assert {key: days for key, (_, _, days) in ends(found).items()} == {"a": 4, "b": 4, "c": 4}
    paths = {row.key: row.path for row in found.items}
    assert paths["b"] == ("WorkItem/epic", "WorkItem/b")
    assert paths["c"] == ("WorkItem/epic", "WorkItem/c")


def test_a_part_that_slips_holds_up_what_needs_the_whole_and_the_goal_of_the_whole() -> None:
    graph = """
        Cycle q 2026-01-01..2026-02-13
        Objective o
        KeyResult k
        WorkItem epic
        WorkItem a 5
        WorkItem c 5
        Team t
        t delivers epic
        o in_cycle q
        k measures o
        a part_of epic
        epic contributes_to k
        c needs epic
    """
    found = slip(graph, "a", 10)
    assert {row.key: row.path for row in found.items} == {
        "a": ("WorkItem/a",),
        "c": ("WorkItem/a", "WorkItem/epic", "WorkItem/c"),
    }
    (result,) = found.key_results
    assert result.path == ("WorkItem/a", "WorkItem/epic", "KeyResult/k")
    # No check-in: the forecast is the share of the work that is done in time.
    assert (result.before, result.after, result.basis) == (1.0, 0.0, "work")
    assert keys(found.teams) == ["t"]


def test_a_link_on_a_whole_that_slips_is_felt_by_all_its_parts() -> None:
    graph = """
        WorkItem a 5
        WorkItem epic
        WorkItem b 5
        WorkItem c 5
        b part_of epic
        c part_of epic
        epic needs a
    """
    found = slip(graph, "epic->a", 3)
    assert {row.key: (row.days, row.path) for row in found.items} == {
        "b": (3.0, ("WorkItem/a", "WorkItem/epic", "WorkItem/b")),
        "c": (3.0, ("WorkItem/a", "WorkItem/epic", "WorkItem/c")),
    }


def test_an_objective_that_work_alone_carries_is_foreseen_by_the_work() -> None:
    graph = """
        Company acme
        Cycle q 2026-01-01..2026-02-13
        Objective grow
        WorkItem a 5
        WorkItem b 5
        acme owns grow
        grow in_cycle q
        a contributes_to grow x3
        b contributes_to grow
    """
    (row,) = slip(graph, "a", 20).company_objectives
    assert (row.before, row.after, row.in_time_after) == (1.0, 0.25, 0.25)
    assert row.late_days_after == 21


def test_days_below_0_let_it_come_earlier() -> None:
    assert ends(slip(SHOP, "page->api", -5)) == {"page": ("2026-03-06", "2026-02-27", -5.0)}
    found = slip(SHOP, "api", -4)
    assert ends(found)["api"] == ("2026-02-13", "2026-02-09", -4.0)
    assert found.items[0].cost_of_delay in {None, -400.0}
    assert "comes earlier by 4 working days" in found.summary


def test_a_team_that_is_earlier_brings_each_item_forward_once() -> None:
    graph = "Team t\nWorkItem a 10\nWorkItem b 10\nt delivers a b\nb needs a"
    found = slip(graph, "Team/t", -4)
    assert {key: days for key, (_, _, days) in ends(found).items()} == {"a": -4.0, "b": -4.0}


def test_0_days_move_nothing() -> None:
    found = slip(SHOP, "api", 0)
    assert (found.items, found.teams, found.reason) == ((), (), "0 days move nothing")


PROMISE = """
    Cycle q 2026-01-01..2026-03-31
    Team web
    Team core
    WorkItem page 5
    WorkItem done 5 state=done
    web delivers page done
"""


@pytest.mark.parametrize(
    ("dates", "moves", "arrival"),
    [
        ("committed_by=2026-02-20 needed_by=2026-02-27", 5, "2026-02-20"),
        ("committed_by=2026-03-06 needed_by=2026-02-27", 10, "2026-03-06"),
        ("needed_by=2026-02-27", 10, "2026-02-27"),
        ("committed_by=2026-02-20", 10, "2026-02-20"),
        ("committed_by=2025-12-01", 10, "2026-02-02"),
        ("", 10, None),
    ],
)
def test_a_dependency_between_teams_is_followed_by_dates_that_are_told(
    dates: str, moves: float, arrival: str | None
) -> None:
    found = slip(f"{PROMISE}\nweb needs core {dates}", "web->core", 10)
    assert {key: days for key, (_, _, days) in ends(found).items()} == {"page": moves}
    assert found.items[0].path == ("Team/core", "Team/web", "WorkItem/page")
    assert codes(found) == [("waiting", "1"), ("arrival", arrival)]
    assert "names what it needs" in found.assumptions[0].message
    if arrival and "20" in dates:
        assert arrival in found.assumptions[1].message


def test_an_arrival_with_time_before_it_is_needed_moves_nothing() -> None:
    dates = "committed_by=2026-02-06 needed_by=2026-02-27"
    found = slip(f"{PROMISE}\nweb needs core {dates}", "web->core", 10)
    assert found.items == ()
    assert found.reason


def test_only_the_work_of_the_cycle_in_which_it_arrives_is_taken_to_wait() -> None:
    graph = f"""{PROMISE}
        Cycle r 2026-04-01..2026-06-30
        WorkItem next 5
        web delivers next
        page in_cycle q
        next in_cycle r
        web needs core needed_by=2026-04-10
    """
    assert keys(slip(graph, "web->core", 10).items) == ["next"]


def test_where_the_work_of_two_teams_is_linked_these_links_slip() -> None:
    graph = f"""{PROMISE}
        WorkItem api 5
        WorkItem other 5
        core delivers api
        web delivers other
        page needs api
        web needs core needed_by=2026-02-27
    """
    found = slip(graph, "web->core", 10)
    assert ends(found) == {"page": ("2026-02-13", "2026-02-27", 10.0)}
    assert found.items[0].path == ("Team/core", "WorkItem/api", "WorkItem/page")
    assert codes(found) == [("waiting", "1")]


def test_products_and_value_streams_wait_with_their_work() -> None:
    graph = """
        ValueStream shop
        ValueStream pay
        Product cart
        Product card
        Team web
        WorkItem page 5
        WorkItem form 5
        cart part_of shop
        web part_of shop
        page for cart
        web delivers form
        cart needs card
        shop needs pay
    """
    assert keys(slip(graph, "cart->card", 3).items) == ["page"]
    assert keys(slip(graph, "shop->pay", 3).items) == ["form", "page"]


def test_work_that_needs_a_team_waits_for_it() -> None:
    found = slip(f"{PROMISE}\npage needs core", "page->core", 10)
    assert ends(found) == {"page": ("2026-02-06", "2026-02-20", 10.0)}
    assert found.items[0].path == ("Team/core", "WorkItem/page")


def test_a_team_that_needs_work_waits_from_the_day_on_which_the_work_ends() -> None:
    found = slip(f"{PROMISE}\nWorkItem api 10\nweb needs api needed_by=2026-02-20", "web->api", 10)
    # api ends on 13 February, five working days before it is needed.
    assert ends(found) == {"page": ("2026-02-06", "2026-02-13", 5.0)}
    assert codes(found)[1] == ("arrival", "2026-02-13")


STILL = """
    Cycle q 2026-01-01..2026-03-31
    Team web
    Team core
    Objective ship
    KeyResult users type=increase start=0 target=100
    CheckIn c1 2026-01-05 0
    CheckIn c2 2026-02-02 20
    c1 for users
    c2 for users
    users measures ship
    ship in_cycle q
    web owns ship
    web needs core
    users needs core
"""


def test_goals_without_work_stand_still_meanwhile() -> None:
    for root in ("web->core", "users->core"):
        found = slip(STILL, root, 10)
        (result,) = found.key_results
        # Ten working days before 31 March is the 17th.
        assert result.before == pytest.approx(0.2 + 57 * 0.2 / 28)
        assert result.after == pytest.approx(0.2 + 43 * 0.2 / 28)
        assert (result.basis, result.days) == ("standstill", 10.0)
        assert found.objectives[0].after == result.after
        assert [row.role for row in found.teams] in (["waits"], ["owns"])
        assert ("standstill", "1") in codes(found)


def test_a_standstill_loses_no_more_than_is_still_to_come() -> None:
    (result,) = slip(STILL, "users->core", 400).key_results
    assert result.after == pytest.approx(0.2)


def test_a_team_with_neither_work_nor_goals_is_hit_by_an_unknown_measure() -> None:
    found = slip("Team a\nTeam b\na needs b committed_by=2026-02-20", "a->b", 5)
    (team,) = found.teams
    assert (team.key, team.role) == ("a", "waits")
    assert (str(team.before), str(team.after)) == ("2026-02-20", "2026-02-27")
    assert "how far it is hit is not known" in found.assumptions[0].message


def test_all_that_a_team_provides_slips_with_it() -> None:
    graph = (
        SHOP
        + "\nTeam sales-desk\nWorkItem pitch 5\nsales-desk delivers pitch\nsales-desk needs core"
    )
    found = slip(graph, "Team/core", 12)
    assert set(ends(found)) == {"api", "page", "guide", "pitch"}
    paths = {row.key: row.path for row in found.items}
    assert paths["page"] == ("Team/core", "WorkItem/api", "WorkItem/page")
    assert paths["pitch"] == ("Team/core", "Team/sales-desk", "WorkItem/pitch")


def test_what_waits_for_work_that_slips_itself_is_held_up_once() -> None:
    graph = """
        Team core
        Team web
        WorkItem api 5
        WorkItem page 5
        core delivers api
        web delivers page
        page needs api
        web needs core
        web needs api
    """
    for root in ("Team/core", "api"):
        found = slip(graph, root, 10)
        assert {key: days for key, (_, _, days) in ends(found).items()} == {"api": 10, "page": 10}


def test_a_goal_that_slips_is_the_work_for_it() -> None:
    found = slip(SHOP, "Objective/ship", 45)
    assert set(ends(found)) == {"page", "report"}
    (result,) = found.key_results
    assert result.after == pytest.approx(0.2)
    assert {row.key: row.path for row in found.objectives}["ship"] == ("Objective/ship",)


def test_work_without_a_duration_is_taken_to_end_with_its_cycle_and_that_is_told() -> None:
    graph = """
        Cycle q 2026-01-01..2026-03-31
        Cycle past 2025-10-01..2025-12-31
        WorkItem a
        WorkItem b
        WorkItem c state=active
        WorkItem other
        a in_cycle q
        c in_cycle past
        b needs a
        c needs b
    """
    found = slip(graph, "a", 10)
    assert {key: days for key, (_, _, days) in ends(found).items()} == {"a": 10, "b": 10, "c": 10}
    assert ends(found)["a"][:2] == ("2026-03-31", "2026-04-14")
    assert all(row.assumed for row in found.items)
    assert [(row.subject, row.value) for row in found.assumptions] == [
        ("WorkItem/a", "2026-03-31"),
        ("WorkItem/b", "2026-02-02"),
        ("WorkItem/c", "2026-02-02"),
    ]
    assert "its cycle past ended on 2025-12-31" in found.assumptions[2].message


def test_dependencies_that_no_schedule_carries_on_are_named() -> None:
    found = slip(
        f"{SHOP}\nops needs page\nresolved needs page status=resolved\nTeam resolved", "api", 30
    )
    (key,) = found.not_followed
    assert key.startswith("ops->page")
    assert found.not_followed_count == 1


@pytest.mark.parametrize(
    ("more", "root", "reason"),
    [
        ("x needs y status=resolved", "x->y", "is resolved"),
        ("x needs y status=cancelled", "x->y", "is cancelled"),
        ("z needs y", "z->y", "WorkItem/z is done"),
        ("x needs gone", "x->gone", "WorkItem/gone is given up"),
        ("", "z", "WorkItem/z is done: it cannot slip"),
        ("", "gone", "WorkItem/gone is cancelled"),
        ("", "Team/idle", "no unfinished work"),
        ("x needs z", "x->z", "what is needed is done"),
        ("started needs y", "started->y", "has begun"),
    ],
)
def test_what_cannot_slip_says_why(more: str, root: str, reason: str) -> None:
    graph = f"""
        WorkItem x 5
        WorkItem y 5
        WorkItem z 5 actual_start=2026-01-05 actual_finish=2026-01-06
        WorkItem gone state=cancelled
        WorkItem started 5 actual_start=2026-01-26
        Team idle
        {more}
    """
    found = slip(graph, root, 10)
    assert (found.items, found.teams) == ((), ())
    assert reason in str(found.reason)
    assert reason in found.summary


def test_dropped_objectives_are_not_reached() -> None:
    found = slip(SHOP.replace("Objective ship", "Objective ship state=dropped"), "api", 30)
    assert keys(found.key_results) == ["users"]
    assert found.objectives == ()


def test_a_dependency_is_found_by_its_key_or_by_its_ends() -> None:
    snapshot = graph_of(f"{SHOP}\nweb needs core\nweb needs core SS")
    by_ends = slip(snapshot, "WorkItem/page->WorkItem/api", 5)
    assert by_ends.items == slip(snapshot, "page->api", 5).items
    key = by_ends.root
    assert slip(snapshot, f"DEPENDS_ON/{key}", 5) == by_ends
    with pytest.raises(BadUsage, match="several dependencies join"):
        slip(snapshot, "Team/web->Team/core", 5)


def test_an_unknown_root_is_not_found_and_a_near_one_is_named() -> None:
    snapshot = graph_of("WorkItem a 5\nWorkItem b 5\nb needs a")
    with pytest.raises(NotFound, match="one of: b->a#0"):
        impact_of_slip(snapshot, root="WorkItem/b->WorkItem/x", days=1, today=MONDAY)
    with pytest.raises(NotFound, match="it is WorkItem/b that needs WorkItem/a"):
        impact_of_slip(snapshot, root="WorkItem/a->WorkItem/b", days=1, today=MONDAY)
    with pytest.raises(NotFound, match="neither a dependency nor a WorkItem"):
        impact_of_slip(snapshot, root="nothing", days=1, today=MONDAY)
    with pytest.raises(NotFound, match="DEPENDS_ON"):
        impact_of_slip(snapshot, root="DEPENDS_ON/none", days=1, today=MONDAY)
    with pytest.raises(NotFound):
        slip(snapshot, "WorkItem/c", 1)


@pytest.mark.parametrize(
    ("root", "days", "limit"),
    [
        ("api", float("nan"), 10),
        ("api", float("inf"), 10),
        ("api", 1e9, 10),
        ("api", 1, -1),
        ("Cycle/q", 1, 10),
    ],
)
def test_what_does_not_fit_is_refused(root: str, days: float, limit: int) -> None:
    with pytest.raises(BadUsage):
        slip(SHOP, root, days, limit=limit)
    with pytest.raises(BadUsage, match="give today"):
        impact_of_slip(graph_of(SHOP), root="api", days=1)


def test_the_limit_cuts_each_list_but_not_the_counts() -> None:
    found = slip(SHOP, "api", 30, limit=1)
    assert [len(rows) for rows in (found.items, found.teams, found.objectives)] == [1, 1, 1]
    assert (found.item_count, found.team_count, found.objective_count) == (3, 3, 2)
    assert found.truncated
    assert not slip(SHOP, "api", 30, limit=3).truncated


def test_loops_of_a_document_are_survived_and_told() -> None:
    graph = "WorkItem a 5\nWorkItem b 5\nWorkItem c 5\nb needs a\na needs b\nc needs b"
    found = slip(graph, "a", 5)
    assert "a" in ends(found)
    assert [code for code, _ in codes(found)] == ["loop"]


def test_ten_thousand_links_in_a_row_are_followed() -> None:
    refs = [Ref("WorkItem", f"{n:05}") for n in range(10_000)]
    links = [DependsOn(source=refs[n + 1], target=refs[n], key=str(n)) for n in range(9_999)]
    items = [WorkItem(key=ref.key, duration_days=1.0) for ref in refs]
    found = slip(Snapshot.build(items, links), "00000", 5)
    assert found.item_count == 10_000
    assert {row.days for row in found.items} == {5.0}
    assert found.paths_truncated
    assert len(found.items[10].path) == 11


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(slip(SHOP, "page->api", 30)))
    for name in ("teams", "key_results", "objectives"):
        assert {"key", "path", "before", "after"} <= set(told[name][0])
    assert told["teams"][0]["after"] == "2026-04-17"


@pytest.mark.parametrize(
    ("progress", "line", "shares", "told"),
    [
        (0.2, 0.6, (1.0, 0.5), (0.6, 0.4, "check_ins_and_work")),
        (0.2, 0.6, (0.5, 1.0), (0.6, 1.0, "check_ins_and_work")),
        (0.2, 0.6, (0.0, 0.0), (0.6, 0.6, "check_ins")),
        (0.2, 0.1, (1.0, 0.5), (0.1, 0.1, "check_ins")),
        (0.2, 0.6, (None, None), (0.6, 0.6, "check_ins")),
        (0.2, None, (1.0, 0.5), (1.0, 0.6, "work")),
        (None, None, (0.5, 0.25), (0.5, 0.25, "work")),
        (0.2, None, (None, None), (None, None, None)),
    ],
)
def test_check_ins_and_work_are_put_together_by_the_declared_rule(
    progress: float | None,
    line: float | None,
    shares: tuple[float | None, float | None],
    told: tuple[float | None, float | None, str | None],
) -> None:
    before, after, basis = combined(progress, line, shares)
    assert before == pytest.approx(told[0])
    assert after == pytest.approx(told[1])
    assert basis == told[2]
