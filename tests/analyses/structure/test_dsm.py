from itertools import pairwise, permutations

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.cycles import cycles
from graph.analyses.structure.dsm import PROPAGATION_ELEMENTS, Dsm, dsm
from graph.analyses.structure.reachability import reachable_pairs
from graph.errors import BadUsage, NotFound
from graph.model.entities import Product
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of

COMPANY = """
    Company acme
    ValueStream retail
    ValueStream checkout
    ValueStream platform
    Team web
    Team pay
    Team cloud
    Team lone
    Product shop
    Product till
    WorkItem page
    WorkItem card
    Cycle q 2026-01-01..2026-03-31
    Objective grow
    Objective sell
    KeyResult sales
    retail part_of acme
    checkout part_of retail
    platform part_of acme
    web part_of retail
    pay part_of checkout
    cloud part_of platform
    shop part_of retail
    web builds shop
    pay builds till
    web delivers page
    pay delivers card
    page for shop
    card for till
    page needs card
    page in_cycle q
    web needs cloud criticality=high
    web needs cloud
    pay needs cloud
    cloud needs pay status=requested
    cloud needs web status=rejected
    web owns grow
    pay owns sell
    sales measures grow
    sell contributes_to sales
    grow in_cycle q
"""


def products(arcs: list[tuple[int, int]], more: int = 0) -> Snapshot:
    numbers = sorted({n for arc in arcs for n in arc} | set(range(more)))
    links = [
        DependsOn(source=Ref("Product", f"{a:02}"), target=Ref("Product", f"{b:02}"), key=str(n))
        for n, (a, b) in enumerate(arcs)
    ]
    return Snapshot.build([Product(key=f"{n:02}") for n in numbers], links)


def keys(found: Dsm) -> list[str]:
    return [element.key for element in found.elements]


def test_a_row_reads_its_inputs_and_what_is_needed_comes_first() -> None:
    found = dsm(graph_of(COMPANY))
    assert keys(found) == ["cloud", "pay", "lone", "web"]
    web = found.elements[-1]
    assert (web.key, web.position, web.block, web.group) == ("web", 3, None, "retail")
    assert (web.inputs, web.outputs) == (2, 0)
    read = {(mark.source, mark.target): mark for mark in found.marks}
    assert set(read) == {("web", "cloud"), ("web", "pay"), ("pay", "cloud"), ("cloud", "pay")}
    assert (read["web", "cloud"].weight, read["web", "cloud"].declared) == (2, True)
    assert (read["web", "pay"].weight, read["web", "pay"].declared) == (1, False)
    assert read["web", "pay"].dependencies == ("page->card#13",)
    for mark in found.marks:
        assert found.elements[mark.row].key == mark.source
        assert found.elements[mark.column].key == mark.target
        assert mark.feedback == (mark.column >= mark.row)


def test_teams_that_need_each_other_make_a_block_with_its_feedback_marked() -> None:
    found = dsm(graph_of(COMPANY))
    (block,) = found.blocks
    assert sorted(block.keys) == ["cloud", "pay"]
    assert keys(found)[block.first : block.first + block.size] == list(block.keys)
    assert [element.key for element in found.elements if element.block == 0] == list(block.keys)
    assert (found.feedback_marks, found.exact) == (1, True)
    assert (found.element_count, found.mark_count, found.truncated) == (4, 4, False)
    assert found.density == 4 / 12


def test_what_needs_itself_is_a_block_with_its_mark_on_the_diagonal() -> None:
    found = dsm(graph_of("Team a\nTeam b\na needs a\nb needs a"))
    assert [(block.first, block.size, block.keys) for block in found.blocks] == [(0, 1, ("a",))]
    assert [(mark.row, mark.column, mark.feedback) for mark in found.marks] == [
        (0, 0, True),
        (1, 0, False),
    ]
    assert (found.elements[0].inputs, found.elements[0].outputs) == (0, 1)


def test_in_order_of_keys_there_are_no_blocks_and_more_may_lie_above_the_diagonal() -> None:
    found = dsm(graph_of("Team a\nTeam b\na needs b"), order="alphabetical")
    assert keys(found) == ["a", "b"]
    assert (found.blocks, found.feedback_marks, found.exact) == ((), 1, False)
    assert dsm(graph_of("Team a\nTeam b\nb needs a"), order="alphabetical").exact


def test_value_streams_need_each_other_through_their_teams_and_products() -> None:
    found = dsm(graph_of(COMPANY), kind="ValueStream")
    said = {(mark.source, mark.target): (mark.weight, mark.declared) for mark in found.marks}
    assert said == {
        ("retail", "platform"): (2, False),
        ("retail", "checkout"): (1, False),
        ("checkout", "platform"): (1, False),
        ("platform", "checkout"): (1, False),
    }
    assert {element.key: element.group for element in found.elements}["checkout"] == "retail"


