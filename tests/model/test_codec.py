"""Values between their raw and their inner form: nothing is lost, and what is wrong is said."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ErrorCode, Violation
from graph.model.catalog import ENTITIES, ENTITY, RELATION, RELATIONS, Property
from graph.model.codec import (
    MAX_KEY_LENGTH,
    MAX_TEXT_LENGTH,
    BadValue,
    dump_properties,
    dump_value,
    load_entity,
    load_relation,
    near,
    parse_date,
    parse_instant,
    parse_key,
    parse_moment,
    parse_properties,
    parse_ref,
    parse_value,
    shown,
)
from graph.model.values import Estimate, Json, Ref, StateChange
from graph.model.vocabulary import FlowState, LinkType, TeamType
from tests.strategies import keys, kinds, raw_properties, raw_values

SETTABLE = {kind.label: kind.settable for kind in ENTITIES} | {
    kind.type: kind.settable for kind in RELATIONS
}
PROPERTIES: dict[str, Property] = {
    f"{name}.{prop.name}": prop
    for name, properties in SETTABLE.items()
    for prop in properties
    if prop.name != "key"
}
STAMPS = {"created_at", "updated_at"}


@pytest.mark.parametrize("name", PROPERTIES)
@settings(max_examples=20)
@given(data=st.data())
def test_a_value_survives_being_dumped_and_parsed_again(name: str, data: st.DataObject) -> None:
    prop = PROPERTIES[name]
    value = parse_value(prop, data.draw(raw_values(prop)))
    raw = dump_value(value)
    assert parse_value(prop, raw) == value
    assert dump_value(parse_value(prop, raw)) == raw


@given(kinds.flatmap(lambda kind: st.tuples(st.just(kind), keys, raw_properties(kind))))
def test_a_node_survives_being_dumped_and_loaded_again(
    drawn: tuple[object, str, dict[str, Json]],
) -> None:
    kind, key, raw = drawn
    assert kind in ENTITIES
    values, problems = parse_properties(kind, {"key": key, **raw}, "it")
    assert problems == []
    made = kind.make(values)
    assert load_entity(kind.label, dump_properties(made, system=True)) == made
    assert load_entity(kind.label, dump_properties(made, system=False)) == made


@given(
    st.sampled_from(RELATIONS).flatmap(
        lambda kind: st.tuples(st.just(kind), st.sampled_from(kind.ends), raw_properties(kind))
    ),
    keys,
)
def test_a_relationship_survives_being_dumped_and_loaded_again(
    drawn: tuple[object, tuple[str, str], dict[str, Json]], key: str
) -> None:
    kind, (source, target), raw = drawn
    assert kind in RELATIONS
    own: dict[str, Json] = {"key": key} if kind.keyed else {}
    values, problems = parse_properties(kind, {**own, **raw}, "it")
    assert problems == []
    made = kind.make(Ref(source, "a"), Ref(target, key), values)
    raw_again = dump_properties(made, system=True)
    assert load_relation(kind.type, made.source, made.target, raw_again) == made


def test_a_dump_leaves_defaults_out_and_has_stamps_only_for_the_log() -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    team = ENTITY["Team"].make({"key": "a", "capacity": 12.0, "created_at": moment, "revision": 3})
    assert dump_properties(team, system=False) == {"key": "a", "capacity": 12}
    assert dump_properties(team, system=True) == {
        "key": "a",
        "created_at": "2026-03-01T09:30:00Z",
        "revision": 3,
        "capacity": 12,
    }


def refusal(name: str, raw: Json) -> BadValue:
    with pytest.raises(BadValue) as bad:
        parse_value(PROPERTIES[name], raw)
    return bad.value


HUGE = 10**400
BEYOND_PRINTING = 10**5_000

REFUSED: list[tuple[str, Json, str]] = [
    ("Team.capacity", "12", "takes a number"),
    ("Team.capacity", True, "takes a number"),
    ("Team.capacity", [1], "takes a number"),
    ("Team.capacity", float("nan"), "takes a finite number"),
    ("Team.capacity", float("inf"), "takes a finite number"),
    ("Team.capacity", float("-inf"), "takes a finite number"),
    ("Team.capacity", HUGE, "is too large a number"),
    ("Team.capacity", BEYOND_PRINTING, "is too large a number"),
    ("Team.capacity", -0.5, "is below 0"),
    ("BUILDS.share", 1.5, "is above 1"),
    ("Scenario.base_revision", 1.0, "takes a whole number"),
    ("Scenario.base_revision", True, "takes a whole number"),
    ("Scenario.base_revision", "1", "takes a whole number"),
    ("Scenario.base_revision", 2**63, "takes a whole number"),
    ("Scenario.base_revision", -1, "is below 0"),
    ("KeyResult.outcome", 1, "takes true or false"),
    ("KeyResult.outcome", "true", "takes true or false"),
    ("Team.name", 5, "takes a text"),
    ("Team.name", {"en": "a"}, "takes a text"),
    ("Team.name", "a\x00b", "no text may hold"),
    ("Team.name", "a\ud800b", "no text may hold"),
    ("Team.name", "x" * (MAX_TEXT_LENGTH + 1), "is a text of 100,001 characters"),
    ("Team.tags", "one", "takes a list"),
    ("Team.tags", ["one", 2], "takes a text"),
    ("Team.tags", ["one", None], "takes a text"),
    ("Team.tags", {"one": 1}, "takes a list"),
    ("Team.founded", "2026-02-30", "is not a day of the calendar"),
    ("Team.founded", "2025-02-29", "is not a day of the calendar"),
    ("Team.founded", "0000-01-01", "is not a day of the calendar"),
    ("Team.founded", "2026-1-1", "takes a day, YYYY-MM-DD"),
    ("Team.founded", "2026-01-01T00:00:00Z", "takes a day, YYYY-MM-DD"),
    ("Team.founded", "2026-W01-1", "takes a day, YYYY-MM-DD"),
    ("Team.founded", 20260101, "takes a day, YYYY-MM-DD"),
    ("CheckIn.at", "yesterday", "takes a day, YYYY-MM-DD, or an instant"),
    ("CheckIn.at", 1_700_000_000, "takes a day, YYYY-MM-DD, or an instant"),
    ("CheckIn.at", "2026-03-01T25:00:00Z", "is not a day of the calendar"),
    ("CheckIn.at", "2026-03-01T09:30:00+99:00", "is not a day of the calendar"),
    ("CheckIn.at", "0001-01-01T00:00:00+14:00", "is not a day of the calendar"),
    ("CheckIn.at", "9999-12-31T23:59:59-14:00", "is not a day of the calendar"),
    ("Team.type", "platfrom", "takes one of stream_aligned, platform, enabling"),
    ("Team.type", "", "takes one of"),
    ("Team.type", 3, "takes one of"),
    ("Team.type", ["platform"], "takes one of"),
    ("WorkItem.estimate_days", [1, 2], "takes [optimistic, likely, pessimistic]"),
    ("WorkItem.estimate_days", 3, "takes [optimistic, likely, pessimistic]"),
    ("WorkItem.estimate_days", [1, "2", 3], "takes a number"),
    ("WorkItem.estimate_days", [-1, 2, 3], "is below 0"),
    ("WorkItem.states", [["new", "2026-01-01", "x"]], "takes [state, at]"),
    ("WorkItem.states", ["new"], "takes [state, at]"),
    ("WorkItem.states", [["begun", "2026-01-01"]], "takes one of new, waiting"),
    ("WorkItem.states", [["new", None]], "takes a day"),
    ("Company.time_zone", "Europe/Wien", "is not an IANA time zone"),
    ("Company.fiscal_year_start", "13-01", "does not have the form it needs"),
    ("Company.fiscal_year_start", "02-30", "does not have the form it needs"),
    ("Company.working_days", ["monday"], "takes one of mon, tue"),
    ("Company.fiscal_year_start", "04-31", "does not have the form it needs"),
    ("BudgetLine.currency", "euro", "does not have the form it needs"),
]


@pytest.mark.parametrize(
    ("name", "raw", "words"), REFUSED, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(REFUSED)]
)
def test_a_value_that_does_not_fit_is_refused_and_the_message_says_what_would(
    name: str, raw: Json, words: str
) -> None:
    label, prop = name.split(".")
    kind = ENTITY[label] if label in ENTITY else RELATION[label]
    values, (problem,) = parse_properties(kind, {prop: raw}, f"{label}/a")
    assert prop not in values
    assert problem.message.startswith(f"{label}/a: {prop} {shown(raw)} ")
    assert words in problem.message
    assert (problem.subject, problem.field, problem.value) == (f"{label}/a", prop, shown(raw))


def test_a_number_out_of_range_is_told_the_range() -> None:
    share = refusal("BUILDS.share", 1.5)
    assert (share.code, share.hint) == (ErrorCode.OUT_OF_RANGE, "takes 0 to 1")
    capacity = refusal("Team.capacity", -1)
    assert (capacity.code, capacity.hint) == (ErrorCode.OUT_OF_RANGE, "takes 0 or more")


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    bad = refusal("Team.name", "x" * (MAX_TEXT_LENGTH + 1))
    assert (bad.code, bad.hint) == (ErrorCode.TOO_LARGE, "at most 100,000")


def test_an_unknown_word_is_told_the_nearest_known_one() -> None:
    assert refusal("Team.type", "platfrom").hint == "did you mean platform?"
    assert refusal("WorkItem.flow", "feture").hint == "did you mean feature?"
    assert refusal("WorkItem.flow", "xyz").hint == "one of: debt, defect, feature, risk"


def test_an_unknown_time_zone_is_told_the_nearest_known_one() -> None:
    assert refusal("Company.time_zone", "Europe/Viena").hint == "did you mean Europe/Vienna?"


@pytest.mark.parametrize(
    "raw",
    ["stream_aligned", "stream-aligned", "Stream aligned", "STREAM_ALIGNED", "Stream-Aligned"],
)
def test_a_word_may_be_written_with_hyphens_blanks_or_capitals(raw: str) -> None:
    assert parse_value(PROPERTIES["Team.type"], raw) is TeamType.STREAM_ALIGNED


@pytest.mark.parametrize("raw", ["FS", "fs", "Fs"])
def test_a_link_type_may_be_written_in_lower_case(raw: str) -> None:
    assert parse_value(PROPERTIES["DEPENDS_ON.link"], raw) is LinkType.FS


def test_null_gives_the_default() -> None:
    assert parse_value(PROPERTIES["Team.name"], None) is None
    assert parse_value(PROPERTIES["Team.tags"], None) == ()
    assert parse_value(PROPERTIES["DEPENDS_ON.link"], None) is LinkType.FS
    assert parse_value(PROPERTIES["DEPENDS_ON.lag_days"], None) == 0


def test_a_number_may_be_whole_and_is_kept_as_a_float() -> None:
    value = parse_value(PROPERTIES["Team.capacity"], 12)
    assert (value, type(value)) == (12.0, float)


def test_records_become_named_tuples() -> None:
    assert parse_value(PROPERTIES["WorkItem.estimate_days"], [1, 2, 4]) == Estimate(1, 2, 4)
    raw: Json = [["new", "2026-01-01"], ["active", "2026-01-02T08:00:00Z"]]
    assert parse_value(PROPERTIES["WorkItem.states"], raw) == (
        StateChange(FlowState.NEW, date(2026, 1, 1)),
        StateChange(FlowState.ACTIVE, datetime(2026, 1, 2, 8, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-03-01T09:30:00", "2026-03-01T09:30:00Z"),
        ("2026-03-01T09:30", "2026-03-01T09:30:00Z"),
        ("2026-03-01 09:30:00", "2026-03-01T09:30:00Z"),
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"),
        ("2026-03-01T09:30:00+02:00", "2026-03-01T07:30:00Z"),
        ("2026-03-01T00:30:00+0100", "2026-02-28T23:30:00Z"),
        ("2026-03-01T09:30:00.5-05:00", "2026-03-01T14:30:00.500000Z"),
    ],
)
def test_an_instant_is_kept_in_utc_and_one_without_a_zone_is_utc(raw: str, expected: str) -> None:
    moment = parse_instant(raw)
    assert moment.tzinfo is UTC
    assert dump_value(moment) == expected
    assert parse_moment(raw) == moment


def test_a_day_stays_a_day_where_either_may_stand() -> None:
    day = parse_moment("2026-03-01")
    assert day == parse_date("2026-03-01") == date(2026, 3, 1)
    assert not isinstance(day, datetime)


@pytest.mark.parametrize("raw", ["a", "x" * MAX_KEY_LENGTH, "a b", "'; DROP", "a/b", "中 🌊", "{}"])
def test_a_key_is_any_printable_text(raw: str) -> None:
    assert parse_key(raw) == raw


BAD_KEYS: list[Json] = ["", " ", " a", "a ", "a\nb", "a\tb", "a\u200bb", "a\u2028b", None, 5, ["a"]]


@pytest.mark.parametrize("raw", BAD_KEYS, ids=repr)
def test_a_key_is_not_empty_and_has_no_blank_around_it_and_no_invisible_character(
    raw: Json,
) -> None:
    with pytest.raises(BadValue, match="is not a key") as bad:
        parse_key(raw)
    assert bad.value.code is ErrorCode.INVALID_KEY
    assert bad.value.hint == "a key is a printable text without blanks around it"


def test_a_key_has_a_greatest_length() -> None:
    with pytest.raises(BadValue, match="is a key of 501 characters") as bad:
        parse_key("x" * (MAX_KEY_LENGTH + 1))
    assert (bad.value.code, bad.value.hint) == (ErrorCode.INVALID_KEY, "at most 500")


@pytest.mark.parametrize("raw", ["a\x00", "a\udfff", "x" * (MAX_TEXT_LENGTH + 1)])
def test_a_key_keeps_the_rules_of_texts(raw: str) -> None:
    with pytest.raises(BadValue):
        parse_key(raw)


def test_an_unknown_property_is_told_the_nearest_known_one() -> None:
    _, (problem,) = parse_properties(ENTITY["Team"], {"capasity": 3}, "Team/a")
    assert problem.code is ErrorCode.UNKNOWN_PROPERTY
    assert problem.message == "Team/a: Team has no property 'capasity'"
    assert problem.hint == "did you mean capacity?"
    _, (other,) = parse_properties(RELATION["BUILDS"], {"shar": 1}, "a BUILDS b")
    assert (other.message, other.hint) == (
        "a BUILDS b: BUILDS has no property 'shar'",
        "did you mean share?",
    )


def test_a_stamp_cannot_be_set() -> None:
    for name in sorted(STAMPS | {"revision"}):
        values, (problem,) = parse_properties(ENTITY["Team"], {name: 3}, "Team/a")
        assert values == {}
        assert problem.code is ErrorCode.IMMUTABLE
        assert problem.message == f"Team/a: {name} is stamped by the service and cannot be set"
        assert problem.hint == "leave it out"


def test_all_problems_of_a_record_are_found_at_once_and_the_good_values_are_given() -> None:
    raw: dict[str, Json] = {"name": "A", "capacity": "x", "type": "y", "colour": 1, "revision": 2}
    values, problems = parse_properties(ENTITY["Team"], raw, "Team/a")
    assert values == {"name": "A"}
    assert [problem.field for problem in problems] == ["capacity", "type", "colour", "revision"]


def test_names_that_python_reserves_are_plain_in_a_document() -> None:
    raw: dict[str, Json] = {"from": "2026-01-01"}
    values, problems = parse_properties(ENTITY["Cycle"], raw, "Cycle/q")
    assert (values, problems) == ({"from_": date(2026, 1, 1)}, [])
    _, (problem,) = parse_properties(ENTITY["Cycle"], {"from_": "2026-01-01"}, "Cycle/q")
    assert problem.hint == "did you mean from?"


@given(keys)
def test_a_reference_is_read_back_from_what_it_is_written_as(key: str) -> None:
    ref = Ref("Team", key)
    assert Ref.parse(str(ref)) == ref
    assert parse_ref(str(ref), "it", "from", ["Team"]) == ref


@pytest.mark.parametrize("raw", ["a", "", "/a", "Team/", "/", None, 5, ["Team", "a"]], ids=repr)
def test_an_end_that_names_no_node_is_told_the_form(raw: Json) -> None:
    problem = parse_ref(raw, "it", "from", ["Team"])
    assert isinstance(problem, Violation)
    assert problem.message == f"it: from {shown(raw)} does not name a node"
    assert (problem.code, problem.hint) == (ErrorCode.INVALID_VALUE, "written as KIND/KEY")


def test_an_end_of_an_unknown_kind_is_told_the_nearest_that_the_relationship_takes() -> None:
    problem = parse_ref("Taem/a", "it", "from", ["Team", "Product"])
    assert isinstance(problem, Violation)
    assert (problem.code, problem.hint) == (ErrorCode.UNKNOWN_KIND, "did you mean Team?")


def test_a_long_value_is_cut_in_a_message() -> None:
    assert shown("a") == "'a'"
    assert shown(5) == "5"
    assert len(shown("x" * 1_000)) == len(shown([1] * 1_000)) == 60
    assert shown("x" * 1_000).endswith("…")


def test_a_number_that_python_does_not_print_is_shown_all_the_same() -> None:
    assert shown(BEYOND_PRINTING) == "int of too many digits to show"
    assert shown([BEYOND_PRINTING]) == "list of too many digits to show"


def test_a_hint_lists_few_choices_and_not_many() -> None:
    assert near("zzz", ["a", "b"]) == "one of: a, b"
    assert near("zzz", [f"k{n}" for n in range(31)]) == ""
    assert near("TEAM", ["Team"]) == "did you mean Team?"
