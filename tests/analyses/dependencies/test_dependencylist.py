from collections import Counter
from datetime import date, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.dependencies.dependencylist import DependencyCase, dependencies
from graph.analyses.teams.teamgraph import teams_of
from graph.errors import BadUsage, NotFound
from graph.model.entities import WorkItem
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from tests.notation import graph_of

TODAY = date(2026, 3, 10)
TEAMS = "Team a\nTeam b\nTeam c\n"


def keys(rows: tuple[DependencyCase, ...]) -> list[tuple[str | None, str, int | None]]:
    return [(row.team, row.dependency, row.days) for row in rows]


def test_overdue_is_what_was_needed_or_promised_before_today_and_is_not_resolved() -> None:
    graph = graph_of(f"""
        {TEAMS}
        a needs b needed_by=2026-03-09 status=agreed
        a needs b committed_by=2026-03-01 needed_by=2026-03-20 status=in_progress
        a needs b needed_by=2026-03-10 status=requested
        a needs b needed_by=2026-01-01 status=resolved
        a needs b needed_by=2026-01-01 status=rejected
        a needs c needed_by=2026-03-01
    """)
    found = dependencies(graph, today=TODAY)
    assert keys(found.overdue) == [("a", "a->c#5", 9), ("b", "a->b#1", 9), ("b", "a->b#0", 1)]
    assert found.overdue[0].reason == (
        "Team/c was needed by 2026-03-01, 9 days ago, and is identified, and nobody asked for it"
    )
    assert found.overdue[1].reason == (
        "Team/b was promised for 2026-03-01, 9 days ago, and is in_progress"
    )
    assert (found.overdue_count, found.truncated) == (3, False)


def test_unanswered_is_what_was_asked_for_long_ago_or_nobody_knows_when() -> None:
    graph = graph_of(f"""
        Company acme time_zone=Asia/Tokyo
        {TEAMS}
        a needs b status=requested statuses=requested@2026-03-03
        a needs b status=requested statuses=requested@2026-03-03T16:00:00Z
        a needs b status=requested statuses=requested@2026-03-04
        a needs c status=requested
        a needs c status=agreed statuses=requested@2026-01-01,agreed@2026-01-02
    """)
    found = dependencies(graph, today=TODAY)
    assert keys(found.unanswered) == [("b", "a->b#0", 7), ("c", "a->c#3", None)]
    assert "7 days ago, and has no answer" in found.unanswered[0].reason
    assert found.unanswered[0].since == date(2026, 3, 3)
    more = dependencies(graph, today=TODAY, days=6)
    assert [row.days for row in more.unanswered] == [7, 6, 6, None]


def test_unasked_is_what_is_needed_soon_and_promised_late_what_comes_too_late() -> None:
    graph = graph_of(f"""
        {TEAMS}
        a needs b needed_by=2026-03-24
        a needs b needed_by=2026-03-25
        a needs b needed_by=2026-03-09
        a needs b needed_by=2026-03-15 status=requested
        c needs b needed_by=2026-04-01 committed_by=2026-04-05 status=agreed
    """)
    found = dependencies(graph, today=TODAY)
    assert keys(found.unasked) == [("a", "a->b#2", -1), ("a", "a->b#0", 14)]
    assert "2026-03-09, 1 day ago, and nobody asked" in found.unasked[0].reason
    assert keys(dependencies(graph, today=TODAY, within_days=0).unasked) == [("a", "a->b#2", -1)]
    assert keys(found.promised_late) == [("b", "c->b#4", 4)]


