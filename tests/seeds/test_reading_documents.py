import io
from pathlib import Path

import pytest

from graph.errors import BadUsage, Violation
from graph.model.records import NodeRecord, RelationRecord
from seeds.document import A_RECORD, Form, read_document
from tests.seeds.reading import names, read, said

PARTS = "a node has kind and key, a relationship has rel, from and to"
ENDS = "both ends are written KIND/KEY"


def test_a_line_of_json_is_a_record_with_its_line() -> None:
    records, problems = read(
        '{"kind": "Team", "key": "a", "capacity": 12}\n'
        "\n"
        '{"rel": "DEPENDS_ON", "from": "Team/a", "to": "Team/b", "lag_days": 0}\n'
    )
    assert not problems
    assert records == [
        NodeRecord("Team", "a", {"capacity": 12}, "doc", 1),
        RelationRecord("DEPENDS_ON", "Team/a", "Team/b", {"lag_days": 0}, "doc", 3),
    ]


def test_yaml_records_know_their_lines_in_lists_and_in_documents() -> None:
    records, problems = read(
        "# teams\n"
        "- kind: Team\n"
        "  key: a\n"
        "-\n"
        "  kind: Team\n"
        "  key: b\n"
        "---\n"
        "kind: Team\n"
        "key: c\n"
        "---\n"
        "---\n"
        "- {kind: Team, key: d}\n"
    )
    assert not problems
    assert [(r.key, r.line) for r in records if isinstance(r, NodeRecord)] == [
        ("a", 2),
        ("b", 5),
        ("c", 8),
        ("d", 12),
    ]


def test_a_json_list_knows_the_line_of_each_item() -> None:
    records, problems = read(
        '[\n  {"kind": "Team", "key": "a"},\n\n  {\n    "kind": "Team", "key": "b"\n  }\n]\n'
    )
    assert not problems
    assert [r.line for r in records] == [2, 4]


def test_json_objects_over_several_lines_are_read_one_after_the_other() -> None:
    records, problems = read('{\n"kind": "Team",\n"key": "a"\n}\n{\n"kind": "Team", "key": "b"}')
    assert not problems
    assert [(r.line) for r in records] == [1, 5]


@pytest.mark.parametrize("ending", ["jsonl", "ndjson", "json", "yaml", "yml", "JSONL"])
def test_the_ending_of_the_name_tells_the_form(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"doc.{ending}"
    text = (
        "- kind: Team\n  key: a\n" if ending.startswith("y") else '{"kind": "Team", "key": "a"}\n'
    )
    path.write_text(text)
    problems: list[Violation] = []
    records = list(read_document(path, problems.append))
    assert names(records) == ["Team/a"]
    assert records[0].source == str(path)
    assert not problems


@pytest.mark.parametrize(
    "text", ['{"kind": "Team", "key": "a"}', '[{"kind": "Team", "key": "a"}]', "kind: Team\nkey: a"]
)
def test_standard_input_is_told_by_its_first_character(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"\n\n{text}\n".encode())))
    problems: list[Violation] = []
    records = list(read_document(Path("-"), problems.append))
    assert names(records) == ["Team/a"]
    assert records[0].source == "standard input"
    assert records[0].line == 3
    assert not problems


def test_a_path_that_is_no_document_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    for path in ("missing.yaml", "folder.yaml", "nul\0.yaml"):
        with pytest.raises(BadUsage, match="cannot be read"):
            list(read_document(tmp_path / path, lambda _: None))
    with pytest.raises(BadUsage, match="does not end like a document"):
        list(read_document(tmp_path / "a.txt", lambda _: None))


def test_a_bad_line_costs_only_itself() -> None:
    records, problems = read(
        '{"kind": "Team", "key": "a"}\n{"kind": "Team", "key": }\n{"kind": "Team", "key": "c"}\n',
        Form.JSONL,
    )
    assert names(records) == ["Team/a", "Team/c"]
    assert said(problems) == ["doc:2: not JSON: Expecting value, at column 25"]


