import pytest

from graph.analyses.teams.bottlenecks import bottlenecks
from graph.errors import BadUsage
from tests.analyses.teams.reading import row, values
from tests.notation import graph_of

BOTH = """
    Team a
    Team b
    Team c
    WorkItem x cost_of_delay=7
    WorkItem y
    a delivers x
    b delivers y
    x needs y criticality=high
    a needs b
    c needs b
    b needs c
"""


def test_declared_and_derived_dependencies_on_a_team_are_told_apart() -> None:
    found = bottlenecks(graph_of(BOTH))
    counts = {t.key: (t.declared_dependencies, t.derived_dependencies) for t in found.teams}
    assert counts == {"a": (0, 0), "b": (2, 1), "c": (1, 0)}
    assert (found.declared_dependencies, found.derived_dependencies) == (3, 1)
    words = "3 open dependencies wait on it (2 declared, 1 derived; by criticality 6)"
    assert words in row(found, "b").why


def test_a_dependency_on_work_of_two_teams_counts_once_in_total() -> None:
    found = bottlenecks(graph_of(BOTH + "\nc delivers y"))
    assert found.derived_dependencies == 1
    assert row(found, "c").derived_dependencies == 1


def test_either_kind_can_be_looked_at_alone() -> None:
    graph = graph_of(BOTH)
    declared = bottlenecks(graph, dependencies="between_teams")
    derived = bottlenecks(graph, dependencies="derived")
    assert values(declared, "fan_in") == {"a": 0, "b": 2, "c": 1}
    assert values(derived, "fan_in") == {"a": 0, "b": 4, "c": 0}
    assert values(declared, "cost_of_delay_held")["b"] == 0
    assert values(derived, "cost_of_delay_held")["b"] == 7
    assert values(declared, "dependents") == {"a": 0, "b": 2, "c": 2}
    assert values(derived, "dependents") == {"a": 0, "b": 1, "c": 0}
    assert values(declared, "betweenness")["b"] == 0.5
    assert values(derived, "betweenness")["b"] == 0


def test_resolved_dependencies_keep_teams_together_and_nobody_waiting() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            Team c
            a needs b status=resolved
            b needs c
            a needs c status=cancelled
        """)
    )
    assert values(found, "fan_in") == {"a": 0, "b": 0, "c": 1}
    assert values(found, "dependents") == {"a": 0, "b": 0, "c": 1}
    assert values(found, "betweenness") == {"a": 0, "b": 0.5, "c": 0}
    assert values(found, "single_point_of_failure") == {"a": 0, "b": 1, "c": 0}


def test_dependents_do_not_come_through_work_that_has_ended() -> None:
    found = bottlenecks(
        graph_of("""
            Team a
            Team b
            WorkItem x
            WorkItem y state=done
            a delivers x
            b delivers y
            x needs y
        """)
    )
    assert values(found, "dependents") == {"a": 0, "b": 0}
    assert found.teams[0].cuts_off_count == 0


def test_another_source_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadUsage) as refused:
        bottlenecks(graph_of(BOTH), dependencies="derivd")
    assert "derived" in refused.value.hint