@pytest.mark.parametrize(
    ("kind", "scope", "expected"),
    [
        ("Team", "ValueStream/retail", ["pay", "web"]),
        ("Team", "ValueStream/checkout", ["pay"]),
        ("Team", "Company/acme", ["cloud", "pay", "web"]),
        ("Team", "Product/till", ["pay"]),
        ("Team", "Team/lone", ["lone"]),
        ("Team", "Cycle/q", ["web"]),
        ("Team", "Objective/grow", ["pay", "web"]),
        ("Product", "ValueStream/retail", ["shop"]),
        ("Product", "Team/pay", ["till"]),
        ("ValueStream", "ValueStream/retail", ["checkout", "retail"]),
        ("ValueStream", "Company/acme", ["checkout", "platform", "retail"]),
        ("WorkItem", "Cycle/q", ["page"]),
        ("WorkItem", "ValueStream/retail", ["card", "page"]),
        ("WorkItem", "Product/till", ["card"]),
        ("WorkItem", "WorkItem/card", ["card"]),
        ("Objective", "Team/pay", ["sell"]),
        ("Objective", "ValueStream/retail", ["grow", "sell"]),
        ("Objective", "Objective/grow", ["grow", "sell"]),
        ("Objective", "Cycle/q", ["grow"]),
        ("KeyResult", "ValueStream/retail", ["sales"]),
        ("KeyResult", "Team/pay", []),
    ],
)
def test_a_scope_narrows_the_elements_to_what_belongs_to_it(
    kind: str, scope: str, expected: list[str]
) -> None:
    found = dsm(graph_of(COMPANY), kind=kind, scope=scope, order="alphabetical")
    assert keys(found) == expected


def test_beyond_the_limit_the_elements_with_most_marks_make_the_matrix() -> None:
    found = dsm(products([(0, 1), (0, 2), (0, 3), (4, 0), (4, 3)], more=7), kind="Product", limit=3)
    assert sorted(keys(found)) == ["00", "03", "04"]
    assert (found.element_count, found.truncated) == (7, True)
    assert (found.mark_count, found.marks_left_out, len(found.marks)) == (5, 2, 3)


def test_objectives_depend_on_what_contributes_to_them() -> None:
    found = dsm(graph_of(COMPANY), kind="Objective")
    (mark,) = found.marks
    assert (mark.source, mark.target, mark.declared) == ("grow", "sell", False)
    assert mark.dependencies == ("CONTRIBUTES_TO/Objective/sell->KeyResult/sales",)


def test_what_does_not_fit_is_refused() -> None:
    graph = graph_of(COMPANY)
    with pytest.raises(BadUsage, match="limit 0"):
        dsm(graph, limit=0)
    with pytest.raises(BadUsage, match="order 'random'"):
        dsm(graph, order="random")
    with pytest.raises(BadUsage, match="Person"):
        dsm(graph, kind="Person")
    with pytest.raises(NotFound, match="Product/shoe"):
        dsm(graph, scope="Product/shoe")


def test_a_graph_without_elements_has_an_empty_matrix() -> None:
    found = dsm(Snapshot.empty())
    assert (found.elements, found.marks, found.blocks) == ((), (), ())
    assert (found.density, found.propagation_cost, found.exact) == (None, None, True)


def test_a_chain_of_ten_thousand_is_laid_out() -> None:
    length = 10_000
    nodes = [Product(key=f"{n:05}") for n in range(length)]
    links = [
        DependsOn(source=one.ref, target=other.ref, key=one.key) for one, other in pairwise(nodes)
    ]
    chain = Snapshot.build(nodes, links)
    found = dsm(chain, kind="Product", limit=length)
    assert found.feedback_marks == 0
    assert keys(found) == [node.key for node in reversed(nodes)]
    assert found.propagation_cost == (length + 1) / 2 / length


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(dsm(graph_of(COMPANY))))
    assert told["elements"][-1] == {
        "key": "web",
        "name": None,
        "position": 3,
        "block": None,
        "group": "retail",
        "inputs": 2,
        "outputs": 0,
    }
    assert set(told["marks"][0]) == {
        "row",
        "column",
        "source",
        "target",
        "weight",
        "declared",
        "feedback",
        "dependencies",
    }


ARCS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20)


@given(ARCS)
@settings(max_examples=150, deadline=None)
def test_marks_above_the_diagonal_are_within_blocks_and_as_few_as_any_order_has(
    arcs: list[tuple[int, int]],
) -> None:
    found = dsm(products(arcs, more=6), kind="Product")
    distinct = set(arcs)
    assert sorted(keys(found)) == [f"{n:02}" for n in range(6)]
    assert {(int(mark.source), int(mark.target)) for mark in found.marks} == distinct
    for mark in found.marks:
        if mark.feedback:
            assert found.elements[mark.row].block is not None
            assert found.elements[mark.row].block == found.elements[mark.column].block
    assert found.exact
    assert found.feedback_marks == min(
        sum(order[b] >= order[a] for a, b in distinct) for order in permutations(range(6))
    )
    loops = cycles(products(arcs, more=6), kind="Product")
    assert {frozenset(block.keys) for block in found.blocks} == set(
        map(frozenset, loops.components)
    )
    assert found.feedback_marks == len(loops.feedback_arcs)


@given(ARCS)
@settings(max_examples=150, deadline=None)
def test_the_propagation_cost_is_the_density_of_the_reflexive_transitive_closure(
    arcs: list[tuple[int, int]],
) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph(arcs)
    graph.add_nodes_from(range(6))
    closure = nx.transitive_closure(graph, reflexive=True)
    found = dsm(products(arcs, more=6), kind="Product")
    assert found.propagation_cost == closure.number_of_edges() / 36


@given(ARCS, st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_reachable_pairs_are_the_same_chunk_by_chunk(
    arcs: list[tuple[int, int]], chunk: int
) -> None:
    assert reachable_pairs(range(6), arcs, chunk) == reachable_pairs(range(6), arcs)


def test_beyond_a_size_the_propagation_cost_is_left_out() -> None:
    many = [Product(key=str(n)) for n in range(PROPAGATION_ELEMENTS + 1)]
    found = dsm(Snapshot.build(many, []), kind="Product", limit=1)
    assert (found.propagation_cost, found.density) == (None, 0.0)
