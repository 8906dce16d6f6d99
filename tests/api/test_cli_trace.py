"""Tracing: up to the company, down to the leaves, with progress where there is one."""

import io

import pytest
from rich.console import Console

from api.cli.trace import show_trace
from api.painting.trees import picture_of_result
from graph.analyses.goals.trace import Trace, trace
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
    page = io.StringIO()
    show_trace(Console(file=page, width=200, color_system=None), found)
    return page.getvalue()


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
    assert shown(traced(CASCADE, "Company/acme")).splitlines() == [
        "progress       data",
        "                     Company acme",
        "█████░░░  67%   75%  └─ O grow  Company/acme",
        "████░░░░  50%           ├─ KR users",
        "████████ 100%   50%     └─ O faster  Team/web",
        "no data                    ├─ KR errors",
        "████████ 100%              └─ KR latency",
        "                              └─ Work cache  [active]  Team/web",
        "                                 └─ Work index  [new]",
        "carried by web",
    ]


def test_one_way_up_is_shown_as_the_top_of_the_tree() -> None:
    text = shown(traced(CASCADE, "Objective/faster"))
    assert text.index("Company acme") < text.index("O grow") < text.index("KR latency")


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
    assert shown(up).splitlines()[:2] == [
        "Company acme → O top → O left → O low",
        "Company acme → O top → O right → O low",
    ]
    down = shown(traced(diamond, "Objective/top"))
    assert down.count("KR k") == 1
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
    assert f"and {found.path_count - 20} more ways up" in shown(found)
    assert picture_of_result(found).note == f"{found.path_count - 20} ways up are not drawn"


@pytest.mark.parametrize(
    ("root", "words"),
    [("Company/acme", "Company acme"), ("KeyResult/errors", "KR errors"), ("WorkItem/w", "Work w")],
)
def test_what_has_nothing_above_or_below_is_shown_alone(root: str, words: str) -> None:
    kind, _, key = root.partition("/")
    found = traced(f"{kind} {key}", root)
    assert found.up == ()
    assert found.down.children == ()
    assert words in shown(found)


def test_what_does_not_reach_the_company_says_why() -> None:
    text = shown(traced("KeyResult errors 5%", "KeyResult/errors"))
    assert "does not reach a company: KeyResult/errors measures no objective" in text


def test_ways_that_only_support_are_told_apart() -> None:
    text = shown(traced(CASCADE + "\nObjective aside\naside supports grow", "Objective/aside"))
    assert "supports: Company acme → O grow" in text


def test_of_many_teams_some_are_named_and_the_rest_is_counted() -> None:
    teams = "\n".join(
        f"Team t{at}\nObjective o{at}\nt{at} owns o{at}\no{at} contributes_to top"
        for at in range(15)
    )
    text = shown(traced(f"Company acme\nObjective top\nacme owns top\n{teams}", "Objective/top"))
    assert text.splitlines()[-1].startswith("carried by t0, t1, ")
    assert text.splitlines()[-1].endswith(", and 3 more teams")


def test_a_way_that_is_longer_than_a_tree_is_deep_is_told_by_its_ends() -> None:
    low = 20_000
    chain = "\n".join(
        f"Objective o{at}\no{at} contributes_to o{at - 1}" for at in range(1, low + 1)
    )
    graph = f"Company acme\nObjective o0\nacme owns o0\n{chain}\nKeyResult k 40%\nk measures o{low}"
    lines = shown(traced(graph, f"Objective/o{low}")).splitlines()
    assert lines[0].startswith("Company acme → O o0 → O o1 → ")
    assert " → … 19,981 more … → " in lines[0]
    assert lines[0].endswith(f" → O o{low - 1}")
    assert [line.split()[-1] for line in lines[1:]] == ["progress", f"o{low}", "k"]
