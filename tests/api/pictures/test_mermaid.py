"""Mermaid: read back by a small reader of its own, every text is what it was."""

import re

import pytest
from hypothesis import given

from api.pictures.lettering import clean
from api.pictures.mermaid import MOST_CHARACTERS, MOST_EDGES, cut, escaped, mermaid
from api.pictures.picture import Arrows, Edge, Node, Picture
from api.pictures.tree import picture_of
from tests.api.pictures.drawn import HOSTILE, hostile, pictures, place, shared_tree

NODE = re.compile(r'    (\w+)\["([^"]*)"\]:::(\w+)')
LINE = re.compile(r'    (\w+) (---|-->|-\.->?|===|==>)(?:\|"([^"]*)"\|)? (\w+)')
OTHER = re.compile(
    r"flowchart (LR|RL)|    acc(Title|Descr): .*|    classDef \w+ fill:#\w+,stroke:#\w+,color:#\w+"
    r"|    style \w+ stroke:#\w+,stroke-width:3px"
)


def unescaped(text: str) -> str:
    """Give a text with its entities read; a word joiner is not seen."""
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text).replace("\u2060", "")


def read(text: str) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    """Read boxes, by id, with their lines of text, and lines; every line must be understood."""
    nodes: dict[str, list[str]] = {}
    edges = []
    for line in text.splitlines():
        node, edge = NODE.fullmatch(line), LINE.fullmatch(line)
        if node:
            nodes[node[1]] = [unescaped(part) for part in node[2].split("<br/>")]
        elif edge:
            edges.append((edge[1], edge[4], unescaped(edge[3] or "")))
        else:
            assert OTHER.fullmatch(line), line
    return nodes, edges


@given(pictures())
def test_read_back_boxes_and_lines_are_those_of_the_picture(picture: Picture) -> None:
    nodes, edges = read(mermaid(picture))
    note = nodes.pop("note", [""])
    assert note == [clean(picture.note)]
    assert list(nodes) == [node.id for node in picture.nodes]
    for node in picture.nodes:
        assert cut(clean(node.title), 90) in nodes[node.id]
    back = picture.arrows is Arrows.LEFT
    assert edges == [
        (*((edge.target, edge.source) if back else (edge.source, edge.target)), clean(edge.label))
        for edge in picture.edges
    ]


@given(hostile)
def test_an_escaped_text_is_the_text_and_has_no_sign_that_mermaid_obeys(text: str) -> None:
    made = escaped(text)
    assert unescaped(made) == clean(text)
    bare = re.sub(r"#\d+;", "", made)
    assert not set(bare) & set("\"#;<>[]{}()|`*&\\$@~^=!?+'")
    assert "--" not in bare
    assert not re.match(r"\s*([-+*]|\d+[.)])(\s|$)", made)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Team/web 2026-Q1, a_b: 50% done.", "Team/web 2026-Q1, a_b: 50% done."),
        ("1. list", "1#46; list"),
        ("- list", "#45; list"),
        ("www.example.com", "www#46;example#46;com"),
        ("\\n", "#92;#8288;n"),
        ("fa:fa-car", "fa#58;#8288;fa-car"),
        ("$$", "#36;#8288;#36;"),
    ],
)
def test_only_what_has_a_meaning_is_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_shared_node_is_one_box() -> None:
    picture = picture_of([shared_tree(3, 12)], "")
    nodes, edges = read(mermaid(picture))
    assert len(nodes) == len({node.key for node in picture.nodes})
    assert len(edges) == len(picture.edges)


def test_a_line_that_only_supports_is_dashed() -> None:
    root = place("top", place("a", relation="SUPPORTS"), place("b", relation="MEASURES"))
    assert '    n0 -.-|"supports"| n1\n    n0 --- n2\n' in mermaid(picture_of([root], ""))


def test_progress_is_a_bar_of_text() -> None:
    nodes, _ = read(mermaid(picture_of([place("o", progress=0.5)], "")))
    assert nodes["n0"] == ["objective", "o", "█████░░░░░ 50%"]


def test_what_mermaid_has_no_room_for_is_left_out_and_told() -> None:
    boxes = tuple(Node(f"n{at}", "kind", "k" * 40, HOSTILE[0] * 9) for at in range(400))
    text = mermaid(Picture("", "", boxes, ()))
    nodes, _ = read(text)
    assert len(text) <= MOST_CHARACTERS
    assert nodes.pop("note") == [f"Mermaid has room for {len(nodes)} of 400 nodes"]
    assert len(nodes) > 50


def test_more_lines_than_mermaid_draws_are_left_out_and_told() -> None:
    boxes = tuple(Node(f"n{at}", "kind", f"k{at}", "t") for at in range(2))
    nodes, edges = read(mermaid(Picture("", "", boxes, (Edge("n0", "n1"),) * (MOST_EDGES + 7))))
    assert len(edges) == MOST_EDGES
    assert nodes["note"] == ["Mermaid draws 500 of 507 lines"]


@pytest.mark.parametrize(
    ("arrows", "dashed", "strong", "line"),
    [
        (Arrows.NONE, False, False, "n0 --- n1"),
        (Arrows.NONE, True, False, "n0 -.- n1"),
        (Arrows.RIGHT, False, False, "n0 --> n1"),
        (Arrows.RIGHT, False, True, "n0 ==> n1"),
        (Arrows.LEFT, True, False, "n1 -.-> n0"),
    ],
)
def test_lines_are_dashed_bold_and_pointed_as_the_picture_has_it(
    arrows: Arrows, dashed: bool, strong: bool, line: str
) -> None:
    nodes = Node("n0", "k", "a", "a"), Node("n1", "k", "b", "b")
    edge = Edge("n0", "n1", dashed=dashed, strong=strong)
    text = mermaid(Picture("", "", nodes, (edge,), arrows=arrows))
    assert f"    {line}" in text.splitlines()
    assert text.startswith("flowchart RL" if arrows is Arrows.LEFT else "flowchart LR")
