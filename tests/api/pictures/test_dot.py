"""DOT: read back by a small reader of its own, every text is what it was."""

import re
from html import unescape

import pytest
from hypothesis import given

from api.pictures.dot import dot, left, quoted
from api.pictures.lettering import clean
from api.pictures.picture import Arrows, Picture
from api.pictures.tree import picture_of
from tests.api.pictures.drawn import hostile, pictures, place, shared_tree

STRING = r'"(?:[^"\\]|\\.)*"'
ATTRIBUTE = rf"(\w+)=({STRING}|\w+)"
STATEMENT = re.compile(rf"    (\w+)(?: -> (\w+))? \[((?:{ATTRIBUTE}(?:, )?)+)\];")
DEFAULTS = re.compile(rf"    (?:(?:graph|node|edge) \[{ATTRIBUTE}(?:, {ATTRIBUTE})*\]; ?)+")


def texts(string: str) -> list[str]:
    """Give the lines of a string of the language as Graphviz shows them."""
    lines, line = [], ""
    for escape, char in re.findall(r"(\\.)|([^\\])", string[1:-1]):
        if escape == "\\l":
            lines.append(line)
            line = ""
        else:
            assert escape in {"", "\\\\", '\\"'}
            line += escape[1:] or char
    return [entities(text) for text in (*lines, line) if text]


def entities(text: str) -> str:
    """Read entities as Graphviz does: those of HTML that end with a semicolon."""
    return re.sub(r"&#?\w+;", lambda found: unescape(found[0]), text)


def read(text: str) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]]]:
    """Read boxes and lines with their attributes; every line must be understood."""
    first, *rest, last = text.splitlines()
    assert (first, last) == ("digraph headwater {", "}")
    nodes, edges = {}, []
    for line in rest:
        found = STATEMENT.fullmatch(line)
        if not found or found[1] in {"graph", "node", "edge"}:
            assert DEFAULTS.fullmatch(line), line
            continue
        attributes = dict(re.findall(ATTRIBUTE, found[3]))
        if found[2]:
            edges.append((found[1], found[2], attributes))
        else:
            nodes[found[1]] = attributes
    return nodes, edges


@given(pictures())
def test_read_back_boxes_and_lines_are_those_of_the_picture(picture: Picture) -> None:
    nodes, edges = read(dot(picture))
    assert list(nodes) == [node.id for node in picture.nodes]
    for node in picture.nodes:
        whole = clean(f"{node.kind} {node.key}: {node.title}")
        assert texts(nodes[node.id]["tooltip"]) == [whole]
    assert [
        (source, target, "style" in more, "penwidth" in more) for source, target, more in edges
    ] == [(edge.source, edge.target, edge.dashed, edge.strong) for edge in picture.edges]


@given(hostile)
def test_a_string_is_the_text_and_nothing_in_it_is_obeyed(text: str) -> None:
    assert re.fullmatch(STRING, quoted(text))
    assert texts(quoted(text)) == ([clean(text)] if clean(text) else [])
    assert texts(left(["a", text, "b"])) == [part for part in ("a", clean(text), "b") if part]


def test_the_text_of_a_box_is_folded_and_has_its_bar() -> None:
    root = place("o" * 200, progress=0.3)
    nodes, _ = read(dot(picture_of([root], "")))
    lines = texts(nodes["n0"]["label"])
    assert lines[0] == "objective"
    assert "".join(lines[1:4]).rstrip("…") == "o" * (sum(map(len, lines[1:4])) - 1)
    assert lines[4] == "███░░░░░░░ 30%"


def test_a_shared_node_is_one_box_with_several_lines() -> None:
    picture = picture_of([shared_tree(3, 12)], "")
    nodes, edges = read(dot(picture))
    assert len(nodes) == len({node.key for node in picture.nodes})
    assert len(edges) == len(picture.edges) > len(nodes) - 1


def test_what_is_left_out_is_said_in_the_picture() -> None:
    root = place("top", *(place(f"k{at}") for at in range(500)))
    assert "101 of 501 nodes are not drawn" in dot(picture_of([root], "all"))


@pytest.mark.parametrize(
    ("arrows", "direction"),
    [(Arrows.NONE, "none"), (Arrows.RIGHT, "forward"), (Arrows.LEFT, "back")],
)
def test_arrows_point_to_the_end_that_the_picture_says(arrows: Arrows, direction: str) -> None:
    assert f"    edge [dir={direction}, " in dot(Picture("", "", (), (), arrows=arrows))
