from datetime import date

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.network import Network, NetworkEdge, NetworkStream, network
from graph.errors import BadUsage
from graph.model.entities import Team, ValueStream
from graph.model.relations import DependsOn, PartOf
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus
from tests.notation import graph_of

TODAY = date(2026, 4, 1)

COMPANY = """
    Company acme
    ValueStream retail type=customer
    ValueStream checkout
    ValueStream platform type=supporting
    checkout part_of retail
    retail part_of acme
    Team web 4
    Team pay 3
    Team cloud
    Team old 9 dissolved=2026-01-01
    web part_of retail
    old part_of retail
    pay part_of checkout
    cloud part_of platform
    Product shop
    Product vault
    shop part_of retail
    WorkItem page state=active
    WorkItem card states=waiting@2026-01-10,active@2026-01-15,done@2026-01-20
    WorkItem disk states=new@2026-02-01,active@2026-02-01,done@2026-02-05
    WorkItem epic state=active
    WorkItem leaf states=waiting@2026-03-01
    WorkItem gone state=cancelled
    leaf part_of epic
    web delivers page gone
    pay delivers card
    cloud delivers disk epic
    web needs cloud criticality=critical needed_by=2026-03-01 committed_by=2026-03-10
    page needs leaf criticality=low
    page needs card
    shop needs cloud status=resolved
    retail needs platform needed_by=2026-05-01 committed_by=2026-04-10
    cloud needs pay status=rejected
    pay needs web
    page needs shop
    page needs vault
"""


def edge(found: Network, source: str, target: str) -> NetworkEdge:
    return next(e for e in found.edges if (e.source, e.target) == (source, target))


def stream(found: Network, key: str) -> NetworkStream:
    return next(s for s in found.streams if s.key == key)


def test_streams_need_each_other_by_what_is_declared_and_by_what_is_in_them() -> None:
    found = network(graph_of(COMPANY), today=TODAY)
    assert [(e.source, e.target, e.open, e.count) for e in found.edges] == [
        ("retail", "platform", 3, 4),
        ("checkout", "retail", 1, 1),
        ("retail", "checkout", 1, 1),
    ]
    joined = edge(found, "retail", "platform")
    assert (joined.declared, joined.derived) == (1, 3)
    assert joined.criticality == {"critical": 1, "high": 0, "medium": 0, "low": 1, "unrated": 1}
    assert (joined.promised_late, joined.overdue) == (1, 1)
    assert joined.dependencies == (
        "page->leaf#14",
        "retail->platform#17",
        "web->cloud#13",
        "shop->cloud#16",
    )
    assert joined.reason == (
        "retail waits on platform by 3 open dependencies (1 critical, 1 promised too late, 1 overdue);"
        " platform has 1 item under way and finished 1 in the period"
    )
    assert (found.unplaced, found.edge_count, found.truncated) == (1, 3, False)


def test_each_stream_tells_what_it_has_and_does() -> None:
    found = network(graph_of(COMPANY), today=TODAY)
    assert (found.since, found.until) == (date(2026, 1, 1), TODAY)
    assert stream(found, "retail") == NetworkStream(
        key="retail",
        name=None,
        type="customer",
        parent=None,
        teams=1,
        products=1,
        capacity=4.0,
        open_items=1,
        load=1,
        velocity=0,
        time_days=None,
        needs=4,
        needed=1,
        internal=1,
    )
    assert stream(found, "checkout").parent == "retail"
    assert (stream(found, "checkout").velocity, stream(found, "checkout").time_days) == (1, 10.0)
    platform = stream(found, "platform")
    assert (platform.capacity, platform.load, platform.open_items) == (None, 1, 1)
    assert (platform.velocity, platform.time_days) == (1, 4.0)


def test_the_period_holds_its_first_day_and_not_its_last() -> None:
    graph = graph_of(COMPANY)
    for since, until, velocity in (
        (date(2026, 1, 20), date(2026, 1, 21), 1),
        (date(2026, 1, 19), date(2026, 1, 20), 0),
    ):
        found = network(graph, since=since, until=until)
        assert stream(found, "checkout").velocity == velocity


def test_an_item_that_was_reopened_counts_once_at_its_last_done() -> None:
    graph = graph_of("""
        ValueStream s
        Team t
        t part_of s
        WorkItem i states=active@2026-01-01,done@2026-01-05,active@2026-02-01,done@2026-02-11
        t delivers i
    """)
    (early,) = network(graph, since=date(2026, 1, 1), until=date(2026, 2, 1)).streams
    (late,) = network(graph, since=date(2026, 2, 1), until=date(2026, 3, 1)).streams
    assert (early.velocity, late.velocity, late.time_days) == (0, 1, 41.0)


def test_without_any_day_there_is_no_period_and_nothing_is_overdue() -> None:
    found = network(graph_of(COMPANY))
    assert (found.since, found.until) == (None, None)
    assert all(s.velocity is None and s.time_days is None for s in found.streams)
    assert edge(found, "retail", "platform").overdue == 0
    assert edge(found, "retail", "platform").target_velocity is None


