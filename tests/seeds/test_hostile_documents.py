"""Documents that are meant to hurt: each is a problem with its place, quickly and in little room."""

import json
import time

import pytest

from seeds.document import MAX_PROBLEMS, Form
from tests.seeds.reading import names, read, said
from tests.strategies import HOSTILE

GOOD = b'{"kind": "Team", "key": "good"}\n'
CALL = "tag:yaml.org,2002:python/object/apply:os.system"
GOOD_YAML = b"- {kind: Team, key: good}\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"kind": "Team", "key": "\xff"}', "not UTF-8: byte 0xff (save it as UTF-8)"),
        (b"\xff\xfe{\x00", "not UTF-8: byte 0xff (save it as UTF-8)"),
        (
            b'{"kind": "Team", "key": "\x00"}',
            "not JSON: Invalid control character at, at column 26",
        ),
        (
            b'{"kind": "Team", "key": "\\ud800"}',
            "a text holds half of a surrogate pair (write the character itself, in UTF-8)",
        ),
        (
            b'{"kind": "Team", "key": "a", "\\udfff": 1}',
            "a text holds half of a surrogate pair (write the character itself, in UTF-8)",
        ),
        (
            b'{"kind": "Team", "key": "a", "capacity": NaN}',
            "NaN is not a number that JSON knows (leave it out, or write null)",
        ),
        (
            b'{"kind": "Team", "key": "a", "capacity": -Infinity}',
            "-Infinity is not a number that JSON knows (leave it out, or write null)",
        ),
        (
            b'{"kind": "Team", "key": "a", "tags": ' + b"[" * 40 + b"]" * 40 + b"}",
            "the record is nested more than 32 deep (properties are values and lists)",
        ),
        (
            b'{"kind": "Team", "key": ' + b"[" * 200_000,
            "the record is nested more than 32 deep (properties are values and lists)",
        ),
        (
            b'{"kind": "Team", "key": "a"} {"kind": "Team", "key": "b"}',
            "more follows after the end of the value, at column 30 (one record a line)",
        ),
    ],
)
def test_a_hostile_line_costs_only_itself(line: bytes, problem: str) -> None:
    records, problems = read(GOOD + line + b"\n" + GOOD, Form.JSONL)
    assert names(records) == ["Team/good", "Team/good"]
    assert said(problems) == [f"doc:2: {problem}"]


def test_a_number_without_end_is_a_problem() -> None:
    digits = b"1" * 10_000
    lines = b'{"kind": "Team", "key": "a", "capacity": ' + digits + b"}\n" + GOOD
    records, problems = read(lines)
    assert names(records) == ["Team/good"]
    assert [problem.line for problem in problems] == [1]
    records, problems = read(b"- {kind: Team, key: a, capacity: " + digits + b"}\n" + GOOD_YAML)
    assert names(records) == ["Team/good"]
    assert "is too long a number" in said(problems)[0]


def test_a_line_without_end_is_passed_over() -> None:
    line = b'{"kind": "Team", "key": "' + b"x" * 17 * 2**20 + b'"}\n'
    records, problems = read(GOOD + line + GOOD)
    assert names(records) == ["Team/good", "Team/good"]
    assert said(problems) == ["doc:2: the line is longer than 16 MB (one record a line)"]


def test_a_yaml_record_without_end_ends_the_reading() -> None:
    text = GOOD_YAML + b"- kind: Team\n  key: a\n  description: |\n" + b"    xxxxxxxxx\n" * 2**21
    records, problems = read(text)
    assert names(records) == ["Team/good"]
    assert len(problems) == 1
    assert "a record is larger than 16 MB (the last record that was read begins on line 1)" in str(
        problems[0]
    )


