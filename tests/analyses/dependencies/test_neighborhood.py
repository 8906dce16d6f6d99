"""What is around something: against networkx on random graphs, and what it says where it ends."""

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.neighborhood import (
    LINKS_LISTED,
    Neighborhood,
    NeighborLink,
    neighborhood,
)
from graph.analyses.registry import analysis
from graph.errors import BadUsage, NotFound
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

COMPANY = """
    ValueStream s
    Team t
    Team u
    Team v
    Product p
    WorkItem a
    t part_of s
    u part_of s
    t builds p
    t delivers a
    u needs t
    t needs v
    v needs p status=cancelled
"""


def around(root: str = "Team/t", **parameters: object) -> Neighborhood:
    return neighborhood(graph_of(COMPANY), root=root, **parameters)  # type: ignore[arg-type]


def names(found: Neighborhood) -> list[str]:
    return [f"{node.kind}/{node.key}" for node in found.nodes]


def test_the_root_comes_first_then_what_it_is_joined_to_by_kind_and_key() -> None:
    found = around()
    assert names(found) == [
        *("Team/t", "Product/p", "Team/u", "Team/v", "ValueStream/s", "WorkItem/a"),
    ]
    assert [node.distance for node in found.nodes] == [0, 1, 1, 1, 1, 1]
    assert [node.side for node in found.nodes] == ["", "out", "in", "out", "out", "out"]
    assert (found.count, found.truncated) == (5, False)


def test_all_relationships_between_what_is_listed_are_given() -> None:
    found = around()
    assert [(link.source, link.type, link.target) for link in found.links] == [
        ("Team/t", "BUILDS", "Product/p"),
        ("Team/t", "DELIVERS", "WorkItem/a"),
        ("Team/t", "DEPENDS_ON", "Team/v"),
        ("Team/t", "PART_OF", "ValueStream/s"),
        ("Team/u", "DEPENDS_ON", "Team/t"),
        ("Team/u", "PART_OF", "ValueStream/s"),
    ]
    assert found.links[2] == NeighborLink(
        "DEPENDS_ON", "Team/t", "Team/v", found.links[2].key, "identified"
    )
    assert (found.links[2].key is None, found.links[0].key) == (False, None)


def test_cancelled_dependencies_join_nothing() -> None:
    assert names(around("Team/v")) == ["Team/v", "Team/t"]


def test_what_is_known_of_more_neighbours_is_counted() -> None:
    found = around(limit=2)
    assert names(found) == ["Team/t", "Product/p", "Team/u"]
    assert [node.more for node in found.nodes] == [3, 0, 1]
    assert (found.count, found.truncated) == (5, True)
    assert around("ValueStream/s").nodes[1].more == 3


def test_relations_and_direction_narrow_it() -> None:
    assert names(around(relations=("DEPENDS_ON",))) == ["Team/t", "Team/u", "Team/v"]
    assert names(around(direction="in")) == ["Team/t", "Team/u"]
    assert "Team/u" not in names(around(direction="out"))


def test_depth_0_is_the_root_alone() -> None:
    found = around(depth=0)
    assert (names(found), found.links, found.count) == (["Team/t"], (), 0)
    assert found.nodes[0].more == 5
    assert not found.truncated


def test_what_is_as_near_on_both_sides_stands_where_the_root_leads() -> None:
    snapshot = graph_of("Team a\nTeam b\na needs b\nb needs a")
    found = neighborhood(snapshot, root="Team/a")
    assert (found.nodes[1].side, len(found.links)) == ("out", 2)


def test_what_is_farther_stands_on_the_side_of_the_first_step() -> None:
    text = "Team r\nTeam b\nTeam c\nTeam d\nTeam e\nb needs r\nr needs c\nb needs d\nd needs c\ne needs c"
    found = neighborhood(graph_of(text), root="Team/r", depth=2)
    sides = {node.key: node.side for node in found.nodes}
    # d is as near by b, on the one side, as by c, on the other.
    assert sides == {"r": "", "b": "in", "c": "out", "d": "out", "e": "out"}


def test_a_node_joined_to_itself_is_no_neighbour_of_its_own() -> None:
    snapshot = graph_of("Team a\na needs a")
    found = neighborhood(snapshot, root="Team/a")
    assert (found.count, found.nodes[0].more, len(found.links)) == (0, 0, 1)


def test_more_relationships_than_are_listed_are_counted() -> None:
    team, other = Team(key="a"), Team(key="b")
    links = [
        DependsOn(source=team.ref, target=other.ref, key=f"d{at}") for at in range(LINKS_LISTED + 3)
    ]
    found = neighborhood(Snapshot.build([team, other], links), root="Team/a")
    assert (len(found.links), found.link_count, found.truncated) == (
        LINKS_LISTED,
        LINKS_LISTED + 3,
        True,
    )


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"depth": -1}, "depth -1"),
        ({"depth": 4}, "depth 4"),
        ({"limit": -1}, "limit -1"),
        ({"limit": 5_001}, "limit 5001"),
        ({"direction": "up"}, "no direction 'up'"),
        ({"relations": ("NEEDS",)}, "no relationship 'NEEDS'"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(parameters: dict[str, object], words: str) -> None:
    with pytest.raises(BadUsage, match=words):
        around("Team/t", **parameters)


def test_an_unknown_root_is_told() -> None:
    with pytest.raises(NotFound):
        around("Team/x")


def test_the_registry_gives_what_the_function_does_and_it_is_json() -> None:
    found = analysis("neighborhood").call(graph_of(COMPANY), {"root": "Team/t", "depth": 2})
    assert found == around(depth=2)
    assert orjson.loads(orjson.dumps(found))["nodes"][0]["key"] == "t"


arcs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


@settings(max_examples=80)
@given(arcs, st.integers(0, 3), st.sampled_from(["both", "out", "in"]), st.integers(0, 10))
def test_distances_are_those_of_networkx(
    pairs: list[tuple[int, int]], depth: int, direction: str, limit: int
) -> None:
    teams = [Team(key=str(at)) for at in range(10)]
    links = [
        DependsOn(source=Ref("Team", str(a)), target=Ref("Team", str(b)), key=f"d{at}")
        for at, (a, b) in enumerate(pairs)
    ]
    snapshot = Snapshot.build(teams, links)
    found = neighborhood(snapshot, root="Team/0", depth=depth, direction=direction, limit=limit)
    graph: nx.DiGraph[int] = nx.DiGraph(pairs)
    graph.add_node(0)
    walked = {"out": graph, "in": graph.reverse(), "both": graph.to_undirected()}[direction]
    lengths = nx.single_source_shortest_path_length(walked, 0, cutoff=depth)
    expected = sorted(lengths.items(), key=lambda pair: (pair[1], pair[0]))
    assert [(int(n.key), n.distance) for n in found.nodes] == expected[: limit + 1]
    assert found.count == len(expected) - 1
    assert found.truncated == (len(expected) > limit + 1)
    listed = {node for node, _ in expected[: limit + 1]}
    for node in found.nodes:
        near = set(walked[int(node.key)]) - {int(node.key)}
        assert node.more == len(near - listed)
    assert found.link_count == sum(a in listed and b in listed for a, b in pairs)