def test_on_the_outermost_level_nested_streams_count_for_the_one_around_them() -> None:
    found = network(graph_of(COMPANY), level="outermost", today=TODAY)
    assert [s.key for s in found.streams] == ["platform", "retail"]
    assert [(e.source, e.target, e.count) for e in found.edges] == [("retail", "platform", 4)]
    retail = stream(found, "retail")
    assert (retail.teams, retail.capacity, retail.velocity, retail.internal) == (2, 7.0, 1, 3)


def test_streams_nested_in_a_loop_are_one() -> None:
    graph = graph_of("""
        ValueStream a
        ValueStream b
        ValueStream c
        a part_of b
        b part_of a
        c part_of b
        Team t
        t part_of c
    """)
    (one,) = network(graph, level="outermost").streams
    assert (one.key, one.teams) == ("a", 1)


def test_what_is_in_two_streams_counts_in_both_and_once_for_each_edge() -> None:
    graph = graph_of("""
        ValueStream a
        ValueStream b
        Team t
        Team u
        WorkItem i state=active
        t part_of a b
        u part_of b
        t delivers i
        u delivers i
        t needs u
    """)
    found = network(graph)
    assert [(e.source, e.target, e.count) for e in found.edges] == [("a", "b", 1)]
    assert [(s.key, s.load, s.teams, s.internal) for s in found.streams] == [
        ("a", 1, 1, 0),
        ("b", 1, 2, 1),
    ]


def test_a_stream_counts_a_dependency_on_things_in_two_others_once() -> None:
    graph = graph_of("""
        ValueStream a
        ValueStream b
        ValueStream c
        Team t
        Team u
        t part_of a
        u part_of b c
        t needs u
    """)
    found = network(graph)
    assert [(e.source, e.target, e.open) for e in found.edges] == [("a", "b", 1), ("a", "c", 1)]
    assert [(s.key, s.needs, s.needed) for s in found.streams] == [
        ("a", 1, 0),
        ("b", 0, 1),
        ("c", 0, 1),
    ]


def test_work_whose_teams_are_in_no_stream_goes_by_the_products_it_is_for() -> None:
    graph = graph_of("""
        ValueStream a
        ValueStream b
        Product p
        Product q
        p part_of a
        q part_of b
        Team nomad
        WorkItem x state=active
        WorkItem y state=active
        WorkItem z state=waiting
        nomad delivers x y
        x for p
        y for q
        z for q
    """)
    assert [(s.key, s.load) for s in network(graph).streams] == [("a", 1), ("b", 2)]


def test_edges_beyond_the_limit_are_counted() -> None:
    found = network(graph_of(COMPANY), limit=1)
    assert (len(found.edges), found.edge_count, found.truncated) == (1, 3, True)
    assert stream(found, "checkout").needed == 1


def test_what_does_not_fit_is_refused() -> None:
    graph = graph_of(COMPANY)
    with pytest.raises(BadUsage, match="level 'top'"):
        network(graph, level="top")
    with pytest.raises(BadUsage, match="limit -1"):
        network(graph, limit=-1)
    with pytest.raises(BadUsage, match="no day"):
        network(graph, since=TODAY, until=TODAY)
    with pytest.raises(BadUsage, match="no end"):
        network(graph, since=TODAY)


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(network(graph_of(COMPANY), today=TODAY)))
    assert {"streams", "edges", "edge_count", "truncated", "since", "until"} <= set(told)
    assert told["edges"][0]["criticality"]["critical"] == 1


NEEDS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(list(DependencyStatus))),
    max_size=25,
)


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), NEEDS)
@settings(max_examples=100, deadline=None)
def test_every_dependency_between_placed_teams_is_in_an_edge_or_within_a_stream(
    homes: list[int], needs: list[tuple[int, int, DependencyStatus]]
) -> None:
    nodes = [Team(key=str(n)) for n in range(8)] + [ValueStream(key=str(n)) for n in range(3)]
    parts = [
        PartOf(source=Ref("Team", str(n)), target=Ref("ValueStream", str(home)))
        for n, home in enumerate(homes)
        if home < 3
    ]
    links = [
        DependsOn(source=Ref("Team", str(a)), target=Ref("Team", str(b)), key=str(n), status=status)
        for n, (a, b, status) in enumerate(needs)
    ]
    found = network(Snapshot.build(nodes, [*parts, *links]))
    live = [link for link in links if link.is_live]
    inside = [
        (homes[int(link.source.key)], homes[int(link.target.key)], link.is_open) for link in live
    ]
    placed = [(a, b, still) for a, b, still in inside if a < 3 and b < 3]
    assert found.unplaced == len(live) - len(placed)
    assert {(e.source, e.target): (e.count, e.open) for e in found.edges} == {
        (str(a), str(b)): (
            len([1 for x, y, _ in placed if (x, y) == (a, b)]),
            len([1 for x, y, still in placed if (x, y) == (a, b) and still]),
        )
        for a, b, _ in placed
        if a != b
    }
    assert sum(s.internal for s in found.streams) == sum(still for a, b, still in placed if a == b)
