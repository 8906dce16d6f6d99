"""The rules of the graph: each is found when broken, says what is wrong and how to mend it."""

from collections.abc import Sequence

import pytest

from graph.errors import ErrorCode, Violation
from graph.model.catalog import ENTITIES, RELATION, RELATIONS
from graph.model.changes import Change, NodeChange, RelationChange
from graph.model.relations import DependsOn, Owns, PartOf, Relation
from graph.model.rules import check
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.notation import graph_of


def everything(graph: Snapshot) -> list[Change]:
    """Give the changes that would make the whole graph from nothing."""
    nodes = [node for kind in ENTITIES for node in graph.ordered(kind.cls)]
    joined = [found for kind in RELATIONS for found in graph.relations(kind.cls).values()]
    return [
        *(NodeChange(node.ref, None, node) for node in nodes),
        *(RelationChange(found.ref, None, found) for found in joined),
    ]


def broken(text: str) -> list[Violation]:
    graph = graph_of(text)
    return check(graph, everything(graph))


def only(violations: Sequence[Violation]) -> Violation:
    assert len(violations) == 1, violations
    return violations[0]


def linked(graph: Snapshot, *relations: Relation) -> list[Violation]:
    changes = [RelationChange(found.ref, None, found) for found in relations]
    return check(graph.apply(changes), changes)


NODE_RULES: dict[str, tuple[str, str, str, str]] = {
    "an increase from a value to the same": (
        "KeyResult k type=increase start=5 target=5",
        "target",
        "KeyResult/k: start and target are both 5.0",
        "make them differ",
    ),
    "a decrease from a value to the same": (
        "KeyResult k type=decrease start=0 target=0",
        "target",
        "KeyResult/k: start and target are both 0.0",
        "make them differ",
    ),
    "a band upside down": (
        "KeyResult k type=stay_within low=9 high=2",
        "low",
        "KeyResult/k: high is 2 but low is 9.0",
        "swap them",
    ),
    "a cycle that ends before it begins": (
        "Cycle q 2026-04-01..2026-03-31",
        "to",
        "Cycle/q: begins 2026-04-01 but ends 2026-03-31",
        "swap the days",
    ),
    "an estimate that falls": (
        "WorkItem w 4/2/9",
        "estimate_days",
        "WorkItem/w: the three points do not rise: [4.0, 2.0, 9.0]",
        "give optimistic <= likely <= pessimistic",
    ),
    "a history out of order": (
        "WorkItem w states=new@2026-01-05,active@2026-01-02 state=active",
        "states",
        "WorkItem/w: states are out of order: '2026-01-05, 2026-01-02'",
        "oldest first",
    ),
    "a state that the history does not end in": (
        "WorkItem w states=new@2026-01-05,active@2026-01-07 state=done",
        "state",
        "WorkItem/w: the history ends in active but state is 'done'",
        "add the move to states",
    ),
    "work that finished before it started": (
        "WorkItem w actual_start=2026-02-03 actual_finish=2026-02-01",
        "actual_finish",
        "WorkItem/w: started 2026-02-03 but finished 2026-02-01",
        "swap them",
    ),
    "a constraint without its date": (
        "WorkItem w constraint=must_start_on",
        "constraint",
        "WorkItem/w: has no constraint_date: 'must_start_on'",
        "give the date",
    ),
}


@pytest.mark.parametrize("name", NODE_RULES)
def test_a_node_that_breaks_a_rule_is_refused_with_thing_value_and_way_out(name: str) -> None:
    text, field, message, hint = NODE_RULES[name]
    violation = only(broken(text))
    assert (violation.code, violation.field) == (ErrorCode.INVALID_VALUE, field)
    assert (violation.message, violation.hint) == (message, hint)
    assert violation.subject == message.partition(":")[0]


@pytest.mark.parametrize(
    "text",
    [
        "KeyResult k type=increase start=5",
        "KeyResult k type=increase target=5",
        "KeyResult k type=increase start=5 target=6",
        "KeyResult k type=decrease start=5 target=4",
        "KeyResult k type=reach start=1 target=1",
        "KeyResult k type=stay_within low=2 high=2",
        "KeyResult k type=stay_within low=2",
        "Cycle q 2026-03-31..2026-03-31",
        "Cycle q from=2026-03-31",
        "WorkItem w 2/2/2",
        "WorkItem w states=new@2026-01-05,active@2026-01-05 state=active",
        "WorkItem w state=done",
        "WorkItem w actual_start=2026-02-01 actual_finish=2026-02-01",
        "WorkItem w actual_start=2026-02-01T10:00:00Z actual_finish=2026-02-01",
        "WorkItem w actual_finish=2026-02-01",
        "WorkItem w constraint=as_soon_as_possible",
        "WorkItem w constraint=must_start_on constraint_date=2026-02-01",
        "WorkItem w constraint_date=2026-02-01",
    ],
)
def test_a_node_on_the_edge_of_a_rule_keeps_it(text: str) -> None:
    assert broken(text) == []


