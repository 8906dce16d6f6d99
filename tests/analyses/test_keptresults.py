"""Results that are kept: the same as those that are made, and bounded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from graph.analyses.analysis import Analysis
from graph.analyses.dependencies.impact import Impact
from graph.analyses.keptresults import MOST, MOST_ROWS, KeptResults
from graph.analyses.parameters import Parameter, ParameterKind, ParameterValue
from graph.analyses.registry import analysis
from graph.commands import CreateNode, Link
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[int, ...]


class Counted:
    """An analysis that counts how often it is made, and gives so many rows."""

    def __init__(self) -> None:
        self.made = 0
        parameters = (
            Parameter("count", ParameterKind.NUMBER, "How many.", default=1),
            Parameter("kinds", ParameterKind.LIST, "Which."),
            Parameter("weights", ParameterKind.WEIGHTS, "How much.", choices=("a", "b")),
        )
        self.analysis = Analysis("counted", self._run, parameters, Rows, "Counts.")

    def _run(
        self, snapshot: Snapshot, *, count: float, kinds: object = None, weights: object = None
    ) -> Rows:
        del snapshot, kinds, weights
        self.made += 1
        return Rows(tuple(range(int(count))))


def asked(counted: Counted, snapshot: Snapshot, **values: ParameterValue) -> int:
    """Ask; give how often it was made for that."""
    before = counted.made
    counted.analysis.call(snapshot, values)
    return counted.made - before


def test_what_was_asked_before_is_given_again() -> None:
    snapshot, counted = Snapshot.empty(), Counted()
    first = counted.analysis.call(snapshot, {"count": 3.0})
    assert counted.analysis.call(snapshot, {"count": 3.0, "kinds": None}) is first
    assert counted.made == 1


@pytest.mark.parametrize(
    "other",
    [{"count": 3}, {"count": 4.0}, {"kinds": ("Team",)}, {"weights": {"a": 1.0}}, {"weights": {}}],
    ids=["type", "value", "list", "weights", "no weights"],
)
def test_what_is_asked_otherwise_is_made(other: dict[str, ParameterValue]) -> None:
    snapshot, counted = Snapshot.empty(), Counted()
    assert asked(counted, snapshot, count=3.0) == 1
    assert asked(counted, snapshot, **({"count": 3.0} | other)) == 1
    assert asked(counted, snapshot, **({"count": 3.0} | other)) == 0


def test_the_same_graph_is_another_thing_as_of_another_instant() -> None:
    snapshot, counted = Snapshot.empty(), Counted()
    assert asked(counted, snapshot) == 1
    assert asked(counted, snapshot.seen(datetime(2026, 1, 5, tzinfo=UTC))) == 1
    assert asked(counted, snapshot.seen(datetime(2026, 1, 6, tzinfo=UTC))) == 1
    assert asked(counted, snapshot.seen(datetime(2026, 1, 6, tzinfo=UTC))) == 0


def test_the_last_ones_asked_for_are_kept() -> None:
    snapshot, counted = Snapshot.empty(), Counted()
    for count in range(MOST):
        assert asked(counted, snapshot, count=float(count)) == 1
    assert asked(counted, snapshot, count=0.0) == 0
    assert asked(counted, snapshot, count=float(MOST)) == 1
    assert asked(counted, snapshot, count=0.0) == 0
    assert asked(counted, snapshot, count=1.0) == 1


def test_a_large_result_is_not_kept() -> None:
    snapshot, counted = Snapshot.empty(), Counted()
    assert asked(counted, snapshot, count=float(MOST_ROWS)) == 1
    assert asked(counted, snapshot, count=float(MOST_ROWS)) == 0
    assert asked(counted, snapshot, count=float(MOST_ROWS + 1)) == 1
    assert asked(counted, snapshot, count=float(MOST_ROWS + 1)) == 1


def test_what_fails_is_not_kept() -> None:
    kept = KeptResults(Snapshot.empty())
    fail: Callable[[], Rows] = lambda: Rows((1 // 0,))  # noqa: E731
    with pytest.raises(ZeroDivisionError):
        kept.give("x", None, {}, fail)
    assert kept.give("x", None, {}, lambda: Rows((1,))) == Rows((1,))


def test_a_write_makes_an_analysis_see_what_it_changed() -> None:
    workspace = Workspace.in_memory()
    workspace.execute(CreateNode("Team", "a"), actor="x")
    workspace.execute(CreateNode("Team", "b"), actor="x")

    def count() -> int:
        found = analysis("impact").call(workspace.snapshot(), {"root": "Team/a"})
        assert isinstance(found, Impact)
        return found.count

    assert count() == 0
    workspace.execute(Link("DEPENDS_ON", Ref("Team", "b"), Ref("Team", "a")), actor="x")
    assert count() == 1
