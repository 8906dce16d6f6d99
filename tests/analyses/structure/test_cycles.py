from itertools import combinations, permutations

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.cycles import cycles
from graph.analyses.structure.feedbackarcs import EXACT_NODES
from graph.errors import BadUsage
from graph.model.entities import Product
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of


def products(arcs: list[tuple[int, int]]) -> Snapshot:
    numbers = sorted({n for arc in arcs for n in arc})
    links = [
        DependsOn(source=Ref("Product", f"{a:02}"), target=Ref("Product", f"{b:02}"), key=str(n))
        for n, (a, b) in enumerate(arcs)
    ]
    return Snapshot.build([Product(key=f"{n:02}") for n in numbers], links)


def test_teams_that_need_each_other_through_their_work_are_found() -> None:
    found = cycles(
        graph_of("""
            Team a
            Team b
            Team c
            Team d
            WorkItem x
            WorkItem y
            a delivers x
            b delivers y
            x needs y
            x needs b
            b needs a
            c needs a
            d needs d
        """)
    )
    assert found.components == (("a", "b"), ("d",))
    assert [
        (arc.source, arc.target, arc.declared, arc.dependencies) for arc in found.feedback_arcs
    ] == [
        ("b", "a", True, 1),
        ("d", "d", True, 1),
    ]
    assert found.exact


def test_dependencies_that_do_not_bind_close_no_loop() -> None:
    graph = graph_of("Team a\nTeam b\na needs b\nb needs a status=rejected")
    assert cycles(graph).components == ()


def test_each_kind_is_looked_at_by_itself() -> None:
    graph = graph_of("""
        WorkItem a
        WorkItem b
        Product p
        a needs b
        b needs p
        p needs a
        b needs a
    """)
    assert cycles(graph, kind="WorkItem").components == (("a", "b"),)
    assert cycles(graph, kind="Product").components == ()


def test_objectives_may_loop_through_what_contributes_to_them() -> None:
    graph = graph_of("""
        Objective a
        Objective b
        KeyResult k
        k measures a
        b contributes_to k
        b needs a
    """)
    found = cycles(graph, kind="Objective")
    assert found.components == (("a", "b"),)
    assert len(found.feedback_arcs) == 1


def test_a_kind_without_dependencies_is_refused() -> None:
    with pytest.raises(BadUsage):
        cycles(graph_of("Team a"), kind="Person")


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(cycles(products([(1, 2), (2, 1)]), kind="Product")))
    assert told["components"] == [["01", "02"]]
    assert told["feedback_arcs"] == [
        {
            "source": "01",
            "target": "02",
            "declared": True,
            "dependencies": 1,
            "dependency_keys": ["0"],
        }
    ]
    assert told["exact"] is True


ARCS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20)


@given(ARCS)
@settings(max_examples=300, deadline=None)
def test_the_feedback_arcs_are_as_few_as_any_order_of_the_nodes_has_backward(
    arcs: list[tuple[int, int]],
) -> None:
    found = cycles(products(arcs), kind="Product")
    distinct = set(arcs)
    fewest = min(sum(order[a] >= order[b] for a, b in distinct) for order in permutations(range(6)))
    assert len(found.feedback_arcs) == fewest
    graph: nx.DiGraph[int] = nx.DiGraph(sorted(distinct))
    expected = [
        sorted(f"{n:02}" for n in part)
        for part in nx.strongly_connected_components(graph)
        if len(part) > 1 or any((n, n) in distinct for n in part)
    ]
    assert sorted(map(list, found.components)) == sorted(expected)
    graph.remove_edges_from((int(arc.source), int(arc.target)) for arc in found.feedback_arcs)
    assert nx.is_directed_acyclic_graph(graph)


def test_what_is_proven_is_exact_at_any_size_and_else_the_answer_says_that_it_is_not() -> None:
    size = 2 * EXACT_NODES
    ring = [(n, (n + 1) % size) for n in range(size)]
    found = cycles(products(ring), kind="Product")
    assert (len(found.feedback_arcs), found.exact, found.lower_bound) == (1, True, 1)
    tangled = cycles(products(tangle(size)), kind="Product")
    assert (tangled.exact, tangled.exact_to) == (False, EXACT_NODES)
    assert 0 < tangled.lower_bound < len(tangled.feedback_arcs)


def tangle(size: int) -> list[tuple[int, int]]:
    """Every pair of nodes joined, one way or the other, by no rule that an order could follow."""
    return [
        (a, b) if (a * a + 7 * a * b + 3 * b * b) % 11 < 5 else (b, a)
        for a, b in combinations(range(size), 2)
    ]
