"""Layered mappings: each is what a dictionary would be after the same changes, and none moves."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.layers import LEAST, Layered

KEYS: Final = st.integers(0, 3 * LEAST)
CHANGES: Final = st.lists(
    st.dictionaries(KEYS, st.one_of(st.none(), st.integers()), max_size=2 * LEAST), max_size=8
)


def _changed(entries: dict[int, int], changes: dict[int, int | None]) -> dict[int, int]:
    made = {key: value for key, value in entries.items() if key not in changes}
    return made | {key: value for key, value in changes.items() if value is not None}


def _same(layered: Layered[int, int], entries: dict[int, int]) -> bool:
    each = range(3 * LEAST + 2)
    return (
        len(layered) == len(entries)
        and [layered.get(key) for key in each] == [entries.get(key) for key in each]
        and [key in layered for key in each] == [key in entries for key in each]
    )


@given(st.dictionaries(KEYS, st.integers()), CHANGES)
def test_a_layered_mapping_is_what_a_dictionary_would_be_and_stays_so(
    entries: dict[int, int], steps: list[dict[int, int | None]]
) -> None:
    layered, plain = [Layered(dict(entries))], [dict(entries)]
    for changes in steps:
        layered.append(layered[-1].changed(changes))
        plain.append(_changed(plain[-1], changes))
    assert all(map(_same, layered, plain))
    assert [dict(each) for each in layered] == plain
    assert [dict(each.items()) for each in layered] == plain
    assert [sorted(each.values()) for each in layered] == [sorted(each.values()) for each in plain]
    assert all(map(_same, layered, plain)), "going through it has altered it"


def test_a_key_that_is_gone_has_the_default_and_no_value() -> None:
    layered = Layered({1: 10, 2: 20}).changed({1: None})
    assert layered.get(1, 7) == 7
    assert layered.get(2, 7) == 20
    with pytest.raises(KeyError, match="1"):
        layered[1]


def test_few_changes_share_the_large_dictionary_and_many_make_another() -> None:
    first = Layered(dict.fromkeys(range(10_000), 0))
    few = first.changed({1: 1}).changed({2: 2})
    assert few.layers[0] is first.layers[0]
    many = few.changed(dict.fromkeys(range(5_000), 5))
    assert many.layers[0] is not first.layers[0]
    assert many.layers[1] == {}
