from datetime import date

import orjson

from graph.analyses.dependencies.conflicts import conflicts
from tests.notation import graph_of

CYCLES = """
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30
    Cycle someday
"""


def test_a_promise_after_the_need_is_a_conflict_of_so_many_days() -> None:
    found = conflicts(
        graph_of("""
            Team a name=Apples
            Team b
            a needs b needed_by=2026-03-01 committed_by=2026-03-11
            b needs a needed_by=2026-03-01 committed_by=2026-03-01
            b needs a needed_by=2026-03-01 committed_by=2026-04-01 status=resolved
        """)
    )
    assert found.count == 1
    row = found.conflicts[0]
    assert (row.code, row.gap_days) == ("committed_after_needed", 10)
    assert (row.needed_by, row.committed_by) == (date(2026, 3, 1), date(2026, 3, 11))
    assert (row.dependent.key, row.dependent.name, row.dependent.teams) == ("a", "Apples", ("a",))
    assert row.reason == (
        "b is promised to a for 2026-03-11, 10 days after it is needed on 2026-03-01"
    )


def test_work_that_needs_what_is_planned_to_end_later_cannot_hold() -> None:
    found = conflicts(
        graph_of(f"""
            {CYCLES}
            Team t
            WorkItem epic
            WorkItem x
            WorkItem y
            x part_of epic
            epic in_cycle q1
            y in_cycle q2
            x needs y
            y needs epic
            t delivers epic
        """)
    )
    assert [(row.code, row.gap_days) for row in found.conflicts] == [("cycle_ends_after_need", 91)]
    row = found.conflicts[0]
    assert (row.dependent.cycle, row.dependent.cycle_ends) == ("q1", date(2026, 3, 31))
    assert (row.dependent.teams, row.needed.teams) == (("t",), ())
    assert "which ends 91 days later" in row.reason


def test_work_that_needs_what_nobody_planned_or_what_was_cancelled_is_told() -> None:
    found = conflicts(
        graph_of(f"""
            {CYCLES}
            WorkItem a
            WorkItem b
            WorkItem c state=cancelled
            WorkItem d
            WorkItem e
            a in_cycle q1
            d in_cycle someday
            a needs b c d
            b needs e
        """)
    )
    assert [(row.code, row.needed.key, row.gap_days) for row in found.conflicts] == [
        ("needed_not_planned", "b", None),
        ("needed_cancelled", "c", None),
    ]


def test_done_and_cancelled_work_contradicts_nothing() -> None:
    found = conflicts(
        graph_of(f"""
            {CYCLES}
            WorkItem a
            WorkItem b state=done
            WorkItem c state=cancelled
            a in_cycle q1
            b in_cycle q2
            c in_cycle q1
            a needs b needed_by=2026-01-01 committed_by=2026-02-01
            c needs a needed_by=2026-01-01 committed_by=2026-02-01
            c needs b
        """)
    )
    assert found.conflicts == ()


def test_the_widest_gap_comes_first_and_one_dependency_may_have_two() -> None:
    found = conflicts(
        graph_of(f"""
            {CYCLES}
            WorkItem a
            WorkItem b
            WorkItem c
            Team t
            a in_cycle q1
            b in_cycle q2
            a needs b needed_by=2026-03-01 committed_by=2026-03-02
            a needs c
            t needs b needed_by=2026-03-01 committed_by=2026-03-08
        """)
    )
    assert [row.gap_days for row in found.conflicts] == [91, 7, 1, None]
    assert "1 day after" in found.conflicts[2].reason


def test_its_json_says_both_ends() -> None:
    graph = graph_of("Team a\nTeam b\na needs b needed_by=2026-03-01 committed_by=2026-03-11")
    told = orjson.loads(orjson.dumps(conflicts(graph)))
    assert told["conflicts"][0]["needed"] == {
        "kind": "Team",
        "key": "b",
        "name": None,
        "teams": ["b"],
        "cycle": None,
        "cycle_ends": None,
    }


