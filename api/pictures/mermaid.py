"""A picture as a Mermaid flowchart, for pages that are written in Markdown."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from api.pictures.colours import FOCUS, INK, SHADES
from api.pictures.lettering import ELLIPSIS, bar, clean, clusters
from api.pictures.picture import Arrows, Edge, Node, Picture

MOST_CHARACTERS: Final = 50_000
"""Mermaid reads no more, unless the page says so (`maxTextSize`)."""
MOST_EDGES: Final = 500
"""Mermaid draws no more, unless the page says so (`maxEdges`)."""
TITLE_CHARACTERS: Final = 90
KEY_CHARACTERS: Final = 48
LINE_CHARACTERS: Final = 64
BAR_CELLS: Final = 10

# Of ASCII only what means nothing to Mermaid and to Markdown, wherever it stands, is left as it is.
_MEANING: Final = re.compile(r"(?![0-9A-Za-z ,])[\x00-\x7f]|\u2060")
_HARMLESS: Final = re.compile(
    r"(?<=[^\W_])[-_/](?=[^\W_])"  # within a word
    r"|(?<=[^\W\d_])[.:](?= |$)"  # after a word, where a number would begin a list
    r"|(?<=\d)%(?=[ ,]|$)"
)
_LATE: Final = re.compile(r"(?<=\\)(?=n)|(?<=:)(?=fa-)|(?<=\$)(?=\$)|(?<=ﬂ)(?=°)|(?<=¶)(?=ß)")
"""What Mermaid still obeys when it has read the entities: a break, an icon, a formula, its own marks.

A word joiner, which nobody sees, keeps them apart.
"""
_JOINER: Final = "\u2060"


def mermaid(picture: Picture) -> str:
    """Write a picture as a flowchart. What Mermaid would not draw of it is left out, and told."""
    nodes = len(picture.nodes)
    while True:
        text = "".join(f"{line}\n" for line in _lines(_fitting(picture, nodes)))
        if len(text) <= MOST_CHARACTERS or nodes <= 1:
            return text
        nodes = min(nodes - 1, nodes * MOST_CHARACTERS // len(text))


def _fitting(picture: Picture, most: int) -> Picture:
    """Give the first nodes of a picture, with the lines between them, and tell what is missing."""
    nodes = picture.nodes[:most]
    kept = {node.id for node in nodes}
    between = [edge for edge in picture.edges if edge.source in kept and edge.target in kept]
    edges = tuple(between[:MOST_EDGES])
    notes = [picture.note]
    if len(nodes) < len(picture.nodes):
        notes.append(f"Mermaid has room for {len(nodes):,} of {len(picture.nodes):,} nodes")
    if len(edges) < len(between):
        notes.append(f"Mermaid draws {len(edges):,} of {len(between):,} lines")
    return replace(picture, nodes=nodes, edges=edges, note="; ".join(filter(None, notes)))


def _lines(picture: Picture) -> Iterator[str]:
    back = picture.arrows is Arrows.LEFT
    # Arrows of Mermaid point forward alone: those to the left are drawn from the right.
    yield "flowchart RL" if back else "flowchart LR"
    yield f"    accTitle: {escaped(picture.title)}"
    yield f"    accDescr: {escaped(picture.description)}"
    for node in picture.nodes:
        yield f'    {node.id}["{"<br/>".join(_label(node))}"]:::{node.tone}'
    if picture.note:
        yield f'    note["{escaped(picture.note)}"]:::unknown'
    for edge in picture.edges:
        ends = (edge.target, edge.source) if back else (edge.source, edge.target)
        yield f"    {ends[0]} {_joint(edge, picture.arrows)} {ends[1]}"
    for tone in dict.fromkeys(
        [*(node.tone for node in picture.nodes), *(t for t, _ in picture.legend)]
    ):
        shades = SHADES[tone]
        yield f"    classDef {tone} fill:{shades.ground},stroke:{shades.strong},color:{INK}"
    for node in picture.nodes:
        if node.focus:
            yield f"    style {node.id} stroke:{FOCUS},stroke-width:3px"


def _label(node: Node) -> Iterator[str]:
    """Give the lines of a box. They are left-aligned or not as the page has it."""
    if node.title != node.key:
        yield escaped(f"{node.kind} · {cut(clean(node.key), KEY_CHARACTERS)}")
    else:
        yield escaped(node.kind)
    yield escaped(cut(clean(node.title), TITLE_CHARACTERS))
    shown = "" if node.progress is None else bar(node.progress, BAR_CELLS)
    for line in (f"{shown} {node.words}", *node.lines):
        if clean(line):
            yield escaped(cut(clean(line), LINE_CHARACTERS))


def _joint(edge: Edge, arrows: Arrows) -> str:
    line = "-.-" if edge.dashed else "===" if edge.strong else "---"
    if arrows is not Arrows.NONE:
        line = f"{line}>" if edge.dashed else f"{line[:-1]}>"
    return f'{line}|"{escaped(edge.label)}"|' if edge.label else line


def cut(text: str, most: int) -> str:
    """Give a text of so many characters at most, with an ellipsis if it is longer."""
    parts = list(clusters(text))
    return text if len(parts) <= most else "".join(parts[: most - 1]).rstrip() + ELLIPSIS


def escaped(text: str) -> str:
    """Write a text so that Mermaid shows its characters, and obeys none of them."""
    plain = _LATE.sub(_JOINER, clean(text))
    harmless = {match.start() for match in _HARMLESS.finditer(plain)}
    return _MEANING.sub(
        lambda found: found[0] if found.start() in harmless else f"#{ord(found[0])};", plain
    )
