"""Pictures of trees: each node once, every line between them, and what is left out is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pictures.branch import Branch, Place, Told, told_by
from api.pictures.picture import Node, Picture, Tone
from api.pictures.tree import picture_of
from tests.api.pictures.drawn import place, places, shared_tree, titles


def lines(picture: Picture) -> set[tuple[str, str, bool]]:
    keys = {node.id: node.key for node in picture.nodes}
    return {(keys[edge.source], keys[edge.target], edge.dashed) for edge in picture.edges}


def box(*roots: Branch, key: str) -> Node:
    (found,) = [node for node in picture_of(roots, "").nodes if node.key == key]
    return found


@given(st.integers(), st.integers(1, 12))
def test_a_node_at_several_places_is_one_box_with_a_line_for_each(seed: int, size: int) -> None:
    root = shared_tree(seed, size)
    found = picture_of([root], "a tree")
    every = list(places(root))
    assert sorted(node.key for node in found.nodes) == sorted({one.key for one, _ in every})
    assert lines(found) == {
        (above.key, one.key, told_by(one).relation == "SUPPORTS")
        for one, above in every
        if above is not None
    }
    assert len(found.edges) == len(lines(found))
    assert len({node.id for node in found.nodes}) == len(found.nodes)


@given(st.integers(), st.integers(2, 12), st.integers(1, 12))
def test_of_too_many_nodes_the_first_levels_are_drawn_and_the_rest_is_counted(
    seed: int, size: int, most: int
) -> None:
    root = shared_tree(seed, size)
    whole, part = picture_of([root], ""), picture_of([root], "", most_nodes=most)
    assert titles(part.nodes) == titles(whole.nodes)[:most]
    drawn = {node.key for node in part.nodes}
    assert lines(part) == {line for line in lines(whole) if {line[0], line[1]} <= drawn}
    missing = len(whole.nodes) - len(part.nodes)
    wanted = f"{missing} of {len(whole.nodes)} nodes are not drawn" if missing else ""
    assert part.note == wanted
    goes_on = {node.key for node in part.nodes if "… goes on" in node.lines}
    assert goes_on == {a for a, b, _ in lines(whole) if a in drawn and b not in drawn}


def test_too_many_lines_are_told() -> None:
    root = place("top", *(place(f"k{at}") for at in range(5)))
    found = picture_of([root], "", most_edges=3)
    assert len(found.edges) == 3
    assert found.note == "2 lines are not drawn"


def test_a_tree_that_is_cut_says_that_it_goes_on() -> None:
    assert box(Place("Objective", "o", None, Told(), cut=True), key="o").lines == ("… goes on",)


def test_several_trees_with_a_node_in_common_are_one_picture() -> None:
    low = place("low", place("leaf"))
    found = picture_of([place("left", low), place("right", low)], "")
    assert lines(found) == {("left", "low", False), ("right", "low", False), ("low", "leaf", False)}


@pytest.mark.parametrize(
    ("told", "tone", "words"),
    [
        (Told(progress=0.7, measured=True), Tone.GOOD, "70%"),
        (Told(progress=0.69, measured=True), Tone.FAIR, "69%"),
        (Told(progress=0.4, measured=True), Tone.FAIR, "40%"),
        (Told(progress=0.39, measured=True), Tone.POOR, "39%"),
        (Told(progress=0.5, coverage=0.25, measured=True), Tone.FAIR, "50% of 25% with data"),
        (Told(progress=0.9, pace="at_risk", measured=True), Tone.POOR, "90%"),
        (Told(progress=0.1, pace="on_track", measured=True), Tone.GOOD, "10%"),
        (Told(measured=True), Tone.UNKNOWN, "no data"),
        (Told(), Tone.PLAIN, ""),
    ],
)
def test_the_tone_follows_pace_or_progress_and_the_words_say_it(
    told: Told, tone: Tone, words: str
) -> None:
    found = box(Place("Team", "k", None, told), key="k")
    assert (found.tone, found.words, found.progress) == (tone, words, told.progress)


def test_a_box_tells_kind_and_key_state_and_owners() -> None:
    told = Told(
        state="in_progress", pace="on_track", confidence=0.8, owners=("Team/a_b",), cycle="2026-Q1"
    )
    found = box(Place("WorkItem", "w", "The work", told), key="w")
    assert (found.kind, found.title) == ("work item", "The work")
    assert found.lines == ("in progress · on track · confidence 80%", "Team/a_b · 2026-Q1")


def test_of_many_owners_two_are_named() -> None:
    told = Told(owners=("Team/a", "Team/b", "Team/c", "Team/d"))
    assert box(Place("Objective", "o", None, told), key="o").lines == (
        "Team/a · Team/b · and 2 more",
    )


def test_lines_are_labelled_with_the_share_and_with_what_the_kinds_do_not_tell() -> None:
    root = place(
        "top",
        place("a", relation="MEASURES", weight=0.25),
        place("b", relation="SUPPORTS"),
        place("c", relation="CONTRIBUTES_TO"),
    )
    found = picture_of([root], "")
    assert [(edge.label, edge.title, edge.dashed) for edge in found.edges] == [
        ("25%", "measures, weighs 25%", False),
        ("supports", "supports", True),
        ("", "contributes to", False),
    ]


def test_the_legend_explains_the_tones_that_are_there() -> None:
    found = picture_of([place("a", place("b", progress=0.9))], "")
    assert [tone for tone, _ in found.legend] == [Tone.GOOD, Tone.UNKNOWN]
    assert "objective 2" in found.description


def test_what_is_in_focus_is_one_box() -> None:
    found = picture_of([place("a", place("b"))], "", focus="Objective/b")
    assert [node.key for node in found.nodes if node.focus] == ["b"]


def test_a_long_chain_needs_no_recursion() -> None:
    chain = place("end")
    for at in range(5_000):
        chain = place(f"o{at}", chain)
    assert len(picture_of([chain], "", most_nodes=9_000).nodes) == 5_001
