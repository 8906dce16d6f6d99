from datetime import date

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.structure.topologies import Topologies, topologies
from graph.analyses.structure.topologychecks import TopologyFinding
from graph.errors import BadUsage
from graph.model.entities import Team
from graph.model.relations import DependsOn
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus, DependencyType, InteractionMode, TeamType
from tests.notation import graph_of

TODAY = date(2026, 4, 1)


def found(text: str, **bounds: int) -> Topologies:
    return topologies(graph_of(text), today=TODAY, **bounds)


def about(result: Topologies, code: str) -> list[TopologyFinding]:
    return [finding for finding in result.findings if finding.code == code]


TYPED = """
    Team web type=stream_aligned
    Team pay type=stream_aligned
    Team app type=stream_aligned
    Team cloud type=platform
    Team coach type=enabling
"""


def test_a_collaboration_without_an_end_or_past_it_is_found() -> None:
    result = found(
        TYPED
        + """
        web needs cloud mode=collaboration
        pay needs cloud mode=collaboration until=2026-03-31
        app needs coach mode=collaboration until=2026-04-01
        web needs pay mode=collaboration status=resolved
        """
    )
    (without,) = about(result, "collaboration_without_end")
    assert (without.key, without.partners) == ("web", ("cloud",))
    assert without.message == "web and cloud collaborate without an end"
    (over,) = about(result, "collaboration_overrun")
    assert (over.key, over.severity) == ("pay", "warning")
    assert "2026-03-31" in over.message
    assert (
        topologies(graph_of(TYPED + "web needs pay mode=collaboration until=2000-01-01")).codes
        == {}
    )


def test_a_team_that_collaborates_with_several_at_once_is_found() -> None:
    result = found(
        TYPED
        + """
        web needs cloud mode=collaboration until=2026-05-01
        coach needs web mode=collaboration until=2026-05-01
        pay needs cloud mode=x_as_a_service
        """
    )
    (finding,) = result.findings
    assert (finding.code, finding.key) == ("several_collaborations", "web")
    assert finding.partners == ("cloud", "coach")
    assert finding.message == "web collaborates with 2 teams at once"


def test_a_platform_team_on_which_others_wait_has_handoffs() -> None:
    result = found(
        TYPED
        + """
        WorkItem page
        WorkItem disk
        web delivers page
        cloud delivers disk
        page needs disk type=delivery
        pay needs cloud type=approval mode=facilitating
        app needs cloud type=delivery mode=x_as_a_service
        app needs cloud type=technical mode=facilitating
        app needs web type=delivery mode=x_as_a_service
        """
    )
    (finding,) = result.findings
    assert (finding.code, finding.key) == ("platform_with_handoffs", "cloud")
    assert (finding.partners, finding.partner_count, finding.dependency_count) == (
        ("pay", "web"),
        2,
        2,
    )
    assert finding.message == "pay, web wait for the platform team cloud to deliver or agree"


def test_what_waits_for_ended_work_does_not_wait() -> None:
    result = found(
        TYPED
        + """
        WorkItem page
        WorkItem disk state=done
        web delivers page
        cloud delivers disk
        page needs disk type=delivery
        """
    )
    assert result.findings == ()


def test_an_enabling_team_that_owes_deliveries_is_found() -> None:
    result = found(
        TYPED
        + """
        web needs coach type=delivery mode=facilitating
        pay needs coach type=knowledge mode=facilitating
        """
    )
    (finding,) = result.findings
    assert (finding.code, finding.partners) == ("enabling_team_delivers", ("web",))


def test_bounds_on_suppliers_partners_and_people_are_the_callers() -> None:
    text = (
        TYPED
        + """
        Team crowd 12 type=stream_aligned
        web needs pay app coach cloud type=approval mode=facilitating
        """
    )
    wide = found(text, suppliers=4, partners=4, people=12)
    assert set(wide.codes) == {"platform_with_handoffs"}
    tight = found(text, suppliers=3, partners=3, people=11)
    (waits,) = about(tight, "blocked_stream_team")
    assert (waits.key, waits.partner_count) == ("web", 4)
    assert "more than 3" in waits.message
    (many,) = about(tight, "too_many_partners")
    assert (many.key, many.partners) == ("web", ("app", "cloud", "coach", "pay"))
    (large,) = about(tight, "team_too_large")
    assert (large.key, large.message) == ("crowd", "crowd has 12 people, more than 11")


def test_people_are_those_who_are_members_today() -> None:
    text = """
        Team web 20 type=platform
        Person a
        Person b
        Person c
        a member_of web
        b member_of web until=2026-03-31
        c member_of web since=2026-04-02
    """
    assert found(text, people=1).findings == ()
    assert about(found(text, people=0), "team_too_large")[0].message.startswith("web has 1 people")


