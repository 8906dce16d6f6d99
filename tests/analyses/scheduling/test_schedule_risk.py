import math
from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest
from hypothesis import given, settings

from graph.analyses.scheduling.critical_path import critical_path
from graph.analyses.scheduling.riskresult import DependencyRisk, ItemRisk, ScheduleRisk, TeamRisk
from graph.analyses.scheduling.schedule_risk import schedule_risk
from graph.errors import BadUsage, NotFound
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn, PartOf
from graph.model.snapshot import Snapshot
from tests.analyses.scheduling.test_simulation import dated, networks
from tests.notation import graph_of

MONDAY = date(2026, 1, 5)


def items(found: ScheduleRisk) -> dict[str, ItemRisk]:
    return {row.key: row for row in found.items}


def teams(found: ScheduleRisk) -> dict[str, TeamRisk]:
    return {row.key: row for row in found.teams}


def dependencies(found: ScheduleRisk) -> dict[str, DependencyRisk]:
    return {f"{row.source}->{row.target}": row for row in found.dependencies}


def beta_median(rise: float, fall: float, share: float) -> float:
    """Where a Beta(1 + rise, 1 + fall) reaches a share, by adding up its density."""
    steps = 20_000
    density = [((n + 0.5) / steps) ** rise * (1 - (n + 0.5) / steps) ** fall for n in range(steps)]
    total, reached = math.fsum(density), 0.0
    for number, part in enumerate(density):
        reached += part
        if reached >= share * total:
            return (number + 1) / steps
    return 1.0


def test_one_item_finishes_as_its_estimate_is_distributed() -> None:
    found = schedule_risk(graph_of("WorkItem a 2/4/12"), iterations=50_000)
    for percent, got in ((50, found.finish.p50), (80, found.finish.p80), (95, found.finish.p95)):
        assert got == pytest.approx(2 + 10 * beta_median(0.8, 3.2, percent / 100), abs=0.06)
    assert found.finish.mean == pytest.approx(5, abs=0.04)
    row = items(found)["a"]
    assert (row.criticality, row.sensitivity, row.distribution) == (1.0, 1.0, "pert")
    assert row.duration_days == 5.0
    assert row.mean_days == pytest.approx(found.finish.mean)
    assert row.p80_days == found.finish.p80


def test_a_triangle_has_its_own_median() -> None:
    found = schedule_risk(
        graph_of("WorkItem a 0/0/10"), iterations=50_000, distribution="triangular"
    )
    assert found.finish.p50 == pytest.approx(10 - math.sqrt(50), abs=0.08)
    assert found.finish.mean == pytest.approx(10 / 3, abs=0.05)
    assert (found.distribution, items(found)["a"].distribution) == ("triangular", "triangular")


def test_of_two_alike_side_by_side_the_later_counts_so_that_the_path_sum_understates() -> None:
    found = schedule_risk(graph_of("WorkItem a 0/5/10\nWorkItem b 0/5/10"), iterations=50_000)
    median = 10 * beta_median(2, 2, math.sqrt(0.5))
    assert found.finish.p50 == pytest.approx(median, abs=0.06)
    assert found.path_sum.mean == found.deterministic_days == 5.0
    assert found.finish.mean > 5.9
    assert found.deterministic_probability == pytest.approx(0.25, abs=0.01)
    shares = [row.criticality for row in found.items]
    assert shares[0] + shares[1] == pytest.approx(1.0, abs=0.001)
    assert shares[0] == pytest.approx(0.5, abs=0.01)


def test_in_a_row_means_and_variances_add_up_and_all_is_critical() -> None:
    found = schedule_risk(
        graph_of("""
            WorkItem a 1/2/9
            WorkItem b 2/6/10
            WorkItem c 3
            b needs a
            c needs b FS+2
        """),
        iterations=50_000,
    )
    assert found.finish.mean == pytest.approx(3 + 6 + 2 + 3, abs=0.05)
    variance = (3 - 1) * (9 - 3) / 7 + (6 - 2) * (10 - 6) / 7
    assert found.finish.std_days == pytest.approx(math.sqrt(variance), abs=0.03)
    assert found.path_sum.std_days == pytest.approx(math.sqrt((8 / 6) ** 2 + (8 / 6) ** 2))
    assert {row.criticality for row in found.items} == {1.0}
    assert {row.criticality for row in found.dependencies} == {1.0}
    fixed = items(found)["c"]
    assert (fixed.distribution, fixed.sensitivity, fixed.mean_days) == ("fixed", None, 3.0)
    assert dependencies(found)["c->b"].sensitivity == 1.0
    assert 0 < (dependencies(found)["b->a"].sensitivity or 0) < 1


