from dataclasses import asdict

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.goals.alignment import alignment
from graph.errors import NotFound
from tests.analyses.goals.companies import GOALS, WORK, Drawn, companies
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


def test_a_part_and_a_person_lead_from_a_company_objective_to_a_team() -> None:
    found = alignment(
        graph_of("""
            Company acme
            Team t
            Team past dissolved=2025-12-31
            Person ann
            Person bob
            Objective by_part
            Objective by_person
            Objective by_leaver
            Objective by_past
            Objective hers
            Objective his
            Objective theirs
            WorkItem epic
            WorkItem story
            acme owns by_part by_person by_leaver by_past
            ann member_of t
            bob member_of t until=2025-06-30
            ann owns hers
            bob owns his
            past owns theirs
            hers contributes_to by_person
            his contributes_to by_leaver
            theirs contributes_to by_past
            epic contributes_to by_part
            story part_of epic
            t delivers story
        """)
    )
    assert found.unreached_company_objectives == ("by_leaver", "by_past")
    assert found.teams_without_objective == ("t",)


def test_what_was_dropped_or_cancelled_neither_hangs_nor_holds() -> None:
    found = alignment(
        graph_of("""
            Company acme
            Team t
            Objective top
            Objective dead state=dropped
            Objective low
            KeyResult gone
            KeyResult idle
            WorkItem off state=cancelled
            WorkItem on
            acme owns top
            t owns low
            gone measures dead
            idle measures top
            low contributes_to gone
            off contributes_to idle
            on contributes_to gone dead
            low contributes_to dead
            dead contributes_to top
        """)
    )
    assert found.orphan_objectives == ("low",)
    assert found.key_results_without_work == ("idle",)
    assert found.work_without_key_result == ("on",)
    assert found.work_for_objective_only == ()
    assert found.unreached_company_objectives == ("top",)


def test_a_part_takes_nothing_over_from_a_whole_that_was_cancelled() -> None:
    found = alignment(
        graph_of("""
            Team t
            Objective o
            KeyResult k
            WorkItem epic state=cancelled
            WorkItem story
            k measures o
            t delivers epic
            epic contributes_to k
            story part_of epic
        """)
    )
    assert found.work_without_key_result == ("story",)
    assert found.work_without_team == ("story",)


def test_a_closed_objective_is_looked_at_with_its_cycle_alone() -> None:
    graph = graph_of("""
        Cycle past
        Team t
        Objective o state=closed
        KeyResult k
        t owns o
        o in_cycle past
        k measures o
    """)
    assert alignment(graph).orphan_objectives == ()
    assert alignment(graph).key_results_without_work == ()
    assert alignment(graph).teams_without_objective == ("t",)
    assert alignment(graph, cycle="past").orphan_objectives == ("o",)
    assert alignment(graph, cycle="past").key_results_without_work == ("k",)
    assert alignment(graph, cycle="past").teams_without_objective == ()


def test_a_team_that_ended_within_the_cycle_should_have_had_an_objective_in_it() -> None:
    graph = graph_of("""
        Cycle before 2025-01-01..2025-03-31
        Cycle after 2025-07-01..2025-09-30
        Team ended dissolved=2025-05-01
    """)
    assert alignment(graph, cycle="before").teams_without_objective == ("ended",)
    assert alignment(graph, cycle="after").teams_without_objective == ()
    assert alignment(graph).teams_without_objective == ()


