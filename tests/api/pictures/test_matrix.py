"""The matrix: each mark at its row and column with its number, feedback and blocks set off."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pictures.lettering import clean
from api.pictures.matrix import CELL, FEEDBACK, FRAME, MOST_ELEMENTS, SHADES, matrix_svg
from graph.analyses.structure.dsm import Dsm
from tests.api.pictures.drawn import HOSTILE, hostile
from tests.api.pictures.marks import SVG, assert_harmless, corners, texts, titles
from tests.api.pictures.matrices import matrix_of, organisation
from tests.api.pictures.test_svg import contrast


def field(root: ET.Element) -> ET.Element:
    """Give the group of the cells."""
    return root.findall(f"{SVG}g[@transform]")[-1]


def cells(root: ET.Element) -> dict[tuple[float, float], ET.Element]:
    """Give the group of each mark by row and column, as its place says."""
    found = {}
    for group in field(root).findall(f"{SVG}g"):
        ground = group.findall(f"{SVG}rect")[0]
        x, y = float(ground.attrib["x"]), float(ground.attrib["y"])
        found[(y - 0.5) / CELL, (x - 0.5) / CELL] = group
    return found


@st.composite
def matrices(draw: st.DrawFn) -> Dsm:
    names = draw(st.lists(hostile, min_size=1, max_size=7))
    place = st.integers(0, len(names) - 1)
    needs = draw(st.dictionaries(st.tuples(place, place), st.integers(1, 1_000), max_size=9))
    return matrix_of(names, needs, [(0, len(names))] if draw(st.booleans()) else [])


@settings(max_examples=60)
@given(matrices())
def test_marks_stand_at_their_rows_and_columns_with_their_numbers(matrix: Dsm) -> None:
    root = ET.fromstring(matrix_svg(matrix))
    assert_harmless(root)
    drawn = cells(root)
    assert set(drawn) == {(mark.row, mark.column) for mark in matrix.marks}
    for mark in matrix.marks:
        group = drawn[mark.row, mark.column]
        shown = f"{mark.weight}" if mark.weight < 100 else "99+"
        assert group.findtext(f"{SVG}text") == shown
        told = group.findtext(f"{SVG}title") or ""
        assert f"{mark.source} needs {mark.target}: {mark.weight:,} dependenc" in told
        ringed = any(rect.attrib.get("stroke") == FEEDBACK for rect in group.findall(f"{SVG}rect"))
        assert ringed == mark.feedback == ("feedback" in told)


def test_heavier_marks_are_never_lighter() -> None:
    matrix = matrix_of(["a", "b"] * 10, {(9, at): at + 1 for at in range(9)} | {(9, 0): 1})
    drawn = cells(ET.fromstring(matrix_svg(matrix)))
    grounds = [ground for ground, _ in SHADES]
    shades = [
        grounds.index(drawn[9, at].findall(f"{SVG}rect")[0].attrib["fill"]) for at in range(9)
    ]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (0, len(SHADES) - 1)


@pytest.mark.parametrize(("ground", "ink"), SHADES)
def test_numbers_stand_out_from_their_grounds(ground: str, ink: str) -> None:
    assert contrast(ground, ink) >= 4.5


def test_blocks_are_framed() -> None:
    matrix = organisation(50)
    frames = [
        rect
        for rect in field(ET.fromstring(matrix_svg(matrix)))
        if rect.attrib.get("stroke") == FRAME
    ]
    assert [(float(f.attrib["x"]), float(f.attrib["width"])) for f in frames] == [
        (block.first * CELL, block.size * CELL) for block in matrix.blocks
    ]


def test_fifty_rows_and_columns_have_names_within_the_picture_that_do_not_overlap() -> None:
    matrix = organisation(50)
    root = ET.fromstring(matrix_svg(matrix))
    names = [group for group in root.findall(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert len(names) == 100
    rows = [float(group.findall(f"{SVG}text")[0].attrib["y"]) for group in names[::2]]
    assert all(b - a >= 12.5 for a, b in pairwise(rows))
    assert all(group.attrib["transform"].endswith("rotate(-90)") for group in names[1::2])
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    x, y = map(
        float, field(root).attrib["transform"].removeprefix("translate(").removesuffix(")").split()
    )
    ends = list(corners(field(root)))
    assert all(0 <= x + at <= wide and 0 <= y + down <= high for at, down in ends)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_whole_name_is_told_to_who_points_at_it(text: str) -> None:
    root = ET.fromstring(matrix_svg(matrix_of([text], {})))
    assert any(clean(text) in told for told in titles(root))


def test_beyond_what_a_person_reads_the_first_are_drawn_and_the_rest_is_told() -> None:
    many = organisation(MOST_ELEMENTS + 30)
    root = ET.fromstring(matrix_svg(many))
    assert "30 of 150 elements are not drawn" in texts(root)
    assert all(max(place) < MOST_ELEMENTS for place in cells(root))
    cut = matrix_of(["a", "b"], {(1, 0): 1}, count=700)
    assert "698 of 700 elements are not drawn" in texts(ET.fromstring(matrix_svg(cut)))
