"""A neighbourhood drawn: columns by side and distance, one line for all that joins two nodes."""

from xml.etree import ElementTree as ET

from api.painting.subject import Subject
from api.painting.surroundings import picture_of_neighborhood
from api.pictures.dot import dot
from api.pictures.mermaid import mermaid
from api.pictures.picture import Picture
from api.pictures.svg import svg
from graph.analyses.dependencies.neighborhood import neighborhood
from tests.notation import graph_of

COMPANY = """
    ValueStream s
    Team t
    Team u
    Team v
    t part_of s
    u part_of s
    t needs v
    t needs v SS
    v needs u
    u needs t
"""


def picture(root: str = "Team/t", **values: object) -> Picture:
    snapshot = graph_of(COMPANY)
    found = neighborhood(snapshot, root=root, **values)  # type: ignore[arg-type]
    return picture_of_neighborhood(Subject(snapshot, found))


def test_what_it_leads_to_stands_left_and_what_leads_to_it_right() -> None:
    columns = {node.key: node.column for node in picture().nodes}
    assert columns == {"t": 0, "s": -1, "v": -1, "u": 1}
    assert [node.key for node in picture().nodes if node.focus] == ["t"]


def test_parallel_relationships_are_one_line_with_their_number() -> None:
    drawn = picture()
    keys = {node.id: node.key for node in drawn.nodes}
    lines = {(keys[edge.target], keys[edge.source]): edge for edge in drawn.edges}
    assert lines["t", "v"].label == "needs (2)"
    assert lines["t", "v"].strong
    assert lines["t", "s"].label == "part of"
    assert not lines["t", "s"].strong
    assert (lines["u", "t"].label, lines["v", "u"].label) == ("needs", "")
    assert lines["v", "u"].title == "Team/v needs Team/u, identified"
    assert set(lines) == {("t", "v"), ("t", "s"), ("u", "s"), ("u", "t"), ("v", "u")}


def test_arrows_point_to_where_the_relationship_leads_in_every_form() -> None:
    drawn = picture()
    names = {node.key: node.id for node in drawn.nodes}
    assert f'    {names["t"]} ==>|"needs #40;2#41;"| {names["v"]}' in mermaid(drawn).splitlines()
    assert mermaid(drawn).startswith("flowchart RL\n")
    assert "edge [dir=back" in dot(drawn)
    heads = [
        path
        for path in ET.fromstring(svg(drawn)).iter("{http://www.w3.org/2000/svg}path")
        if path.attrib["fill"] != "none"
    ]
    assert len(heads) == len(drawn.edges)


def test_what_is_not_drawn_is_told() -> None:
    drawn = picture(limit=1)
    assert len(drawn.nodes) == 2
    assert drawn.note == "2 of 3 nodes around it are not drawn"
    assert drawn.nodes[0].lines == ("… 2 more around it",)


def test_nothing_around_it_is_said() -> None:
    assert "Nothing is around it." in picture(depth=0).description
