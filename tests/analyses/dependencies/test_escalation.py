from datetime import date

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.escalation import escalation
from graph.errors import BadUsage, NotFound
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from tests.notation import graph_of

TODAY = date(2026, 3, 10)


def order(text: str) -> list[tuple[str, float | None]]:
    rows = escalation(graph_of(text), today=TODAY).rows
    return [(row.dependency, row.cost_at_stake) for row in rows]


def test_the_dearest_that_waits_longest_comes_first() -> None:
    found = escalation(
        graph_of("""
            Team s
            Team t
            WorkItem a cost_of_delay=10
            WorkItem b cost_of_delay=5
            WorkItem late cost_of_delay=2
            s delivers a
            a needs t status=agreed
            b needs a status=agreed needed_by=2026-03-20
            late needs t status=agreed needed_by=2026-02-28
        """),
        today=TODAY,
    )
    rows = [
        (r.rank, r.dependency, r.cost_per_day, r.late_days, r.cost_at_stake) for r in found.rows
    ]
    assert rows == [
        (1, "late->t#3", 2, 10, 20),
        (2, "a->t#1", 15, None, 15),
        (3, "b->a#2", 5, 0, 5),
    ]
    first, second, third = found.rows
    assert (
        first.reason
        == "1 unfinished item waits on it, at 2 a day; it is 10 days late for 2026-02-28"
    )
    assert second.reason == (
        "2 unfinished items wait on it, at 15 a day; nobody said by when it is needed"
    )
    assert third.reason == "1 unfinished item waits on it, at 5 a day; it is not late"
    assert second.items == ("a", "b")
    assert (second.dependent_teams, second.needed_teams) == (("s",), ("t",))


def test_a_promise_after_the_need_is_late_before_the_day_comes() -> None:
    text = "Team t\nWorkItem a cost_of_delay=1\na needs t status=agreed"
    both = f"{text} needed_by=2026-04-01 committed_by=2026-04-05"
    assert order(both) == [("a->t#0", 4)]
    over = f"{text} committed_by=2026-03-04"
    assert order(over) == [("a->t#0", 6)]


def test_parts_of_what_waits_wait_too_but_not_the_other_parts_of_a_whole() -> None:
    text = """
        Team t
        WorkItem epic cost_of_delay=100
        WorkItem one cost_of_delay=10
        WorkItem two cost_of_delay=1
        one part_of epic
        two part_of epic
    """
    assert order(f"{text}\none needs t") == [("one->t#2", 110)]
    assert order(f"{text}\nepic needs t") == [("epic->t#2", 111)]
    other = "WorkItem z cost_of_delay=1000\nz needs epic\none needs t"
    assert order(f"{text}\n{other}")[0] == ("one->t#3", 1110)


def test_nothing_waits_by_what_is_not_open_or_has_ended() -> None:
    assert order("""
        Team t
        WorkItem a
        WorkItem done state=done cost_of_delay=7
        WorkItem b cost_of_delay=3
        WorkItem c cost_of_delay=4
        a needs t
        b needs a status=resolved
        done needs a
        c needs done
        done needs t
        b needs t status=cancelled
    """) == [("a->t#0", 0)]


def test_what_was_rejected_is_still_needed() -> None:
    text = "Team t\nWorkItem a cost_of_delay=3\na needs t status=rejected"
    (row,) = escalation(graph_of(text), today=TODAY).rows
    assert (row.cost_at_stake, row.reason.endswith("it was rejected")) == (3, True)


def test_ties_go_by_criticality_then_days_late_then_key() -> None:
    assert [
        key
        for key, _ in order("""
        Team s
        Team t
        s needs t
        s needs t criticality=high
        s needs t criticality=critical
        s needs t criticality=low needed_by=2026-03-01
        s needs t criticality=low needed_by=2026-03-05
    """)
    ] == ["s->t#2", "s->t#1", "s->t#3", "s->t#4", "s->t#0"]


def test_a_team_sees_its_own_both_ways_and_lists_are_bounded() -> None:
    graph = graph_of("Team s\nTeam t\nTeam u\ns needs t\nt needs u\nu needs s")
    found = escalation(graph, today=TODAY, team="t", limit=1)
    assert (found.count, len(found.rows), found.truncated) == (2, 1, True)
    with pytest.raises(NotFound):
        escalation(graph, today=TODAY, team="x")
    with pytest.raises(BadUsage):
        escalation(graph, today=TODAY, limit=-1)


def test_a_crowd_of_thousands_is_summed_to_the_last_item() -> None:
    count = 9_000
    lines = [f"WorkItem w{n:04} cost_of_delay={n % 7 + 0.5}" for n in range(count)]
    lines += [f"w{n:04} needs w{n - 1:04}" for n in range(1, count)]
    graph = graph_of("\n".join(["Team t", *lines, "w0000 needs t key=d"]))
    first = escalation(graph, today=TODAY, limit=1).rows[0]
    assert (first.dependency, first.item_count) == ("d", count)
    assert first.cost_per_day == sum(n % 7 + 0.5 for n in range(count))
    assert first.items == tuple(f"w{n:04}" for n in range(6, 70, 7))


def test_what_needs_each_other_in_a_circle_holds_the_same_up() -> None:
    found = escalation(
        graph_of("""
            Team s
            Team t
            Team u
            WorkItem x cost_of_delay=5
            s needs t
            t needs u
            u needs s
            x needs s
        """),
        today=TODAY,
    )
    assert {row.cost_per_day for row in found.rows} == {5}


def test_costs_beyond_the_largest_number_are_null() -> None:
    text = "Team t\nWorkItem a cost_of_delay=1e308\na needs t needed_by=2026-01-01"
    found = escalation(graph_of(text), today=TODAY)
    assert (found.rows[0].cost_per_day, found.rows[0].cost_at_stake) == (1e308, None)
    assert orjson.loads(orjson.dumps(found))["rows"][0]["cost_at_stake"] is None


@st.composite
def networks(draw: st.DrawFn) -> Snapshot:
    count = draw(st.integers(2, 7))
    lines = ["Team t"]
    for number in range(count):
        state = draw(st.sampled_from(("active", "active", "done")))
        lines.append(f"WorkItem w{number} state={state} cost_of_delay={draw(st.integers(0, 9))}")
        for other in range(number):
            status = draw(st.sampled_from((None, None, "agreed", "resolved")))
            if status:
                lines.append(f"w{number} needs w{other} status={status}")
    lines.append("w0 needs t")
    return graph_of("\n".join(lines))


@settings(max_examples=80, deadline=None)
@given(networks())
def test_what_is_at_stake_is_the_cost_of_all_ancestors_that_have_not_ended(
    graph: Snapshot,
) -> None:
    items = graph.nodes(WorkItem)
    going = {key for key, item in items.items() if item.current_state != "done"}
    needs: nx.DiGraph[str] = nx.DiGraph()
    needs.add_nodes_from(going)
    for link in graph.relations(DependsOn).values():
        if link.is_open and link.source.key in going and link.target.key in going:
            needs.add_edge(link.source.key, link.target.key)
    for row in escalation(graph, today=TODAY).rows:
        dependent = row.dependent.removeprefix("WorkItem/")
        waiting = {dependent, *nx.ancestors(needs, dependent)}
        assert row.cost_per_day == sum(items[key].cost_of_delay or 0 for key in waiting)
        assert row.item_count == sum(bool(items[key].cost_of_delay) for key in waiting)
