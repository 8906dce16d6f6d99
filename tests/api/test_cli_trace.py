"""Tracing: up to the company, down to the leaves, with progress where there is one."""

import pytest
from rich.console import Console

from api.cli.trace import show_trace
from graph.analyses.trace import Trace, trace
from tests.notation import graph_of

CASCADE = """
    Company acme
    Team web
    Objective grow
    Objective faster
    KeyResult users 50%
    KeyResult latency 100%
    KeyResult errors
    WorkItem cache state=active
    WorkItem index state=new
    acme owns grow
    web owns faster
    users measures grow
    faster contributes_to grow
    latency measures faster
    errors measures faster
    cache contributes_to latency
    index part_of cache
    web delivers cache
"""


def traced(text: str, root: str, depth: int = 60) -> Trace:
    return trace(graph_of(text), root=root, depth=depth)


def shown(found: Trace) -> str:
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        show_trace(console, found)
    return captured.get()


def ways(found: Trace) -> list[list[str]]:
    return [[f"{step.kind}/{step.key}" for step in way.path] for way in found.up]


def test_a_leaf_is_traced_up_to_the_company_with_progress_on_the_way() -> None:
    found = traced(CASCADE, "WorkItem/index")
    assert ways(found) == [
        [
            *("Company/acme", "Objective/grow", "Objective/faster", "KeyResult/latency"),
            *("WorkItem/cache", "WorkItem/index"),
        ]
    ]
    by_key = {step.key: step.progress for step in found.up[0].path}
    assert by_key == pytest.approx(
        {"acme": None, "grow": 2 / 3, "faster": 1.0, "latency": 1.0, "cache": None, "index": None}
    )


def test_the_company_is_traced_down_to_the_work() -> None:
    lines = shown(traced(CASCADE, "Company/acme")).splitlines()
    assert [line.strip("│├└─ ") for line in lines] == [
        "Company/acme",
        "Objective/grow  67% of the 75% with data",
        "KeyResult/users  50%",
        "Objective/faster  100% of the 50% with data",
        "KeyResult/errors  no data",
        "KeyResult/latency  100%",
        "WorkItem/cache  [active]",
        "WorkItem/index  [new]",
    ]


def test_one_way_up_is_shown_as_the_top_of_the_tree() -> None:
    text = shown(traced(CASCADE, "Objective/faster"))
    assert text.index("Company/acme") < text.index("Objective/grow") < text.index("latency")


def test_a_team_is_traced_to_all_it_owns_and_delivers() -> None:
    found = traced(CASCADE, "Team/web")
    assert [(c.relation, c.key) for c in found.down.children] == [
        ("OWNS", "faster"),
        ("DELIVERS", "cache"),
    ]


def test_a_diamond_has_two_ways_up_and_is_shown_below_once() -> None:
    diamond = """
        Company acme
        Objective top
        Objective left
        Objective right
        Objective low
        KeyResult k 10%
        acme owns top
        left contributes_to top
        right contributes_to top
        low contributes_to left right
        k measures low
    """
    up = traced(diamond, "KeyResult/k")
    assert [way.path[-3].key for way in up.up] == ["left", "right"]
    assert "Objective/left → Objective/low" in shown(up)
    down = shown(traced(diamond, "Objective/top"))
    assert down.count("KeyResult/k") == 1
    assert down.count("(as above)") == 1


def test_the_depth_bounds_the_tree_and_says_where_it_goes_on() -> None:
    found = traced(CASCADE, "Company/acme", depth=1)
    assert [(c.key, c.cut, c.children) for c in found.down.children] == [("grow", True, ())]
    assert "…" in shown(found)


def test_more_ways_up_than_are_listed_are_told() -> None:
    layers = "\n".join(f"Objective {key}{n}\n" for n in range(6) for key in ("a", "b")) + "\n".join(
        f"{one}{n} contributes_to a{n + 1} b{n + 1}" for n in range(5) for one in ("a", "b")
    )
    found = traced(layers, "Objective/a0")
    assert len(found.up) == 20
    assert found.truncated
    assert "more ways up" in shown(found)


@pytest.mark.parametrize("root", ["Company/acme", "KeyResult/errors", "WorkItem/cache"])
def test_what_has_nothing_above_or_below_is_shown_alone(root: str) -> None:
    kind, _, key = root.partition("/")
    found = traced(f"{kind} {key}", root)
    assert found.up == ()
    assert found.down.children == ()
    assert shown(found).startswith(root)
