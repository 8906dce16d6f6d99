from datetime import date
from random import Random

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.teams.bottlenecks import EXACT_TEAMS, WEIGHTS, bottlenecks
from graph.analyses.teams.teamgraph import team_arcs
from graph.errors import BadUsage
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.analyses.teams.reading import ranks, values
from tests.notation import graph_of

HUB = """
    Team a
    Team b
    Team hub
    Team c
    Team d
    a needs hub criticality=high
    b needs hub
    hub needs c criticality=critical
    hub needs d status=resolved
"""


def test_fan_in_weighs_open_dependencies_by_criticality_and_says_what_names_none() -> None:
    found = bottlenecks(graph_of(HUB))
    assert values(found, "fan_in") == {"a": 0, "b": 0, "hub": 5, "c": 8, "d": 0}
    assert ranks(found, "fan_in") == {"c": 1, "hub": 2, "a": 3, "b": 3, "d": 3}
    assert found.notes[0] == "1 open dependencies name no criticality and count 1 in fan_in"


def test_dependents_are_counted_through_others() -> None:
    found = bottlenecks(graph_of(HUB))
    assert values(found, "dependents") == {"a": 0, "b": 0, "hub": 2, "c": 3, "d": 0}


def test_dependents_of_teams_in_a_loop_are_each_other_and_all_who_need_them() -> None:
    found = bottlenecks(
        graph_of("Team a\nTeam b\nTeam c\nTeam d\na needs b\nb needs a\nc needs a\na needs d")
    )
    assert values(found, "dependents") == {"a": 2, "b": 2, "c": 0, "d": 3}


def test_the_hub_lies_on_all_ways_between_others() -> None:
    """Four ways lead through the hub: a and b to c and d; 4 x 3 ordered pairs are possible."""
    found = bottlenecks(graph_of(HUB))
    between = values(found, "betweenness")
    assert between == pytest.approx({"a": 0, "b": 0, "hub": 4 / 12, "c": 0, "d": 0})


def test_more_dependencies_make_a_way_shorter() -> None:
    """From a to d the way by b and c takes three steps, but each stands for four dependencies."""
    text = """
        Team a
        Team b
        Team c
        Team d
        Team x
        a needs x
        x needs d
        a needs b
        b needs c
        c needs d
    """
    plain = values(bottlenecks(graph_of(text)), "betweenness")
    assert plain["x"] == pytest.approx(1 / 12)
    more = "\n".join(["a needs b", "b needs c", "c needs d"] * 3)
    strong = values(bottlenecks(graph_of(text + more)), "betweenness")
    assert strong["x"] == 0
    assert strong["b"] == pytest.approx(2 / 12)


def test_the_loss_of_the_hub_cuts_off_all_but_the_largest_part() -> None:
    found = bottlenecks(graph_of(HUB + "\nTeam e\ne needs a"))
    hub = next(team for team in found.teams if team.key == "hub")
    assert hub.cuts_off == ("b", "c", "d")
    assert hub.components["single_point_of_failure"].value == 3
    assert values(found, "single_point_of_failure")["a"] == 1


def test_work_gives_rise_to_dependencies_between_its_teams() -> None:
    graph = graph_of("""
        Team a
        Team b
        Team c
        Team d
        Product p
        Objective o
        KeyResult k
        WorkItem epic
        WorkItem story
        WorkItem y
        WorkItem z
        story part_of epic
        a delivers epic
        b delivers y
        c builds p
        d owns o
        k measures o
        story needs y
        story needs epic
        y needs p
        c needs z
        c needs k
        a needs b
        p needs a status=rejected
    """)
    arcs = {(arc.source, arc.target): arc for arc in team_arcs(graph)}
    assert {pair: (arc.declared, len(arc.dependencies)) for pair, arc in arcs.items()} == {
        ("a", "b"): (True, 2),
        ("b", "c"): (False, 1),
        ("c", "d"): (False, 1),
    }


def test_what_a_team_owes_itself_is_no_fan_in() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            WorkItem x
            WorkItem y
            a delivers x y
            b delivers y
            x needs y
        """)
    )
    assert values(found, "fan_in") == {"a": 0, "b": 1}


def test_the_schedule_share_is_split_between_the_teams_of_an_item() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            WorkItem x 6
            WorkItem y 2
            WorkItem z 1
            y needs x
            a delivers x z
            b delivers x y
        """)
    )
    assert values(found, "schedule_share") == {"a": 3 / 8, "b": 5 / 8}


