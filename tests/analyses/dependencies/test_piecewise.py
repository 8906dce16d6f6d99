from hypothesis import given
from hypothesis import strategies as st

from graph.analyses.dependencies.piecewise import PIECE, sorted_in_pieces


@given(st.lists(st.integers(0, 9)), st.integers(0, 2))
def test_rows_come_in_the_order_that_sorting_at_once_gives_ties_included(
    numbers: list[int], times: int
) -> None:
    many = [(number * 7919 % 101, place) for place, number in enumerate(numbers)]
    many += [(place * 7919 % 101, -place) for place in range(times * PIECE)]
    assert sorted_in_pieces(many, lambda row: row[0]) == sorted(many, key=lambda row: row[0])
