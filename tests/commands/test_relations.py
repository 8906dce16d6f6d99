"""Making, altering and removing relationships: what is planned, and every way it is refused."""

import pytest

from graph.commands import Link, Unlink, UpdateRelation, derived_key
from graph.errors import Conflict, ErrorCode, NotFound, Refused, Violation
from graph.model.changes import RelationChange
from graph.model.relations import Builds, DependsOn, RelationRef
from graph.model.snapshot import Snapshot
from graph.model.values import Json, Ref
from graph.model.vocabulary import DependencyStatus, LinkType
from tests.notation import graph_of

A, B = Ref("WorkItem", "a"), Ref("WorkItem", "b")
TEAM, PRODUCT = Ref("Team", "t"), Ref("Product", "p")
ITEMS = graph_of("WorkItem a\nWorkItem b")
BUILDING = Builds(source=TEAM, target=PRODUCT, share=0.5, revision=4)
SHOP = graph_of("Team t\nProduct p\nProduct q").apply(
    [RelationChange(BUILDING.ref, None, BUILDING)], revision=9
)


def refused(command: Link | UpdateRelation, on: Snapshot) -> tuple[Violation, ...]:
    with pytest.raises(Refused) as caught:
        command.plan(on)
    return caught.value.violations


def linked(graph: Snapshot, *commands: Link) -> Snapshot:
    for command in commands:
        graph = graph.apply(command.plan(graph).changes)
    return graph


def test_a_relationship_is_made_of_its_ends_and_raw_properties() -> None:
    (change,) = Link("BUILDS", TEAM, Ref("Product", "q"), {"share": 1}).plan(SHOP).changes
    made = Builds(source=TEAM, target=Ref("Product", "q"), share=1.0)
    assert change == RelationChange(RelationRef("BUILDS", "Team/t->Product/q"), None, made)


def test_a_relationship_that_is_there_is_not_made_again() -> None:
    (violation,) = refused(Link("BUILDS", TEAM, PRODUCT), SHOP)
    assert violation.code is ErrorCode.ALREADY_EXISTS
    assert violation.message == "Team/t BUILDS Product/p exists already"
    assert violation.hint == "update it"


def test_an_unknown_relationship_is_told_the_nearest() -> None:
    (violation,) = refused(Link("BUILD", TEAM, PRODUCT), SHOP)
    assert violation.code is ErrorCode.UNKNOWN_RELATION
    assert (violation.message, violation.hint) == (
        "there is no relationship 'BUILD'",
        "did you mean BUILDS?",
    )


def test_all_problems_of_the_properties_come_at_once() -> None:
    raw: dict[str, Json] = {"link": "XX", "lag_days": "1", "colour": 1, "revision": 3}
    found = refused(Link("DEPENDS_ON", A, B, raw), ITEMS)
    assert [v.field for v in found] == ["link", "lag_days", "colour", "revision"]
    assert {v.subject for v in found} == {"WorkItem/a DEPENDS_ON WorkItem/b"}


def test_ends_that_are_missing_or_of_the_wrong_kind_are_refused() -> None:
    (missing,) = refused(Link("DEPENDS_ON", A, Ref("WorkItem", "c")), ITEMS)
    assert missing.code is ErrorCode.END_MISSING
    (kind,) = refused(Link("BUILDS", PRODUCT, TEAM), SHOP)
    assert kind.code is ErrorCode.END_KIND
    both = refused(Link("BUILDS", A, Ref("Team", "x")), ITEMS)
    assert {v.code for v in both} == {ErrorCode.END_MISSING, ErrorCode.END_KIND}


def test_a_link_that_closes_a_loop_is_refused_with_the_path() -> None:
    graph = linked(ITEMS, Link("DEPENDS_ON", A, B))
    (violation,) = refused(Link("DEPENDS_ON", B, A), graph)
    assert violation.code is ErrorCode.LOOP
    assert violation.value == "WorkItem/b -> WorkItem/a -> WorkItem/b"


def test_a_second_parent_is_refused() -> None:
    graph = graph_of("WorkItem a\nWorkItem b\nWorkItem c\na part_of b")
    (violation,) = refused(Link("PART_OF", A, Ref("WorkItem", "c")), graph)
    assert violation.code is ErrorCode.TOO_MANY


def test_dependencies_between_the_same_ends_get_numbers_by_ends_and_link() -> None:
    graph = linked(
        ITEMS,
        Link("DEPENDS_ON", A, B),
        Link("DEPENDS_ON", A, B),
        Link("DEPENDS_ON", A, B, {"link": "ss"}),
        Link("DEPENDS_ON", A, B, {"key": "mine"}),
        Link("DEPENDS_ON", A, B, {"lag_days": 2}),
    )
    assert sorted(graph.relations(DependsOn)) == [
        "WorkItem/a->WorkItem/b:FS",
        "WorkItem/a->WorkItem/b:FS#2",
        "WorkItem/a->WorkItem/b:FS#3",
        "WorkItem/a->WorkItem/b:SS",
        "mine",
    ]


