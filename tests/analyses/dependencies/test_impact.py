from itertools import pairwise

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.impact import PATH_STEPS_LISTED, Impact, impact
from graph.analyses.dependencies.lifts import Lifted
from graph.analyses.dependencies.reachindex import reach_index
from graph.analyses.parameters import ParameterValue
from graph.analyses.registry import analysis
from graph.errors import BadUsage, NotFound
from graph.model.changes import NodeChange, RelationChange
from graph.model.entities import Team, WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

COMPANY = """
    Objective top
    Objective o
    KeyResult k
    KeyResult tk
    Team t
    Team u
    Product p
    WorkItem epic
    WorkItem a
    WorkItem b
    a part_of epic
    b needs a
    epic contributes_to k
    k measures o
    o contributes_to tk
    tk measures top
    t delivers a
    u delivers b
    t builds p
    u needs p
    b for p
    b supports top
"""


def reached(found: Impact) -> list[str]:
    return [f"{target.kind}/{target.key}" for target in found.targets]


def test_a_slip_reaches_dependents_wholes_key_results_and_objectives() -> None:
    found = impact(graph_of(COMPANY), root="WorkItem/a")
    assert [(t.kind, t.key, t.distance) for t in found.targets] == [
        ("WorkItem", "b", 1),
        ("WorkItem", "epic", 1),
        ("KeyResult", "k", 2),
        ("Objective", "o", 3),
        ("KeyResult", "tk", 4),
        ("Objective", "top", 5),
    ]
    assert found.targets[-1].path == (
        "WorkItem/a",
        "WorkItem/epic",
        "KeyResult/k",
        "Objective/o",
        "KeyResult/tk",
        "Objective/top",
    )
    assert (found.root, found.count, found.truncated) == ("WorkItem/a", 6, False)


def test_a_team_that_falls_out_leaves_its_work_and_products() -> None:
    found = impact(graph_of(COMPANY), root="Team/t", depth=2)
    assert reached(found) == ["Product/p", "WorkItem/a", "Team/u", "WorkItem/b", "WorkItem/epic"]


def test_upstream_is_what_something_needs() -> None:
    found = impact(graph_of(COMPANY), root="KeyResult/k", direction="upstream")
    assert reached(found) == ["WorkItem/epic", "WorkItem/a", "Team/t"]
    assert found.targets[-1].path == ("KeyResult/k", "WorkItem/epic", "WorkItem/a", "Team/t")


def test_dependencies_that_were_rejected_or_cancelled_carry_nothing() -> None:
    graph = graph_of("""
        Team a
        Team b
        Team c
        Team d
        b needs a status=rejected
        c needs a status=cancelled
        d needs a status=resolved
    """)
    assert reached(impact(graph, root="Team/a")) == ["Team/d"]


def test_kinds_choose_what_is_listed_but_not_where_the_way_leads() -> None:
    found = impact(graph_of(COMPANY), root="WorkItem/a", kinds=("Objective",))
    assert [(t.key, t.distance, len(t.path)) for t in found.targets] == [("o", 3, 4), ("top", 5, 6)]
    assert (found.count, found.truncated) == (2, False)


def test_hidden_kinds_are_stepped_over() -> None:
    found = impact(graph_of(COMPANY), root="WorkItem/a", hide=("KeyResult", "Objective"))
    assert reached(found) == ["WorkItem/b", "WorkItem/epic"]
    found = impact(graph_of(COMPANY), root="WorkItem/a", hide=("KeyResult",))
    assert [(t.key, t.distance) for t in found.targets] == [
        ("b", 1),
        ("epic", 1),
        ("o", 2),
        ("top", 3),
    ]
    assert found.targets[-1].path == (
        "WorkItem/a",
        "WorkItem/epic",
        "Objective/o",
        "Objective/top",
    )


def test_the_depth_stops_at_a_frontier_that_is_told() -> None:
    found = impact(graph_of(COMPANY), root="WorkItem/a", depth=1)
    assert reached(found) == ["WorkItem/b", "WorkItem/epic"]
    assert (found.truncated, found.frontier, found.frontier_count) == (True, ("WorkItem/epic",), 1)
    assert not impact(graph_of(COMPANY), root="WorkItem/a", depth=5).truncated
    assert impact(graph_of(COMPANY), root="WorkItem/a", depth=0).frontier == ("WorkItem/a",)


