import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.values import Json
from seeds import jsonlines
from seeds.importers.delimited import Columns, table_rows
from tests.seeds.reading import said

FORM = Columns("plain", ("id", "title"), ("start_value",))
LOOSE = Columns("loose", ("Id", "Long Title"), (), loose=True)


def read(path: Path, data: bytes | str) -> tuple[list[tuple[int, dict[str, Json]]], list[str]]:
    """Give the line and the values of each row, and what is said."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    problems: list[Violation] = []
    rows = [row for _, row in table_rows(path, problems.append, (FORM, LOOSE))]
    return [(row.line, dict(row.values)) for row in rows], said(problems)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n \n"])
def test_delimiter_line_end_mark_and_blank_lines_do_not_matter(
    tmp_path: Path, mark: str, end: str, start: str
) -> None:
    text = end.join(
        [f"ID{mark}Title{mark}Start Value", f'a{mark}"x, y; z"{mark}', "", f"b{mark} u {mark}1"]
    )
    rows, problems = read(tmp_path / "f.csv", start + text + end)
    assert not problems
    assert [values for _, values in rows] == [
        {"id": "a", "title": "x, y; z"},
        {"id": "b", "title": "u", "start_value": "1"},
    ]


def test_the_delimiter_that_a_first_line_names_is_taken(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", "sep=;\r\nid;title\r\na;b,c\r\n")
    assert (rows, problems) == ([(3, {"id": "a", "title": "b,c"})], [])


def test_a_delimiter_that_is_guessed_is_told(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", "id,x;title\n")
    assert rows == []
    assert problems == [
        "f.csv:1: the delimiter may be a comma or a semicolon (a comma was taken)",
        "f.csv:1: there is no column 'x;title' (did you mean title?; it was left out)",
        "f.csv:1: the header lacks title (the file was left out)",
    ]


def test_a_row_is_named_by_its_first_line_though_it_has_several(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", 'id,title\na,"1\n2\r\n3"\n\nb,x\nc\nd,y\n')
    assert rows == [
        (2, {"id": "a", "title": "1\n2\r\n3"}),
        (6, {"id": "b", "title": "x"}),
        (8, {"id": "d", "title": "y"}),
    ]
    assert problems == [
        (
            "f.csv:7: the row has 1 cells, the header 2"
            " (put a text that holds a comma in quotes; it was left out)"
        )
    ]


def test_cells_beyond_the_header_are_told_where_they_hold_text(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", "id,title\na,b,, \nc,d,e\n")
    assert rows == [(2, {"id": "a", "title": "b"})]
    assert problems == [
        (
            "f.csv:3: the row has 3 cells, the header 2"
            " (put a text that holds a comma in quotes; it was left out)"
        )
    ]


def test_columns_twice_unknown_and_without_a_name_are_told_and_the_others_read(
    tmp_path: Path,
) -> None:
    rows, problems = read(tmp_path / "f.csv", "id,title,Title,start_valeu,,\na,b,c,d,e,\n")
    assert rows == [(2, {"id": "a", "title": "b"})]
    assert problems == [
        "f.csv:1: the column title is there twice (keep one of the two; the second was left out)",
        "f.csv:1: there is no column 'start_valeu' (did you mean start_value?; it was left out)",
        "f.csv:2: 'e' stands in a column without a name (name the column; it was left out)",
    ]


def test_a_loose_form_passes_over_what_it_does_not_know(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", "Id,Long Title,Other,\na,b,c,d,e,f\n")
    assert (rows, problems) == ([(2, {"Id": "a", "Long Title": "b"})], [])


@pytest.mark.parametrize("data", ["", "\n\n", "x\ny\n", '"id,title\na,b\n', "id\rtitle\r", "sep=,"])
def test_a_file_without_a_known_header_is_left_out(tmp_path: Path, data: str) -> None:
    rows, problems = read(tmp_path / "f.csv", data)
    assert rows == []
    assert problems[-1].endswith("(the file was left out)")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"\xe9,b", "not UTF-8: byte 0xe9 (save it as UTF-8; it was left out)"),
        (
            b'"a"b,c',
            (
                "not CSV: ',' expected after '\"'"
                " (is a quote left open, or one inside a text not doubled?)"
            ),
        ),
        (
            b"a," + b"x" * 200_000,
            (
                "not CSV: field larger than field limit (131072)"
                " (is a quote left open, or one inside a text not doubled?)"
            ),
        ),
    ],
)
def test_a_hostile_row_costs_only_itself(tmp_path: Path, line: bytes, problem: str) -> None:
    rows, problems = read(tmp_path / "f.csv", b"id,title\ngood,1\n" + line + b"\ngood,2\n")
    assert rows == [(2, {"id": "good", "title": "1"}), (4, {"id": "good", "title": "2"})]
    assert problems == [f"f.csv:3: {problem}"]


def test_a_quote_that_is_left_open_is_told_where_it_opens(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "f.csv", 'id,title\na,b\nc,"d\ne,f\n')
    assert rows == [(2, {"id": "a", "title": "b"})]
    assert problems == [
        (
            "f.csv:3: not CSV: unexpected end of data"
            " (is a quote left open, or one inside a text not doubled?)"
        )
    ]


def test_a_line_that_is_too_long_to_be_held_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonlines, "MAX_LINE", 100)
    rows, problems = read(tmp_path / "f.csv", "id,title\na," + "x" * 200 + "\nb,c\n")
    assert rows == [(3, {"id": "b", "title": "c"})]
    assert problems[0].startswith("f.csv:2: the line is longer than ")


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="cannot be read"):
        list(table_rows(tmp_path / "missing.csv", lambda _: None, (FORM,)))


def test_problems_carry_codes_fields_and_places(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,title,odd,id\n")
    problems: list[Violation] = []
    assert list(table_rows(path, problems.append, (FORM,))) == []
    assert [(p.code, p.field, p.source, p.line) for p in problems] == [
        (ErrorCode.UNKNOWN_PROPERTY, "odd", "f.csv", 1),
        (ErrorCode.DUPLICATE, "id", "f.csv", 1),
    ]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: text.replace("\r", "\n")
)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from(",;\t"))
def test_any_table_that_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], mark: str
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerows([FORM.names, *table])
    rows, problems = read(tmp_path_factory.mktemp("t") / "f.csv", stream.getvalue())
    assert not problems
    stripped = [[cell.strip() for cell in cells] for cells in table]
    assert [values for _, values in rows] == [
        {name: cell for name, cell in zip(FORM.names, cells, strict=True) if cell}
        for cells in stripped
        if any(cells)
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_problems(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    rows, problems = read(tmp_path_factory.mktemp("t") / "f.csv", b"id,title\n" + data)
    assert all(line > 1 and values for line, values in rows)
    assert all(problem.startswith("f.csv:") for problem in problems)
