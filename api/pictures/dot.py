"""A picture in the language of Graphviz."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from api.pictures.colours import FOCUS, INK, LINE, SHADES, SOFT_INK
from api.pictures.elements import FONTS
from api.pictures.lettering import bar, clean, folded
from api.pictures.picture import Arrows, Edge, Node, Picture

ROOM: Final = 30.0
"""Width of a box's text in ems."""
TITLE_LINES: Final = 3
BAR_CELLS: Final = 10
_DIRECTIONS: Final[Mapping[Arrows, str]] = {
    Arrows.NONE: "none",
    Arrows.RIGHT: "forward",
    Arrows.LEFT: "back",
}


def dot(picture: Picture) -> str:
    """Write a picture as a graph for `dot`, in which what is left stands left."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    head = [*folded(clean(picture.title), 60, 2), *folded(clean(picture.note), 60, 2)]
    yield "digraph headwater {"
    whole = {"label": left(head), "tooltip": quoted(picture.description)}
    yield f"    graph [rankdir=LR, labelloc=t, labeljust=l, fontsize=16, {_listed(whole)}];"
    yield f'    node [shape=box, style="rounded,filled", fontsize=11, fontcolor="{INK}"];'
    yield f'    edge [dir={_DIRECTIONS[picture.arrows]}, fontsize=10, color="{LINE}", fontcolor="{SOFT_INK}"];'
    yield f'    graph [fontname="{FONTS}"]; node [fontname="{FONTS}"]; edge [fontname="{FONTS}"];'
    for node in picture.nodes:
        yield f"    {node.id} [{_box(node)}];"
    for edge in picture.edges:
        yield f"    {edge.source} -> {edge.target} [{_joint(edge)}];"
    yield "}"


def _listed(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in attributes.items())


def _box(node: Node) -> str:
    shades = SHADES[node.tone]
    heading = node.kind if node.title == node.key else f"{node.kind} · {node.key}"
    shown = "" if node.progress is None else bar(node.progress, BAR_CELLS)
    texts = [*folded(clean(heading), ROOM, 1), *folded(clean(node.title), ROOM, TITLE_LINES)]
    for line in (f"{shown} {node.words}", *node.lines):
        texts += folded(clean(line), ROOM, 1)
    made = {
        "label": left(texts),
        "tooltip": quoted(f"{node.kind} {node.key}: {node.title}"),
        "fillcolor": quoted(shades.ground),
        "color": quoted(FOCUS if node.focus else shades.strong),
    }
    return _listed(made | ({"penwidth": "3"} if node.focus else {}))


def _joint(edge: Edge) -> str:
    made = {"tooltip": quoted(edge.title or edge.label)}
    if edge.label:
        made |= {"label": left(folded(clean(edge.label), ROOM, 1))}
    if edge.strong:
        made |= {"penwidth": "2", "color": quoted(INK)}
    return _listed(made | ({"style": "dashed"} if edge.dashed else {}))


def quoted(text: str) -> str:
    """Write a text as a string of the language, in which Graphviz finds nothing to replace."""
    return f'"{_escaped(text)}"'


def left(lines: Iterable[str]) -> str:
    """Write lines as one string whose lines begin at the left."""
    return f'"{"".join(_escaped(line) + chr(92) + "l" for line in lines)}"'


def _escaped(text: str) -> str:
    # Graphviz reads entities of HTML in every string, and \N and its like in labels and tooltips.
    plain = clean(text).replace("&", "&amp;")
    return plain.replace("\\", "\\\\").replace('"', '\\"')