def test_a_yaml_bomb_is_refused_at_its_first_anchor() -> None:
    levels = ["a: &a [lol, lol]"] + [
        f"{b}: &{b} [*{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    records, problems = read("kind: Team\nkey: x\n" + "\n".join(levels) + "\n")
    assert not records
    assert said(problems) == ["doc:3: anchor &a: a document has none (write it out)"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"- {kind: Team, key: &a x}\n", "anchor &a: a document has none (write it out)"),
        (
            b"- {kind: Team, key: !!str x}\n",
            "tag tag:yaml.org,2002:str: a document has none (put texts in quotes)",
        ),
        (
            b"- !!python/object/apply:os.system [ls]\n",
            f"tag {CALL}: a document has none (put texts in quotes)",
        ),
        (
            b"- {kind: Team, key: x, capacity: .nan}\n",
            ".nan is not a number that a document may hold (leave it out, or put it in quotes)",
        ),
        (
            b"- {kind: Team, key: x, ? [a] : b}\n",
            "a name of a property is a plain text",
        ),
        (
            b"- {kind: Team, key: x, kind: Person}\n",
            "'kind' is given twice in one record (keep one of the two)",
        ),
        (
            b"- {kind: Team, key: x, tags: " + b"[" * 40 + b"]" * 40 + b"}\n",
            "the record is nested more than 32 deep (properties are values and lists)",
        ),
        (
            b"- Team\n",
            "'Team' is not a record (a node has kind and key, a relationship has rel, from and to)",
        ),
    ],
)
def test_a_hostile_yaml_record_costs_only_itself(text: bytes, problem: str) -> None:
    records, problems = read(GOOD_YAML + text + GOOD_YAML)
    assert names(records) == ["Team/good", "Team/good"]
    assert said(problems) == [f"doc:2: {problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"- kind: [\n", "doc:3: not YAML: while parsing a flow node, "),
        (b"- kind: \xff\n", "doc:2: not YAML: "),
        (b"- kind: \x00\n", "doc:2: not YAML: control characters are not allowed (0x00)"),
        (b'- "\\ud800"\n', "doc:2: not YAML: "),
        (b"- *nobody\n- @\n", "doc:3: not YAML: "),
        (b"- " + b"[" * 200_000, "doc:2: a record is nested without end"),
        (b"- " + b"{a: " * 200_000, "doc:2: a record is nested without end"),
    ],
)
def test_broken_yaml_ends_the_reading_and_says_where(text: bytes, problem: str) -> None:
    _, problems = read(GOOD_YAML + text)
    assert said(problems)[-1].startswith(problem)


def test_a_fault_deep_in_a_long_yaml_document_has_its_line() -> None:
    text = GOOD_YAML * 5_000 + b"- kind: \xff\n"
    records, problems = read(text)
    assert len(records) > 4_000
    assert problems[0].line == 5_001


def test_hostile_nesting_is_refused_quickly() -> None:
    begun = time.perf_counter()
    for opening in (b"[", b"{a: ", b"- ", b"? "):
        read(GOOD_YAML + b"- " + opening * 300_000, Form.YAML)
        read(b'{"kind": ' + opening * 300_000, Form.JSONL)
        read(b'[{"kind": ' + opening * 300_000, Form.JSON)
    assert time.perf_counter() - begun < 20


def test_a_broken_json_list_gives_what_stands_before_the_fault() -> None:
    records, problems = read('[\n{"kind": "Team", "key": "a"},\n{"kind": "Team" "key": "b"}\n]')
    assert names(records) == ["Team/a"]
    assert said(problems) == [
        "doc:3: not JSON: Expecting ',' delimiter, at column 17 (what follows was not read)"
    ]
    assert said(read(b'[{"kind": "\xff"}]')[1]) == [
        "doc:1: not UTF-8: byte 0xff (save it as UTF-8)"
    ]


def test_texts_with_quotes_braces_and_cypher_come_through_as_they_are() -> None:
    lines = "".join(json.dumps({"kind": "Team", "key": text}) + "\n" for text in HOSTILE)
    records, problems = read(lines)
    assert not problems
    assert [r.key for r in records] == list(HOSTILE)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (b'// teams\n{"kind": "Team", "key": "a"}\n', "JSON has no comments; YAML has"),
        (b'{\n # a team\n "kind": "Team"}', "JSON has no comments; YAML has"),
        (b'[{"kind": "Team", "key": "a"},\n]', "leave the comma before it out"),
        (b"[{'kind': 'Team'}]", "texts stand in double quotes"),
    ],
)
def test_what_often_stands_where_json_is_expected_gets_its_way_out(text: bytes, hint: str) -> None:
    assert read(text, Form.JSON)[1][0].hint == hint


@pytest.mark.parametrize("form", list(Form))
def test_a_document_without_records_says_what_one_is(form: Form) -> None:
    records, problems = read(b"", form)
    assert records == []
    assert problems[0].hint == 'a record is such as {"kind": "Team", "key": "platform"}'


def test_a_record_of_a_list_may_be_no_larger_than_a_line() -> None:
    text = b'[{"kind": "Team", "key": "a"},\n{"kind": "Team", "key": "' + b"x" * 2**24 + b'"}]'
    records, problems = read(text, Form.JSON)
    assert names(records) == ["Team/a"]
    assert said(problems) == ["doc:2: a record is larger than 16 MB (what follows was not read)"]


def test_a_file_of_nothing_but_bad_records_is_not_read_to_its_end() -> None:
    records, problems = read(GOOD + b"{\n" * (MAX_PROBLEMS + 9), Form.JSONL)
    assert names(records) == ["Team/good"]
    assert len(problems) == MAX_PROBLEMS + 1
    assert str(problems[-1]) == "100,000 bad records: what follows was not read (is it a document?)"
