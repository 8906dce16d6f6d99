"""The catalogue against the design: each kind, relationship, pair of ends and fixed name."""

import re

import pytest

from graph.model.catalog import (
    ENTITIES,
    ENTITY,
    RELATION,
    RELATIONS,
    EntityKind,
    Property,
    RelationKind,
    entity_kind,
    relation_kind,
)
from graph.model.entities import Entity
from graph.model.relations import Relation
from graph.model.values import Ref, Shape

KINDS: tuple[EntityKind[Entity] | RelationKind[Relation], ...] = (*ENTITIES, *RELATIONS)

LABELS = {
    "Company",
    "ValueStream",
    "Product",
    "Team",
    "Person",
    "Cycle",
    "Objective",
    "KeyResult",
    "CheckIn",
    "WorkItem",
    "Metric",
    "Feedback",
    "BudgetLine",
    "Assessment",
    "Scenario",
}

COMMON = {"key", "name", "description", "tags", "source", "source_id"}
STAMPED = {"created_at", "updated_at", "revision"}

OWN: dict[str, set[str]] = {
    "Company": {"time_zone", "fiscal_year_start", "working_days", "holidays"},
    "ValueStream": {
        "type",
        "target_feature_share",
        "target_defect_share",
        "target_risk_share",
        "target_debt_share",
    },
    "Product": {"stage", "maturity"},
    "Team": {"type", "capacity", "founded", "dissolved"},
    "Person": {"discipline"},
    "Cycle": {"from", "to"},
    "Objective": {"type", "state", "score"},
    "KeyResult": {
        "type",
        "unit",
        "start",
        "target",
        "low",
        "high",
        "current",
        "confidence",
        "weight",
        "outcome",
    },
    "CheckIn": {"at", "value", "confidence", "note", "by"},
    "WorkItem": {
        "flow",
        "state",
        "states",
        "duration_days",
        "estimate_days",
        "actual_start",
        "actual_finish",
        "constraint",
        "constraint_date",
        "cost_of_delay",
    },
    "Metric": {"points", "unit"},
    "Feedback": {"at"},
    "BudgetLine": {"amount", "tranches"},
    "Assessment": {"ratings"},
    "Scenario": {"base_revision", "state"},
    "BUILDS": {"share"},
    "MEMBER_OF": {"role", "share", "since", "until"},
    "MEASURES": {"weight"},
    "CONTRIBUTES_TO": {"weight"},
    "DEPENDS_ON": {
        "key",
        "type",
        "link",
        "lag_days",
        "status",
        "criticality",
        "needed_by",
        "committed_by",
        "mode",
        "owner",
    },
}

DEPENDENTS = ("Team", "Product", "ValueStream", "WorkItem", "Objective", "KeyResult")

ENDS: dict[str, set[tuple[str, str]]] = {
    "PART_OF": {
        ("ValueStream", "Company"),
        ("ValueStream", "ValueStream"),
        ("Product", "ValueStream"),
        ("Team", "ValueStream"),
        ("WorkItem", "WorkItem"),
        ("Cycle", "Cycle"),
    },
    "BUILDS": {("Team", "Product")},
    "MEMBER_OF": {("Person", "Team")},
    "OWNS": {
        (owner, "Objective") for owner in ("Company", "ValueStream", "Product", "Team", "Person")
    },
    "MEASURES": {("KeyResult", "Objective")},
    "CONTRIBUTES_TO": {
        (source, target)
        for source in ("Objective", "WorkItem")
        for target in ("Objective", "KeyResult")
    },
    "SUPPORTS": {
        (source, target)
        for source in ("Objective", "WorkItem")
        for target in ("Objective", "KeyResult")
    },
    "CONTINUES": {("Objective", "Objective"), ("KeyResult", "KeyResult")},
    "IN_CYCLE": {("Objective", "Cycle"), ("WorkItem", "Cycle")},
    "DELIVERS": {("Team", "WorkItem")},
    "DEPENDS_ON": {(source, target) for source in DEPENDENTS for target in DEPENDENTS},
    "RELATES_TO": {("WorkItem", "WorkItem")},
}