def test_a_team_has_counts_both_ways_through_its_work_too() -> None:
    graph = graph_of(f"""
        {TEAMS}
        WorkItem x
        WorkItem y
        WorkItem bare
        a delivers x
        b delivers y
        x needs y status=agreed
        a needs b status=cancelled
        b needs a needed_by=2026-03-01 status=agreed
        x needs bare needed_by=2026-03-01 status=requested
    """)
    found = dependencies(graph, today=TODAY)
    assert [team.key for team in found.teams] == ["a", "b"]
    a = found.teams[0]
    assert a.needs == {"requested": 1, "agreed": 1, "cancelled": 1}
    assert (a.needed, a.overdue) == ({"agreed": 1}, 1)
    assert [row.team for row in found.overdue] == ["a", None]
    only = dependencies(graph, today=TODAY, team="b")
    assert [team.key for team in only.teams] == ["b"]
    assert [row.dependency for row in only.overdue] == ["b->a#4"]


def test_work_that_has_ended_waits_for_nothing() -> None:
    graph = graph_of("""
        WorkItem x state=done
        WorkItem y
        Objective o state=dropped
        x needs y needed_by=2026-01-01
        y needs x needed_by=2026-01-01
        o needs y needed_by=2026-01-01
    """)
    assert dependencies(graph, today=TODAY).overdue == ()


def test_lists_are_bounded_and_say_so() -> None:
    many = "\n".join("a needs b needed_by=2026-01-01 status=agreed" for _ in range(5))
    found = dependencies(graph_of(TEAMS + many), today=TODAY, limit=3)
    assert (len(found.overdue), found.overdue_count, found.truncated) == (3, 5, True)
    assert orjson.loads(orjson.dumps(found))["overdue"][0]["needed"] == "Team/b"


def test_what_cannot_be_asked_is_refused() -> None:
    graph = graph_of(TEAMS)
    with pytest.raises(NotFound):
        dependencies(graph, today=TODAY, team="none")
    with pytest.raises(BadUsage):
        dependencies(graph, today=TODAY, days=-1)


STATUSES = ("identified", "requested", "agreed", "in_progress", "resolved", "rejected", "cancelled")


@st.composite
def networks(draw: st.DrawFn) -> Snapshot:
    lines = [TEAMS]
    for number in range(draw(st.integers(1, 3))):
        lines.append(f"WorkItem w{number} state={draw(st.sampled_from(('active', 'done')))}")
        lines.append(f"{draw(st.sampled_from('abc'))} delivers w{number}")
    ends = ["a", "b", "c", *(line.split()[1] for line in lines if line.startswith("WorkItem"))]
    for _ in range(draw(st.integers(0, 6))):
        pair = draw(st.lists(st.sampled_from(ends), min_size=2, max_size=2, unique=True))
        words = [f"status={draw(st.sampled_from(STATUSES))}"]
        for name in ("needed_by", "committed_by"):
            shift = draw(st.none() | st.integers(-20, 20))
            words += [] if shift is None else [f"{name}={TODAY + timedelta(days=shift)}"]
        lines.append(f"{pair[0]} needs {pair[1]} {' '.join(words)}")
    return graph_of("\n".join(lines))


@settings(max_examples=60, deadline=None)
@given(networks())
def test_counts_and_overdue_rows_are_those_of_going_through_all_by_hand(graph: Snapshot) -> None:
    found = dependencies(graph, today=TODAY)
    needs: Counter[tuple[str, str]] = Counter()
    overdue = set()
    for link in graph.relations(DependsOn).values():
        for team in teams_of(graph, link.source):
            needs[team, str(link.status)] += 1
        ended = any(
            item.current_state == "done"
            for ref in (link.source, link.target)
            if (item := graph.node(WorkItem, ref.key)) is not None and ref.kind == "WorkItem"
        )
        passed = [day for day in (link.needed_by, link.committed_by) if day and day < TODAY]
        if passed and str(link.status) in STATUSES[:4] and not ended:
            side = link.source if str(link.status) == "identified" else link.target
            overdue |= {(team, link.key) for team in teams_of(graph, side)}
    assert {(t.key, s): n for t in found.teams for s, n in t.needs.items()} == needs
    assert {(row.team, row.dependency) for row in found.overdue} == overdue
    assert found.overdue_count == len(overdue)
