"""The import: all or nothing with all problems named, or all that is good and never a broken rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.commands import Import, examine
from graph.errors import ErrorCode, Refused, Violation
from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.entities import Objective, Team, WorkItem
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import DependsOn, Owns, PartOf
from graph.model.rules import check
from graph.model.snapshot import Snapshot
from graph.model.values import Json
from graph.model.vocabulary import FlowState
from tests.notation import graph_of
from tests.strategies import HOSTILE
from tests.telling import same_graph

EMPTY = Snapshot.empty()


def node(kind: str, key: Json, line: int | None = None, /, **properties: Json) -> NodeRecord:
    return NodeRecord(kind, key, properties, "org.yaml", line)


def join(
    start: Json, type_: str, end: Json, line: int | None = None, /, **properties: Json
) -> RelationRecord:
    return RelationRecord(type_, start, end, properties, "org.yaml", line)


def imported(records: Sequence[Record], onto: Snapshot = EMPTY) -> Snapshot:
    return onto.apply(Import(records).plan(onto).changes)


def refused(records: Sequence[Record], onto: Snapshot = EMPTY) -> tuple[Violation, ...]:
    with pytest.raises(Refused) as caught:
        Import(records).plan(onto)
    return caught.value.violations


def test_records_become_nodes_and_relationships() -> None:
    graph = imported(
        [
            node("Team", "t", name="T", capacity=5),
            node("WorkItem", "w", states=[["new", "2026-01-01"]]),
            join("Team/t", "DELIVERS", "WorkItem/w"),
        ]
    )
    assert graph.count() == (2, 1)
    assert graph.node(Team, "t") == Team(key="t", name="T", capacity=5.0)
    work = graph.node(WorkItem, "w")
    assert work is not None
    assert work.state is FlowState.NEW


def test_a_relationship_may_come_before_its_nodes() -> None:
    graph = imported(
        [
            join("Team/t", "DEPENDS_ON", "Team/u", key="d"),
            node("Team", "u"),
            join("Team/t", "OWNS", "Objective/o"),
            node("Objective", "o"),
            node("Team", "t"),
        ]
    )
    assert graph.count() == (3, 2)


def test_a_relationship_may_join_what_is_there_already_to_what_is_new() -> None:
    graph = imported(
        [node("Objective", "o"), join("Team/t", "OWNS", "Objective/o")], graph_of("Team t")
    )
    assert len(graph.relations(Owns)) == 1


def test_nothing_imported_changes_nothing() -> None:
    assert examine(graph_of("Team t"), []).changes == ()


def test_what_is_there_keeps_the_properties_that_a_record_does_not_name() -> None:
    before = graph_of("Team t 5 type=platform\nTeam u\nt needs u SS+2 status=agreed")
    (link,) = before.relations(DependsOn).values()
    graph = imported(
        [
            node("Team", "t", name="T"),
            join("Team/t", "DEPENDS_ON", "Team/u", key=link.key, criticality="high"),
        ],
        before,
    )
    team = graph.node(Team, "t")
    assert team is not None
    assert (team.name, team.capacity, str(team.type)) == ("T", 5.0, "platform")
    (after,) = graph.relations(DependsOn).values()
    assert (after.lag_days, str(after.status), str(after.criticality)) == (2.0, "agreed", "high")


def test_null_in_a_record_puts_a_property_back_to_its_default() -> None:
    graph = imported([node("Team", "t", capacity=None)], graph_of("Team t 5 name=T"))
    assert graph.node(Team, "t") == Team(key="t", name="T")


def test_the_same_import_again_changes_nothing() -> None:
    records: list[Record] = [
        node("Team", "t", capacity=5),
        node("Team", "u"),
        join("Team/t", "DEPENDS_ON", "Team/u", lag_days=1),
    ]
    graph = imported(records)
    assert examine(graph, records).changes == ()


def test_all_problems_of_all_records_come_at_once_with_source_and_line() -> None:
    found = refused(
        [
            node("Teem", "a", 1),
            node("Team", None, 2),
            node("Team", "b", 3, capacity="x", colour="red", revision=4),
            node("KeyResult", "k", 4, start=1, target=1),
            join("Team/b", "OWNS", "Objective/o", 5),
            join("Team/b", "OWN", "Objective/o", 6),
            join("Team", "OWNS", None, 7, weight=1),
            join("Toam/t", "OWNS", "Objective/o", 8),
            node("Objective", "o", 9),
            join("Objective/o", "OWNS", "Objective/o", 10),
            node("WorkItem", "w", 11),
            node("WorkItem", "v", 12),
            join("WorkItem/w", "DEPENDS_ON", "WorkItem/v", 13),
            join("WorkItem/v", "DEPENDS_ON", "WorkItem/w", 14),
            node("WorkItem", "u", 15),
            join("WorkItem/u", "PART_OF", "WorkItem/v", 16),
            join("WorkItem/u", "PART_OF", "WorkItem/w", 17),
        ]
    )
    assert {violation.source for violation in found} == {"org.yaml"}
    assert sorted((v.line or 0, v.code) for v in found) == [
        (1, ErrorCode.UNKNOWN_KIND),
        (2, ErrorCode.INVALID_KEY),
        (3, ErrorCode.IMMUTABLE),
        (3, ErrorCode.INVALID_VALUE),
        (3, ErrorCode.UNKNOWN_PROPERTY),
        (4, ErrorCode.INVALID_VALUE),
        (5, ErrorCode.END_MISSING),
        (6, ErrorCode.UNKNOWN_RELATION),
        (7, ErrorCode.INVALID_VALUE),
        (7, ErrorCode.INVALID_VALUE),
        (7, ErrorCode.UNKNOWN_PROPERTY),
        (8, ErrorCode.UNKNOWN_KIND),
        (10, ErrorCode.END_KIND),
        (10, ErrorCode.SELF_REFERENCE),
        (14, ErrorCode.LOOP),
        (17, ErrorCode.TOO_MANY),
    ]


def test_a_problem_reads_as_place_message_and_way_out() -> None:
    (violation,) = refused([node("Teem", "a", 12)])
    assert str(violation) == "org.yaml:12: there is no kind 'Teem' (did you mean Team?)"
    (nameless,) = refused([NodeRecord("Team", "a", {"capasity": 1}, line=3)])
    assert str(nameless) == (
        "line:3: Team/a: Team has no property 'capasity' (did you mean capacity?)"
    )


def test_problems_that_a_reader_found_before_refuse_the_import_too() -> None:
    before = Violation(ErrorCode.MALFORMED, "not a record", line=1, source="org.yaml")
    with pytest.raises(Refused) as caught:
        Import([node("Team", "t")], problems=(before,)).plan(EMPTY)
    assert caught.value.violations == (before,)
    plan = Import([node("Team", "t")], partial=True, problems=(before,)).plan(EMPTY)
    assert (len(plan.changes), plan.problems) == (1, (before,))


def test_the_same_record_twice_is_one() -> None:
    records: list[Record] = [
        node("Team", "t", 1, capacity=5),
        node("Team", "t", 2, capacity=5.0),
        node("Team", "u", 3),
        join("Team/t", "DEPENDS_ON", "Team/u", 4, key="d"),
        join("Team/t", "DEPENDS_ON", "Team/u", 5, key="d"),
    ]
    assert imported(records).count() == (2, 1)


def test_two_records_of_one_thing_that_differ_are_refused_with_the_place_of_the_first() -> None:
    found = refused(
        [
            node("Team", "t", 1, capacity=5),
            node("Team", "t", 2, capacity=6),
            node("Team", "u", 3),
            join("Team/t", "DEPENDS_ON", "Team/u", 4, key="d", lag_days=1),
            join("Team/u", "DEPENDS_ON", "Team/t", 5, key="d", lag_days=1),
        ]
    )
    assert [(v.code, v.line) for v in found] == [(ErrorCode.DUPLICATE, 2), (ErrorCode.DUPLICATE, 5)]
    assert found[0].message == ("Team/t: given twice with different values, first at org.yaml:1")
    assert found[0].hint == "keep one of the two"


def test_dependencies_without_a_key_are_numbered_by_ends_and_link() -> None:
    ends = ("Team/t", "DEPENDS_ON", "Team/u")
    records: list[Record] = [
        node("Team", "t"),
        node("Team", "u"),
        join(*ends, None, lag_days=1),
        join(*ends, None, lag_days=2),
        join(*ends, None, lag_days=1),
        join(*ends, None, link="SS"),
        join("Team/u", "DEPENDS_ON", "Team/t"),
    ]
    graph = imported(records)
    lags = {key: found.lag_days for key, found in graph.relations(DependsOn).items()}
    assert lags == {
        "Team/t->Team/u:FS": 1,
        "Team/t->Team/u:FS#2": 2,
        "Team/t->Team/u:SS": 0,
        "Team/u->Team/t:FS": 0,
    }
    assert examine(graph, records).changes == ()


def test_work_without_loops_is_kept_where_another_part_of_the_document_has_one() -> None:
    records: list[Record] = [node("WorkItem", key) for key in "abcd"]
    records += [
        join("WorkItem/a", "DEPENDS_ON", "WorkItem/b", 1),
        join("WorkItem/b", "DEPENDS_ON", "WorkItem/a", 2),
        join("WorkItem/c", "DEPENDS_ON", "WorkItem/d", 3),
    ]
    plan = Import(records, partial=True).plan(EMPTY)
    assert [(v.code, v.line) for v in plan.problems] == [(ErrorCode.LOOP, 2)]
    assert EMPTY.apply(plan.changes).count() == (4, 2)


def test_a_parent_that_is_there_is_kept_whatever_the_document_lists_first() -> None:
    graph = graph_of("WorkItem a\nWorkItem b\nWorkItem c\na part_of b")
    records: list[Record] = [
        join("WorkItem/a", "PART_OF", "WorkItem/c", 1),
        join("WorkItem/a", "PART_OF", "WorkItem/b", 2),
    ]
    plan = Import(records, partial=True).plan(graph)
    assert plan.changes == ()
    assert [(v.code, v.line) for v in plan.problems] == [(ErrorCode.TOO_MANY, 1)]


def test_a_second_parent_is_taken_where_the_first_could_not_be() -> None:
    records: list[Record] = [node("WorkItem", key) for key in "ab"]
    records += [
        join("WorkItem/b", "PART_OF", "WorkItem/a", 1),
        join("WorkItem/a", "PART_OF", "WorkItem/b", 2),
        node("WorkItem", "c"),
        join("WorkItem/a", "PART_OF", "WorkItem/c", 3),
    ]
    plan = Import(records, partial=True).plan(EMPTY)
    assert {(v.code, v.line) for v in plan.problems} == {(ErrorCode.LOOP, 2)}
    assert len(EMPTY.apply(plan.changes).relations(PartOf)) == 2


def test_a_relationship_to_a_node_that_was_refused_is_refused_too() -> None:
    records: list[Record] = [
        node("Team", "t", 1, capacity=-1),
        node("Objective", "o", 2),
        join("Team/t", "OWNS", "Objective/o", 3),
    ]
    plan = Import(records, partial=True).plan(EMPTY)
    assert [(v.code, v.line) for v in plan.problems] == [
        (ErrorCode.OUT_OF_RANGE, 1),
        (ErrorCode.END_MISSING, 3),
    ]
    assert [change.after for change in plan.changes] == [Objective(key="o")]


def test_keys_with_quotes_braces_slashes_or_cypher_are_keys_like_any_other() -> None:
    hostile = [text for text in HOSTILE if text.isprintable()]
    records: list[Record] = [node("Team", key) for key in hostile]
    records += [node("Objective", key) for key in hostile]
    records += [join(f"Team/{key}", "OWNS", f"Objective/{key}") for key in hostile]
    graph = imported(records)
    assert set(graph.nodes(Team)) == set(hostile)
    ends = {(owns.source.key, owns.target.key) for owns in graph.relations(Owns).values()}
    assert ends == {(key, key) for key in hostile}


def test_a_plan_says_nothing_of_where_the_graph_was_and_alters_nothing() -> None:
    before = graph_of("Team t 5")
    examine(before, [node("Team", "t", capacity=6), node("Team", "u")])
    assert same_graph(before, graph_of("Team t 5"))


KEYS = "abc"
LOOSE = ("WorkItem", "Objective", "KeyResult", "Team", "Cycle", "Teem")
JOINTS = (
    ("DEPENDS_ON", "WorkItem", "WorkItem"),
    ("PART_OF", "WorkItem", "WorkItem"),
    ("CONTRIBUTES_TO", "Objective", "Objective"),
    ("CONTRIBUTES_TO", "Objective", "KeyResult"),
    ("MEASURES", "KeyResult", "Objective"),
    ("OWNS", "Team", "Objective"),
    ("IN_CYCLE", "WorkItem", "Cycle"),
)

Raw = dict[str, Json]

dirt: st.SearchStrategy[Raw] = st.sampled_from(
    [
        {},
        {"name": "N"},
        {"name": "M"},
        {"name": 5},
        {"colour": 1},
        {"revision": 2},
        {"start": 1, "target": 1},
        {"states": [["new", "2026-01-01"]]},
    ]
)
node_records = st.builds(
    NodeRecord,
    st.sampled_from(LOOSE),
    st.sampled_from([*KEYS, None, "", " a", 7]),
    dirt,
)
joint_dirt: st.SearchStrategy[Raw] = st.sampled_from(
    [
        {},
        {},
        {},
        {},
        {"key": "d"},
        {"key": "e", "lag_days": 1},
        {"lag_days": 2},
        {"status": "rejected"},
        {"weight": 2},
        {"link": "XX"},
    ]
)
good_joints = st.builds(
    lambda joint, start, end, properties: RelationRecord(
        joint[0], f"{joint[1]}/{start}", f"{joint[2]}/{end}", properties
    ),
    st.sampled_from(JOINTS),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
    joint_dirt,
)
loose_ends = st.one_of(
    st.builds("{}/{}".format, st.sampled_from(LOOSE), st.sampled_from(KEYS)),
    st.sampled_from(["", "a", "WorkItem/zzz", None, 3]),
)
loose_joints = st.builds(
    RelationRecord,
    st.sampled_from([*(joint[0] for joint in JOINTS), "OWN"]),
    loose_ends,
    loose_ends,
)
good_nodes: list[Record] = [
    NodeRecord(kind, key)
    for kind in ("WorkItem", "Objective", "KeyResult", "Team", "Cycle")
    for key in KEYS
]


def placed(records: Sequence[Record]) -> list[Record]:
    return [replace(record, line=line) for line, record in enumerate(records, 1)]


mixed = st.lists(st.one_of(good_joints, good_joints, loose_joints, node_records), max_size=25)
tangles = st.sampled_from(JOINTS[:3]).flatmap(
    lambda joint: st.lists(
        st.builds(
            lambda start, end: RelationRecord(joint[0], f"{joint[1]}/{start}", f"{joint[2]}/{end}"),
            st.sampled_from(KEYS),
            st.sampled_from(KEYS),
        ),
        max_size=9,
    )
)
documents = st.one_of(mixed, tangles).map(placed)


def everything(graph: Snapshot) -> list[Change]:
    nodes = [found for kind in ENTITIES for found in graph.ordered(kind.cls)]
    joined = [found for kind in RELATIONS for found in graph.relations(kind.cls).values()]
    return [
        *(NodeChange(found.ref, None, found) for found in nodes),
        *(RelationChange(found.ref, None, found) for found in joined),
    ]


@st.composite
def sequels(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    """Give a document, and one that says some of the same in another order, and more."""
    first = draw(documents)
    again = draw(st.lists(st.sampled_from(first), max_size=5)) if first else []
    second: list[Record] = draw(st.permutations([*again, *draw(documents)]))
    return [*good_nodes, *first], second


@settings(max_examples=150)
@given(sequels())
def test_a_partial_import_never_leaves_a_rule_broken(
    written: tuple[list[Record], list[Record]],
) -> None:
    graph = EMPTY
    for records in written:
        graph = graph.apply(Import(records, partial=True).plan(graph).changes)
        assert check(graph, everything(graph)) == []


@settings(max_examples=150)
@given(sequels())
def test_the_same_partial_import_again_changes_nothing(
    written: tuple[list[Record], list[Record]],
) -> None:
    graph = EMPTY
    for records in written:
        graph = graph.apply(Import(records, partial=True).plan(graph).changes)
        assert Import(records, partial=True).plan(graph).changes == ()


@settings(max_examples=150)
@given(documents)
def test_what_a_partial_import_leaves_out_breaks_a_rule_beside_what_it_keeps(
    records: list[Record],
) -> None:
    plan = Import([*good_nodes, *records], partial=True).plan(EMPTY)
    graph = EMPTY.apply(plan.changes)
    for problem in plan.problems:
        if problem.code in {ErrorCode.LOOP, ErrorCode.TOO_MANY}:
            assert problem.line is not None
            left_out = records[problem.line - 1]
            assert isinstance(left_out, RelationRecord)
            if left_out.type == "DEPENDS_ON":  # by its own name: what is there has numbers
                left_out = replace(left_out, properties={**left_out.properties, "key": "anew"})
            assert examine(graph, [left_out]).problems != ()


@settings(max_examples=200)
@given(documents)
def test_an_import_is_refused_exactly_when_a_partial_one_has_problems(
    records: list[Record],
) -> None:
    plan = Import(records, partial=True).plan(EMPTY)
    if plan.problems:
        assert refused(records) == plan.problems
    else:
        assert Import(records).plan(EMPTY) == plan


def test_notes_are_listed_and_refuse_nothing() -> None:
    note = Violation(ErrorCode.MALFORMED, "a line was left out", source="other.csv", line=3)
    plan = Import([node("Team", "t")], notes=(note,)).plan(EMPTY)
    assert len(plan.changes) == 1
    assert plan.problems == (note,)


@pytest.mark.parametrize(
    "record",
    [
        node("Team", "x" * 10_000),
        join("Team/" + "x" * 10_000, "DEPENDS_ON", "Team/t"),
        join(16**5_000, "DEPENDS_ON", "Team/t"),
    ],
)
def test_a_name_without_end_is_cut_in_its_problem(record: Record) -> None:
    for violation in refused([node("Team", "t"), record]):
        assert len(violation.subject) < 700


def test_check_ins_that_cannot_have_been_made_are_listed_by_line_and_kept() -> None:
    records: list[NodeRecord | RelationRecord] = [
        NodeRecord("Cycle", "q", {"from": "2026-04-01", "to": "2026-06-30"}, "f", 1),
        NodeRecord("Objective", "o", {}, "f", 2),
        NodeRecord("KeyResult", "k", {}, "f", 3),
        RelationRecord("IN_CYCLE", "Objective/o", "Cycle/q", {}, "f", 4),
        RelationRecord("MEASURES", "KeyResult/k", "Objective/o", {}, "f", 5),
        NodeRecord("CheckIn", "early", {"at": "2026-03-31", "value": 1}, "f", 6),
        NodeRecord("CheckIn", "good", {"at": "2026-04-01", "value": 2}, "f", 7),
        NodeRecord("CheckIn", "late", {"at": "2026-06-01", "value": 3}, "f", 8),
        *[RelationRecord("FOR", f"CheckIn/{c}", "KeyResult/k") for c in ("early", "good", "late")],
    ]
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    plan = Import(records, now=now).plan(Snapshot.empty())
    assert [(v.line, v.code, v.subject) for v in plan.problems] == [
        (6, ErrorCode.OUT_OF_RANGE, "CheckIn/early"),
        (8, ErrorCode.OUT_OF_RANGE, "CheckIn/late"),
    ]
    assert "Cycle/q begins, on 2026-04-01" in plan.problems[0].message
    assert "2026-06-01 is yet to come" in plan.problems[1].message
    assert len(plan.changes) == len(records)
    assert Import(records).plan(Snapshot.empty()).problems == ()
