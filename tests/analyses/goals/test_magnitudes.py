from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from graph.analyses.goals.cascade import cascade
from graph.analyses.goals.cascadetree import CascadeNode
from graph.errors import BadUsage
from tests.analyses.goals.test_contribution import Drawn, drawn
from tests.notation import graph_of

REVENUE = """
    Objective top
    Objective left
    Objective right
    KeyResult a start=0 target=900 current=450 unit=EUR
    KeyResult b start=100 target=200 current=200 unit=EUR
    KeyResult c start=10 target=0 current=5 unit=tickets type=decrease
    KeyResult d start=0 target=500 unit=EUR
    KeyResult e type=reach current=1
    left contributes_to top
    right contributes_to top
    a measures left
    a measures right
    b measures right
    c measures right
    d measures right
    e measures right
"""


def test_leaves_add_up_unit_by_unit_and_each_once() -> None:
    totals = {
        total.unit: total for total in cascade(graph_of(REVENUE), root="Objective/top").totals
    }
    euros, tickets = totals["EUR"], totals["tickets"]
    assert (euros.leaves, euros.with_data) == (3, 2)
    assert (euros.start, euros.current, euros.target) == (100, 650, 1100)
    assert euros.progress == pytest.approx(550 / 1000)
    assert euros.coverage == pytest.approx(1000 / 1500)
    assert (tickets.start, tickets.current, tickets.target, tickets.progress) == (10, 5, 0, 0.5)
    assert set(totals) == {"EUR", "tickets"}


def test_weighing_by_size_counts_each_leaf_of_the_unit_once() -> None:
    found = cascade(graph_of(REVENUE), root="Objective/top", weighting="magnitude", unit="EUR")
    assert found.progress == pytest.approx((900 * 0.5 + 100 * 1.0) / 1000)
    assert found.coverage == pytest.approx(1000 / 1500)
    assert {leaf.key: leaf.share for leaf in found.leaves} == pytest.approx(
        {"a": 0.6, "b": 100 / 1500, "c": 0, "d": 500 / 1500, "e": 0}
    )
    assert [(v.code, v.key) for v in found.violations] == [("no_size", "c"), ("no_size", "e")]
    left, right = found.tree.children
    assert left.progress == 0.5
    assert left.weight == pytest.approx(900 / 1500)
    assert right.progress == pytest.approx(0.55)


@given(drawn())
@settings(max_examples=200, deadline=None)
def test_weighing_by_size_adds_up_over_the_set_of_leaves_of_every_node(graph: Drawn) -> None:
    snapshot = graph.snapshot()
    found = cascade(snapshot, root="Objective/o0", weighting="magnitude")
    total = sum(leaf.effective_weight * (leaf.progress or 0.0) for leaf in found.leaves)
    assert total == pytest.approx(found.progress or 0.0, abs=1e-9)
    for node in every(found.tree):
        leaves = {leaf for leaf, _ in graph.paths(node.key, 1.0) if leaf[0] == "k"}
        # All sizes are the same here, so the mean is the plain mean over the set.
        known = [min(1, max(0, p / 4)) for key in leaves if (p := graph.progress[key]) is not None]
        if known:
            assert node.progress == pytest.approx(sum(known) / len(known))
        else:
            assert node.progress is None


def every(node: CascadeNode) -> Iterator[CascadeNode]:
    yield node
    for child in node.children:
        yield from every(child)


def test_several_units_are_not_weighed_against_each_other() -> None:
    with pytest.raises(BadUsage, match="2 units") as refusal:
        cascade(graph_of(REVENUE), root="Objective/top", weighting="magnitude")
    assert "EUR" in refusal.value.hint
    with pytest.raises(BadUsage, match="unit 'EURO'") as refusal:
        cascade(graph_of(REVENUE), root="Objective/top", weighting="magnitude", unit="EURO")
    assert "EUR" in refusal.value.hint


def test_parameters_that_do_not_fit_are_refused() -> None:
    graph = graph_of("Objective o")
    with pytest.raises(BadUsage, match="needs the weighting magnitude"):
        cascade(graph, root="Objective/o", unit="EUR")
    with pytest.raises(BadUsage, match="depth -1"):
        cascade(graph, root="Objective/o", depth=-1)
    with pytest.raises(BadUsage, match="weighting 'size'"):
        cascade(graph, root="Objective/o", weighting="size")


HUGE = """
    Objective o
    KeyResult a start=0 target=1.7e308 current=1.7e307 confidence=0.2
    KeyResult b start=0 target=1.7e308 current=5.1e307 confidence=0.6
    KeyResult c start=0 target=1
    a measures o
    b measures o
    c measures o
"""


def test_sums_that_no_number_holds_are_left_open_and_their_progress_is_told() -> None:
    (total,) = cascade(graph_of(HUGE), root="Objective/o").totals
    assert (total.leaves, total.with_data, total.start, total.target) == (3, 2, 0, None)
    assert total.current == pytest.approx(6.8e307)
    assert total.progress == pytest.approx(0.2)
    assert total.coverage == 1


def test_the_largest_sizes_are_weighed_against_each_other() -> None:
    found = cascade(graph_of(HUGE), root="Objective/o", weighting="magnitude")
    assert (found.progress, found.confidence, found.coverage) == pytest.approx((0.2, 0.4, 1))


def test_confidence_is_weighed_as_progress_is_in_the_whole_tree() -> None:
    graph = graph_of("""
        Company acme
        Objective o
        KeyResult a start=0 target=900 current=0 confidence=0.2
        KeyResult b start=0 target=100 current=0 confidence=0.6
        acme owns o
        a measures o
        b measures o
    """)
    for root in ("Objective/o", "Company/acme"):
        for weighting, expected in (("declared", 0.4), ("magnitude", 0.24)):
            found = cascade(graph, root=root, weighting=weighting)
            assert found.confidence == pytest.approx(expected)
            assert found.tree.confidence == found.confidence