def test_the_cost_of_delay_counts_each_waiting_item_once() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            WorkItem x cost_of_delay=10
            WorkItem y cost_of_delay=5 state=done
            WorkItem z
            b delivers z
            x needs b z
            y needs b
        """)
    )
    assert values(found, "cost_of_delay_held") == {"a": 0, "b": 10}


def test_nothing_waits_on_a_team_for_work_that_has_ended_nor_does_such_work_wait() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            WorkItem x cost_of_delay=10
            WorkItem y cost_of_delay=5
            WorkItem made state=done
            WorkItem dropped state=cancelled
            WorkItem open state=active
            WorkItem part
            a delivers x y part
            b delivers made dropped open
            x needs made dropped open
            y needs made dropped
            made needs part
            dropped needs part
        """)
    )
    assert values(found, "fan_in") == {"a": 0, "b": 1}
    assert values(found, "cost_of_delay_held") == {"a": 0, "b": 10}


def test_wip_is_counted_per_member_and_unknown_without_a_capacity() -> None:
    found = bottlenecks(
        graph_of("""
            Team a 2
            Team b
            Team c 0
            WorkItem epic state=active
            WorkItem x state=active
            WorkItem y state=waiting
            WorkItem z state=new
            x part_of epic
            y part_of epic
            z part_of epic
            a delivers epic
            b delivers y
        """)
    )
    assert values(found, "wip_per_member") == {"a": 0.5, "b": None, "c": None}
    assert ranks(found, "wip_per_member") == {"a": 1, "b": None, "c": None}


def test_utilisation_and_wait_come_from_the_history_of_work() -> None:
    """One item every 4 days, each served 2 days at once: half busy, nothing varies, no wait."""
    lines = ["Team a", "Team b", "WorkItem w state=active", "b delivers w"]
    for n in range(4):
        begin, end = 1 + 4 * n, 3 + 4 * n
        lines.append(f"WorkItem w{n} states=active@2026-01-{begin:02},done@2026-01-{end:02}")
        lines.append(f"a delivers w{n}")
    found = bottlenecks(graph_of("\n".join(lines)))
    assert values(found, "utilisation") == {"a": pytest.approx(0.5), "b": None}
    assert values(found, "expected_wait") == {"a": pytest.approx(0), "b": None}


def test_the_expected_wait_is_kingmans() -> None:
    """Arrivals after 2, 6 and 4 days, served 1, 3, 1 and 3 days: u = 3/12 x 8/4 = 1/2."""
    found = bottlenecks(
        graph_of("""
            Team a
            WorkItem p states=active@2026-01-01,done@2026-01-02
            WorkItem q states=active@2026-01-03,done@2026-01-06
            WorkItem r states=active@2026-01-09,done@2026-01-10
            WorkItem s states=active@2026-01-13,done@2026-01-16
            a delivers p q r s
        """)
    )
    arrivals, service = (8 / 3) / 16, 1 / 4
    assert values(found, "utilisation")["a"] == pytest.approx(0.5)
    assert values(found, "expected_wait")["a"] == pytest.approx((arrivals + service) / 2 * 2)


