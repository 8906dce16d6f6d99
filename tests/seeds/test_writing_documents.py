import io
import json
from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.commands.relations import derived_key
from graph.model.catalog import ENTITIES, ENTITY, RELATIONS
from graph.model.codec import parse_properties
from graph.model.entities import Cycle, Entity, Person, Team, WorkItem
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import DependsOn, MemberOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref, StateChange, StatusChange
from graph.model.vocabulary import DependencyStatus, FlowState, LinkType
from seeds.document import Form
from seeds.generate import generate
from seeds.writing import document_records, write_document, write_records
from tests import strategies
from tests.seeds.reading import imported, read

FORMS = [Form.JSONL, Form.YAML]


def written(snapshot: Snapshot, form: Form = Form.JSONL) -> str:
    stream = io.BytesIO()
    write_document(snapshot, stream, form)
    return stream.getvalue().decode()


def bare(records: list[Record]) -> list[Record]:
    """Records without the place where they stand."""
    return [
        NodeRecord(r.kind, r.key, r.properties)
        if isinstance(r, NodeRecord)
        else RelationRecord(r.type, r.start, r.end, r.properties)
        for r in records
    ]


def test_a_document_holds_what_differs_from_the_defaults_in_a_fixed_order() -> None:
    graph = Snapshot.build(
        [
            WorkItem(
                key="w",
                states=(StateChange(FlowState.DONE, date(2026, 1, 2)),),
                state=FlowState.DONE,
            ),
            Person(key="p", name="Ümit", revision=7),
            Team(key="b", capacity=2.0),
            Team(key="a", tags=("no", "x y")),
        ],
        [
            MemberOf(source=Ref("Person", "p"), target=Ref("Team", "b"), since=date(2020, 1, 1)),
            MemberOf(source=Ref("Person", "p"), target=Ref("Team", "a")),
        ],
    )
    assert written(graph) == (
        '{"kind": "Team", "key": "a", "tags": ["no", "x y"]}\n'
        '{"kind": "Team", "key": "b", "capacity": 2}\n'
        '{"kind": "Person", "key": "p", "name": "Ümit"}\n'
        '{"kind": "WorkItem", "key": "w", "states": [["done", "2026-01-02"]]}\n'
        '{"rel": "MEMBER_OF", "from": "Person/p", "to": "Team/a"}\n'
        '{"rel": "MEMBER_OF", "from": "Person/p", "to": "Team/b", "since": "2020-01-01"}\n'
    )
    assert written(graph, Form.YAML) == (
        '- kind: Team\n  key: a\n  tags: ["no", x y]\n'
        "- kind: Team\n  key: b\n  capacity: 2\n"
        "- kind: Person\n  key: p\n  name: Ümit\n"
        '- kind: WorkItem\n  key: w\n  states: [[done, "2026-01-02"]]\n'
        "- rel: MEMBER_OF\n  from: Person/p\n  to: Team/a\n"
        '- rel: MEMBER_OF\n  from: Person/p\n  to: Team/b\n  since: "2020-01-01"\n'
    )


def test_yaml_shows_texts_of_several_lines_as_such_and_breaks_long_lists() -> None:
    states = tuple(StateChange(FlowState.ACTIVE, date(2026, 1, day)) for day in range(1, 6))
    graph = Snapshot.build(
        [WorkItem(key="w", description="First.\n\n  Then: this # too\n", states=states)], []
    )
    assert written(graph, Form.YAML) == (
        "- kind: WorkItem\n"
        "  key: w\n"
        "  description: |\n"
        "    First.\n"
        "\n"
        "      Then: this # too\n"
        "  states:\n" + "".join(f'    - [active, "2026-01-0{day}"]\n' for day in range(1, 6))
    )