def test_a_number_that_was_freed_is_given_again() -> None:
    graph = linked(ITEMS, Link("DEPENDS_ON", A, B), Link("DEPENDS_ON", A, B))
    first = RelationRef("DEPENDS_ON", derived_key(A, B, "FS"))
    graph = graph.apply(Unlink(first).plan(graph).changes)
    assert Link("DEPENDS_ON", A, B).plan(graph).changes[0].ref == first


def test_a_key_of_a_dependency_is_unique_whatever_its_ends_are() -> None:
    graph = linked(graph_of("Team a\nTeam b"), _keyed("a", "b"))
    (violation,) = refused(_keyed("b", "a"), graph)
    assert violation.code is ErrorCode.ALREADY_EXISTS


def _keyed(source: str, target: str) -> Link:
    return Link("DEPENDS_ON", Ref("Team", source), Ref("Team", target), {"key": "d"})


def test_an_update_alters_what_it_names_and_nothing_else() -> None:
    graph = linked(ITEMS, Link("DEPENDS_ON", A, B, {"key": "d", "link": "SS", "lag_days": 3}))
    ref = RelationRef("DEPENDS_ON", "d")
    (change,) = UpdateRelation(ref, {"status": "agreed"}).plan(graph).changes
    assert change == RelationChange(
        ref,
        graph.relation(ref),
        DependsOn(
            key="d",
            source=A,
            target=B,
            link=LinkType.SS,
            lag_days=3.0,
            status=DependencyStatus.AGREED,
        ),
    )


def test_null_puts_a_property_back_to_its_default() -> None:
    graph = linked(ITEMS, Link("DEPENDS_ON", A, B, {"key": "d", "link": "SS", "lag_days": 3}))
    ref = RelationRef("DEPENDS_ON", "d")
    (change,) = UpdateRelation(ref, {"link": None, "lag_days": None}).plan(graph).changes
    assert change.after == DependsOn(key="d", source=A, target=B)


def test_an_update_to_what_stands_already_changes_nothing() -> None:
    assert UpdateRelation(BUILDING.ref, {"share": 0.5}).plan(SHOP).changes == ()
    assert UpdateRelation(BUILDING.ref, {}).plan(SHOP).changes == ()


def test_a_key_may_be_repeated_in_an_update_and_not_changed() -> None:
    graph = linked(ITEMS, Link("DEPENDS_ON", A, B, {"key": "d"}))
    ref = RelationRef("DEPENDS_ON", "d")
    assert UpdateRelation(ref, {"key": "d"}).plan(graph).changes == ()
    (violation,) = refused(UpdateRelation(ref, {"key": "e"}), graph)
    assert (violation.code, violation.hint) == (ErrorCode.IMMUTABLE, "link anew")


def test_all_problems_of_an_update_come_at_once() -> None:
    found = refused(UpdateRelation(BUILDING.ref, {"share": 2, "shares": 1}), SHOP)
    assert [v.code for v in found] == [ErrorCode.OUT_OF_RANGE, ErrorCode.UNKNOWN_PROPERTY]


def test_a_dependency_that_binds_again_is_held_to_the_rules_again() -> None:
    graph = linked(
        ITEMS,
        Link("DEPENDS_ON", A, B),
        Link("DEPENDS_ON", B, A, {"key": "back", "status": "rejected"}),
    )
    (violation,) = refused(
        UpdateRelation(RelationRef("DEPENDS_ON", "back"), {"status": "agreed"}), graph
    )
    assert violation.code is ErrorCode.LOOP


@pytest.mark.parametrize(
    "command",
    [
        UpdateRelation(RelationRef("BUILDS", "Team/t->Product/x"), {}),
        Unlink(RelationRef("BUILDS", "Team/t->Product/x")),
        Unlink(RelationRef("BUILT", "x")),
        UpdateRelation(RelationRef("BUILT", "x"), {}),
    ],
)
def test_what_is_not_there_is_neither_altered_nor_removed(
    command: UpdateRelation | Unlink,
) -> None:
    with pytest.raises(NotFound) as caught:
        command.plan(SHOP)
    assert caught.value.message == f"there is no {command.ref}"
    assert caught.value.hint == "it is named by its key, or by FROM->TO where it has none"


@pytest.mark.parametrize(
    "command", [UpdateRelation(BUILDING.ref, {"share": 1}, 3), Unlink(BUILDING.ref, 3)]
)
def test_a_command_planned_on_an_older_state_gets_a_conflict_with_the_current_revision(
    command: UpdateRelation | Unlink,
) -> None:
    with pytest.raises(Conflict) as caught:
        command.plan(SHOP)
    assert caught.value.current_revision == 4
    assert caught.value.message == "BUILDS/Team/t->Product/p is at revision 4, not 3"


def test_a_command_planned_on_the_current_state_goes_through() -> None:
    assert len(UpdateRelation(BUILDING.ref, {"share": 1}, 4).plan(SHOP).changes) == 1
    (change,) = Unlink(BUILDING.ref, 4).plan(SHOP).changes
    assert change == RelationChange(BUILDING.ref, BUILDING, None)
    assert SHOP.apply([change]).count() == (3, 0)
