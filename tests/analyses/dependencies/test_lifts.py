"""What an impact lifts to, told a second time by networkx on a graph of all the steps."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies import impactwalk
from graph.analyses.dependencies.impact import impact
from graph.model.entities import Entity, Product, Team, ValueStream, WorkItem
from graph.model.relations import Delivers, DependsOn, For, PartOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

ITEMS = [Ref("WorkItem", f"w{n}") for n in range(7)]
TEAMS = [Ref("Team", f"t{n}") for n in range(3)]
PRODUCTS = [Ref("Product", f"p{n}") for n in range(2)]
STREAMS = [Ref("ValueStream", f"s{n}") for n in range(3)]
NODES: list[Entity] = [
    *(WorkItem(key=ref.key) for ref in ITEMS),
    *(Team(key=ref.key) for ref in TEAMS),
    *(Product(key=ref.key) for ref in PRODUCTS),
    *(ValueStream(key=ref.key) for ref in STREAMS),
]
LIFTS = {"teams": "Team", "products": "Product", "value_streams": "ValueStream"}


def pairs(left: list[Ref], right: list[Ref], most: int) -> st.SearchStrategy[set[tuple[Ref, Ref]]]:
    return st.sets(st.tuples(st.sampled_from(left), st.sampled_from(right)), max_size=most)


@given(
    pairs(ITEMS, ITEMS, 12),
    pairs(TEAMS, ITEMS, 8),
    pairs(ITEMS, PRODUCTS, 6),
    pairs([*TEAMS, *PRODUCTS], STREAMS[:2], 4),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_each_has_the_distance_and_the_count_of_a_search_over_all_steps(
    needs: set[tuple[Ref, Ref]],
    delivers: set[tuple[Ref, Ref]],
    about: set[tuple[Ref, Ref]],
    within: set[tuple[Ref, Ref]],
    nested: bool,
) -> None:
    links: list[Relation] = [
        *(DependsOn(source=a, target=b, key=f"{a}{b}") for a, b in needs),
        *(Delivers(source=a, target=b) for a, b in delivers),
        *(For(source=a, target=b) for a, b in about),
        *(PartOf(source=a, target=b) for a, b in within),
        *([PartOf(source=STREAMS[0], target=STREAMS[2])] if nested else []),
    ]
    carried: nx.DiGraph[Ref] = nx.DiGraph([(b, a) for a, b in needs])
    carried.add_nodes_from(ITEMS)
    lifting: nx.DiGraph[Ref] = nx.DiGraph([(b, a) for a, b in delivers])
    lifting.add_edges_from([*about, *within, *([(STREAMS[0], STREAMS[2])] if nested else [])])
    lifting.add_nodes_from(ITEMS)
    hit = nx.single_source_shortest_path_length(carried, ITEMS[0])
    told: dict[Ref, list[int]] = {}
    for item, far in hit.items():
        for to, further in nx.single_source_shortest_path_length(lifting, item).items():
            told.setdefault(to, []).append(far + further)
    found = impact(Snapshot.build(NODES, links), root=str(ITEMS[0]))
    for field, kind in LIFTS.items():
        rows = getattr(found, field)
        assert {Ref(kind, row.key): (row.distance, row.through) for row in rows} == {
            to: (min(ways), len(ways)) for to, ways in told.items() if to.kind == kind
        }
        for row in rows:
            assert (row.path[0], row.path[-1]) == (str(ITEMS[0]), f"{kind}/{row.key}")
            assert len(row.path) == row.distance + 1


def test_a_wide_level_is_walked_as_a_narrow_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [Ref("Team", f"{n:04}") for n in range(3_000)]
    arcs = {(n * 7_919 % 3_000, n * n * 31 % 3_000) for n in range(1, 9_000)}
    arcs |= {(n, 0) for n in range(1, 3_000, 5)}
    links = [DependsOn(source=refs[a], target=refs[b], key=f"{a}-{b}") for a, b in arcs]
    snapshot = Snapshot.build([Team(key=ref.key) for ref in refs], links)
    graph = nx.DiGraph([(b, a) for a, b in arcs])
    wide = impact(snapshot, root="Team/0000")
    assert max(nx.single_source_shortest_path_length(graph, 0).values()) >= 3
    assert {int(row.key): row.distance for row in wide.targets} == {
        node: far for node, far in nx.single_source_shortest_path_length(graph, 0).items() if far
    }
    monkeypatch.setattr(impactwalk, "WIDE", 10**9)
    assert impact(snapshot, root="Team/0000") == wide


def test_the_teams_and_the_products_of_work_are_each_those_of_its_nearest_whole_with_some() -> None:
    snapshot = graph_of("""
        Team web
        Product shop
        WorkItem epic
        WorkItem story
        WorkItem task
        task part_of story
        story part_of epic
        web delivers epic
        task for shop
    """)
    found = impact(snapshot, root="WorkItem/task", direction="upstream")
    assert [row.key for row in found.products] == ["shop"]
    (web,) = found.teams
    assert (web.key, web.distance) == ("web", 3)
    assert web.path == ("WorkItem/task", "WorkItem/story", "WorkItem/epic", "Team/web")


def test_the_way_over_ten_thousand_wholes_is_climbed_once() -> None:
    refs = [Ref("WorkItem", f"w{n:05}") for n in range(10_000)]
    nodes: list[Entity] = [Team(key="t"), *(WorkItem(key=ref.key) for ref in refs)]
    links: list[Relation] = [Delivers(source=Ref("Team", "t"), target=refs[0])]
    links += [PartOf(source=part, target=whole) for whole, part in pairwise(refs)]
    found = impact(Snapshot.build(nodes, links), root=str(refs[-1]))
    assert [(row.through, row.distance) for row in found.teams] == [(10_000, 10_000)]