def test_a_history_with_days_and_instants_is_compared_by_days() -> None:
    states = "states=new@2026-01-05T18:00:00Z,active@2026-01-05"
    assert broken(f"WorkItem w {states} state=active") == []


def test_an_end_that_is_not_there_is_named_with_the_nearest_that_is() -> None:
    graph = graph_of("""
        Team sig-node
        Objective grow
    """)
    typo = Owns(source=Ref("Team", "sig-nodes"), target=Ref("Objective", "grow"))
    violation = only(linked(graph, typo))
    assert (violation.code, violation.field) == (ErrorCode.END_MISSING, "from")
    assert violation.message == "Team/sig-nodes OWNS Objective/grow: there is no Team/sig-nodes"
    assert violation.hint == "did you mean sig-node?"
    written_otherwise = Owns(source=Ref("Team", "SIG Node"), target=Ref("Objective", "grow"))
    assert only(linked(graph, written_otherwise)).hint == "did you mean Team/sig-node?"
    far = Owns(source=Ref("Team", "zzz"), target=Ref("Objective", "grow"))
    assert only(linked(graph, far)).hint == "create Team/zzz first, or leave this out"


def test_both_ends_may_be_missing_and_both_are_named() -> None:
    owns = Owns(source=Ref("Team", "a"), target=Ref("Objective", "o"))
    found = linked(Snapshot.empty(), owns)
    assert [v.code for v in found] == [ErrorCode.END_MISSING, ErrorCode.END_MISSING]
    assert [v.field for v in found] == ["from", "to"]


def test_a_key_written_otherwise_is_found_among_thousands() -> None:
    graph = graph_of("\n".join(f"Team team-{n}" for n in range(2_000)) + "\nObjective o")
    typo = Owns(source=Ref("Team", "TEAM 1234"), target=Ref("Objective", "o"))
    assert only(linked(graph, typo)).hint == "did you mean Team/team-1234?"


def test_ends_of_the_wrong_kinds_are_told_the_right_ones() -> None:
    violation = only(broken("Team t\nObjective o\no owns t"))
    assert violation.code is ErrorCode.END_KIND
    assert violation.message == "Objective/o OWNS Team/t: OWNS cannot join Objective to Team"
    assert violation.hint.startswith("it joins Company->Objective, ValueStream->Objective")


def test_the_right_ends_of_dependencies_are_too_many_to_list_them_all() -> None:
    violation = only(broken("Team t\nCycle q\nt needs q"))
    assert violation.code is ErrorCode.END_KIND
    assert violation.hint.endswith(", …")


@pytest.mark.parametrize("type_", [kind.type for kind in RELATIONS])
def test_every_relationship_refuses_the_ends_that_it_does_not_join(type_: str) -> None:
    graph = graph_of("\n".join(f"{kind.label} {kind.label}" for kind in ENTITIES))
    kind = RELATION[type_]
    key = {"key": "k"} if kind.keyed else {}
    for source in ENTITIES:
        for target in ENTITIES:
            if source is target:
                continue
            made = kind.make(
                Ref(source.label, source.label), Ref(target.label, target.label), dict(key)
            )
            codes = {violation.code for violation in linked(graph, made)}
            allowed = (source.label, target.label) in kind.ends
            assert codes == (set() if allowed else {ErrorCode.END_KIND})


def test_a_thing_is_not_joined_to_itself() -> None:
    found = broken("Team t\nt needs t")
    assert [v.code for v in found] == [ErrorCode.SELF_REFERENCE]
    assert found[0].hint == "name another thing"
    assert ErrorCode.SELF_REFERENCE in {v.code for v in broken("WorkItem w\nw part_of w")}


def test_an_item_has_one_parent() -> None:
    graph = graph_of("""
        WorkItem child
        WorkItem first
        WorkItem second
        child part_of first
    """)
    second = PartOf(source=Ref("WorkItem", "child"), target=Ref("WorkItem", "second"))
    violation = only(linked(graph, second))
    assert violation.code is ErrorCode.TOO_MANY
    assert violation.message == (
        "WorkItem/child PART_OF WorkItem/second: WorkItem/child already has PART_OF"
        " with WorkItem/first, and may have one only"
    )
    assert violation.hint == "unlink PART_OF/WorkItem/child->WorkItem/first first"


