"""A design structure matrix drawn: as a heat map in SVG, as a graph in Mermaid and Graphviz."""

from api.painting.subject import Subject
from api.pictures.branch import kind_words
from api.pictures.dot import dot
from api.pictures.drawing import Drawing
from api.pictures.kinds import tone_of
from api.pictures.matrix import (
    Element,
    Matrix,
    matrix_description,
    matrix_note,
    matrix_svg,
    matrix_title,
)
from api.pictures.mermaid import mermaid
from api.pictures.picture import Arrows, Edge, Node, Picture


def drawing_of_matrix(subject: Subject[Matrix]) -> Drawing:
    """Draw a matrix."""
    matrix = subject.result
    return Drawing(
        lambda: matrix_svg(matrix),
        lambda: mermaid(graph_of_matrix(matrix)),
        lambda: dot(graph_of_matrix(matrix)),
        matrix_note(matrix),
    )


def graph_of_matrix(matrix: Matrix) -> Picture:
    """Give the elements as boxes, with arrows to what they need; those of feedback are dashed."""
    nodes = tuple(_box(matrix.kind, found) for found in matrix.elements)
    edges = tuple(
        Edge(
            f"n{mark.column}",
            f"n{mark.row}",
            label=f"{mark.weight:,}" if mark.weight > 1 else "",
            title=f"{mark.weight:,} dependencies" + (", feedback" if mark.feedback else ""),
            dashed=mark.feedback,
        )
        for mark in matrix.marks
        if mark.row != mark.column
    )
    return Picture(
        title=matrix_title(matrix),
        description=f"{matrix_description(matrix)} Arrows of feedback are dashed.",
        nodes=nodes,
        edges=edges,
        note=matrix_note(matrix, len(nodes)),
        arrows=Arrows.LEFT,
    )


def _box(kind: str, found: Element) -> Node:
    return Node(
        id=f"n{found.position}",
        kind=kind_words(kind),
        key=found.key,
        title=found.name or found.key,
        lines=(f"needs {found.inputs:,}, is needed by {found.outputs:,}",),
        tone=tone_of(kind),
    )
