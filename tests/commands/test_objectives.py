"""Making an objective with all that belongs to it, and every way it is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from graph.commands import CreateObjective, KeyResultDraft, ParentLink
from graph.errors import ErrorCode
from graph.model.entities import KeyResult, Objective
from graph.model.relations import ContributesTo, InCycle, Measures, Owns, Supports
from graph.model.values import Json, Ref
from graph.model.vocabulary import ObjectiveState
from tests.commands.refusing import NOW, codes, done, refused
from tests.notation import graph_of

GRAPH = graph_of("""
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30 state=planned
    Cycle q0 2025-10-01..2025-12-31 state=closed
    Team t
    Team gone dissolved=2026-02-15
    Team going dissolved=2026-04-01
    Objective up
    Objective ended state=closed
    Objective given-up state=dropped
    Objective past
    past in_cycle q0
    KeyResult goal 10%
    KeyResult over 10%
    goal measures up
    over measures ended
""")
UP, GOAL = Ref("Objective", "up"), Ref("KeyResult", "goal")


def new(
    key: Json = "o",
    properties: Mapping[str, Json] | None = None,
    owner: Ref | None = None,
    cycle: str | None = None,
    key_results: tuple[KeyResultDraft, ...] = (),
    parents: tuple[ParentLink, ...] = (),
    now: datetime = NOW,
) -> CreateObjective:
    return CreateObjective(key, properties or {}, owner, cycle, key_results, parents, now)


def test_an_objective_is_made_with_all_that_belongs_to_it() -> None:
    graph = done(
        new(
            properties={"name": "Grow", "state": "draft"},
            owner=Ref("Team", "t"),
            cycle="q1",
            key_results=(
                KeyResultDraft("sales", {"start": 1, "target": 9, "weight": 2}),
                KeyResultDraft(None, {"type": "reach"}),
            ),
            parents=(ParentLink(UP, 3), ParentLink(GOAL, supports=True)),
        ),
        GRAPH,
    )
    made = graph.node(Objective, "o")
    assert made is not None
    assert (made.name, made.state) == ("Grow", ObjectiveState.DRAFT)
    assert [link.source for link in graph.into(made.ref, Owns)] == [Ref("Team", "t")]
    assert [link.target for link in graph.out(made.ref, InCycle)] == [Ref("Cycle", "q1")]
    measured = graph.into(made.ref, Measures)
    assert [(link.source.key, link.weight) for link in measured] == [
        ("o-kr-2", None),
        ("sales", None),
    ]
    sales = graph.node(KeyResult, "sales")
    assert sales is not None
    assert (sales.start, sales.target, sales.weight) == (1.0, 9.0, 2.0)
    assert [(link.target, link.weight) for link in graph.out(made.ref, ContributesTo)] == [
        (UP, 3.0)
    ]
    assert [link.target for link in graph.out(made.ref, Supports)] == [GOAL]


def test_an_objective_may_stand_alone() -> None:
    graph = done(new(), GRAPH)
    assert graph.touching(Ref("Objective", "o")) == ()


def test_a_derived_key_that_is_taken_gets_the_next_number() -> None:
    graph = graph_of("KeyResult o-kr-1")
    drafts = (KeyResultDraft(None), KeyResultDraft("o-kr-3"), KeyResultDraft(None))
    made = done(new(key_results=drafts), graph)
    assert set(made.nodes(KeyResult)) == {"o-kr-1", "o-kr-2", "o-kr-3", "o-kr-4"}


def test_a_planned_cycle_takes_objectives() -> None:
    assert new(cycle="q2").plan(GRAPH).changes


@pytest.mark.parametrize(
    ("owner", "hint"),
    [
        (Ref("Team", "tt"), "did you mean t?"),
        (Ref("Cycle", "q1"), "takes Company, Person, Product"),
    ],
)
def test_an_owner_that_is_none_is_refused(owner: Ref, hint: str) -> None:
    (violation,) = refused(new(owner=owner), GRAPH)
    assert (violation.subject, violation.field, violation.value) == (
        "Objective/o",
        "owner",
        str(owner),
    )
    assert violation.hint.startswith(hint)


def test_a_team_that_is_dissolved_today_or_when_the_cycle_begins_owns_nothing_new() -> None:
    (violation,) = refused(new(owner=Ref("Team", "gone"), cycle="q1"), GRAPH)
    assert violation.code is ErrorCode.DISSOLVED
    assert "Team/gone was dissolved on 2026-02-15, and today is 2026-02-15" in violation.message
    before = datetime(2026, 2, 14, 12, tzinfo=UTC)
    assert new(owner=Ref("Team", "gone"), cycle="q1", now=before).plan(GRAPH).changes
    (violation,) = refused(new(owner=Ref("Team", "going"), cycle="q2"), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.DISSOLVED, "owner")
    assert "Cycle/q2 begins 2026-04-01" in violation.message
    assert new(owner=Ref("Team", "going"), cycle="q1").plan(GRAPH).changes


def test_a_closed_or_unknown_cycle_is_refused() -> None:
    (violation,) = refused(new(cycle="q0"), GRAPH)
    assert (violation.code, violation.message) == (
        ErrorCode.CLOSED,
        "Objective/o: Cycle/q0 is closed",
    )
    assert "undo its close" in violation.hint
    (violation,) = refused(new(cycle="q9"), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.NOT_FOUND, "cycle")
    assert violation.hint == "one of: q0, q1, q2"


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (Ref("Objective", "ended"), "Objective/ended is closed"),
        (Ref("Objective", "given-up"), "Objective/given-up is dropped"),
        (Ref("Objective", "past"), "Objective/past is in Cycle/q0, which is closed"),
        (Ref("KeyResult", "over"), "Objective/ended is closed"),
    ],
)
def test_a_parent_that_is_over_is_refused(parent: Ref, words: str) -> None:
    (violation,) = refused(new(parents=(ParentLink(parent),)), GRAPH)
    assert (violation.code, violation.field) == (ErrorCode.CLOSED, "parents")
    assert violation.message == f"Objective/o: {words}"


def test_a_parent_that_is_none_or_comes_twice_is_refused() -> None:
    parents = (
        ParentLink(Ref("Objective", "upp")),
        ParentLink(Ref("Team", "t")),
        ParentLink(UP),
        ParentLink(UP, supports=True),
    )
    found = refused(new(parents=parents), GRAPH)
    assert [v.code for v in found] == [ErrorCode.NOT_FOUND, ErrorCode.END_KIND, ErrorCode.DUPLICATE]
    assert found[0].hint == "did you mean up?"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (ParentLink(UP, -1), ErrorCode.OUT_OF_RANGE),
        (ParentLink(UP, "2"), ErrorCode.INVALID_VALUE),
        (ParentLink(UP, float("nan")), ErrorCode.INVALID_VALUE),
        (ParentLink(UP, 1, supports=True), ErrorCode.UNKNOWN_PROPERTY),
    ],
)
def test_a_weight_that_is_none_is_refused(link: ParentLink, code: ErrorCode) -> None:
    (violation,) = refused(new(parents=(link,)), GRAPH)
    assert (violation.code, violation.field) == (code, "weight")
    assert violation.subject.startswith("Objective/o ")


def test_keys_that_are_taken_or_given_twice_are_refused() -> None:
    drafts = (KeyResultDraft("goal"), KeyResultDraft("a"), KeyResultDraft("a"))
    assert codes(new("up", key_results=drafts), GRAPH) == [
        ErrorCode.ALREADY_EXISTS,
        ErrorCode.ALREADY_EXISTS,
        ErrorCode.DUPLICATE,
    ]


def test_key_results_are_held_to_the_rules_of_the_graph() -> None:
    draft = KeyResultDraft("k", {"start": 5, "target": 5, "weight": 0})
    found = refused(new(key_results=(draft,)), GRAPH)
    assert [violation.code for violation in found] == [ErrorCode.INVALID_VALUE, ErrorCode.NO_WEIGHT]


def test_all_problems_come_at_once() -> None:
    command = new(
        properties={"type": "hard", "colour": 1},
        owner=Ref("Team", "nobody"),
        cycle="q0",
        key_results=(KeyResultDraft("k", {"start": 1, "target": 1}), KeyResultDraft("", {})),
        parents=(ParentLink(Ref("Objective", "ended"), "x"),),
    )
    assert codes(command, GRAPH) == [
        ErrorCode.INVALID_VALUE,
        ErrorCode.UNKNOWN_PROPERTY,
        ErrorCode.NOT_FOUND,
        ErrorCode.CLOSED,
        ErrorCode.CLOSED,
        ErrorCode.INVALID_VALUE,
        ErrorCode.INVALID_KEY,
        ErrorCode.INVALID_VALUE,
    ]


@pytest.mark.parametrize("key", [None, "", 5, "k" * 501])
def test_an_objective_without_a_key_is_refused_beside_all_else(key: Json) -> None:
    found = refused(new(key, owner=Ref("Team", "nobody")), GRAPH)
    assert [violation.code for violation in found] == [ErrorCode.INVALID_KEY, ErrorCode.NOT_FOUND]
