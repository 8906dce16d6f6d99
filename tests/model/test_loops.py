"""Finding loops, compared with networkx on random graphs, and on graphs too deep to recurse."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.changes import RelationChange
from graph.model.entities import WorkItem
from graph.model.loops import closing
from graph.model.relations import ContributesTo, DependsOn, PartOf, Relation
from graph.model.rules import check_loops
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus

SIZE = 8

numbers = st.integers(0, SIZE - 1)
edges = st.lists(st.tuples(numbers, numbers), max_size=20, unique=True)
downhill = edges.map(lambda found: [(max(e), min(e)) for e in found if e[0] != e[1]])
"""The edges of a graph without loops: each goes from a larger number to a smaller."""

Edge = tuple[int, int]


def item(number: int) -> Ref:
    return Ref("WorkItem", str(number))


def needs(edge: Edge, name: str = "") -> DependsOn:
    return DependsOn(key=f"{edge}{name}", source=item(edge[0]), target=item(edge[1]))


def networkx_of(relations: list[DependsOn]) -> "nx.DiGraph[Ref]":
    graph: nx.DiGraph[Ref] = nx.DiGraph()
    graph.add_edges_from((found.source, found.target) for found in relations)
    return graph


def graph_with(relations: list[Relation]) -> Snapshot:
    nodes = [WorkItem(key=str(number)) for number in range(SIZE)]
    return Snapshot.build(nodes, relations)


@given(downhill, edges)
def test_a_violation_is_found_exactly_when_the_added_edges_close_a_loop(
    base: list[Edge], added: list[Edge]
) -> None:
    standing = [needs(edge) for edge in dict.fromkeys(base)]
    written = [needs(edge, "+") for edge in added]
    after = graph_with([*standing, *written])
    found = check_loops(after, [RelationChange(r.ref, None, r) for r in written])
    whole = networkx_of([*standing, *written])
    assert bool(found) is not nx.is_directed_acyclic_graph(whole)
    named = [relation.ref for relation, _ in found]
    assert len(set(named)) == len(named)
    assert set(named) <= {relation.ref for relation in written}


@given(downhill, edges)
def test_a_path_is_a_real_loop_that_begins_with_the_named_edge_the_last_written_one_in_it(
    base: list[Edge], added: list[Edge]
) -> None:
    standing = [needs(edge) for edge in dict.fromkeys(base)]
    written = [needs(edge, "+") for edge in added]
    after = graph_with([*standing, *written])
    whole = networkx_of([*standing, *written])

    def onward(ref: Ref) -> list[Ref]:
        return [relation.target for relation in after.out(ref, DependsOn)]

    for relation, path in closing(written, onward):
        steps = list(pairwise(path))
        assert path[0] == path[-1]
        assert len(set(path[:-1])) == len(path) - 1
        assert all(whole.has_edge(*step) for step in steps)
        assert steps[0] == (relation.source, relation.target)
        places = [r.ref for r in written]
        later = written[places.index(relation.ref) + 1 :]
        assert not {(r.source, r.target) for r in later} & set(steps)


@given(downhill, edges)
def test_leaving_out_what_is_named_again_and_again_leaves_a_graph_without_loops(
    base: list[Edge], added: list[Edge]
) -> None:
    standing = [needs(edge) for edge in dict.fromkeys(base)]
    written = [needs(edge, "+") for edge in added]
    while True:
        changes = [RelationChange(r.ref, None, r) for r in written]
        found = check_loops(graph_with([*standing, *written]), changes)
        if not found:
            break
        named = {relation.ref for relation, _ in found}
        written = [relation for relation in written if relation.ref not in named]
    assert nx.is_directed_acyclic_graph(networkx_of([*standing, *written]))


LONG = 10_000


def test_a_chain_of_ten_thousand_has_no_loop_until_its_end_is_tied_to_its_beginning() -> None:
    chain: list[Relation] = [needs((n, n + 1)) for n in range(LONG)]
    graph = Snapshot.build([], chain)
    changes = [RelationChange(r.ref, None, r) for r in chain]
    assert check_loops(graph, changes) == []
    tie = needs((LONG, 0))
    tied = [RelationChange(tie.ref, None, tie)]
    ((relation, violation),) = check_loops(graph.apply(tied), tied)
    assert relation == tie
    assert violation.value.count(" -> ") == LONG + 1


def test_a_ladder_with_more_paths_than_can_be_counted_is_walked_once() -> None:
    rungs = 2_000
    ladder = [needs((n, m)) for n in range(rungs) for m in (n + 1, n + 2) if m <= rungs]
    graph = Snapshot.build([], ladder)
    assert check_loops(graph, [RelationChange(r.ref, None, r) for r in ladder]) == []


@pytest.mark.parametrize("status", [DependencyStatus.REJECTED, DependencyStatus.CANCELLED])
def test_a_dependency_that_no_longer_binds_closes_no_loop(status: DependencyStatus) -> None:
    there = needs((0, 1))
    back = DependsOn(key="back", source=item(1), target=item(0), status=status)
    graph = graph_with([there, back])
    assert check_loops(graph, [RelationChange(r.ref, None, r) for r in (there, back)]) == []


def test_a_dependency_that_binds_again_is_checked_again() -> None:
    there = needs((0, 1))
    before = DependsOn(key="back", source=item(1), target=item(0), status=DependencyStatus.REJECTED)
    again = DependsOn(key="back", source=item(1), target=item(0), status=DependencyStatus.AGREED)
    change = RelationChange(again.ref, before, again)
    after = graph_with([there, before]).apply([change])
    assert [relation for relation, _ in check_loops(after, [change])] == [again]


def test_dependencies_of_teams_on_each_other_are_real_and_may_go_in_circles() -> None:
    one, other = Ref("Team", "a"), Ref("Team", "b")
    circle = [
        DependsOn(key="1", source=one, target=other),
        DependsOn(key="2", source=other, target=one),
    ]
    graph = Snapshot.build([], circle)
    assert check_loops(graph, [RelationChange(r.ref, None, r) for r in circle]) == []


def test_a_loop_through_a_team_is_no_loop_of_the_schedule() -> None:
    team = Ref("Team", "t")
    circle = [
        DependsOn(key="1", source=item(0), target=team),
        DependsOn(key="2", source=team, target=item(0)),
    ]
    graph = Snapshot.build([], circle)
    assert check_loops(graph, [RelationChange(r.ref, None, r) for r in circle]) == []


def test_each_family_is_looked_at_by_itself() -> None:
    family: list[Relation] = [
        PartOf(source=item(0), target=item(1)),
        needs((1, 0)),
        ContributesTo(source=Ref("WorkItem", "0"), target=Ref("Objective", "o")),
    ]
    graph = Snapshot.build([], family)
    assert check_loops(graph, [RelationChange(r.ref, None, r) for r in family]) == []


def test_two_loops_closed_by_two_edges_are_both_named() -> None:
    first, second = needs((1, 0), "+"), needs((3, 2), "+")
    standing = [needs((0, 1)), needs((2, 3))]
    graph = graph_with([*standing, first, second])
    changes = [RelationChange(r.ref, None, r) for r in (first, second)]
    assert [relation for relation, _ in check_loops(graph, changes)] == [first, second]


def test_what_is_removed_in_the_same_write_closes_no_loop() -> None:
    there, back = needs((0, 1)), needs((1, 0), "+")
    changes = [RelationChange(there.ref, there, None), RelationChange(back.ref, None, back)]
    assert check_loops(graph_with([there]).apply(changes), changes) == []
