import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadUsage, Violation
from seeds.checkins import CHECK_INS, CheckInRow, read_check_ins
from tests.seeds.reading import said
from tests.strategies import HOSTILE


def read(path: Path, text: str) -> tuple[list[CheckInRow], list[str]]:
    path.write_text(text, encoding="utf-8", newline="")
    problems: list[Violation] = []
    return read_check_ins(path, problems.append), said(problems)


def test_a_check_in_is_read_as_it_is_written(tmp_path: Path) -> None:
    rows, problems = read(
        tmp_path / "c.csv",
        "key_result,value,at,confidence,note,by\r\n"
        'mrr,"1,000,000.5",2026-03-31,70%,"fine,\nreally",Ann\r\n'
        "\r\n"
        "churn,70%,31.03.2026,high,,\r\n"
        "ship,done,,0.5,,\r\n",
    )
    assert problems == []
    assert rows == [
        CheckInRow("mrr", 1_000_000.5, "2026-03-31", 0.7, "fine,\nreally", "Ann", "c.csv", 2),
        CheckInRow("churn", "70%", "31.03.2026", "high", None, None, "c.csv", 5),
        CheckInRow("ship", "done", None, 0.5, None, None, "c.csv", 6),
    ]


def test_two_columns_are_enough_in_any_order_and_with_any_delimiter(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "c.csv", "\ufeffValue;Key Result\n12,5;mrr\n")
    assert problems == []
    assert rows == [CheckInRow("mrr", 12.5, None, None, None, None, "c.csv", 2)]


def test_what_is_lacking_or_unclear_is_told_and_left_out(tmp_path: Path) -> None:
    rows, problems = read(
        tmp_path / "c.csv",
        'key_result,value,confidence\nmrr,,1\n,5,1\n,,1\nmrr,"1,500",1\nmrr,5,"1,500"\nmrr,5\n',
    )
    assert rows == [CheckInRow("mrr", 5, None, None, None, None, "c.csv", 6)]
    assert problems == [
        "c.csv:2: the check-in has no value (it was left out)",
        "c.csv:3: the check-in has no key_result (it was left out)",
        "c.csv:4: the check-in has no key_result and no value (it was left out)",
        "c.csv:5: value '1,500' may be 1500 or 1.5000 (write 1500 or 1.5000; it was left out)",
        "c.csv:6: confidence '1,500' may be 1500 or 1.5000 (write 1500 or 1.5000; it was left out)",
        (
            "c.csv:7: the row has 2 cells, the header 3"
            " (put a text that holds a comma in quotes; it was left out)"
        ),
    ]


@pytest.mark.parametrize("text", ["", "key_result,at\na,b\n", "x"])
def test_a_file_without_the_two_columns_is_left_out(tmp_path: Path, text: str) -> None:
    rows, problems = read(tmp_path / "c.csv", text)
    assert rows == []
    assert problems[-1].endswith("(the file was left out)")


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="cannot be read"):
        read_check_ins(tmp_path / "missing.csv", lambda _: None)


hostile = st.one_of(
    st.sampled_from([*HOSTILE, "", "1", "1,500", "70%", "2026-01-01", "mrr", "=1", "\n"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=10),
)
tables = st.lists(st.lists(hostile, min_size=6, max_size=6), max_size=6)


@given(tables)
def test_every_row_is_a_check_in_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([CHECK_INS.names, *table])
    path = tmp_path_factory.mktemp("t") / "c.csv"
    rows, problems = read(path, stream.getvalue())
    told = {int(problem.split(":")[1]) for problem in problems}
    good = [cells for cells in table if any(map(str.strip, cells))]
    assert len({row.line for row in rows} | told) == len(good)
    assert len(rows) <= len(good)
