import orjson
import pytest

from graph.analyses.alignment import alignment
from graph.errors import NotFound
from tests.notation import graph_of


def test_objectives_below_the_company_that_contribute_to_nothing_are_orphans() -> None:
    found = alignment(
        graph_of("""
            Company acme
            Team t
            Person ann
            Objective top
            Objective joined
            Objective adrift
            Objective admired
            Objective dropped state=dropped
            Objective nobodys
            acme owns top
            t owns joined adrift dropped
            ann owns admired
            joined contributes_to top
            admired supports top
        """)
    )
    assert found.orphan_objectives == ("admired", "adrift")
    assert found.objectives_without_owner == ("nobodys",)


def test_key_results_need_work_and_those_that_objectives_carry_are_told_apart() -> None:
    found = alignment(
        graph_of("""
            Objective o
            Objective low
            KeyResult worked
            KeyResult carried
            KeyResult idle
            WorkItem w
            worked measures o
            w contributes_to worked
            low contributes_to carried
        """)
    )
    assert found.key_results_without_work == ("carried", "idle")
    assert found.key_results_carried_by_objectives == ("carried",)
    assert found.objectives_without_key_result == ("low",)


def test_work_is_aligned_by_itself_or_by_a_whole_it_is_part_of() -> None:
    found = alignment(
        graph_of("""
            Team t
            Objective o
            KeyResult k
            WorkItem epic
            WorkItem story
            WorkItem task
            WorkItem loose
            WorkItem aimed
            WorkItem gone state=cancelled
            story part_of epic
            task part_of story
            epic contributes_to k
            aimed contributes_to o
            t delivers story aimed
        """)
    )
    assert found.work_without_key_result == ("aimed", "loose")
    assert found.work_for_objective_only == ("aimed",)
    assert found.work_without_team == ("epic", "loose")


TEAMS = """
    Cycle year
    Cycle q1
    Cycle old
    q1 part_of year
    Team now
    Team past
    Team none
    Team ended dissolved=2025-12-31
    Objective a
    Objective b
    Objective c
    KeyResult k
    KeyResult j
    k measures a
    j measures b
    now owns a
    past owns b
    a in_cycle q1
    b in_cycle old
    WorkItem planned
    WorkItem part
    WorkItem other
    planned in_cycle q1
    part part_of planned
"""


def test_teams_need_an_objective_in_the_cycle_or_in_one_within_it() -> None:
    graph = graph_of(TEAMS)
    assert alignment(graph).teams_without_objective == ("none",)
    assert alignment(graph, cycle="year").teams_without_objective == ("none", "past")
    assert alignment(graph, cycle="Cycle/old").teams_without_objective == ("none", "now")


def test_a_cycle_limits_objectives_key_results_and_work() -> None:
    found = alignment(graph_of(TEAMS), cycle="year")
    assert found.orphan_objectives == ("a",)
    assert found.key_results_without_work == ("k",)
    assert found.work_without_key_result == ("part", "planned")
    assert found.objectives_without_owner == ()


def test_an_unknown_cycle_is_not_found() -> None:
    with pytest.raises(NotFound, match="did you mean year"):
        alignment(graph_of(TEAMS), cycle="yaer")


def test_company_objectives_are_reached_through_objectives_or_work_of_a_team() -> None:
    found = alignment(
        graph_of("""
            Company acme
            ValueStream s
            Team t
            Objective by_team
            Objective by_work
            Objective by_stream
            Objective bare
            Objective mid
            Objective low
            KeyResult k
            KeyResult j
            WorkItem epic
            WorkItem story
            acme owns by_team by_work by_stream bare
            s owns mid
            t owns low
            mid contributes_to by_team by_stream
            mid supports bare
            k measures by_team
            low contributes_to k
            j measures by_work
            story contributes_to j
            story part_of epic
            t delivers epic
        """)
    )
    assert found.unreached_company_objectives == ("bare", "by_stream")


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(alignment(graph_of("Team t\nKeyResult k\nWorkItem w"))))
    assert told["teams_without_objective"] == ["t"]
    assert told["key_results_without_work"] == ["k"]
    assert told["work_without_key_result"] == ["w"]
    assert told["orphan_objectives"] == told["unreached_company_objectives"] == []
