"""Boxes in given columns: none lies on another, no line runs over one, and order is no accident."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from api.pictures.columns import in_columns
from api.pictures.layout import Layout

WIDE, HIGH = 100.0, 40.0


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, int], list[tuple[str, str]]]:
    count = draw(st.integers(1, 12))
    columns = {f"n{at}": draw(st.integers(-2, 2)) for at in range(count)}
    ends = st.sampled_from(sorted(columns))
    return columns, draw(st.lists(st.tuples(ends, ends), max_size=20))


def placed(columns: dict[str, int], edges: list[tuple[str, str]]) -> Layout:
    return in_columns(dict.fromkeys(columns, (WIDE, HIGH)), columns, edges)


@given(graphs())
def test_boxes_lie_apart_within_the_picture_and_in_their_columns(
    graph: tuple[dict[str, int], list[tuple[str, str]]],
) -> None:
    columns, edges = graph
    layout = placed(columns, edges)
    boxes = layout.boxes
    for one, other in combinations(columns, 2):
        if columns[one] == columns[other]:
            assert abs(boxes[one].y - boxes[other].y) >= HIGH - 1e-6
            assert boxes[one].x == boxes[other].x
        else:
            assert (boxes[one].x < boxes[other].x) == (columns[one] < columns[other])
            assert abs(boxes[one].x - boxes[other].x) > WIDE
    for box in boxes.values():
        assert -1e-6 <= box.y <= layout.height - HIGH + 1e-6
        assert 0 <= box.x <= layout.width - WIDE


@given(graphs())
def test_lines_join_their_boxes_and_run_over_none(
    graph: tuple[dict[str, int], list[tuple[str, str]]],
) -> None:
    columns, edges = graph
    layout = placed(columns, edges)
    for (source, target), route, turned in zip(edges, layout.routes, layout.turned, strict=True):
        left, right = (target, source) if turned else (source, target)
        if source == target:
            assert route == ()
            continue
        assert turned == (columns[source] > columns[target])
        for name, (x, y) in ((left, route[0]), (right, route[-1])):
            box = layout.boxes[name]
            assert x in {box.x, box.x + box.width}
            assert box.y - 1e-6 <= y <= box.y + box.height + 1e-6
        for x, y in route[1:-1]:
            assert not any(
                box.x < x < box.x + box.width and box.y < y < box.y + box.height
                for box in layout.boxes.values()
            )


def test_what_is_joined_to_one_thing_stands_around_it() -> None:
    names = [f"n{at}" for at in range(9)]
    columns = {"root": 0} | dict.fromkeys(names, 1)
    layout = placed(columns, [("root", name) for name in names])
    middle = layout.boxes["n4"]
    assert abs(layout.boxes["root"].y - middle.y) < 1e-6


def test_rows_are_ordered_so_that_lines_need_not_cross() -> None:
    columns = {"a": 0, "b": 0, "c": 1, "d": 1}
    layout = placed(columns, [("a", "d"), ("b", "c")])
    boxes = layout.boxes
    assert (boxes["a"].y < boxes["b"].y) == (boxes["d"].y < boxes["c"].y)


def test_a_line_within_a_column_bows_away_from_the_middle() -> None:
    columns = {"root": 0, "l1": -1, "l2": -1, "r1": 1, "r2": 1}
    layout = placed(columns, [("l1", "l2"), ("r1", "r2")])
    left, right = layout.routes
    assert left[1][0] < left[0][0] == left[2][0] == layout.boxes["l1"].x
    assert right[1][0] > right[0][0] == layout.boxes["r1"].x + WIDE
    assert layout.boxes["l1"].x > 0
