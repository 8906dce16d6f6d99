from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import Violation
from graph.model.codec import BadValue
from seeds.importers.cells import Number, Unclear, day, moment, number, parse_number, ratio
from seeds.importers.rows import Row
from tests.seeds.reading import said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("\u22123", -3),
        ("+4", 4),
        ("1234.5", 1234.5),
        (".5", 0.5),
        ("12,5", 12.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1.234", 1.234),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234", 1234),
        ("1\u202f234\u202f567,8", 1_234_567.8),
        ("1'234", 1234),
        ("1e3", 1000),
        ("1.5E-2", 0.015),
    ],
)
def test_a_number_is_read_where_only_one_is_meant(text: str, value: float) -> None:
    assert parse_number(text) == Number(value)
    assert parse_number(f" {text} % ") == Number(value, percent=True)


@pytest.mark.parametrize("text", ["1,234", "-12,345", "999,000", "1,234%"])
def test_what_may_be_thousands_or_decimals_is_unclear_with_both_ways_out(text: str) -> None:
    with pytest.raises(Unclear, match="may be") as error:
        parse_number(text)
    bare = text.removesuffix("%")
    assert error.value.hint == f"write {bare.replace(',', '')} or {bare.replace(',', '.')}0"
    ways = error.value.hint.removeprefix("write ").split(" or ")
    assert [parse_number(way, decimal_comma=True).value for way in ways] == [
        float(bare.replace(",", "")),
        float(bare.replace(",", ".")),
    ]


def test_a_dot_before_three_digits_is_unclear_only_where_decimals_may_have_a_comma() -> None:
    assert parse_number("1.500").value == 1.5
    with pytest.raises(Unclear, match=r"may be 1500 or 1\.5000"):
        parse_number("1.500", decimal_comma=True)
    assert parse_number("0.500", decimal_comma=True).value == 0.5
    assert parse_number("1.50", decimal_comma=True).value == 1.5


@pytest.mark.parametrize(
    "text",
    [
        "", "%", "abc", "1,234,5", "1.234.5", "12,34,567", "1,23,456", "1.2.3", "--1", "1 2", "$5",
        "5 km", "nan", "inf", "1e999", "9" * 61, "0x10", "1_000", "(5)", "1 234 5",
    ],
)  # fmt: skip
def test_what_is_no_number_is_told(text: str) -> None:
    with pytest.raises(BadValue, match="is not a number") as error:
        parse_number(text)
    assert not isinstance(error.value, Unclear)


@given(st.decimals(-(10**12), 10**12, places=4))
def test_a_number_as_python_writes_it_is_read_back(value: Decimal) -> None:
    assert parse_number(f"{value:f}").value == float(value)


@given(st.integers(10**6, 10**15), st.sampled_from(",.' \u00a0"))
def test_thousands_set_apart_twice_or_more_mean_one_number(value: int, mark: str) -> None:
    assert parse_number(f"{value:,}".replace(",", mark)).value == value


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_a_bad_value(text: str) -> None:
    with suppress(BadValue):
        value = parse_number(text).value
        assert float(value) - float(value) == 0


def row(**cells: str) -> tuple[Row, list[Violation]]:
    problems: list[Violation] = []
    return Row(dict(cells), "f.csv", 7, problems.append), problems


def test_a_bad_cell_is_told_with_line_column_value_and_way_out_and_left_out() -> None:
    cells, problems = row(start="1,500", target="soon")
    assert number(cells, "start") is number(cells, "target") is number(cells, "low") is None
    assert said(problems) == [
        "f.csv:7: start '1,500' may be 1500 or 1.5000 (write 1500 or 1.5000; it was left out)",
        (
            "f.csv:7: target 'soon' is not a number "
            "(write digits with a dot for the decimals, such as 1234.5; it was left out)"
        ),
    ]
    assert [(p.field, p.value) for p in problems] == [("start", "'1,500'"), ("target", "'soon'")]


def test_a_percent_sign_needs_a_unit_that_is_per_cent() -> None:
    cells, problems = row(current="70%")
    assert number(cells, "current", "%") == number(cells, "current") == Number(70, percent=True)
    assert number(cells, "current", "users") is None
    assert said(problems) == [
        (
            "f.csv:7: current '70%' is in per cent, the unit is 'users' "
            "(write it in users; it was left out)"
        )
    ]


def test_a_ratio_in_per_cent_is_divided() -> None:
    cells, problems = row(a="70%", b="0.7", c="x")
    assert (ratio(cells, "a"), ratio(cells, "b"), ratio(cells, "c")) == (0.7, 0.7, None)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("31.03.2026", "write 2026-03-31; it was left out"),
        ("2026/3/31", "write 2026-03-31; it was left out"),
        ("31.02.2026", "write the day as YYYY-MM-DD; it was left out"),
        ("03/04/2026", "write the day as YYYY-MM-DD; it was left out"),
        ("46112", "write the day as YYYY-MM-DD; it was left out"),
        ("2026-02-30", "write the day as YYYY-MM-DD; it was left out"),
    ],
)
def test_a_day_that_is_not_iso_is_left_out_with_the_iso_form_where_only_one_is_meant(
    text: str, hint: str
) -> None:
    cells, problems = row(at=text)
    assert moment(cells, "at") == day(cells, "at") == ""
    assert [problem.hint for problem in problems] == [hint, hint]


@given(st.dates(date(1000, 1, 1)))
def test_a_hint_on_a_day_names_that_day(value: date) -> None:
    cells, problems = row(at=f"{value.day}.{value.month}.{value.year}")
    assert moment(cells, "at") == ""
    assert problems[0].hint.startswith(f"write {value.isoformat()};")


def test_an_instant_is_a_moment_and_no_day() -> None:
    cells, problems = row(at="2026-03-01T09:30:00Z", on="2026-03-01")
    assert moment(cells, "at") == "2026-03-01T09:30:00Z"
    assert day(cells, "on") == "2026-03-01"
    assert (day(cells, "at"), day(cells, "none")) == ("", "")
    assert [problem.field for problem in problems] == ["at"]