DOUBTFUL = (
    "no", "Yes", "NULL", "~", "", " ", "1e3", "0x1F", "1_000", ".5", "-", "- a", "2024-01-01",
    "12:30", ":", "a: b", "a:", "#", "a #b", "a#b", "? x", "! x", "&a", "*a", "|", ">", "%x", "@x",
    "`x`", "'x'", '"x"', "{}", "[x]", "a,b", "a, b", "x]", "x}", " lead", "trail ", "two  blanks",
    "tab\there", "line\nbreak", "\nfirst", "last\n", "last\n\n", "\n", "a\r\nb", "nel\u0085",
    "ls\u2028x", "bom\ufeff", "del\x7f", "nul-ish\x01", "\ufffe", "\uffff", "🌊", "e\u0301", "a\n b",
    "a\n\tb", "a \nb", "---", "...", "--- a", "<<", "=", "true story", "null", "Ⅻ", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_text_that_yaml_could_mistake_comes_back_as_it_was(text: str) -> None:
    graph = Snapshot.build([Team(key="k", name=text, description=text, tags=(text, "x", text))], [])
    document = written(graph, Form.YAML)
    records, problems = read(document, Form.YAML)
    assert not problems
    assert records[0].properties == {"name": text, "description": text, "tags": [text, "x", text]}
    other = yaml.safe_load(document)[0]  # a reader of YAML 1.1 sees the same texts
    assert other["name"] == text
    assert other["tags"] == [text, "x", text]


@st.composite
def entities(draw: st.DrawFn) -> Entity:
    kind = draw(strategies.kinds)
    raw = {"key": draw(strategies.keys), **draw(strategies.raw_properties(kind))}
    values, problems = parse_properties(kind, raw, "")
    assert not problems
    return kind.make(values)


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    kind = draw(st.sampled_from(RELATIONS))
    source, target = draw(st.sampled_from(kind.ends))
    raw = draw(strategies.raw_properties(kind))
    if kind.keyed:
        raw["key"] = draw(strategies.keys)
    values, problems = parse_properties(kind, raw, "")
    assert not problems
    ends = Ref(source, draw(strategies.keys)), Ref(target, draw(strategies.keys))
    return kind.make(*ends, values)


@settings(max_examples=150, deadline=None)
@given(st.lists(entities(), max_size=5), st.lists(relations(), max_size=5), st.sampled_from(FORMS))
def test_every_graph_is_read_back_as_it_was_written(
    nodes: list[Entity], links: list[Relation], form: Form
) -> None:
    graph = Snapshot.build(nodes, links)
    records, problems = read(written(graph, form), form)
    assert bare(records) == bare(list(document_records(graph)))
    assert not problems or not (nodes or links)


@st.composite
def parallel_dependencies(draw: st.DrawFn) -> DependsOn:
    source = Ref("Team", draw(st.sampled_from("ab")))
    target = Ref("Team", {"a": "b", "b": "a"}[source.key])
    link = draw(st.sampled_from([LinkType.FS, LinkType.SS]))
    derived = derived_key(source, target, link.value, draw(st.integers(1, 12)))
    key = draw(st.one_of(st.just(derived), strategies.keys))
    lag = draw(st.sampled_from([0.0, 1.0, 2.0]))
    return DependsOn(source=source, target=target, link=link, key=key, lag_days=lag)


@settings(max_examples=200, deadline=None)
@given(st.lists(parallel_dependencies(), max_size=14))
def test_dependencies_keep_their_keys_whether_written_or_derived(links: list[DependsOn]) -> None:
    graph = Snapshot.build([Team(key="a"), Team(key="b")], links)
    first = written(graph)
    again, problems = imported(read(first)[0])
    assert not problems
    assert dict(again.relations(DependsOn)) == dict(graph.relations(DependsOn))
    assert written(again) == first


def test_a_derived_key_is_left_out_and_another_is_written() -> None:
    keys = ["Team/a->Team/b:FS", "Team/a->Team/b:FS#2", "mine"]
    links = [
        DependsOn(source=Ref("Team", "a"), target=Ref("Team", "b"), key=key, lag_days=lag)
        for lag, key in enumerate(keys)
    ]
    graph = Snapshot.build([], links)
    raws = [json.loads(line) for line in written(graph).splitlines()]
    assert [raw.get("key") for raw in raws] == [None, None, "mine"]


@pytest.mark.parametrize("status", DependencyStatus)
def test_a_dependency_keeps_a_status_with_which_its_history_does_not_end(
    status: DependencyStatus,
) -> None:
    history = (StatusChange(DependencyStatus.REQUESTED, date(2026, 1, 5)),)
    ends = Ref("Team", "a"), Ref("Team", "b")
    link = DependsOn(source=ends[0], target=ends[1], key="d", status=status, statuses=history)
    again, problems = imported(
        read(written(Snapshot.build([Team(key="a"), Team(key="b")], [link])))[0]
    )
    assert not problems
    assert again.relations(DependsOn) == {"d": link}


@pytest.mark.parametrize("form", FORMS)
def test_a_second_export_is_the_same_byte_for_byte(form: Form) -> None:
    graph, problems = imported(generate(5, 1))
    assert not problems
    first = written(graph, form)
    records, form_problems = read(first, form)
    assert not form_problems
    again, problems = imported(records)
    assert not problems
    assert again.count() == graph.count()
    assert written(again, form) == first


def test_records_are_written_in_the_order_in_which_they_come() -> None:
    stream = io.BytesIO()
    write_records([NodeRecord("Team", "b"), NodeRecord("Cycle", "a")], stream)
    assert stream.getvalue() == b'{"kind": "Team", "key": "b"}\n{"kind": "Cycle", "key": "a"}\n'


def test_the_names_of_a_records_parts_are_no_names_of_properties() -> None:
    for entity_kind in ENTITIES:
        assert not {"kind", "rel"} & set(entity_kind.by_name)
    for kind in RELATIONS:
        assert not {"kind", "rel", "from", "to"} & set(kind.by_name)
    assert "from" in ENTITY[Cycle.KIND].by_name
