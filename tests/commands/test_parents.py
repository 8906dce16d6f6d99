"""Giving a goal or work other parents: what moves, which weights stay, and what is refused."""

import pytest

from graph.commands import ParentLink, Reparent
from graph.errors import Conflict, ErrorCode, NotFound
from graph.model.relations import ContributesTo, Measures, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.commands.refusing import codes, done, refused
from tests.notation import graph_of

GRAPH = graph_of("""
    Objective o
    Objective a
    Objective b
    Objective c
    Objective ended state=closed
    KeyResult goal
    KeyResult k weight=4
    WorkItem w
    Team t
    o contributes_to a x3
    o contributes_to ended x2
    o supports b
    w contributes_to goal
    k measures o x5
    goal measures a
""")
TOP, A, B, C = (Ref("Objective", key) for key in "oabc")
ENDED, GOAL, K, W = (
    Ref("Objective", "ended"),
    Ref("KeyResult", "goal"),
    Ref("KeyResult", "k"),
    Ref("WorkItem", "w"),
)


def above(graph: Snapshot, ref: Ref) -> dict[str, float | str | None]:
    """Give the parents of a thing: with the weight where progress flows, else `supports`."""
    found: dict[str, float | str | None] = {}
    found |= {str(link.target): link.weight for link in graph.out(ref, Measures)}
    found |= {str(link.target): link.weight for link in graph.out(ref, ContributesTo)}
    return found | {str(link.target): "supports" for link in graph.out(ref, Supports)}


def moved(command: Reparent, graph: Snapshot = GRAPH) -> dict[str, float | str | None]:
    return above(done(command, graph), command.ref)


def test_parents_take_the_place_of_all_there_were() -> None:
    assert moved(Reparent(TOP, [ParentLink(C, 7), ParentLink(GOAL, supports=True)])) == {
        "Objective/c": 7.0,
        "KeyResult/goal": "supports",
    }


def test_a_parent_that_stays_keeps_its_weight_unless_another_is_given() -> None:
    assert moved(Reparent(TOP, [ParentLink(A), ParentLink(ENDED, 9), ParentLink(C)])) == {
        "Objective/a": 3.0,
        "Objective/ended": 9.0,
        "Objective/c": None,
    }


def test_a_weight_moves_along_when_one_parent_takes_the_place_of_one() -> None:
    assert moved(Reparent(TOP, [ParentLink(C)], [A])) == {
        "Objective/c": 3.0,
        "Objective/ended": 2.0,
        "Objective/b": "supports",
    }
    assert moved(Reparent(TOP, [ParentLink(C, 1)], [A]))["Objective/c"] == 1.0
    assert moved(Reparent(TOP, [ParentLink(C)], [B]))["Objective/c"] is None
    kept = [ParentLink(A), ParentLink(C), ParentLink(B, supports=True)]
    assert moved(Reparent(TOP, kept)) == {
        "Objective/a": 3.0,
        "Objective/c": 2.0,
        "Objective/b": "supports",
    }


def test_a_weight_goes_nowhere_when_it_is_not_clear_where() -> None:
    assert moved(Reparent(TOP, [ParentLink(C)])) == {"Objective/c": None}
    two = [ParentLink(C), ParentLink(GOAL)]
    assert moved(Reparent(TOP, two, [A]))["Objective/c"] is None


def test_only_named_parents_are_replaced_and_may_be_left_out() -> None:
    assert moved(Reparent(TOP, [], [A, B])) == {"Objective/ended": 2.0}


def test_a_parent_given_again_changes_between_contributing_and_supporting() -> None:
    assert moved(Reparent(TOP, [ParentLink(A, supports=True), ParentLink(B)], [])) == {
        "Objective/a": "supports",
        "Objective/ended": 2.0,
        "Objective/b": None,
    }


def test_an_empty_list_makes_an_objective_or_work_stand_alone() -> None:
    assert moved(Reparent(TOP, [])) == {}
    assert moved(Reparent(W, [])) == {}