def test_the_limit_cuts_the_list_but_not_the_count() -> None:
    found = impact(graph_of(COMPANY), root="WorkItem/a", limit=3)
    assert reached(found) == ["WorkItem/b", "WorkItem/epic", "KeyResult/k"]
    assert (found.count, found.truncated) == (6, True)
    assert found.frontier == ("KeyResult/k", "KeyResult/tk", "Objective/o")


def test_loops_and_what_needs_itself_end_the_walk() -> None:
    graph = graph_of("""
        Team a
        Team b
        Team c
        b needs a
        c needs b
        a needs c a
    """)
    assert reached(impact(graph, root="Team/a")) == ["Team/b", "Team/c"]


def test_a_root_without_relationships_reaches_nothing() -> None:
    assert impact(graph_of("Team a"), root="Team/a").targets == ()


def test_kinds_that_carry_nothing_say_so() -> None:
    graph = graph_of("KeyResult k\nCheckIn c\nc for k\nMetric m")
    assert impact(graph, root="CheckIn/c").reason == (
        "CheckIn/c tells how a key result stands and carries nothing; ask for KeyResult/k"
    )
    assert impact(graph, root="Metric/m", direction="upstream").reason == (
        "Metric/m tells how an outcome goes and carries nothing"
    )
    assert impact(graph, root="KeyResult/k").reason is None


HELD = """
    Company acme
    ValueStream area
    ValueStream shop
    Team web
    Team core
    Product cart
    Person ann
    Person ben
    BudgetLine money
    Cycle year
    Cycle q
    Objective grow
    Objective ship
    WorkItem a
    WorkItem b
    area part_of acme
    shop part_of area
    web part_of shop
    cart part_of shop
    acme owns grow
    ann owns ship
    ann member_of web
    ben member_of core until=2025-01-01
    money for cart
    q part_of year
    a in_cycle q
    ship in_cycle year
    web delivers a
    core needs cart
    b needs a
    ship contributes_to grow
"""


@pytest.mark.parametrize(
    ("root", "hit"),
    [
        (
            "Company/acme",
            {"grow": 1, "area": 1, "shop": 2, "web": 3, "cart": 3, "a": 4, "core": 4, "b": 5},
        ),
        ("ValueStream/area", {"shop": 1, "web": 2, "cart": 2, "a": 3, "core": 3, "b": 4}),
        ("Cycle/year", {"q": 1, "ship": 1, "a": 2, "grow": 2, "b": 3}),
        ("Person/ann", {"ship": 1, "web": 1, "a": 2, "grow": 2, "b": 3}),
        ("Person/ben", {}),
        ("BudgetLine/money", {"cart": 1, "core": 2}),
    ],
)
def test_a_root_that_holds_others_begins_with_these(root: str, hit: dict[str, int]) -> None:
    found = impact(graph_of(HELD), root=root)
    assert {target.key: target.distance for target in found.targets} == hit
    for target in found.targets:
        assert target.path[0] == root
        assert len(target.path) == target.distance + 1


def test_what_holds_others_opens_only_where_the_walk_begins() -> None:
    graph = graph_of(f"{HELD}\nTeam x\nshop needs x")
    assert reached(impact(graph, root="Team/x")) == ["ValueStream/shop"]
    assert impact(graph, root="Company/acme", depth=0).frontier == ("Company/acme",)


def test_what_is_hit_lifts_to_teams_products_streams_and_goals() -> None:
    graph = graph_of(f"""{COMPANY}
        Company acme
        ValueStream area
        ValueStream shop
        ValueStream tools
        acme owns top
        u part_of shop
        p part_of tools
        shop part_of area
        tools part_of area
    """)
    found = impact(graph, root="WorkItem/a")

    def shape(rows: tuple[Lifted, ...]) -> list[tuple[str, int, int, tuple[str, ...]]]:
        return [(row.key, row.distance, row.through, row.path) for row in rows]

    assert shape(found.teams) == [
        ("t", 1, 1, ("WorkItem/a", "Team/t")),
        ("u", 2, 1, ("WorkItem/a", "WorkItem/b", "Team/u")),
    ]
    assert shape(found.products) == [("p", 2, 1, ("WorkItem/a", "WorkItem/b", "Product/p"))]
    assert [(row.key, row.distance, row.through) for row in found.value_streams] == [
        ("shop", 3, 1),
        ("tools", 3, 1),
        ("area", 4, 1),
    ]
    assert shape(found.key_results) == [
        ("k", 2, 1, ("WorkItem/a", "WorkItem/epic", "KeyResult/k")),
        ("tk", 4, 1, found.targets[4].path),
    ]
    assert shape(found.company_objectives) == [("top", 5, 1, found.targets[5].path)]
    assert (found.team_count, found.value_stream_count, found.lifted_truncated) == (2, 3, False)
    narrow = impact(graph, root="WorkItem/a", kinds=("Objective",), limit=1)
    assert narrow.team_count == 2
    assert len(narrow.teams) == 1
    assert narrow.lifted_truncated


