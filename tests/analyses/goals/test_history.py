from datetime import UTC, date, datetime

import pytest

from graph.analyses.goals.history import history
from graph.errors import BadUsage, NotFound
from tests.notation import graph_of

GRAPH = """
    Objective o
    KeyResult k unit=EUR start=10 target=20 name=Sales
    CheckIn late 2026-02-01 25 confidence=0.9 note=done by=ann
    CheckIn early 2026-01-01 10
    CheckIn noon 2026-01-20T12:00:00Z
    CheckIn undated value=99
    late for k
    early for k
    noon for k
    undated for k
"""


def test_the_series_is_in_the_order_of_time_with_raw_and_clamped_progress() -> None:
    found = history(graph_of(GRAPH), root="k")
    assert (found.root, found.name, found.type, found.unit) == (
        "KeyResult/k",
        "Sales",
        "increase",
        "EUR",
    )
    assert [(p.key, p.at, p.value, p.raw_progress, p.progress) for p in found.points] == [
        ("early", date(2026, 1, 1), 10, 0, 0),
        ("noon", datetime(2026, 1, 20, 12, tzinfo=UTC), None, None, None),
        ("late", date(2026, 2, 1), 25, 1.5, 1),
    ]
    assert (found.points[2].confidence, found.points[2].note) == (0.9, "done")
    assert found.points[2].by == "ann"


def test_only_a_key_result_has_a_history() -> None:
    with pytest.raises(BadUsage):
        history(graph_of(GRAPH), root="Objective/o")
    with pytest.raises(NotFound):
        history(graph_of(GRAPH), root="KeyResult/none")