def test_work_moves_like_an_objective() -> None:
    assert moved(Reparent(W, [ParentLink(A)])) == {"Objective/a": None}


def test_a_key_result_moves_to_another_objective_with_its_weight() -> None:
    graph = done(Reparent(K, [ParentLink(C)]), GRAPH)
    assert above(graph, K) == {"Objective/c": 5.0}
    assert above(done(Reparent(K, [ParentLink(C), ParentLink(TOP)]), graph), K) == {
        "Objective/c": 5.0,
        "Objective/o": None,
    }


def test_a_key_result_must_measure_something() -> None:
    for command in (Reparent(K, []), Reparent(K, [], [TOP])):
        (violation,) = refused(command, GRAPH)
        assert (violation.code, violation.field) == (ErrorCode.MISSING_VALUE, "parents")
    two = graph_of("Objective a\nObjective b\nKeyResult k\nk measures a b")
    assert moved(Reparent(K, [], [A]), two) == {"Objective/b": None}
    assert Reparent(K, [], []).plan(two).changes == ()


def test_a_key_result_measures_objectives_and_supports_nothing() -> None:
    found = refused(Reparent(K, [ParentLink(GOAL), ParentLink(A, supports=True)]), GRAPH)
    assert [v.code for v in found] == [ErrorCode.END_KIND, ErrorCode.INVALID_VALUE]


def test_the_same_parents_again_change_nothing() -> None:
    same = [ParentLink(A, 3), ParentLink(ENDED), ParentLink(B, supports=True)]
    assert Reparent(TOP, same).plan(GRAPH).changes == ()
    stamped = done(Reparent(TOP, same[:1]), GRAPH)
    assert Reparent(TOP, same[:1]).plan(stamped).changes == ()


def test_what_it_is_not_aligned_to_cannot_be_replaced() -> None:
    (violation,) = refused(Reparent(TOP, [], [C]), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.NOT_FOUND, "replace")
    assert violation.message == "Objective/o: is not aligned to Objective/c"
    assert "Objective/a, Objective/b, Objective/ended" in violation.hint
    assert refused(Reparent(C, [], [TOP]), GRAPH)[0].hint == "it is aligned to nothing"


def test_a_loop_is_refused_with_its_path_beside_all_else() -> None:
    graph = graph_of(
        "Objective a\nObjective b\nObjective c\na contributes_to b\nb contributes_to c"
    )
    found = refused(Reparent(C, [ParentLink(A), ParentLink(Ref("Objective", "d"))]), graph)
    assert [v.code for v in found] == [ErrorCode.NOT_FOUND, ErrorCode.LOOP]
    assert found[1].value.count(" -> ") == 3
    assert codes(Reparent(A, [ParentLink(A)]), graph) == [ErrorCode.SELF_REFERENCE]


def test_a_parent_that_is_over_is_refused_unless_it_was_there() -> None:
    assert Reparent(TOP, [ParentLink(ENDED)]).plan(GRAPH).changes
    assert codes(Reparent(C, [ParentLink(ENDED)]), GRAPH) == [ErrorCode.CLOSED]


def test_what_is_left_must_still_weigh_something() -> None:
    graph = graph_of(
        "Objective o\nObjective a\nKeyResult k weight=0\nk measures a\no contributes_to a"
    )
    assert codes(Reparent(TOP, []), graph) == [ErrorCode.NO_WEIGHT]


def test_what_is_not_there_or_has_no_parents_is_refused() -> None:
    with pytest.raises(NotFound) as caught:
        Reparent(Ref("Objective", "oo"), []).plan(GRAPH)
    assert caught.value.hint == "did you mean o?"
    assert codes(Reparent(Ref("Team", "t"), []), GRAPH) == [ErrorCode.END_KIND]


def test_a_stale_revision_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        Reparent(TOP, [], expected_revision=3).plan(GRAPH)
    assert Reparent(TOP, [], expected_revision=0).plan(GRAPH).changes