def test_a_part_without_a_team_lifts_to_those_of_its_whole_and_an_owner_to_itself() -> None:
    graph = graph_of("""
        Team t
        Team o
        Product p
        Objective goal
        WorkItem epic
        WorkItem a
        WorkItem b
        t delivers epic
        epic for p
        b part_of epic
        o owns goal
        b contributes_to goal
        b needs a
    """)
    found = impact(graph, root="WorkItem/a")
    assert [(row.key, row.through, row.path[-2:]) for row in found.teams] == [
        ("o", 1, ("Objective/goal", "Team/o")),
        ("t", 2, ("WorkItem/epic", "Team/t")),
    ]
    assert [row.through for row in found.products] == [2]
    assert impact(graph, root="Team/t", depth=0).teams == ()


def test_ten_thousand_nodes_in_a_row_and_ten_thousand_at_once_are_walked() -> None:
    refs = [Ref("Team", f"{n:05}") for n in range(10_000)]
    teams = [Team(key=ref.key) for ref in refs]
    chain = [DependsOn(source=b, target=a, key=b.key) for a, b in pairwise(refs)]
    found = impact(Snapshot.build(teams, chain), root="Team/00000", limit=5)
    assert (found.count, len(found.targets[4].path)) == (9_999, 6)
    star = [DependsOn(source=ref, target=refs[0], key=ref.key) for ref in refs[1:]]
    tail = [DependsOn(source=refs[0], target=ref, key=f"-{ref.key}") for ref in refs[1:]]
    found = impact(Snapshot.build(teams, star + tail), root="Team/00007")
    assert found.count == 9_999
    assert found.targets[-1].path == ("Team/00007", "Team/00000", "Team/09999")


def test_paths_are_left_empty_when_they_would_be_too_long_in_all() -> None:
    refs = [Ref("Team", f"{n:04}") for n in range(2_500)]
    links = [DependsOn(source=b, target=a, key=b.key) for a, b in pairwise(refs)]
    found = impact(Snapshot.build([Team(key=ref.key) for ref in refs], links), root="Team/0000")
    shown = [len(target.path) for target in found.targets if target.path]
    assert found.paths_truncated
    assert found.count == len(found.targets) == 2_499
    assert shown == list(range(2, len(shown) + 2))
    assert sum(shown) <= PATH_STEPS_LISTED < sum(shown) + len(shown) + 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"direction": "sideways"},
        {"depth": -1},
        {"limit": -1},
        {"kinds": ("Tem",)},
        {"hide": ("X",)},
        {"root": "a"},
    ],
)
def test_parameters_that_do_not_fit_are_refused(wrong: dict[str, ParameterValue]) -> None:
    with pytest.raises(BadUsage):
        analysis("impact").run(graph_of(COMPANY), **{"root": "WorkItem/a", **wrong})


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadUsage, match="did you mean Product"):
        impact(graph_of(COMPANY), root="WorkItem/a", hide=("Produkt",))


def test_an_unknown_root_is_not_found_and_a_near_key_is_named() -> None:
    with pytest.raises(NotFound, match="did you mean epic"):
        impact(graph_of(COMPANY), root="WorkItem/epi")


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(impact(graph_of(COMPANY), root="WorkItem/a", depth=1)))
    assert told["targets"][0] == {
        "kind": "WorkItem",
        "key": "b",
        "distance": 1,
        "path": ["WorkItem/a", "WorkItem/b"],
    }
    assert told["direction"] == "downstream"


ENDS = st.tuples(st.integers(0, 9), st.integers(0, 9))