def test_missing_types_and_modes_are_noted_last() -> None:
    result = found("Team a\nTeam b type=platform\na needs b\nb needs a mode=facilitating")
    assert [(finding.severity, finding.code, finding.key) for finding in result.findings] == [
        ("note", "mode_missing", "a"),
        ("note", "team_type_missing", "a"),
    ]
    assert result.types == {
        "stream_aligned": 0,
        "platform": 1,
        "enabling": 0,
        "complicated_subsystem": 0,
        "unsaid": 1,
    }
    assert result.modes == {
        "collaboration": 0,
        "x_as_a_service": 0,
        "facilitating": 1,
        "unsaid": 1,
    }


def test_what_is_owed_by_or_to_a_team_that_has_ended_is_the_gravest() -> None:
    result = found(
        """
        Team gone dissolved=2026-02-15
        Team later dissolved=2026-05-01 type=platform
        Team web
        web needs gone later mode=x_as_a_service
        gone needs later mode=x_as_a_service
        """
    )
    assert [(finding.severity, finding.code, finding.key) for finding in result.findings] == [
        ("error", "team_dissolved", "gone"),
        ("note", "team_type_missing", "web"),
    ]
    assert result.findings[0].message == "gone ended on 2026-02-15, and is still tied to later, web"


def test_a_team_that_has_ended_is_no_partner_in_the_findings_of_others() -> None:
    result = found(
        """
        Team gone type=enabling dissolved=2026-04-01
        Team web type=stream_aligned
        Team pay type=platform
        web needs pay gone mode=collaboration until=2026-12-31 type=delivery
        gone needs pay type=delivery
        web needs gone
        """,
        partners=1,
        suppliers=1,
    )
    assert [(finding.code, finding.key, finding.partners) for finding in result.findings] == [
        ("team_dissolved", "gone", ("pay", "web")),
        ("platform_with_handoffs", "pay", ("web",)),
    ]
    assert (result.modes["collaboration"], result.modes["unsaid"]) == (2, 2)


def test_findings_beyond_the_limit_are_counted() -> None:
    result = found("Team a\nTeam b\nTeam c", limit=2)
    assert (len(result.findings), result.finding_count, result.truncated) == (2, 3, True)
    assert result.codes == {"team_type_missing": 3}


def test_a_bound_below_zero_is_refused() -> None:
    with pytest.raises(BadUsage, match="partners -1"):
        found("Team a", partners=-1)


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    told = orjson.loads(orjson.dumps(found("Team a")))
    assert told["findings"][0] == {
        "severity": "note",
        "code": "team_type_missing",
        "key": "a",
        "partners": [],
        "partner_count": 0,
        "dependencies": [],
        "dependency_count": 0,
        "message": "a has no type",
        "hint": "one of stream_aligned, platform, enabling, complicated_subsystem",
    }


LINKS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from([None, *InteractionMode]),
        st.sampled_from([None, *DependencyType]),
        st.sampled_from(list(DependencyStatus)),
    ),
    max_size=25,
)
TYPES = st.lists(st.sampled_from([None, *TeamType]), min_size=6, max_size=6)


@given(LINKS, TYPES, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_the_findings_are_those_that_a_count_team_by_team_gives(
    links: list[tuple[int, int, InteractionMode | None, DependencyType | None, DependencyStatus]],
    types: list[TeamType | None],
    bound: int,
) -> None:
    graph = Snapshot.build(
        [Team(key=str(n), type=type_) for n, type_ in enumerate(types)],
        [
            DependsOn(
                source=Ref("Team", str(a)),
                target=Ref("Team", str(b)),
                key=str(n),
                mode=mode,
                type=type_,
                status=status,
            )
            for n, (a, b, mode, type_, status) in enumerate(links)
        ],
    )
    result = topologies(graph, today=TODAY, partners=bound, suppliers=bound)
    over = {"resolved", "rejected", "cancelled"}
    still = [(a, b, m, t) for a, b, m, t, s in links if a != b and s not in over]
    expected = set()
    for team, type_ in enumerate(types):
        close = {
            b if a == team else a
            for a, b, m, _ in still
            if team in {a, b} and m != "x_as_a_service"
        }
        shared = {
            b if a == team else a for a, b, m, _ in still if team in {a, b} and m == "collaboration"
        }
        handed = {
            (a, b)
            for a, b, m, t in still
            if t in {"delivery", "approval"} and m != "x_as_a_service"
        }
        told = {
            "too_many_partners": len(close) > bound,
            "several_collaborations": len(shared) > 1,
            "collaboration_without_end": any(
                a == team and m == "collaboration" for a, _, m, _ in still
            ),
            "platform_with_handoffs": type_ == "platform" and any(b == team for _, b in handed),
            "blocked_stream_team": type_ == "stream_aligned"
            and len({b for a, b in handed if a == team}) > bound,
            "enabling_team_delivers": type_ == "enabling"
            and any(b == team and t == "delivery" for _, b, _, t in still),
            "team_type_missing": type_ is None,
            "mode_missing": any(a == team and m is None for a, _, m, _ in still),
        }
        expected |= {(code, str(team)) for code, holds in told.items() if holds}
    assert {(finding.code, finding.key) for finding in result.findings} == expected