@settings(max_examples=60, deadline=None)
@given(dated())
def test_with_all_durations_fixed_every_iteration_is_the_critical_path(snapshot: Snapshot) -> None:
    fixed = [
        replace(item, duration_days=item.estimate_days.likely, estimate_days=None)
        if item.estimate_days
        else item
        for item in snapshot.ordered(WorkItem)
    ]
    links = [*snapshot.relations(DependsOn).values(), *snapshot.relations(PartOf).values()]
    graph = Snapshot.build(fixed, links)
    found = schedule_risk(graph, start=MONDAY, iterations=20)
    expected = critical_path(graph, start=MONDAY)
    finish = found.finish
    times = {finish.p50, finish.p80, finish.p95, finish.mean, finish.least_days, finish.most_days}
    assert times == {expected.finish_days} == {found.deterministic_days}
    assert {finish.p50_date, finish.mean_date, found.deterministic_date} == {expected.finish}
    assert (finish.std_days, found.deterministic_probability) == (0.0, 1.0)
    assert {row.key: row.criticality for row in found.items} == {
        row.key: float(row.critical) for row in expected.items
    }
    assert {row.criticality for row in found.dependencies} <= {0.0, 1.0}
    assert {row.sensitivity for row in found.items} <= {None}


@settings(max_examples=60, deadline=None)
@given(networks())
def test_shares_are_shares_quantiles_rise_and_rows_are_in_order(snapshot: Snapshot) -> None:
    found = schedule_risk(snapshot, iterations=50, seed=3)
    times = [row.finish_days for row in found.quantiles]
    assert times == sorted(times)
    assert [row.percent for row in found.quantiles] == list(range(0, 101, 5))
    finish = found.finish
    assert times[0] == finish.least_days <= finish.p50 <= finish.p80 <= finish.p95 <= times[-1]
    assert finish.least_days <= finish.mean + 1e-9
    assert finish.mean - 1e-9 <= finish.most_days == times[-1]
    assert (times[10], times[16], times[19]) == (finish.p50, finish.p80, finish.p95)
    assert max((row.criticality for row in found.items), default=1.0) > 0
    for part in ([risk(row) for row in found.items], [risk(row) for row in found.dependencies]):
        assert part == sorted(part)


def risk(row: ItemRisk | DependencyRisk) -> tuple[float, float, str]:
    """What rows are ordered by."""
    assert 0 <= row.criticality <= 1
    assert -1 <= (row.sensitivity or 0) <= 1
    return (-row.criticality, 2.0 if row.sensitivity is None else -row.sensitivity, row.key)