def codes_of(text: str, today: date | None = None) -> list[tuple[str, int | None]]:
    found = conflicts(graph_of(text), today=today).conflicts
    return [(row.code, row.gap_days) for row in found]


def test_a_promise_for_after_the_cycle_of_the_dependent_is_a_conflict() -> None:
    graph = f"{CYCLES}\nTeam t\nWorkItem a\na in_cycle q1\na needs t committed_by={{}}"
    assert codes_of(graph.format("2026-04-10")) == [("committed_after_cycle", 10)]
    assert codes_of(graph.format("2026-03-31")) == []
    both = graph.format("2026-04-10 needed_by=2026-03-20")
    assert codes_of(both) == [("committed_after_needed", 21)]


def test_objectives_and_key_results_are_held_to_their_cycles_too() -> None:
    text = f"""
        {CYCLES}
        Objective top
        Objective a
        Objective b
        Objective gone state=dropped
        Objective over state=closed
        Objective loose
        KeyResult k
        Team t
        k measures a
        a in_cycle q1
        b contributes_to top
        top in_cycle q2
        {{}}
    """
    assert codes_of(text.format("k needs b")) == [("cycle_ends_after_need", 91)]
    assert codes_of(text.format("a needs loose")) == [("needed_not_planned", None)]
    assert codes_of(text.format("a needs gone")) == [("needed_cancelled", None)]
    (row,) = conflicts(graph_of(text.format("a needs gone"))).conflicts
    assert row.reason == "a needs gone, which is dropped"
    for nothing in ("a needs over", "over needs b", "gone needs b", "b needs a", "a needs t"):
        assert codes_of(text.format(nothing)) == []


def test_a_side_that_is_dissolved_before_the_need_is_a_conflict() -> None:
    text = f"""
        {CYCLES}
        Team a
        Team b dissolved=2026-02-10
        Team c
        WorkItem x
        WorkItem y
        a delivers x
        b delivers y
        {{}}
    """
    assert codes_of(text.format("x needs y needed_by=2026-02-20")) == [
        ("needed_team_dissolved", 10)
    ]
    (row,) = conflicts(graph_of(text.format("x needs y needed_by=2026-02-20"))).conflicts
    assert row.reason == (
        "x needs y, but b, which answers for y, is dissolved on 2026-02-10,"
        " 10 days before 2026-02-20, and no other team does"
    )
    assert codes_of(text.format("x needs y needed_by=2026-02-10")) == []
    assert codes_of(text.format("x needs y needed_by=2026-02-20\nc delivers y")) == []
    planned = "x needs y\nx in_cycle q1\ny in_cycle q1"
    assert codes_of(text.format(planned)) == [("needed_team_dissolved", 49)]
    assert codes_of(text.format("b needs a needed_by=2026-02-11")) == [
        ("dependent_team_dissolved", 1)
    ]


def test_without_any_date_only_a_team_that_is_gone_today_is_told() -> None:
    text = "Team a\nTeam b dissolved=2026-02-10\na needs b"
    assert codes_of(text) == codes_of(text, date(2026, 2, 9)) == []
    assert codes_of(text, date(2026, 2, 10)) == [("needed_team_dissolved", None)]
    assert codes_of(text, date.max) == [("needed_team_dissolved", None)]


def test_what_counts_as_delivered_while_its_work_is_not_done_is_a_conflict() -> None:
    text = "Team t\nWorkItem a\nWorkItem b state={}\na needs b status=resolved {}"
    for state in ("new", "waiting", "active"):
        assert codes_of(text.format(state, "")) == [("resolved_unfinished", None)]
    assert codes_of(text.format("active", "type=knowledge")) == []
    for state in ("done", "cancelled"):
        assert codes_of(text.format(state, "")) == []
    assert codes_of("WorkItem a\nWorkItem b\na needs b status=resolved") == []
