import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.scheduling.critical_path import critical_path
from graph.analyses.scheduling.schedule_risk import schedule_risk
from graph.analyses.teams.bottlenecks import WEIGHTS, bottlenecks
from graph.analyses.teams.scheduleshares import (
    MOST_SIMULATED,
    STEPS,
    iterations_of,
    schedule_shares,
)
from graph.model.entities import Team, WorkItem
from graph.model.relations import Delivers, DependsOn, PartOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Estimate, Ref
from tests.analyses.scheduling.test_simulation import networks, with_durations
from tests.analyses.teams.reading import values
from tests.notation import graph_of

TEAMS = ("a", "b", "c")

SIDE_BY_SIDE = """
    Team a
    Team b
    Team c
    WorkItem first 2/4/6
    WorkItem second 1/3/11
    WorkItem last 1
    last needs first second
    a delivers first
    b delivers second last
"""


@st.composite
def delivered(draw: st.DrawFn) -> Snapshot:
    """Networks whose items none, one or several of three teams deliver."""
    snapshot = draw(networks())
    links: list[Relation] = [
        *snapshot.relations(DependsOn).values(),
        *snapshot.relations(PartOf).values(),
    ]
    for item in snapshot.ordered(WorkItem):
        teams = sorted(draw(st.sets(st.sampled_from(TEAMS))))
        links += [Delivers(source=Ref("Team", team), target=item.ref) for team in teams]
    return Snapshot.build([*(Team(key=key) for key in TEAMS), *snapshot.ordered(WorkItem)], links)


def slow_shares(snapshot: Snapshot, amounts: dict[str, float]) -> dict[str, float]:
    """Give each team its part of the amounts; what is under a summary goes by the summary's teams."""
    total = sum(amounts.values())
    whole = {part.source.key: part.target.key for part in snapshot.relations(PartOf).values()}
    by_item: dict[str, set[str]] = {}
    for link in snapshot.relations(Delivers).values():
        by_item.setdefault(link.target.key, set()).add(link.source.key)
    shares = dict.fromkeys(TEAMS, 0.0)
    for key, amount in amounts.items():
        teams = by_item.get(key) or by_item.get(whole.get(key, ""), set())
        for team in teams:
            shares[team] += amount / len(teams) / total if total else 0
    return shares if total else {}


@settings(max_examples=60, deadline=None)
@given(delivered(), st.integers(0, 3))
def test_the_criticality_share_is_that_of_the_indices_that_schedule_risk_gives(
    snapshot: Snapshot, seed: int
) -> None:
    found = schedule_shares(snapshot, seed)
    if found.iterations:
        risk = schedule_risk(snapshot, seed=seed, iterations=found.iterations)
        expected = slow_shares(snapshot, {row.key: row.criticality for row in risk.items})
        assert found.criticality == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(delivered())
def test_where_nothing_varies_the_indices_are_what_critical_path_says(snapshot: Snapshot) -> None:
    days = {
        item.key: item.estimate_days.likely
        for item in snapshot.ordered(WorkItem)
        if item.estimate_days
    }
    fixed = with_durations(snapshot, days)
    links = list(snapshot.relations(Delivers).values())
    graph = Snapshot.build(
        [*(Team(key=key) for key in TEAMS), *fixed.ordered(WorkItem)],
        [*links, *fixed.relations(DependsOn).values(), *fixed.relations(PartOf).values()],
    )
    found, path = schedule_shares(graph), critical_path(graph)
    assert (found.iterations, found.too_large) == (0, None)
    lengths = {row.key: row.duration_days for row in path.items}
    critical = {row.key: float(row.critical and any(lengths.values())) for row in path.items}
    assert found.criticality == pytest.approx(slow_shares(graph, critical))
    held = {key: lengths[key] * critical[key] for key in lengths}
    assert found.duration == pytest.approx(slow_shares(graph, held))


def test_work_that_is_critical_only_at_times_gives_its_team_a_part_of_the_criticality() -> None:
    """By the means a's 4 days wait for b's 4; drawn, one of the two is critical each time."""
    found = bottlenecks(graph_of(SIDE_BY_SIDE.replace("2/4/6", "2/4/5")))
    assert values(found, "schedule_share") == {"a": 0, "b": 1, "c": 0}
    shares = values(found, "criticality_share")
    # Each time last is critical, and one of the other two: 2 in all.
    assert 0.1 < (shares["a"] or 0) < 0.4
    assert (shares["b"] or 0) + (shares["a"] or 0) == pytest.approx(1)
    assert shares["c"] == 0
    assert "criticality_share is estimated from 2,000 simulations of the schedule" in found.notes
    why = {team.key: team.why for team in found.teams}
    assert f"it delivers {shares['a']:.0%} of what may turn out critical" in why["a"]


def test_the_seed_is_that_of_the_question_and_gives_the_same_bytes() -> None:
    ask = [orjson.dumps(bottlenecks(graph_of(SIDE_BY_SIDE), seed=seed)) for seed in (0, 0, 7, 7)]
    assert ask[0] == ask[1]
    assert ask[2] == ask[3]
    assert ask[0] != ask[2]


def test_without_estimates_nothing_is_simulated_and_no_note_says_so() -> None:
    found = bottlenecks(graph_of("Team a\nWorkItem x 3\nWorkItem y 2\na delivers x"))
    assert values(found, "criticality_share") == {"a": 1}
    assert not [note for note in found.notes if "criticality_share" in note]


def test_work_without_any_duration_has_no_share_though_all_of_it_is_critical() -> None:
    found = bottlenecks(graph_of("Team a\nWorkItem x\na delivers x"))
    assert values(found, "criticality_share") == {"a": None}
    assert "criticality_share: no value, no work that may be critical has a duration" in found.notes


def test_a_larger_network_is_simulated_less_often_within_one_bound() -> None:
    assert [iterations_of(size) for size in (0, 1_000, 2_000, 30_000, MOST_SIMULATED)] == [
        *(2_000, 2_000, 1_000),
        *(66, 40),
    ]
    assert all(iterations_of(size) * size <= STEPS for size in range(1, MOST_SIMULATED, 997))


def test_beyond_the_bound_the_share_has_no_value_and_a_note_names_it() -> None:
    count = MOST_SIMULATED + 1
    items = [WorkItem(key=f"i{n}", duration_days=1.0) for n in range(count - 1)]
    varying = WorkItem(key="varying", estimate_days=Estimate(1.0, 2.0, 4.0))
    link = Delivers(source=Ref("Team", "a"), target=varying.ref)
    found = bottlenecks(Snapshot.build([Team(key="a"), *items, varying], [link]))
    assert values(found, "criticality_share") == {"a": None}
    assert values(found, "schedule_share") == {"a": 1}
    assert (
        "criticality_share: no value, 50,001 items or links of work are more than 50,000 to"
        " simulate" in found.notes
    )


def test_the_two_shares_of_the_schedule_weigh_no_more_than_fan_in_together() -> None:
    assert WEIGHTS["schedule_share"] + WEIGHTS["criticality_share"] == WEIGHTS["fan_in"]