DIAMOND = """
    WorkItem a 1/2/4
    WorkItem b 2/3/9
    WorkItem c 2/4/7
    WorkItem d 1/1/3
    b needs a
    c needs a
    d needs b c
    Team t
    Team u
    t delivers a b
    u delivers b c
"""


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    first, again, other = (
        orjson.dumps(schedule_risk(graph_of(DIAMOND), iterations=500, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_an_item_apart_leaves_the_draws_of_all_others_as_they_are() -> None:
    before = schedule_risk(graph_of(DIAMOND), iterations=500)
    after = schedule_risk(graph_of(DIAMOND + "WorkItem aa 0.1/0.1/0.2"), iterations=500)
    assert after.finish == before.finish
    assert items(after) | items(before) == items(after)


def test_a_team_is_critical_when_one_of_its_items_is_and_shares_what_it_delivers_with_others() -> (
    None
):
    found = schedule_risk(graph_of(DIAMOND), iterations=2_000)
    row, by_key = teams(found), items(found)
    assert (row["t"].criticality, row["t"].item_count) == (1.0, 2)
    both = by_key["b"].criticality + by_key["c"].criticality
    assert row["u"].criticality == pytest.approx(1.0)
    assert both == pytest.approx(1.0, abs=0.002)
    assert 0 < row["t"].critical_share < row["t"].critical_share + row["u"].critical_share < 1
    assert (row["t"].sensitivity or 0) > 0.3
    assert dependencies(found)["d->b"].criticality == by_key["b"].criticality


def test_a_team_whose_work_is_fixed_has_a_share_and_no_sensitivity() -> None:
    found = schedule_risk(
        graph_of(
            """
            WorkItem a 1
            WorkItem b 3
            WorkItem slack 1/1/2
            b needs a
            Team t
            Team u
            Team idle
            t delivers a
            t u delivers b
            u delivers slack
        """.replace("t u delivers b", "t delivers b\nu delivers b")
        ),
        iterations=100,
    )
    row = teams(found)
    assert list(row) == ["t", "u"]
    assert row["t"].critical_share == pytest.approx(2.5 / 4)
    assert row["u"].critical_share == pytest.approx(1.5 / 4)
    assert (row["t"].sensitivity, row["u"].criticality) == (None, 1.0)
    assert items(found)["slack"].criticality == 0.0


def test_a_link_on_a_summary_is_critical_where_a_link_on_a_part_would_be() -> None:
    found = schedule_risk(
        graph_of("""
            WorkItem epic
            WorkItem one 1/2/6
            WorkItem two 1/2/6
            WorkItem next 1
            WorkItem other 3/3/3.5
            one part_of epic
            two part_of epic
            next needs epic
            next needs other
        """),
        iterations=1_000,
    )
    row = dependencies(found)
    parts = items(found)["one"].criticality + items(found)["two"].criticality
    assert row["next->epic"].criticality == pytest.approx(parts, abs=0.01)
    assert row["next->epic"].criticality + row["next->other"].criticality == pytest.approx(
        1.0, abs=0.01
    )
    assert "epic" not in items(found)


def test_facts_stand_and_work_under_way_takes_at_least_what_has_passed() -> None:
    found = schedule_risk(
        graph_of("""
            WorkItem done 1/5/9 actual_start=2026-01-05 actual_finish=2026-01-08
            WorkItem begun 1/2/30 actual_start=2026-01-07
            WorkItem next 1/2/3
            begun needs done
            next needs begun
        """),
        start=MONDAY,
        status_date=date(2026, 1, 12),
        iterations=1_000,
    )
    row = items(found)
    assert (row["done"].distribution, row["done"].mean_days, row["done"].criticality) == (
        "fixed",
        4.0,
        0.0,
    )
    assert row["begun"].mean_days > 5
    assert found.finish.least_days >= 7 + 1
    assert dependencies(found)["begun->done"].criticality == 0.0
    assert dependencies(found)["next->begun"].criticality == 1.0


def test_dates_stand_beside_the_days_on_the_companys_calendar() -> None:
    found = schedule_risk(
        graph_of("Company acme\nWorkItem a 6"),
        start=MONDAY,
        calendar="weekdays",
        iterations=10,
    )
    assert (found.start, found.finish.p50_date, found.quantiles[-1].finish) == (
        MONDAY,
        MONDAY + timedelta(7),
        MONDAY + timedelta(7),
    )
    assert schedule_risk(graph_of("WorkItem a 6"), iterations=10).finish.p50_date is None


def test_what_is_missing_in_a_loop_or_out_of_the_scope_is_told_as_by_critical_path() -> None:
    graph = graph_of("""
        WorkItem a
        WorkItem b 1/2/3
        WorkItem c 1
        WorkItem gone 9 state=cancelled
        b needs c
        c needs b
        a needs a
        c needs gone
    """)
    found, expected = schedule_risk(graph, iterations=20), critical_path(graph)
    assert found.violations == expected.violations
    assert {v.code for v in found.violations} == {"missing_duration", "loop", "needs_cancelled"}
    assert (found.links_left_out, found.dependency_count, len(found.dependencies)) == (1, 1, 1)
    assert found.deterministic_days == expected.finish_days


def test_nothing_to_schedule_is_finished_at_once() -> None:
    found = schedule_risk(graph_of("Team t\nWorkItem x 1 state=cancelled"), iterations=20)
    assert (found.finish.p95, found.finish.mean, found.items, found.teams) == (0.0, 0.0, (), ())


def test_only_the_work_of_the_scope_is_simulated() -> None:
    found = schedule_risk(graph_of(DIAMOND), scope="Team/t", iterations=20)
    assert sorted(items(found)) == ["a", "b"]
    assert (found.dependency_count, found.links_left_out) == (1, 2)
    with pytest.raises(NotFound):
        schedule_risk(graph_of(DIAMOND), scope="Team/nobody")


@pytest.mark.parametrize("iterations", [0, -5, 100_001])
def test_iterations_have_bounds(iterations: int) -> None:
    with pytest.raises(BadUsage, match="ask for 1 to 100,000"):
        schedule_risk(graph_of("WorkItem a 1/2/3"), iterations=iterations)


def test_what_would_take_too_long_is_refused_with_what_would_not() -> None:
    graph = Snapshot.build([WorkItem(key=f"i{n}") for n in range(3_000)], [])
    with pytest.raises(
        BadUsage, match=r"100,000 iterations of 3,000 items and 0 links.*at most"
    ) as e:
        schedule_risk(graph, iterations=100_000)
    most = int(e.value.hint.split("at most ")[1].split(" ")[0].replace(",", ""))
    with pytest.raises(BadUsage, match="too long"):
        schedule_risk(graph, iterations=most + 1)
    assert 50_000 < most < 100_000


def test_parameters_that_do_not_fit_are_refused() -> None:
    graph = graph_of("WorkItem a 1/2/3")
    with pytest.raises(BadUsage, match="did you mean triangular"):
        schedule_risk(graph, distribution="triangle")
    with pytest.raises(BadUsage, match="status date needs a start"):
        schedule_risk(graph, status_date=MONDAY)
    with pytest.raises(BadUsage, match="no calendar"):
        schedule_risk(graph, calendar="lunar")


@pytest.mark.parametrize("distribution", ["pert", "triangular"])
def test_estimates_beyond_all_calendars_still_give_an_answer(distribution: str) -> None:
    graph = graph_of("""
        WorkItem a 900000000000.1/900000000000.1/900000000000.2
        WorkItem b 1/900000000000/9000000000000
        WorkItem c 0/0/0.00000000001
        WorkItem d 0/0/0.000000001
        b needs a FS-9000000000000
        d needs b
    """)
    found = schedule_risk(graph, start=MONDAY, iterations=100, distribution=distribution)
    assert 9e11 <= found.finish.least_days <= found.finish.most_days <= 1.1e12
    assert (found.finish.p50_date, items(found)["c"].distribution) == (None, "fixed")
    assert found.items[0].criticality > 0
