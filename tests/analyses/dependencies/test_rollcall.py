from datetime import date

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.rollcall import WORST_FIRST, roll_call
from graph.analyses.teams.teamgraph import teams_of
from graph.errors import NotFound
from graph.model.relations import DependsOn
from graph.model.vocabulary import DependencyStatus
from tests.notation import graph_of

COMPANY = """
    Cycle y 2026-01-01..2026-12-31
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30
    q1 part_of y
    q2 part_of y
    Team a
    Team b
    Team c dissolved=2026-02-01
    WorkItem epic
    WorkItem x
    WorkItem z
    Objective o
    KeyResult k
    x part_of epic
    epic in_cycle q1
    o in_cycle q2
    k measures o
    a delivers epic
    b owns o
"""


def keys(text: str, cycle: str | None) -> list[str]:
    found = roll_call(graph_of(COMPANY + text), cycle=cycle)
    return sorted({key for pair in found.pairs for key in pair.keys})


def test_a_dependency_is_the_cycles_by_an_end_or_by_a_day() -> None:
    text = """
        x needs b
        z needs k
        a needs b needed_by=2026-03-31
        a needs b committed_by=2026-04-01 status=cancelled
        a needs b
        a needs b needed_by=2027-01-01
    """
    assert keys(text, "q1") == ["a->b#10", "x->b#8"]
    assert keys(text, "q2") == ["a->b#11", "z->k#9"]
    assert keys(text, "Cycle/y") == ["a->b#10", "a->b#11", "x->b#8", "z->k#9"]
    assert len(keys(text, None)) == 6


def test_the_matrix_has_a_cell_for_each_pair_of_teams_with_the_worst_first() -> None:
    found = roll_call(
        graph_of(f"""
            {COMPANY}
            x needs k status=agreed
            a needs b needed_by=2026-02-01 status=requested
            a needs c needed_by=2026-02-01 status=requested
            c needs a needed_by=2026-02-01 status=rejected
            z needs b needed_by=2026-02-01
            x needs z status=resolved
        """),
        cycle="q1",
    )
    assert (found.cycle, found.begins, found.ends) == ("q1", date(2026, 1, 1), date(2026, 3, 31))
    assert [(p.dependent_team, p.needed_team, p.count, p.worst) for p in found.pairs] == [
        ("a", "b", 2, "requested"),
        ("a", "c", 1, "requested"),
        ("a", None, 1, "resolved"),
        ("c", "a", 1, "rejected"),
        (None, "b", 1, "identified"),
    ]
    assert found.pairs[0].statuses == {"requested": 1, "agreed": 1}
    assert found.pairs[0].keys == ("a->b#9", "x->k#8")
    assert found.silent == ("c",)
    assert found.unteamed == ("WorkItem/z",)
    a, b, c = found.teams
    assert (a.needs, a.needed, a.unanswered, a.unasked, a.dissolved) == (4, 1, 0, 0, None)
    assert (b.needed, b.unanswered) == (3, 1)
    assert (c.needed, c.unanswered, c.dissolved) == (1, 1, date(2026, 2, 1))
    assert found.statuses == {
        "identified": 1,
        "requested": 2,
        "agreed": 1,
        "resolved": 1,
        "rejected": 1,
    }
    assert orjson.loads(orjson.dumps(found))["pairs"][2]["needed_team"] is None


def test_an_unknown_cycle_is_not_found() -> None:
    with pytest.raises(NotFound):
        roll_call(graph_of(COMPANY), cycle="q9")


def test_every_status_has_its_place_among_the_worst() -> None:
    assert sorted(WORST_FIRST) == sorted(DependencyStatus)


pairs = st.lists(
    st.tuples(
        st.sampled_from(("a", "b", "c", "x", "z", "o", "k")),
        st.sampled_from(("a", "b", "c", "x", "z", "o", "k")),
        st.sampled_from([str(status) for status in DependencyStatus]),
    ).filter(lambda row: row[0] != row[1]),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_the_cells_hold_each_dependency_as_often_as_teams_answer_for_its_ends(
    rows: list[tuple[str, str, str]],
) -> None:
    lines = [f"{a} needs {b} status={status}" for a, b, status in rows]
    graph = graph_of("\n".join([COMPANY, *lines]))
    found = roll_call(graph)
    wanted: dict[tuple[str | None, str | None], set[str]] = {}
    for link in graph.relations(DependsOn).values():
        for dependent in teams_of(graph, link.source) or (None,):
            for needed in teams_of(graph, link.target) or (None,):
                wanted.setdefault((dependent, needed), set()).add(link.key)
    assert {(p.dependent_team, p.needed_team): set(p.keys) for p in found.pairs} == wanted
    assert found.count == len(rows) == sum(found.statuses.values())
    for pair in found.pairs:
        assert pair.count == sum(pair.statuses.values()) == len(pair.keys)
