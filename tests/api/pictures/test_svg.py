"""SVG: well-formed whatever the names, with nothing that runs, all text in it, legible colours."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from api.pictures import colours
from api.pictures.lettering import clean
from api.pictures.picture import Arrows, Edge, Node, Picture, Tone
from api.pictures.svg import svg
from api.pictures.tree import picture_of
from tests.api.pictures.drawn import HOSTILE, pictures, place, shared_tree
from tests.api.pictures.marks import numbers

SVG = "{http://www.w3.org/2000/svg}"
MARKS = {"svg", "g", "title", "desc", "rect", "path", "text"}


def drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(svg(picture))


def boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """Give left, top, right and bottom of every box, by the transforms of their groups."""
    (field,) = [group for group in root if group.tag == f"{SVG}g"]
    found = []
    for group in field.findall(f"{SVG}g[@transform]"):
        words = group.attrib["transform"].removeprefix("translate(").removesuffix(")")
        x, y = map(float, words.split())
        ground = group.find(f"{SVG}rect")
        assert ground is not None
        wide, high = float(ground.attrib["width"]), float(ground.attrib["height"])
        found.append((x, y, x + wide, y + high))
    return found


@given(pictures())
def test_it_is_well_formed_and_made_of_harmless_marks_whatever_the_texts(picture: Picture) -> None:
    root = drawn(picture)
    for mark in root.iter():
        assert mark.tag.removeprefix(SVG) in MARKS
        assert not any("href" in name or name.startswith("on") for name in mark.attrib)
        assert not any("url(" in value for value in mark.attrib.values())
    assert {mark.attrib["font-family"] for mark in root.iter() if "font-family" in mark.attrib} == {
        "sans-serif"
    }


@given(pictures())
def test_the_whole_text_of_every_box_is_there_for_who_points_at_it(picture: Picture) -> None:
    root = drawn(picture)
    told = [title.text or "" for title in root.iter(f"{SVG}title")]
    for node in picture.nodes:
        assert any(clean(node.key) in text and clean(node.title) in text for text in told)


@given(pictures())
def test_it_names_and_describes_itself(picture: Picture) -> None:
    title, described = list(drawn(picture))[:2]
    assert (title.tag, title.text or "") == (f"{SVG}title", clean(picture.title))
    assert described.tag == f"{SVG}desc"
    assert clean(picture.description) in (described.text or "")
    assert clean(picture.note) in (described.text or "")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_is_shown_as_it_is_or_cut(text: str) -> None:
    shown = drawn(Picture("", "", (Node("n0", "k", "key", text),), ()))
    parts = [mark.text or "" for mark in shown.iter(f"{SVG}text")]
    (heading,) = [at for at, part in enumerate(parts) if part == "k · key"]
    whole, found = clean(text).replace(" ", ""), "".join(parts[heading + 1 :]).replace(" ", "")
    assert found == whole or (found[-1] == "…" and whole.startswith(found[:-1]))


@pytest.mark.parametrize("seed", range(5))
def test_fifty_boxes_lie_apart_and_within_the_picture(seed: int) -> None:
    root = drawn(picture_of([shared_tree(seed, 50)], "fifty"))
    found = boxes(root)
    assert len(found) == 50
    for (x, y, right, bottom), (to_x, to_y, to_right, to_bottom) in combinations(found, 2):
        assert right <= to_x or to_right <= x or bottom <= to_y or to_bottom <= y
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {wide:g} {high:g}"
    assert max(right for _, _, right, _ in found) < wide
    assert max(bottom for _, _, _, bottom in found) < high


@pytest.mark.parametrize(("progress", "share"), [(0, 0), (0.25, 0.25), (1, 1), (1.5, 1)])
def test_the_bar_is_filled_by_the_progress(progress: float, share: float) -> None:
    node = Node("n0", "k", "key", "t", (), progress, "words", Tone.GOOD)
    strong = colours.SHADES[Tone.GOOD].strong
    bars = [
        float(mark.attrib["width"])
        for mark in drawn(Picture("", "", (node,), ())).iter(f"{SVG}rect")
        if mark.attrib["height"] == "8" and mark.attrib["fill"] == strong
    ]
    assert bars == ([72 * share] if share else [])


def test_a_line_that_only_supports_is_dashed_and_says_so() -> None:
    root = place("top", place("a", relation="SUPPORTS"), place("b", relation="MEASURES"))
    shown = drawn(picture_of([root], ""))
    dashes = [path.attrib.get("stroke-dasharray") for path in shown.iter(f"{SVG}path")]
    assert dashes == ["5 4", None]
    assert "supports" in [mark.text for mark in shown.iter(f"{SVG}text")]


def test_what_is_left_out_is_written_in_the_picture() -> None:
    root = place("top", *(place(f"k{at}") for at in range(500)))
    shown = drawn(picture_of([root], ""))
    assert len(boxes(shown)) == 400
    assert "101 of 501 nodes are not drawn" in [mark.text for mark in shown.iter(f"{SVG}text")]


def test_a_line_from_a_box_to_itself_is_not_drawn() -> None:
    picture = Picture("", "", (Node("n0", "k", "key", "t"),), (Edge("n0", "n0"),))
    assert list(drawn(picture).iter(f"{SVG}path")) == []


def luminance(colour: str) -> float:
    """Give the relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("tone", Tone)
def test_texts_bars_and_borders_stand_out_from_what_they_stand_on(tone: Tone) -> None:
    shades = colours.SHADES[tone]
    for ground in (shades.ground, colours.PAPER):
        for ink in (colours.INK, colours.SOFT_INK, shades.strong):
            assert contrast(ink, ground) >= 4.5
        assert contrast(colours.FOCUS, ground) >= 3
    assert contrast(shades.strong, shades.rest) >= 3
    assert contrast(colours.LINE, colours.PAPER) >= 3


@pytest.mark.parametrize(
    ("arrows", "ways"), [(Arrows.NONE, []), (Arrows.RIGHT, [1]), (Arrows.LEFT, [-1])]
)
def test_arrows_point_to_the_end_that_the_picture_says(arrows: Arrows, ways: list[int]) -> None:
    nodes = Node("n0", "k", "a", "a"), Node("n1", "k", "b", "b")
    root = drawn(Picture("", "", nodes, (Edge("n0", "n1"),), arrows=arrows))
    heads = [
        numbers(path.attrib["d"])
        for path in root.iter(f"{SVG}path")
        if path.attrib["fill"] != "none"
    ]
    assert [1 if tip > back else -1 for tip, _, back, *_ in heads] == ways
    left, right = sorted(boxes(root))
    for tip, *_ in heads:
        assert tip in {left[2], right[0]}


def test_a_line_that_runs_backwards_has_its_arrow_at_the_same_box() -> None:
    nodes = tuple(Node(f"n{at}", "k", str(at), str(at), column=at) for at in (0, 1))
    for source, target in (("n0", "n1"), ("n1", "n0")):
        picture = Picture("", "", nodes, (Edge(source, target),), arrows=Arrows.RIGHT)
        (head,) = [
            numbers(path.attrib["d"])
            for path in drawn(picture).iter(f"{SVG}path")
            if path.attrib["fill"] != "none"
        ]
        assert (head[0] > head[2]) == (target == "n1")