def mixed(arcs: list[tuple[int, int]]) -> tuple[Snapshot, "nx.DiGraph[str]"]:
    """Even numbers are teams, odd ones work items; the arcs are `needs`."""
    refs = [Ref("WorkItem" if n % 2 else "Team", str(n)) for n in range(10)]
    links = [DependsOn(source=refs[a], target=refs[b], key=f"{n}") for n, (a, b) in enumerate(arcs)]
    nodes = [WorkItem(key=r.key) if r.kind == "WorkItem" else Team(key=r.key) for r in refs]
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(map(str, refs))
    graph.add_edges_from((str(refs[b]), str(refs[a])) for a, b in arcs)
    return Snapshot.build(nodes, links), graph


@given(st.lists(ENDS, max_size=25), st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_targets_and_distances_are_those_of_networkx(
    arcs: list[tuple[int, int]], depth: int
) -> None:
    snapshot, graph = mixed(arcs)
    for direction, walked in (("downstream", graph), ("upstream", graph.reverse())):
        found = impact(snapshot, root="Team/0", direction=direction, depth=depth)
        far = nx.single_source_shortest_path_length(walked, "Team/0")
        assert {f"{t.kind}/{t.key}": t.distance for t in found.targets} == {
            node: steps for node, steps in far.items() if 0 < steps <= depth
        }
        assert [(t.distance, t.kind, t.key) for t in found.targets] == sorted(
            (t.distance, t.kind, t.key) for t in found.targets
        )
        for target in found.targets:
            assert nx.is_path(walked, target.path)
            assert len(target.path) == target.distance + 1
        assert found.truncated == any(steps > depth for steps in far.values())


@given(st.lists(ENDS, max_size=25))
@settings(max_examples=200, deadline=None)
def test_hiding_a_kind_gives_the_distances_of_the_contracted_graph(
    arcs: list[tuple[int, int]],
) -> None:
    snapshot, graph = mixed(arcs)
    for node in [node for node in graph if node.startswith("WorkItem")]:
        before, after = set(graph.predecessors(node)), set(graph.successors(node))
        graph.remove_node(node)
        graph.add_edges_from((a, b) for a in before - {node} for b in after - {node})
    found = impact(snapshot, root="Team/0", hide=("WorkItem",))
    far = nx.single_source_shortest_path_length(graph, "Team/0")
    assert {f"{t.kind}/{t.key}": t.distance for t in found.targets} == {
        node: steps for node, steps in far.items() if steps
    }
    for target in found.targets:
        assert nx.is_path(graph, target.path)


@given(
    st.lists(ENDS, max_size=20),
    st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9)), max_size=8),
    st.sets(st.integers(1, 9), max_size=4),
)
@settings(max_examples=200, deadline=None)
def test_an_index_that_was_moved_forward_is_that_of_the_graph_made_anew(
    arcs: list[tuple[int, int]], writes: list[tuple[bool, int, int]], nodes: set[int]
) -> None:
    snapshot, _ = mixed(arcs)
    reach_index(snapshot)
    refs = [Ref("WorkItem" if n % 2 else "Team", str(n)) for n in range(10)]
    for number, (adds, a, b) in enumerate(writes):
        known = sorted(snapshot.relations(DependsOn).items())
        if adds and snapshot.get(refs[a]) and snapshot.get(refs[b]):
            link = DependsOn(source=refs[a], target=refs[b], key=f"w{number}")
            snapshot = snapshot.apply([RelationChange(link.ref, None, link)])
        elif known:
            gone = known[(a + b) % len(known)][1]
            snapshot = snapshot.apply([RelationChange(gone.ref, gone, None)])
        if number in nodes:
            snapshot = snapshot.apply(
                [
                    *(
                        RelationChange(link.ref, link, None)
                        for link in snapshot.touching(refs[number])
                    ),
                    NodeChange(refs[number], snapshot.get(refs[number]), None),
                    NodeChange(Ref("Team", f"new{number}"), None, Team(key=f"new{number}")),
                ]
            )
        moved, anew = reach_index(snapshot), reach_index(rebuilt(snapshot))
        assert (list(moved.refs), list(moved.texts)) == (list(anew.refs), list(anew.texts))
        for one, other in ((moved.down, anew.down), (moved.up, anew.up)):
            assert one.starts.tolist() == other.starts.tolist()
            assert one.heads.tolist() == other.heads.tolist()


def rebuilt(snapshot: Snapshot) -> Snapshot:
    """The same graph with nothing carried over."""
    nodes = [*snapshot.nodes(Team).values(), *snapshot.nodes(WorkItem).values()]
    return Snapshot.build(nodes, snapshot.relations(DependsOn).values())
