"""A matrix drawn in all forms; the graph of it has dashed arrows where the marks are feedback."""

from api.painting.matrices import drawing_of_matrix, graph_of_matrix
from api.painting.painters import painter_of
from api.painting.subject import Subject
from graph.analyses.structure.cycles import Cycles
from graph.analyses.structure.dsm import Dsm
from graph.model.snapshot import Snapshot
from tests.api.pictures.matrices import matrix_of

MATRIX = matrix_of(["a", "b", "c"], {(1, 0): 2, (2, 1): 1, (0, 2): 1, (1, 1): 1}, [(0, 3)])


def test_a_matrix_is_drawn_as_one_and_other_structure_is_not() -> None:
    painter = painter_of(Dsm)
    assert painter is not None
    assert painter.draw is drawing_of_matrix
    assert painter_of(Cycles) is None


def test_the_graph_has_an_arrow_for_each_mark_from_what_needs_to_what_is_needed() -> None:
    picture = graph_of_matrix(MATRIX)
    lines = {(edge.target, edge.source): edge.dashed for edge in picture.edges}
    assert lines == {("n1", "n0"): False, ("n2", "n1"): False, ("n0", "n2"): True}
    assert picture.nodes[0].lines == ("needs 1, is needed by 1",)


def test_all_forms_are_written() -> None:
    drawing = drawing_of_matrix(Subject(Snapshot.build([], []), MATRIX))
    assert drawing.svg().startswith("<svg ")
    assert drawing.mermaid().startswith("flowchart RL\n")
    assert drawing.mermaid().count("-.->") == 1
    assert drawing.dot().count("style=dashed") == 1
    assert drawing.note == ""
