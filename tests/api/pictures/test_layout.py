"""Places of boxes: none on another, and no line over a box."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.pictures.layout import Box, layered

Edges = list[tuple[str, str]]
SIZES = st.tuples(st.floats(10, 300), st.floats(10, 120))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], Edges]:
    """Give boxes and any lines between them, circles and lines from a box to itself too."""
    names = [f"n{at}" for at in range(draw(st.integers(1, 14)))]
    ends = st.sampled_from(names)
    return {name: draw(SIZES) for name in names}, draw(st.lists(st.tuples(ends, ends), max_size=24))


def disjoint(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


@given(graphs())
def test_no_two_boxes_overlap_and_all_are_within_the_whole(
    graph: tuple[dict[str, tuple[float, float]], Edges],
) -> None:
    sizes, edges = graph
    found = layered(sizes, edges)
    assert list(found.boxes) == list(sizes)
    assert all(disjoint(a, b) for a, b in combinations(found.boxes.values(), 2))
    for name, box in found.boxes.items():
        assert (box.width, box.height) == sizes[name]
        assert min(box.x, box.y) >= 0
        assert box.x + box.width <= found.width
        assert box.y + box.height <= found.height


@given(graphs())
def test_lines_go_from_left_to_right_between_the_two_boxes_and_over_none(
    graph: tuple[dict[str, tuple[float, float]], Edges],
) -> None:
    sizes, edges = graph
    found = layered(sizes, edges)
    assert len(found.routes) == len(found.bends) == len(edges)
    for (source, target), route in zip(edges, found.routes, strict=True):
        if source == target:
            assert route == ()
            continue
        ends = {left_side(found.boxes[source]), left_side(found.boxes[target])}
        assert route[-1][0] in ends
        assert all(x < to_x for (x, _), (to_x, _) in pairwise(route))
        for box in found.boxes.values():
            assert not any(crosses(a, b, box) for a, b in pairwise(route))


def left_side(box: Box) -> float:
    return box.x


def crosses(begin: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Say whether anything between two points, which turns anywhere between, enters a box."""
    (x, y), (to_x, to_y) = begin, end
    apart_x = to_x <= box.x or box.x + box.width <= x
    apart_y = max(y, to_y) <= box.y or box.y + box.height <= min(y, to_y)
    return not (apart_x or apart_y)


def columns(edges: Edges, names: Sequence[str]) -> dict[str, int]:
    """Give the length of the longest way to each box, by trying all ways."""

    def longest(name: str) -> int:
        return max((1 + longest(source) for source, target in edges if target == name), default=0)

    return {name: longest(name) for name in names}


@given(st.integers(1, 8), st.data())
def test_without_circles_a_box_stands_in_the_column_of_its_longest_way(
    count: int, data: st.DataObject
) -> None:
    names = [f"n{at}" for at in range(count)]
    pairs = [(a, b) for a, b in combinations(names, 2) if data.draw(st.booleans())]
    boxes = layered(dict.fromkeys(names, (50.0, 20.0)), pairs).boxes
    wanted = columns(pairs, names)
    left = sorted({box.x for box in boxes.values()})
    assert {name: left.index(box.x) for name, box in boxes.items()} == wanted


def test_children_stand_in_their_order_and_the_parent_between_them() -> None:
    sizes = dict.fromkeys(["top", "a", "b", "c"], (100.0, 40.0))
    boxes = layered(sizes, [("top", "a"), ("top", "b"), ("top", "c")]).boxes
    assert boxes["a"].y < boxes["b"].y < boxes["c"].y
    assert boxes["top"].y == boxes["b"].y


def test_the_top_of_a_tall_tree_stays_near_its_upper_end() -> None:
    names = [f"n{at}" for at in range(60)]
    sizes = dict.fromkeys(["top", *names], (100.0, 40.0))
    found = layered(sizes, [("top", name) for name in names])
    assert found.height > 2_000
    assert found.boxes["top"].y < 300


def test_a_long_chain_needs_no_recursion() -> None:
    names = [f"n{at}" for at in range(5_000)]
    found = layered(dict.fromkeys(names, (10.0, 10.0)), list(pairwise(names)))
    assert found.boxes[names[-1]].x == max(box.x for box in found.boxes.values())


def test_nothing_has_no_size() -> None:
    found = layered({}, [])
    assert (found.boxes, found.routes, found.width, found.height) == ({}, (), 0, 0)
