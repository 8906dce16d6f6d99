"""The design structure matrix as text."""

import io

from rich.console import Console

from api.cli.structurematrix import show_structure
from graph.analyses.structure.dsm import dsm
from tests.notation import graph_of

LOOP = "Team a\nTeam b\nTeam c\na needs b\nb needs a\nc needs a"


def shown(text: str, width: int = 80) -> list[str]:
    written = io.StringIO()
    show_structure(Console(file=written, width=width), dsm(graph_of(text)))
    return written.getvalue().splitlines()


def test_a_row_shows_what_it_needs_and_a_star_what_comes_after_it() -> None:
    head, first, second, third, legend, _ = shown(LOOP)
    assert head.split() == ["0", "1", "2"]
    assert first.split() == ["a", "0", "■", "1*", "·"]
    assert second.split() == ["b", "1", "1", "■", "·"]
    assert third.split() == ["c", "2", "1", "·", "■"]
    assert "* needs what comes after it" in legend


def test_columns_stand_below_each_other_for_keys_of_any_length() -> None:
    keys = ["a", "b" * 40, *(f"t{n}" for n in range(10))]
    text = "\n".join(["\n".join(f"Team {key}" for key in keys), f"a needs {keys[1]}"])
    head, *lines = shown(text)[:13]
    assert {line[: head.index("0") - 1].split()[-1] for line in lines} == set(head.split())
    diagonal = [line.index("■") for line in lines]
    assert diagonal == [head.index(f" {at}") + len(f" {at}") - 1 for at in range(12)]


def test_a_matrix_without_room_says_how_to_see_it() -> None:
    assert " ".join(shown(LOOP, width=9)).split()[:3] == ["no", "room", "for"]


def test_without_marks_there_is_no_matrix() -> None:
    assert shown("Team a\nTeam b") == []