TERMS: dict[tuple[str, str], set[str]] = {
    ("ValueStream", "type"): {"customer", "supporting"},
    ("Product", "stage"): {"discovery", "growth", "mature", "sunset"},
    ("Team", "type"): {"stream_aligned", "platform", "enabling", "complicated_subsystem"},
    ("Person", "discipline"): {
        "product_manager",
        "engineer",
        "designer",
        "data",
        "devops",
        "product_operations",
        "other",
    },
    ("Objective", "type"): {"committed", "aspirational"},
    ("KeyResult", "type"): {
        "increase",
        "decrease",
        "reach",
        "stay_above",
        "stay_below",
        "stay_within",
    },
    ("WorkItem", "flow"): {"feature", "defect", "risk", "debt"},
    ("WorkItem", "state"): {"new", "waiting", "active", "done", "cancelled"},
    ("DEPENDS_ON", "type"): {"delivery", "knowledge", "technical", "approval"},
    ("DEPENDS_ON", "link"): {"FS", "SS", "FF", "SF"},
    ("DEPENDS_ON", "status"): {
        "identified",
        "requested",
        "agreed",
        "in_progress",
        "resolved",
        "rejected",
        "cancelled",
    },
    ("DEPENDS_ON", "mode"): {"collaboration", "x_as_a_service", "facilitating"},
}


def name_of(kind: EntityKind[Entity] | RelationKind[Relation]) -> str:
    return kind.label if isinstance(kind, EntityKind) else kind.type


def named(name: str) -> EntityKind[Entity] | RelationKind[Relation]:
    return ENTITY[name] if name in ENTITY else RELATION[name]


def with_parts(prop: Property) -> list[Property]:
    return [prop, *prop.parts]


def test_every_kind_of_node_in_the_design_is_declared_once() -> None:
    assert {kind.label for kind in ENTITIES} == LABELS
    assert len(ENTITIES) == len(LABELS)


@pytest.mark.parametrize("type_", ENDS)
def test_a_relationship_joins_the_pairs_of_kinds_that_the_design_gives_it(type_: str) -> None:
    assert set(RELATION[type_].ends) == ENDS[type_]
    assert len(RELATION[type_].ends) == len(ENDS[type_])


def test_dependencies_join_all_thirty_six_pairs_of_the_six_kinds() -> None:
    assert len(RELATION["DEPENDS_ON"].ends) == 36


def test_work_is_for_a_product_and_a_record_of_something_is_for_that_thing() -> None:
    ends = set(RELATION["FOR"].ends)
    assert {("WorkItem", "Product"), ("CheckIn", "KeyResult")} <= ends
    sources = {source for source, _ in ends}
    assert {"Metric", "Feedback", "BudgetLine", "Assessment"} <= sources


def test_no_relationship_is_declared_beyond_those_the_tests_know() -> None:
    assert {kind.type for kind in RELATIONS} == {*ENDS, "FOR"}
    assert len(RELATIONS) == len(ENDS) + 1


def test_all_ends_are_kinds_that_exist() -> None:
    joined = {end for kind in RELATIONS for pair in kind.ends for end in pair}
    assert joined <= LABELS


def test_the_pairs_that_may_be_held_once_only_are_pairs_that_may_be_held() -> None:
    for kind in RELATIONS:
        assert kind.single | kind.single_target <= set(kind.ends)


def test_labels_and_relationship_types_and_the_nodes_of_the_log_have_different_names() -> None:
    names = [kind.label for kind in ENTITIES] + [kind.type for kind in RELATIONS]
    names += ["Ledger", "Change", "ChangePart", "Idempotency"]
    assert len({name.lower() for name in names}) == len(names)


def test_names_in_the_plural_and_the_words_for_walking_are_unique() -> None:
    words = [kind.plural for kind in ENTITIES]
    words += [word for kind in RELATIONS for word in (kind.outward, kind.inward)]
    assert len(set(words)) == len(words)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", word) for word in words)


@pytest.mark.parametrize("name", [name_of(kind) for kind in KINDS])
def test_a_kind_and_each_of_its_properties_say_what_they_mean(name: str) -> None:
    kind = named(name)
    assert kind.description.endswith(".")
    for prop in kind.properties:
        assert prop.prop.description.endswith("."), prop.name


