"""Making, altering and removing nodes: what is planned, and every way it is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands import CreateNode, DeleteNode, UpdateNode
from graph.errors import Conflict, ErrorCode, NotFound, Refused, Violation
from graph.model.catalog import EntityKind
from graph.model.changes import NodeChange, RelationChange
from graph.model.entities import Entity, Team, WorkItem
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import FlowState
from tests.notation import graph_of
from tests.strategies import HOSTILE, keys, kinds, raw_properties

EMPTY = Snapshot.empty()
A = Ref("Team", "a")


def refused(command: CreateNode | UpdateNode | DeleteNode, on: Snapshot) -> tuple[Violation, ...]:
    with pytest.raises(Refused) as caught:
        command.plan(on)
    return caught.value.violations


def test_a_node_is_made_of_its_key_and_raw_properties() -> None:
    plan = CreateNode("Team", "a", {"name": "A", "capacity": 5, "tags": ["x"]}).plan(EMPTY)
    made = Team(key="a", name="A", capacity=5.0, tags=("x",))
    assert plan.changes == (NodeChange(A, None, made),)
    assert plan.problems == ()


@given(kinds.flatmap(lambda kind: st.tuples(st.just(kind), keys, raw_properties(kind))))
def test_any_node_can_be_made_altered_to_nothing_and_back_and_removed(
    drawn: tuple[EntityKind[Entity], str, dict[str, Json]],
) -> None:
    kind, key, raw = drawn
    ref = Ref(kind.label, key)
    made = EMPTY.apply(CreateNode(kind.label, key, raw).plan(EMPTY).changes)
    bare = made.apply(UpdateNode(ref, dict.fromkeys(raw)).plan(made).changes)
    assert bare.get(ref) == kind.make({"key": key})
    again = bare.apply(UpdateNode(ref, raw).plan(bare).changes)
    assert again.get(ref) == made.get(ref)
    assert again.apply(DeleteNode(ref).plan(again).changes).count() == (0, 0)


@pytest.mark.parametrize("key", [text for text in HOSTILE if text.isprintable()])
def test_a_key_with_quotes_braces_slashes_or_cypher_is_a_key_like_any_other(key: str) -> None:
    (change,) = CreateNode("Team", key).plan(EMPTY).changes
    assert change.ref == Ref("Team", key)


def test_a_key_that_is_taken_is_refused_within_its_kind_only() -> None:
    graph = graph_of("Team a")
    (violation,) = refused(CreateNode("Team", "a"), graph)
    assert violation.code is ErrorCode.ALREADY_EXISTS
    assert (violation.message, violation.hint) == ("Team/a exists already", "update it")
    assert len(CreateNode("Product", "a").plan(graph).changes) == 1


def test_an_unknown_kind_is_told_the_nearest() -> None:
    (violation,) = refused(CreateNode("Teem", "a"), EMPTY)
    assert violation.code is ErrorCode.UNKNOWN_KIND
    assert (violation.message, violation.hint) == (
        "there is no kind 'Teem'",
        "did you mean Team?",
    )


def test_a_key_that_is_none_is_refused() -> None:
    for key in (None, "", " a", 5):
        (violation,) = refused(CreateNode("Team", key), EMPTY)
        assert (violation.code, violation.field) == (ErrorCode.INVALID_KEY, "key")


def test_all_problems_of_a_new_node_come_at_once() -> None:
    found = refused(CreateNode("Team", "a", {"capacity": "x", "typ": 1}), graph_of("Team a"))
    assert [violation.code for violation in found] == [
        ErrorCode.INVALID_VALUE,
        ErrorCode.UNKNOWN_PROPERTY,
        ErrorCode.ALREADY_EXISTS,
    ]


def test_a_new_node_that_breaks_a_rule_is_refused() -> None:
    raw: dict[str, Json] = {"type": "increase", "start": 1, "target": 1}
    (violation,) = refused(CreateNode("KeyResult", "k", raw), EMPTY)
    assert violation.message == "KeyResult/k: start and target are both 1.0"


def test_the_state_of_new_work_follows_from_its_history() -> None:
    raw: dict[str, Json] = {"states": [["new", "2026-01-01"], ["active", "2026-01-05"]]}
    made = CreateNode("WorkItem", "w", raw).plan(EMPTY).changes[0].after
    assert isinstance(made, WorkItem)
    assert made.state is made.current_state is FlowState.ACTIVE
    (violation,) = refused(CreateNode("WorkItem", "w", {**raw, "state": "done"}), EMPTY)
    assert violation.field == "state"


def test_an_update_alters_what_it_names_and_nothing_else() -> None:
    graph = graph_of("Team a 5 type=platform name=A")
    plan = UpdateNode(A, {"capacity": 7}).plan(graph)
    before = graph.get(A)
    assert before is not None
    (change,) = plan.changes
    assert change == NodeChange(A, before, Team(key="a", name="A", capacity=7, type=before.type))  # type: ignore[attr-defined]


def test_null_puts_a_property_back_to_its_default() -> None:
    graph = graph_of("Cycle q state=closed name=Q tags=x,y")
    ref = Ref("Cycle", "q")
    (change,) = UpdateNode(ref, {"state": None, "name": None, "tags": None}).plan(graph).changes
    (plain,) = CreateNode("Cycle", "q").plan(EMPTY).changes
    assert change.after == plain.after


def test_an_update_to_what_stands_already_changes_nothing() -> None:
    graph = graph_of("Team a 5 tags=x,y")
    assert UpdateNode(A, {"capacity": 5.0, "tags": ["x", "y"]}).plan(graph).changes == ()
    assert UpdateNode(A, {}).plan(graph).changes == ()


def test_a_key_may_be_repeated_in_an_update_and_not_changed() -> None:
    graph = graph_of("Team a")
    assert UpdateNode(A, {"key": "a"}).plan(graph).changes == ()
    (violation,) = refused(UpdateNode(A, {"key": "b"}), graph)
    assert violation.code is ErrorCode.IMMUTABLE
    assert violation.message == "Team/a: a key is never changed"
    assert violation.hint == "create a new one and delete this"


def test_all_problems_of_an_update_come_at_once() -> None:
    found = refused(UpdateNode(A, {"key": "b", "capacity": -1, "colour": 1}), graph_of("Team a"))
    assert {violation.code for violation in found} == {
        ErrorCode.OUT_OF_RANGE,
        ErrorCode.UNKNOWN_PROPERTY,
        ErrorCode.IMMUTABLE,
    }


def test_an_update_is_held_to_the_rules_beside_what_stands_already() -> None:
    graph = graph_of("KeyResult k type=increase start=1 target=5")
    (violation,) = refused(UpdateNode(Ref("KeyResult", "k"), {"start": 5}), graph)
    assert violation.message == "KeyResult/k: start and target are both 5.0"


def test_a_new_history_takes_the_state_along() -> None:
    graph = graph_of("WorkItem w states=new@2026-01-01 state=new")
    ref = Ref("WorkItem", "w")
    patch: dict[str, Json] = {"states": [["new", "2026-01-01"], ["done", "2026-01-09"]]}
    (change,) = UpdateNode(ref, patch).plan(graph).changes
    assert isinstance(change.after, WorkItem)
    assert change.after.state is FlowState.DONE
    (cleared,) = UpdateNode(ref, {"states": None}).plan(graph).changes
    assert isinstance(cleared.after, WorkItem)
    assert (cleared.after.states, cleared.after.state) == ((), None)
    (violation,) = refused(UpdateNode(ref, {"state": "done"}), graph)
    assert violation.hint == "add the move to states"


@pytest.mark.parametrize("command", [UpdateNode(Ref("Team", "sig-noed"), {}), DeleteNode(A)])
def test_what_is_not_there_is_neither_altered_nor_removed(
    command: UpdateNode | DeleteNode,
) -> None:
    with pytest.raises(NotFound) as caught:
        command.plan(graph_of("Team sig-node"))
    assert caught.value.message == f"there is no {command.ref}"


def test_what_is_not_found_is_told_the_nearest_that_is_there() -> None:
    with pytest.raises(NotFound) as caught:
        UpdateNode(Ref("Team", "sig-noed"), {}).plan(graph_of("Team sig-node"))
    assert caught.value.hint == "did you mean sig-node?"


@pytest.mark.parametrize(
    "command", [UpdateNode(A, {"name": "B"}, expected_revision=3), DeleteNode(A, False, 3)]
)
def test_a_command_planned_on_an_older_state_gets_a_conflict_with_the_current_revision(
    command: UpdateNode | DeleteNode,
) -> None:
    stands = Team(key="a", revision=4)
    graph = Snapshot.build([stands], [], revision=9)
    with pytest.raises(Conflict) as caught:
        command.plan(graph)
    assert caught.value.current_revision == 4
    assert caught.value.message == "Team/a is at revision 4, not 3"
    current = replace(command, expected_revision=4)
    assert len(current.plan(graph).changes) == 1


def test_a_node_that_something_refers_to_is_removed_only_together_with_its_relationships() -> None:
    graph = graph_of("""
        Team a
        Team b
        Objective o
        a owns o
        b needs a
        b needs o
    """)
    (violation,) = refused(DeleteNode(A), graph)
    assert violation.code is ErrorCode.STILL_REFERENCED
    plan = DeleteNode(A, detach=True).plan(graph)
    assert [type(change) for change in plan.changes] == [
        RelationChange,
        RelationChange,
        NodeChange,
    ]
    after = graph.apply(plan.changes)
    assert after.count() == (2, 1)
    assert after.touching(A) == ()