def test_what_is_wrong_with_the_form_of_a_record_is_said_with_the_way_out() -> None:
    records, problems = read(
        '{"key": "a"}\n'
        '{"kind": "Team", "rel": "OWNS", "key": "a"}\n'
        '"Team"\n'
        '{"kind": "Team"}\n'
        '{"kind": "Team", "key": 12}\n'
        '{"kind": ["Team"], "key": "a"}\n'
        '{"rel": "MEMBER_OF", "from": "Person/a", "until": "2026-01-01"}\n'
        '{"kind": "Team", "key": "a", "name": "x", "name": "y"}\n',
        Form.JSONL,
    )
    assert not records
    assert said(problems) == [
        f"doc:1: the record has neither kind nor rel ({PARTS})",
        f"doc:2: the record has both kind and rel ({PARTS})",
        f"doc:3: 'Team' is not a record ({PARTS})",
        "doc:4: 'Team': the record has no key (give it a key)",
        "doc:5: 'Team': key 12 is a number, not a text (put it in quotes)",
        "doc:6: kind ['Team'] is not a text (put it in quotes)",
        f"doc:7: 'MEMBER_OF': to is missing ({ENDS})",
        "doc:8: 'name' is given twice in one record (keep one of the two)",
    ]


def test_a_yaml_key_that_is_a_number_is_told_to_be_put_in_quotes() -> None:
    records, problems = read('- {kind: Team, key: 2133}\n- {kind: Team, key: "2133"}\n')
    assert names(records) == ["Team/2133"]
    assert said(problems) == ["doc:1: 'Team': key 2133 is a number, not a text (put it in quotes)"]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("2024-01-01", "2024-01-01"),
        ("12:30:00", "12:30:00"),
        ("1_000", "1_000"),
        ("1.2.3", "1.2.3"),
        ("<<", "<<"),
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("'1'", "1"),
        ('"no"', "no"),
        ('"\\U0001F30A"', "🌊"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_has_them(scalar: str, value: object) -> None:
    records, problems = read(f"kind: Team\nkey: a\nname: {scalar}\n")
    assert not problems
    assert records[0].properties == {"name": value}
    assert type(records[0].properties["name"]) is type(value)


def test_a_membership_has_its_days_as_since_and_until() -> None:
    records, _ = read(
        '{"rel": "MEMBER_OF", "from": "Person/a", "to": "Team/b",'
        ' "since": "2020-01-01", "until": "2021-01-01"}\n'
        '{"rel": "DEPENDS_ON", "from": "Team/a", "to": "Team/b", "until": "2021-01-01"}\n'
        '{"kind": "Cycle", "key": "q", "from": "2020-01-01", "to": "2020-03-31"}\n'
    )
    assert [dict(r.properties) for r in records] == [
        {"since": "2020-01-01", "until": "2021-01-01"},
        {"until": "2021-01-01"},
        {"from": "2020-01-01", "to": "2020-03-31"},
    ]


def test_a_document_may_begin_with_a_mark_and_end_its_lines_in_crlf() -> None:
    for text in ('{"kind": "Team", "key": "ä"}\r\n', "- kind: Team\r\n  key: ä\r\n"):
        records, problems = read(b"\xef\xbb\xbf" + text.encode())
        assert names(records) == ["Team/ä"]
        assert not problems


@pytest.mark.parametrize("form", [*Form, None])
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_document_without_records_is_one_problem(text: str, form: Form | None) -> None:
    records, problems = read(text, form)
    assert not records
    assert said(problems) == [f"doc:1: the document holds no records ({A_RECORD})"]


def test_a_list_of_nothing_is_a_document_without_records() -> None:
    for text in ("[]", "---\n...\n", "# nothing\n"):
        assert said(read(text)[1]) == [f"doc:1: the document holds no records ({A_RECORD})"]
