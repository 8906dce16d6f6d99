from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import sorting
from graph.model.sorting import sorted_in_runs


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers()), max_size=50), st.booleans())
def test_runs_are_merged_to_what_one_sort_makes(rows: list[tuple[int, int]], down: bool) -> None:
    # Enough copies for several runs; equal ones must keep their order across them.
    many = [(key, value, copy) for copy in range(sorting.RUN // 10) for key, value in rows]
    found = sorted_in_runs(many, lambda row: row[0], reverse=down)
    assert found == sorted(many, key=lambda row: row[0], reverse=down)