@pytest.mark.parametrize("name", [name_of(kind) for kind in KINDS])
def test_property_names_are_snake_case_and_unique_within_a_kind(name: str) -> None:
    kind = named(name)
    names = [prop.name for prop in kind.properties]
    assert len(set(names)) == len(names)
    assert dict(kind.by_name) == {prop.name: prop for prop in kind.properties}
    for prop in kind.properties:
        for part in with_parts(prop):
            assert re.fullmatch("[a-z]+(_[a-z]+)*", part.name)
            assert part.name in {part.attribute, part.attribute.rstrip("_")}


@pytest.mark.parametrize("label", sorted(LABELS))
def test_every_kind_of_node_has_the_common_properties_and_the_stamps(label: str) -> None:
    kind = ENTITY[label]
    assert set(kind.by_name) >= COMMON | STAMPED
    assert {prop.name for prop in kind.properties if prop.prop.system} == STAMPED
    assert STAMPED.isdisjoint(prop.name for prop in kind.settable)
    assert [prop.name for prop in kind.properties if prop.required] == ["key"]
    assert [prop.name for prop in kind.properties if prop.prop.immutable] == ["key"]


@pytest.mark.parametrize("type_", sorted(RELATION))
def test_a_relationship_carries_the_revision_that_wrote_it_and_nothing_else_is_stamped(
    type_: str,
) -> None:
    kind = RELATION[type_]
    assert [prop.name for prop in kind.properties if prop.prop.system] == ["revision"]
    assert "revision" not in {prop.name for prop in kind.settable}


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_names_that_other_programs_write_are_there_and_can_be_set(name: str) -> None:
    assert OWN[name] <= {prop.name for prop in named(name).settable}


@pytest.mark.parametrize(("name", "prop"), sorted(TERMS))
def test_a_word_list_holds_the_words_of_the_design_each_with_its_meaning(
    name: str, prop: str
) -> None:
    term = named(name).by_name[prop].term
    assert term is not None
    assert {str(member) for member in term} == TERMS[name, prop]
    assert all(member.description.endswith(".") for member in term)


def test_only_dependencies_have_a_key_of_their_own() -> None:
    assert [kind.type for kind in RELATIONS if kind.keyed] == ["DEPENDS_ON"]


def test_records_are_read_off_their_named_tuples() -> None:
    states = ENTITY["WorkItem"].by_name["states"]
    assert (states.shape, states.many) == (Shape.RECORD, True)
    assert [(part.name, part.shape) for part in states.parts] == [
        ("state", Shape.TERM),
        ("at", Shape.MOMENT),
    ]
    estimate = ENTITY["WorkItem"].by_name["estimate_days"]
    assert (estimate.shape, estimate.many) == (Shape.RECORD, False)
    assert [part.name for part in estimate.parts] == ["optimistic", "likely", "pessimistic"]


def test_a_record_in_a_list_holds_text_in_its_last_part_only() -> None:
    # Such a record is stored as one text with blanks between its parts.
    for kind in KINDS:
        for prop in kind.properties:
            texts = [part.shape is Shape.TEXT for part in prop.parts]
            assert not any(texts[:-1]), f"{name_of(kind)}.{prop.name}"


def test_kinds_are_looked_up_by_name_and_none_is_given_for_an_unknown_one() -> None:
    assert entity_kind("Team") is ENTITY["Team"]
    assert relation_kind("OWNS") is RELATION["OWNS"]
    assert entity_kind("OWNS") is None
    assert relation_kind("Team") is None


def test_every_kind_makes_a_thing_of_its_key_alone_and_every_relationship_of_its_ends() -> None:
    for kind in ENTITIES:
        made = kind.make({"key": "a"})
        assert (made.ref, made.title) == (Ref(kind.label, "a"), "a")
        assert kind.altered(made, {"name": "A"}).title == "A"
    for relation in RELATIONS:
        source, target = relation.ends[0]
        joined = relation.make(Ref(source, "a"), Ref(target, "b"), {})
        assert (joined.source, joined.target) == (Ref(source, "a"), Ref(target, "b"))
