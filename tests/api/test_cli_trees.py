"""Trees on the terminal: numbers in columns, names folded beside their guides, nothing obeyed."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from api.cli.trees import show_tree
from api.pictures.branch import Branch, Place, Told


def shown(root: Branch, width: int = 0, *, focus: str = "", colours: bool = False) -> list[str]:
    """Give the lines on a terminal of that width, or in a pipe."""
    page = io.StringIO()
    console = Console(
        file=page,
        width=width or 100_000,
        force_terminal=width > 0,
        color_system="standard" if colours else None,
        legacy_windows=False,
    )
    show_tree(console, root, focus)
    return page.getvalue().splitlines()


def goal(key: str, *below: Branch, name: str | None = None, **told: object) -> Place:
    return Place("Objective", key, name, Told(measured=True, **told), below)  # type: ignore[arg-type]


TREE = goal(
    "grow",
    Place("KeyResult", "users", "More users", Told(progress=1, measured=True, weight=0.75)),
    goal(
        "faster",
        Place("WorkItem", "cache", None, Told(state="active", owners=("Team/web",))),
        weight=0.25,
    ),
    name="Grow",
    progress=0.5,
    coverage=0.4,
    weight=1.0,
    owners=("Company/acme",),
    cycle="2026-Q1",
)


def test_numbers_stand_in_columns_and_names_before_keys() -> None:
    assert shown(TREE) == [
        "progress       data  weight",
        "████░░░░  50%   40%    100%  O Grow  grow  Company/acme · 2026-Q1",
        "████████ 100%           75%  ├─ KR More users  users",
        "no data                 25%  └─ O faster",
        "                                └─ Work cache  [active]  Team/web",
    ]


def test_on_a_narrow_terminal_bars_and_then_shares_give_way() -> None:
    assert shown(TREE, 60)[1] == "     50%   40%    100%  O Grow  grow  Company/acme · 2026-Q1"
    assert shown(TREE, 60)[3] == " no data           25%  └─ O faster"
    assert shown(TREE, 40)[:2] == ["progress", "     50%  O Grow  grow  Company/acme ·"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_long_names_are_folded_beside_their_guides_and_no_word_is_lost(width: int) -> None:
    names = ["a rather long name of an objective that goes on and on", "x" * 50, "中文" * 30]
    root = goal("top", *(goal(f"o{at}", name=name) for at, name in enumerate(names)))
    lines = shown(root, width)
    assert all(cell_len(line) <= max(width, 30) for line in lines)
    text = "".join(lines).replace(" ", "").replace("│", "")
    assert all(name.replace(" ", "") in text for name in names)


def test_folded_lines_carry_the_guides_on() -> None:
    root = goal("top", goal("a", name="one two three four five"), goal("b"))
    assert shown(root, 30)[2:5] == [
        " no data  ├─ O one two three",
        "          │  four five  a",
        " no data  └─ O b",
    ]


def test_a_tree_without_progress_or_weights_has_no_columns() -> None:
    root = Place("Team", "web", "Web", Told(), (Place("WorkItem", "w", None, Told()),))
    assert shown(root) == ["Team Web  web", "└─ Work w"]


def test_pace_and_confidence_are_words() -> None:
    (_, line) = shown(goal("o", progress=0.2, pace="at_risk", confidence=0.35))
    assert line == "██░░░░░░  20%  O o  at risk  confidence 35%"


def test_what_is_repeated_cut_or_supports_only_says_so() -> None:
    told = Told(relation="SUPPORTS")
    assert shown(Place("Team", "a", None, told, repeated=True)) == ["Team a  supports  (as above)"]
    assert shown(Place("Team", "a", None, Told(), cut=True)) == ["Team a  …"]


def test_the_name_of_what_is_traced_is_set_off_on_a_terminal() -> None:
    assert any(
        "\x1b[1mGrow" in line for line in shown(TREE, 80, focus="Objective/grow", colours=True)
    )
    assert not any("\x1b[1m" in line for line in shown(TREE, 80, colours=True))


def test_there_is_no_colour_in_a_pipe() -> None:
    assert not any("\x1b" in line for line in shown(TREE, colours=True))


def test_a_name_cannot_steer_the_terminal() -> None:
    evil = "red \x1b[31m [bold]x[/bold] \u202e\nend"
    (line,) = shown(Place("Team", "k\x07", evil, Told(state="\x1bs", owners=("Team/\x1b",))))
    assert line == "Team red  [31m [bold]x[/bold]  end  k   [ s]  Team/"


def test_deep_down_names_keep_their_room_and_the_depth_is_told() -> None:
    chain: Place = goal("end")
    for at in range(40):
        chain = goal(f"o{at}", chain)
    last = shown(chain, 50)[-1]
    assert last.endswith("└─ (40) O end")
    assert cell_len(last) <= 50