class Hanging:
    """The lists of section 7, one by one, from the links alone."""

    def __init__(self, drawn: Drawn, cycle: str | None) -> None:
        self.drawn = drawn
        cycles: set[str | None] = {cycle}
        if cycle == "y0" and ("y1", "PART_OF", "y0") in drawn.links:
            cycles.add("y1")
        self.objectives = [key for key in GOALS if key[0] == "o" and self.is_meant(key, cycles)]
        self.key_results = [key for key in GOALS if key[0] == "k" and self.is_asked(key, cycles)]
        self.work = [key for key in WORK if drawn.stands(key) and self.is_work(key, cycles)]
        self.lasting = [team for team in ("t0", "t1") if team not in drawn.ended]

    def is_meant(self, key: str, cycles: set[str | None]) -> bool:
        if cycles == {None}:
            return self.drawn.states[key] == "active"
        return self.drawn.stands(key) and bool(cycles & {*self.drawn.to(key, "IN_CYCLE")})

    def is_asked(self, key: str, cycles: set[str | None]) -> bool:
        measured = self.drawn.to(key, "MEASURES")
        return bool({*measured} & {*self.objectives}) or (cycles == {None} and not measured)

    def is_work(self, key: str, cycles: set[str | None]) -> bool:
        planned = {cycle for at in self.wholes(key) for cycle in self.drawn.to(at, "IN_CYCLE")}
        return cycles == {None} or bool(cycles & planned)

    def wholes(self, key: str) -> list[str]:
        wholes = filter(self.drawn.stands, self.drawn.to(key, "PART_OF"))
        return [key, *(at for whole in wholes for at in self.wholes(whole))]

    def aims(self, key: str, kind: str) -> list[str]:
        found = self.drawn.to(key, "CONTRIBUTES_TO", kind)
        measured = {at: self.drawn.to(at, "MEASURES") for at in found}
        return [
            at
            for at in found
            if self.drawn.stands(at)
            and (not measured[at] or any(map(self.drawn.stands, measured[at])))
        ]

    def helped(self, key: str, kind: str) -> bool:
        return any(map(self.drawn.stands, self.drawn.into(key, "CONTRIBUTES_TO", kind)))

    def lists(self) -> dict[str, list[str]]:
        drawn = self.drawn
        owners = {key: drawn.into(key, "OWNS") for key in self.objectives}
        idle = [key for key in self.key_results if not self.helped(key, "w")]
        aimless = [
            key for key in self.work if not any(self.aims(at, "k") for at in self.wholes(key))
        ]
        return {
            "orphan_objectives": [
                key
                for key in self.objectives
                if owners[key] not in ([], ["c"]) and not self.aims(key, "ok")
            ],
            "key_results_without_work": idle,
            "work_without_key_result": aimless,
            "teams_without_objective": [
                team for team in self.lasting if not {*drawn.to(team, "OWNS")} & {*self.objectives}
            ],
            "unreached_company_objectives": [
                key
                for key in self.objectives
                if owners[key] == ["c"]
                and not any(
                    team in self.lasting and not aligned
                    for team, (aligned, _) in drawn.carried(key).items()
                )
            ],
            "objectives_without_owner": [key for key in self.objectives if not owners[key]],
            "objectives_without_key_result": [
                key for key in self.objectives if not drawn.into(key, "MEASURES")
            ],
            "work_without_team": [
                key
                for key in self.work
                if not any(drawn.into(at, "DELIVERS") for at in self.wholes(key))
            ],
            "key_results_carried_by_objectives": [key for key in idle if self.helped(key, "o")],
            "work_for_objective_only": [
                key for key in aimless if any(self.aims(at, "o") for at in self.wholes(key))
            ],
        }


@given(companies(), st.sampled_from((None, "y0", "y1")))
@settings(max_examples=300, deadline=None)
def test_any_company_hangs_where_its_links_say(drawn: Drawn, cycle: str | None) -> None:
    found = asdict(alignment(drawn.snapshot(), cycle=cycle))
    assert {name: list(keys) for name, keys in found.items()} == Hanging(drawn, cycle).lists()


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(alignment(graph_of("Team t\nKeyResult k\nWorkItem w"))))
    assert told["teams_without_objective"] == ["t"]
    assert told["key_results_without_work"] == ["k"]
    assert told["work_without_key_result"] == ["w"]
    assert told["orphan_objectives"] == told["unreached_company_objectives"] == []