def test_a_team_that_gets_more_than_it_finishes_is_saturated() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            WorkItem p states=active@2026-01-01,done@2026-01-11
            WorkItem q states=waiting@2026-01-02,active@2026-01-11,done@2026-01-21
            WorkItem r states=waiting@2026-01-03
            a delivers p q r
        """)
    )
    assert found.teams[0].saturated
    assert values(found, "utilisation")["a"] == pytest.approx(10)
    assert values(found, "expected_wait")["a"] is None


def test_the_score_is_the_weighted_share_of_teams_below_with_ties_counting_half() -> None:
    """Of fan_in alone: c is above 4 of 4, hub above 3, the other three share (0 + 2) / 2."""
    found = bottlenecks(graph_of(HUB), weights={name: float(name == "fan_in") for name in WEIGHTS})
    assert {team.key: team.score for team in found.teams} == {
        "c": 1,
        "hub": 0.75,
        "a": 0.25,
        "b": 0.25,
        "d": 0.25,
    }
    assert [(team.key, team.rank) for team in found.teams] == [
        ("c", 1),
        ("hub", 2),
        ("a", 3),
        ("b", 3),
        ("d", 3),
    ]


def test_weights_that_are_not_given_keep_their_value() -> None:
    assert bottlenecks(graph_of(HUB), weights={"fan_in": 9}).weights == {**WEIGHTS, "fan_in": 9}


def test_each_row_says_why_in_words() -> None:
    found = bottlenecks(graph_of(HUB))
    why = {team.key: team.why for team in found.teams}
    assert found.teams[0].key == "hub"
    assert why["hub"] == (
        "2 open dependencies wait on it (declared; by criticality 5);"
        " 33% of the ways between others lead through it;"
        " without it b, c, d would be cut off"
    )
    assert why["a"] == "nothing that was measured points to it"


def test_components_without_any_value_are_noted() -> None:
    notes = bottlenecks(graph_of("Team a"), today=date(2026, 1, 5)).notes
    assert {note.split(":")[0] for note in notes} == {
        "schedule_share",
        "criticality_share",
        "cost_of_delay_held",
        "wip_per_member",
        "wip_age_p85_days",
        "proposed_per_completed",
        "utilisation",
        "expected_wait",
    }
    without = bottlenecks(graph_of("Team a")).notes
    assert "proposed_per_completed, wip_age_p85_days: no value without today" in without


def test_without_teams_there_is_nothing_to_rank() -> None:
    found = bottlenecks(Snapshot.empty())
    assert (found.teams, found.notes) == ((), ())


@pytest.mark.parametrize(
    "weights",
    [
        {"fan": 1.0},
        {"fan_in": -1.0},
        {"fan_in": float("nan")},
        {"fan_in": 1e308, "dependents": 1e308},
        dict.fromkeys(WEIGHTS, 0.0),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(BadUsage):
        bottlenecks(graph_of(HUB), weights=weights)


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(bottlenecks(graph_of(HUB))))
    hub = told["teams"][0]
    assert (hub["key"], hub["rank"]) == ("hub", 1)
    assert hub["components"]["fan_in"] == {"value": 5.0, "rank": 2}
    assert hub["components"]["utilisation"] == {"value": None, "rank": None}
    assert list(hub["components"]) == list(WEIGHTS)


def teams(count: int, arcs: set[tuple[int, int]]) -> Snapshot:
    refs = [Ref("Team", f"{n:04}") for n in range(count)]
    links = [DependsOn(source=refs[a], target=refs[b], key=f"{a}-{b}") for a, b in sorted(arcs)]
    return Snapshot.build([Team(key=ref.key) for ref in refs], links)


PAIRS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25)


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_betweenness_and_dependents_are_those_of_networkx(arcs: set[tuple[int, int]]) -> None:
    found = bottlenecks(teams(9, arcs))
    graph: nx.DiGraph[int] = nx.DiGraph(sorted(arcs))
    graph.add_nodes_from(range(9))
    expected = nx.betweenness_centrality(graph)
    between = values(found, "betweenness")
    assert between == pytest.approx({f"{n:04}": value for n, value in expected.items()})
    assert values(found, "dependents") == {f"{n:04}": len(nx.ancestors(graph, n)) for n in range(9)}


def test_beyond_the_declared_size_betweenness_is_sampled_and_the_seed_decides() -> None:
    pick = Random(7)
    count = EXACT_TEAMS + 1
    arcs = {(pick.randrange(count), pick.randrange(count)) for _ in range(4_000)}
    snapshot = teams(count, arcs)
    found = bottlenecks(snapshot)
    assert found.betweenness_sample == 500
    assert f"betweenness is estimated from 500 of {count} teams" in found.notes
    assert bottlenecks(snapshot) == found
    assert values(bottlenecks(snapshot, seed=1), "betweenness") != values(found, "betweenness")


def test_a_chain_of_thousands_of_teams_is_measured() -> None:
    count = 5_000
    found = bottlenecks(teams(count, {(n, n + 1) for n in range(count - 1)}))
    assert values(found, "dependents")["4999"] == 4_999
    middle = next(team for team in found.teams if team.key == "2500")
    assert (middle.cuts_off_count, middle.cuts_off[0]) == (2_499, "2501")
    ways = 2_500 * 2_499 / 4_999 / 4_998
    assert middle.components["betweenness"].value == pytest.approx(ways)
