"""Rules on goals: weights that carry nothing, owners that are gone, continuations in a circle."""

import pytest

from graph.commands import Import, UpdateNode, UpdateRelation
from graph.commands.planning import settle
from graph.errors import ErrorCode, Refused, Violation
from graph.model.changes import RelationChange
from graph.model.records import NodeRecord, RelationRecord
from graph.model.relations import ContributesTo, Relation, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.model.test_rules import broken, only
from tests.notation import graph_of

WEIGHED = """
    Objective o
    KeyResult a
    KeyResult b weight=0
    a measures o
    b measures o
"""


def refused(graph: Snapshot, *relations: Relation) -> list[Violation]:
    try:
        settle(graph, [RelationChange(found.ref, None, found) for found in relations])
    except Refused as refusal:
        return list(refusal.violations)
    return []


def test_a_weight_of_0_beside_another_is_kept() -> None:
    assert broken(WEIGHED) == []


def test_weights_that_are_all_0_are_refused_with_the_thing_and_the_way_out() -> None:
    found = only(broken(WEIGHED.replace("KeyResult a", "KeyResult a weight=0")))
    assert (found.code, found.subject, found.field) == (
        ErrorCode.NO_WEIGHT,
        "Objective/o",
        "weight",
    )
    assert "Objective/o" in found.message
    assert "SUPPORTS" in found.hint


def test_a_weight_on_the_relationship_comes_before_that_of_the_key_result() -> None:
    text = WEIGHED.replace("KeyResult a", "KeyResult a weight=0")
    assert broken(text.replace("a measures o", "a measures o x1")) == []
    text = WEIGHED.replace("a measures o", "a measures o x0")
    assert only(broken(text)).code is ErrorCode.NO_WEIGHT


def test_taking_the_last_weight_away_is_refused_whichever_write_does_it() -> None:
    graph = graph_of(WEIGHED)
    measures = RelationRef("MEASURES", "KeyResult/a->Objective/o")
    for command in (
        UpdateNode(Ref("KeyResult", "a"), {"weight": 0}),
        UpdateRelation(measures, {"weight": 0}),
    ):
        with pytest.raises(Refused) as refusal:
            command.plan(graph)
        assert only(refusal.value.violations).code is ErrorCode.NO_WEIGHT


def test_work_that_contributes_carries_no_weight_and_needs_none() -> None:
    assert broken("Objective o\nWorkItem w\nw contributes_to o x0") == []


def test_an_import_names_the_record_that_leaves_no_weight() -> None:
    records: list[NodeRecord | RelationRecord] = [
        NodeRecord("Objective", "o", {}, "f", 1),
        NodeRecord("KeyResult", "a", {}, "f", 2),
        RelationRecord("MEASURES", "KeyResult/a", "Objective/o", {"weight": 0}, "f", 3),
    ]
    with pytest.raises(Refused) as refusal:
        Import(records).plan(Snapshot.empty())
    found = only(refusal.value.violations)
    assert (found.code, found.line) == (ErrorCode.NO_WEIGHT, 3)
    plan = Import(records, partial=True).plan(Snapshot.empty())
    assert [change.ref.key for change in plan.changes] == ["o", "a"]


DISSOLVED = """
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30
    Team t dissolved=2026-02-15
    Objective early
    Objective late
    t owns early
    early in_cycle q1
"""


def test_a_team_may_own_what_began_before_it_ended() -> None:
    assert broken(DISSOLVED) == []


def test_a_team_cannot_own_what_begins_after_it_ended() -> None:
    found = only(broken(DISSOLVED + "\nt owns late\nlate in_cycle q2"))
    assert (found.code, found.subject) == (ErrorCode.DISSOLVED, "Objective/late")
    assert "Team/t was dissolved on 2026-02-15" in found.message


def test_a_contribution_through_five_levels_back_is_refused_with_the_loop() -> None:
    chain = "\n".join(f"Objective o{n}" for n in range(6))
    chain += "\n" + "\n".join(f"o{n + 1} contributes_to o{n}" for n in range(5))
    closing = ContributesTo(source=Ref("Objective", "o0"), target=Ref("Objective", "o5"))
    found = only(refused(graph_of(chain), closing))
    assert found.code is ErrorCode.LOOP
    assert found.value.count("Objective/") == 7
    itself = ContributesTo(source=Ref("Objective", "o0"), target=Ref("Objective", "o0"))
    assert only(refused(graph_of(chain), itself)).code is ErrorCode.SELF_REFERENCE


def test_continuations_do_not_run_in_a_circle() -> None:
    found = broken("Objective a\nObjective b\na continues b\nb continues a")
    assert [violation.code for violation in found] == [ErrorCode.LOOP]