@pytest.mark.parametrize(
    "text",
    [
        "ValueStream v\nCompany c\nValueStream w\nv part_of c\nv part_of w",
        "Cycle q\nCycle y\nCycle z\nq part_of y\nq part_of z",
        "Team t\nPerson p\nObjective o\nt owns o\np owns o",
        "Objective o\nCycle q\nCycle r\no in_cycle q\no in_cycle r",
        "WorkItem w\nCycle q\nCycle r\nw in_cycle q\nw in_cycle r",
        "CheckIn c\nKeyResult k\nKeyResult l\nc for k\nc for l",
    ],
)
def test_what_there_may_be_one_of_is_refused_the_second_time(text: str) -> None:
    assert {violation.code for violation in broken(text)} == {ErrorCode.TOO_MANY}


@pytest.mark.parametrize(
    "text",
    [
        "Team t\nValueStream v\nValueStream w\nt part_of v\nt part_of w",
        "Product p\nValueStream v\nValueStream w\np part_of v\np part_of w",
        "Team t\nObjective o\nObjective n\nt owns o\nt owns n",
        "WorkItem w\nProduct p\nProduct q\nw for p\nw for q",
        "Team t\nTeam u\nWorkItem w\nt delivers w\nu delivers w",
        "Objective o\nObjective n\nObjective m\no contributes_to n\no contributes_to m",
    ],
)
def test_what_there_may_be_several_of_is_taken(text: str) -> None:
    assert broken(text) == []


def test_a_node_that_something_refers_to_is_not_removed() -> None:
    graph = graph_of("""
        Team t
        Objective o
        WorkItem a
        WorkItem b
        WorkItem c
        t owns o
        t delivers a b c
    """)
    team = graph.get(Ref("Team", "t"))
    removal = [NodeChange(Ref("Team", "t"), team, None)]
    violation = only(check(graph.apply(removal), removal))
    assert violation.code is ErrorCode.STILL_REFERENCED
    assert violation.message == (
        "Team/t: still has 4 relationships: Team/t DELIVERS WorkItem/a,"
        " Team/t DELIVERS WorkItem/b, Team/t DELIVERS WorkItem/c…"
    )
    assert violation.hint == "unlink them, or delete with them"


def test_a_contribution_loop_is_refused_with_its_path() -> None:
    graph = graph_of("""
        Objective a
        Objective b
        KeyResult k
        k measures a
        b contributes_to k
    """)
    kind = RELATION["CONTRIBUTES_TO"]
    violation = only(linked(graph, kind.make(Ref("Objective", "a"), Ref("Objective", "b"), {})))
    assert violation.code is ErrorCode.LOOP
    assert violation.message == (
        "Objective/a CONTRIBUTES_TO Objective/b: would close a contribution loop:"
        " Objective/a -> Objective/b -> KeyResult/k -> Objective/a"
    )
    assert violation.value == "Objective/a -> Objective/b -> KeyResult/k -> Objective/a"
    assert violation.hint == "leave out one of its steps"


def test_support_carries_no_progress_and_may_go_in_circles() -> None:
    assert broken("Objective a\nObjective b\na supports b\nb supports a") == []
    assert broken("Objective a\nObjective b\na supports b\nb contributes_to a") == []


def test_loops_in_the_schedule_and_among_parts_are_refused() -> None:
    schedule = only(broken("WorkItem a\nWorkItem b\na needs b SS+1\nb needs a"))
    assert "would close a schedule loop" in schedule.message
    parts = only(broken("WorkItem a\nWorkItem b\na part_of b\nb part_of a"))
    assert "would close a part-of loop" in parts.message


def test_all_violations_of_all_changes_are_found_at_once() -> None:
    found = broken("""
        KeyResult k type=increase start=5 target=5 low=3 high=1
        Cycle q 2026-04-01..2026-03-31
        WorkItem w 4/2/9 constraint=must_start_on
        WorkItem a
        WorkItem b
        WorkItem c
        Team t
        Objective o
        a needs b
        b needs a
        o owns t
        a part_of b c
        t needs t
    """)
    assert sorted(violation.code for violation in found) == sorted(
        [
            *[ErrorCode.INVALID_VALUE] * 5,
            ErrorCode.LOOP,
            ErrorCode.END_KIND,
            *[ErrorCode.TOO_MANY] * 2,
            ErrorCode.SELF_REFERENCE,
        ]
    )


def test_unchanged_parts_of_the_graph_are_not_held_against_a_write() -> None:
    graph = graph_of("""
        KeyResult k type=increase start=5 target=5
        Team t
    """)
    renamed = DependsOn(key="d", source=Ref("Team", "t"), target=Ref("KeyResult", "k"))
    assert linked(graph, renamed) == []
