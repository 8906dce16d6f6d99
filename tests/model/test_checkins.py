from graph.model.checkins import check_ins_of, confidence_of, value_of
from graph.model.entities import KeyResult
from graph.model.snapshot import Snapshot
from tests.notation import graph_of


def of(text: str) -> tuple[Snapshot, KeyResult]:
    graph = graph_of(text)
    return graph, graph.nodes(KeyResult)["k"]


def test_check_ins_come_in_the_order_of_time_and_of_one_day_in_that_of_their_numbers() -> None:
    graph, goal = of("""
        KeyResult k
        CheckIn k~10 2026-01-05 10
        CheckIn k~2 2026-01-05 2
        CheckIn k 2026-01-05 1
        CheckIn early 2026-01-04T23:59:00Z 0
        CheckIn none
        k~10 for KeyResult/k
        k~2 for KeyResult/k
        CheckIn/k for KeyResult/k
        early for KeyResult/k
        none for KeyResult/k
    """)
    assert [item.key for item in check_ins_of(graph, goal)] == ["early", "k", "k~2", "k~10"]
    assert value_of(graph, goal) == 10


def test_the_latest_that_says_something_counts_else_what_the_key_result_says() -> None:
    graph, goal = of("""
        KeyResult k current=7 confidence=0.3
        CheckIn a 2026-01-05 confidence=0.8
        CheckIn b 2026-01-04 5
        a for k
        b for k
    """)
    assert (value_of(graph, goal), confidence_of(graph, goal)) == (5, 0.8)
    graph, goal = of("KeyResult k current=7 confidence=0.3")
    assert (value_of(graph, goal), confidence_of(graph, goal)) == (7, 0.3)
