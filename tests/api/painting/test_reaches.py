"""An impact drawn as a tree of its shortest ways, within bounds."""

from api.painting.reaches import MOST_NODES, MOST_STEPS, picture_of_impact
from api.painting.subject import Subject
from api.pictures.picture import Picture
from graph.analyses.dependencies.impact import impact
from graph.model.snapshot import Snapshot
from tests.notation import graph_of

COMPANY = """
    KeyResult k
    Team t
    Team u
    WorkItem a state=active
    WorkItem b
    b needs a
    a contributes_to k
    t delivers a
    u needs t
"""


def picture(snapshot: Snapshot | str, root: str, **values: object) -> Picture:
    graph = graph_of(snapshot) if isinstance(snapshot, str) else snapshot
    found = impact(graph, root=root, **values)  # type: ignore[arg-type]
    return picture_of_impact(Subject(graph, found))


def ways(drawn: Picture) -> set[tuple[str, str]]:
    keys = {node.id: node.key for node in drawn.nodes}
    return {(keys[edge.source], keys[edge.target]) for edge in drawn.edges}


def test_every_step_of_every_path_is_a_line_and_the_root_stands_out() -> None:
    graph = graph_of(COMPANY)
    found = impact(graph, root="Team/t")
    drawn = picture(graph, "Team/t")
    steps = {
        (before.partition("/")[2], after.partition("/")[2])
        for target in found.targets
        for before, after in zip(target.path, target.path[1:], strict=False)
    }
    assert ways(drawn) == steps
    assert [node.key for node in drawn.nodes if node.focus] == ["t"]
    assert drawn.title == "What hangs on Team/t"
    assert drawn.note == ""


def test_what_is_on_the_way_only_says_so() -> None:
    drawn = picture(COMPANY, "Team/t", kinds=("KeyResult",))
    lines = {node.key: node.lines for node in drawn.nodes}
    assert lines == {"t": (), "a": ("active", "on the way, not listed"), "k": ()}


def test_upstream_is_what_it_needs() -> None:
    drawn = picture(COMPANY, "WorkItem/b", direction="upstream")
    assert drawn.title == "What WorkItem/b needs"
    assert ways(drawn) == {("b", "a"), ("a", "t")}


def test_what_the_depth_cut_off_is_told() -> None:
    drawn = picture(COMPANY, "Team/t", depth=1)
    assert drawn.note == "there is more behind what was asked for"
    assert "… goes on" in next(node.lines for node in drawn.nodes if node.key == "a")


def test_many_targets_and_long_ways_are_cut_and_counted() -> None:
    wide = "\n".join(
        ["WorkItem r", *(f"WorkItem w{at}\nw{at} needs r" for at in range(MOST_NODES + 50))]
    )
    drawn = picture(wide, "WorkItem/r")
    assert len(drawn.nodes) == MOST_NODES
    assert drawn.note == "51 of 130 that are reached are not drawn"
    chain = "\n".join(
        ["WorkItem w0", *(f"WorkItem w{at}\nw{at} needs w{at - 1}" for at in range(1, 40))]
    )
    drawn = picture(chain, "WorkItem/w0")
    assert len(drawn.nodes) == MOST_STEPS + 1
    assert drawn.nodes[-1].lines == ("… goes on",)
    assert drawn.note == f"{39 - MOST_STEPS} of 39 that are reached are not drawn"
