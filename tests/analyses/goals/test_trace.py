from itertools import pairwise

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analyses.goals.alignment import alignment
from graph.analyses.goals.cascade import cascade
from graph.analyses.goals.trace import Trace, TraceWay, trace
from graph.analyses.goals.tracetree import TraceNode
from graph.errors import BadUsage, NotFound
from graph.model.entities import Company, KeyResult, Objective, Team, WorkItem
from graph.model.relations import ContributesTo, Delivers, Measures, Owns, PartOf, Relation
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from tests.analyses.goals.companies import GOALS, OWNERS, WORK, Drawn, companies, ref
from tests.notation import graph_of

ACME = """
    Company acme
    ValueStream shop
    Product cart
    Team web
    Team data
    Team away
    Person ann
    Cycle q1
    Objective grow
    Objective faster
    KeyResult users 50%
    KeyResult latency 100%
    KeyResult errors
    WorkItem cache state=active
    WorkItem index state=new
    WorkItem gone state=cancelled
    acme owns grow
    ann owns faster
    ann member_of data
    web part_of shop
    cart part_of shop
    grow in_cycle q1
    users measures grow
    faster contributes_to grow
    latency measures faster
    errors measures faster
    cache contributes_to latency
    gone contributes_to users
    index part_of cache
    cache for cart
    web delivers cache
    away delivers gone
"""


def traced(text: str, root: str, depth: int = 60) -> Trace:
    return trace(graph_of(text), root=root, depth=depth)


def keys(way: TraceWay | None) -> list[str]:
    return [step.key for step in way.path] if way else []


def relations(way: TraceWay | None) -> list[str | None]:
    return [step.relation for step in way.path] if way else []


def told(ways: tuple[TraceWay, ...]) -> list[list[str]]:
    return [keys(way) for way in ways]


def nodes(tree: TraceNode) -> list[TraceNode]:
    found = [tree]
    for node in found:
        found += node.children
    return found


def test_a_part_is_traced_up_to_the_company_with_relation_progress_owner_and_cycle() -> None:
    found = traced(ACME, "WorkItem/index")
    assert found.reaches_company
    assert found.shortest == found.up[0]
    assert keys(found.shortest) == ["acme", "grow", "faster", "latency", "cache", "index"]
    assert relations(found.shortest) == [
        *(None, "OWNS", "CONTRIBUTES_TO", "MEASURES", "CONTRIBUTES_TO", "PART_OF")
    ]
    _, grow, faster, latency, cache, _ = found.up[0].path
    assert [grow.progress, grow.coverage] == pytest.approx([2 / 3, 0.75])
    assert (grow.owners, grow.cycle) == (("Company/acme",), "q1")
    assert (faster.owners, faster.cycle) == (("Person/ann",), None)
    assert (latency.progress, latency.owners) == (1.0, ())
    assert (cache.progress, cache.coverage, cache.state) == (None, None, "active")
    assert cache.owners == ("Team/web",)


@pytest.mark.parametrize(
    ("root", "above"),
    [
        ("Team/web", ["cache", "web"]),
        ("Team/data", ["ann", "data"]),
        ("Product/cart", ["cache", "cart"]),
        ("ValueStream/shop", ["cache", "web", "shop"]),
        ("Person/ann", ["faster", "ann"]),
        ("KeyResult/errors", ["faster", "errors"]),
    ],
)
def test_every_owner_leads_up_to_the_company_over_what_it_answers_for(
    root: str, above: list[str]
) -> None:
    found = traced(ACME, root)
    assert found.reaches_company
    assert keys(found.shortest)[:3] == ["acme", "grow", "faster"]
    assert any(way[-len(above) :] == above for way in told(found.up))


def test_a_company_objective_is_traced_down_to_the_teams_by_a_shortest_path_each() -> None:
    found = traced(ACME, "Objective/grow")
    data, web = found.teams
    assert (data.key, data.distance) == ("data", 3)
    assert data.path == ("Objective/grow", "Objective/faster", "Person/ann", "Team/data")
    assert (web.key, web.distance) == ("web", 4)
    assert web.path[2:] == ("KeyResult/latency", "WorkItem/cache", "Team/web")
    assert not any(team.supporting for team in found.teams)


def test_the_tree_below_has_what_measures_contributes_and_is_a_part() -> None:
    found = traced(ACME, "Company/acme").down
    assert [(node.key, node.relation) for node in nodes(found)] == [
        ("acme", None),
        ("grow", "OWNS"),
        *(("users", "MEASURES"), ("faster", "CONTRIBUTES_TO")),
        *(("gone", "CONTRIBUTES_TO"), ("errors", "MEASURES"), ("latency", "MEASURES")),
        *(("cache", "CONTRIBUTES_TO"), ("index", "PART_OF")),
    ]
    cache = next(node for node in nodes(found) if node.key == "cache")
    assert (cache.owners, cache.state) == (("Team/web",), "active")


def test_a_company_is_at_the_top_and_needs_no_way() -> None:
    found = traced(ACME, "Company/acme")
    assert (found.reaches_company, found.reason, found.shortest, found.up) == (True, None, None, ())
    assert [team.key for team in found.teams] == ["data", "web"]


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        ("Team/t", "Team/t serves no objective and no key result"),
        ("Objective/lone", "Objective/lone contributes to nothing, and no company owns it"),
        ("KeyResult/loose", "KeyResult/loose measures no objective"),
        ("WorkItem/part", "all ways end at WorkItem/whole and go on to no company"),
        ("KeyResult/k", "all ways end at Objective/lone"),
        ("Objective/friend", "Objective/friend reaches the company by SUPPORTS alone"),
        ("Cycle/q", "Cycle/q serves no objective"),
        ("Objective/many", "end at Objective/a, Objective/b, Objective/c and 2 more"),
    ],
)
def test_what_does_not_reach_a_company_says_why(root: str, reason: str) -> None:
    found = traced(
        """
        Company acme
        Team t
        Cycle q
        Objective top
        Objective lone
        Objective friend
        Objective many
        Objective a
        Objective b
        Objective c
        Objective d
        Objective e
        KeyResult k
        KeyResult loose
        WorkItem whole
        WorkItem part
        acme owns top
        friend supports top
        k measures lone
        part part_of whole
        many contributes_to a b c d e
        """,
        root,
    )
    assert not found.reaches_company
    assert found.shortest is None
    assert reason in (found.reason or "")


DIAMOND = """
    Company acme
    Team t
    Objective top
    Objective left
    Objective right
    Objective side
    Objective low
    KeyResult k 10%
    acme owns top
    t owns low
    left contributes_to top
    right contributes_to top
    low contributes_to left right
    k measures low
    low supports side top
"""


def test_a_diamond_and_what_is_supported_are_told_apart() -> None:
    found = traced(DIAMOND, "KeyResult/k")
    assert told(found.up) == [
        ["acme", "top", "left", "low", "k"],
        ["acme", "top", "right", "low", "k"],
    ]
    assert told(found.supports) == [["side", "low", "k"], ["acme", "top", "low", "k"]]
    assert relations(found.supports[0]) == [None, "SUPPORTS", "MEASURES"]
    assert [way.reaches_company for way in found.supports] == [False, True]
    assert (found.path_count, found.supporting_path_count, found.truncated) == (2, 2, False)


def test_the_tree_shows_a_diamond_once_and_teams_that_only_support_say_so() -> None:
    down = nodes(traced(DIAMOND, "Objective/top").down)
    assert [node.repeated for node in down if node.key == "low"].count(False) == 1
    assert [node.key for node in down].count("k") == 1
    (team,) = traced(DIAMOND, "Objective/side").teams
    assert (team.key, team.supporting) == ("t", True)
    assert team.path == ("Objective/side", "Objective/low", "Team/t")


def test_of_two_links_between_a_pair_the_one_that_carries_progress_counts() -> None:
    text = "Objective a\nObjective b\nTeam t\nt owns b\nb contributes_to a\nb supports a"
    up = traced(text, "Objective/b")
    assert (up.path_count, up.supporting_path_count) == (1, 0)
    (child,) = traced(text, "Objective/a").down.children
    assert child.relation == "CONTRIBUTES_TO"


def test_a_support_that_leads_back_shows_nothing_new() -> None:
    found = traced("Objective a\nObjective b\na supports b\nb contributes_to a", "Objective/b")
    assert (told(found.up), found.supports, found.violations) == ([["a", "b"]], (), ())


def test_dropped_objectives_and_cancelled_work_are_on_no_way() -> None:
    text = """
        Company acme
        Team t
        Team u
        Objective top
        Objective mid state=dropped
        WorkItem w state=cancelled
        acme owns top
        t owns mid
        mid contributes_to top
        u delivers w
        w contributes_to top
    """
    found = traced(text, "Objective/top")
    assert found.teams == ()
    assert [(node.key, node.state) for node in found.down.children] == [("w", "cancelled")]
    assert not traced(text, "Team/t").reaches_company
    assert traced(text, "Objective/mid").reaches_company


def test_a_membership_with_an_end_leads_to_no_team_and_a_dissolved_team_says_so() -> None:
    text = """
        Team t dissolved=2025-12-31
        Team u
        Person ann
        Objective o
        Objective p
        ann owns o
        ann member_of u until=2025-01-01
        t owns p
        p contributes_to o
    """
    (team,) = traced(text, "Objective/o").teams
    assert (team.key, str(team.dissolved)) == ("t", "2025-12-31")
    assert traced(text, "Team/u").up == ()


def test_a_part_is_carried_by_the_team_of_its_whole_unless_it_has_its_own() -> None:
    text = """
        Team t
        Team u
        Objective o
        Objective p
        WorkItem epic
        WorkItem story
        WorkItem task
        story part_of epic
        task part_of epic
        t delivers epic
        u delivers task
        story contributes_to o
        task contributes_to p
    """
    assert [team.key for team in traced(text, "Objective/o").teams] == ["t"]
    assert [team.key for team in traced(text, "Objective/p").teams] == ["u"]
    assert told(traced(text, "Team/t").up) == [["o", "story", "t"]]


def test_the_depth_cuts_the_tree_and_is_bounded() -> None:
    down = traced(ACME, "Company/acme", depth=1).down
    assert [(node.key, node.cut, node.children) for node in down.children] == [("grow", True, ())]
    assert traced(ACME, "Company/acme", depth=0).down.cut
    for depth in (-1, 61):
        with pytest.raises(BadUsage, match=f"depth {depth} is not between 0 and 60"):
            traced(ACME, "Company/acme", depth)


def test_an_unknown_root_is_not_found() -> None:
    with pytest.raises(NotFound, match="Team/wbe"):
        traced(ACME, "Team/wbe")


@given(companies(), st.sampled_from((*GOALS, *WORK, *OWNERS)))
@settings(max_examples=200, deadline=None)
def test_the_ways_up_are_those_found_by_trying_all(drawn: Drawn, root: str) -> None:
    found = trace(drawn.snapshot(), root=str(ref(root)))
    plain, aligned = drawn.ways(root)
    assert told(found.up) == [list(way) for way in plain[:20]]
    assert told(found.supports) == [list(way) for way in aligned[:20]]
    assert (found.path_count, found.supporting_path_count) == (len(plain), len(aligned))
    assert found.truncated == (len(plain) > 20 or len(aligned) > 20)
    reaching = [list(way) for way in plain if way[0] == "c"]
    assert keys(found.shortest) == (reaching[0] if reaching else [])
    assert found.reaches_company == (bool(reaching) or root == "c")
    assert (found.reason is None) == found.reaches_company
    assert found.violations == ()


@given(companies(), st.sampled_from((*GOALS, *WORK, *OWNERS)))
@settings(max_examples=200, deadline=None)
def test_the_teams_are_those_found_by_trying_all(drawn: Drawn, root: str) -> None:
    found = trace(drawn.snapshot(), root=str(ref(root)))
    expected = {
        key: (aligned, tuple(str(ref(at)) for at in path))
        for key, (aligned, path) in drawn.carried(root).items()
    }
    assert {team.key: (team.supporting, team.path) for team in found.teams} == expected
    assert all(team.distance == len(team.path) - 1 for team in found.teams)
    sorted_by = [(team.supporting, team.distance, team.key) for team in found.teams]
    assert sorted_by == sorted(sorted_by)


@given(companies(), st.sampled_from(("t0", "t1")))
@settings(max_examples=100, deadline=None)
def test_a_team_leads_up_to_an_objective_exactly_when_that_leads_down_to_the_team(
    drawn: Drawn, team: str
) -> None:
    graph = drawn.snapshot()
    above = {key for way in drawn.ways(team)[0] for key in way if key[0] == "o"}
    carried = {
        key
        for key in GOALS
        if key[0] == "o" and drawn.stands(key)
        for found in trace(graph, root=str(ref(key))).teams
        if found.key == team and not found.supporting
    }
    assert carried == above


@given(companies())
@settings(max_examples=100, deadline=None)
def test_a_company_objective_is_unreached_exactly_when_no_lasting_team_carries_it(
    drawn: Drawn,
) -> None:
    graph = drawn.snapshot()
    expected = [
        key
        for key in drawn.to("c", "OWNS")
        if drawn.states[key] == "active"
        and not any(
            team.dissolved is None and not team.supporting
            for team in trace(graph, root=str(ref(key))).teams
        )
    ]
    assert list(alignment(graph).unreached_company_objectives) == expected


@given(companies(), st.sampled_from((*GOALS, *WORK, *OWNERS)))
@settings(max_examples=100, deadline=None)
def test_the_tree_shows_all_that_is_below_and_each_thing_below_once(
    drawn: Drawn, root: str
) -> None:
    types = "MEASURES CONTRIBUTES_TO SUPPORTS PART_OF"
    placed = {
        key
        for key in (*GOALS, *WORK)
        if any(drawn.stands(to) for to in drawn.to(key, "CONTRIBUTES_TO PART_OF"))
    }
    below: dict[str, set[str]] = {}
    queue = [root]
    for at in queue:
        held = {*drawn.to(at, "OWNS DELIVERS"), *(drawn.into(at, "FOR") if at == "x0" else ())}
        found = {*drawn.into(at, types), *(held if at == root else held - placed)}
        below[at] = {key for key in found if key[0] == "w" or drawn.stands(key)}
        queue += sorted(below[at] - set(queue))
    shown = nodes(trace(drawn.snapshot(), root=str(ref(root))).down)
    assert {node.key for node in shown} == set(below)
    expanded = [node for node in shown if below[node.key] and not node.repeated]
    assert sorted(node.key for node in expanded) == sorted(key for key in below if below[key])
    for node in expanded:
        assert {child.key for child in node.children} == below[node.key]


@given(companies(), st.sampled_from(("o0", "o1", "k0", "k1")))
@settings(max_examples=60, deadline=None)
def test_progress_and_coverage_on_the_way_are_those_of_the_cascade(drawn: Drawn, root: str) -> None:
    graph = drawn.snapshot()
    found = trace(graph, root=str(ref(root)))
    for step in [step for way in found.up for step in way.path] + nodes(found.down):
        if step.kind in {"Objective", "KeyResult"}:
            expected = cascade(graph, root=f"{step.kind}/{step.key}")
            assert step.progress == pytest.approx(expected.progress)
            assert step.coverage == pytest.approx(expected.coverage)


def test_thirty_diamonds_in_a_row_take_no_time_and_list_few_of_their_ways() -> None:
    lines = ["Company acme", "acme owns o0"]
    lines += [f"Objective o{n}" for n in range(31)]
    for n in range(30):
        lines += [f"Objective l{n}", f"Objective r{n}"]
        lines += [f"l{n} contributes_to o{n}", f"r{n} contributes_to o{n}"]
        lines += [f"o{n + 1} contributes_to l{n} r{n}"]
    found = traced("\n".join(lines), "Objective/o30")
    assert (found.path_count, len(found.up), found.truncated) == (2**30, 20, True)
    assert keys(found.up[0]) == [
        "acme",
        "o0",
        *(k for n in range(30) for k in (f"l{n}", f"o{n + 1}")),
    ]
    assert keys(found.up[1])[-2:] == ["r29", "o30"]


def test_the_company_is_found_behind_more_short_ways_than_are_listed() -> None:
    lines = ["Company acme", "Objective top", "Objective mid", "Objective low", "acme owns top"]
    lines += [f"Objective x{n}\nlow contributes_to x{n}" for n in range(25)]
    found = traced(
        "\n".join([*lines, "mid contributes_to top", "low contributes_to mid"]), "Objective/low"
    )
    assert keys(found.shortest) == ["acme", "top", "mid", "low"]
    assert not any(way.reaches_company for way in found.up)
    assert (found.path_count, found.truncated) == (26, True)


@pytest.mark.parametrize("depth", [0, 60])
def test_loops_of_a_document_that_was_never_checked_are_told(depth: int) -> None:
    found = traced(
        """
        Company acme
        Objective a
        Objective b
        Objective c
        KeyResult k 40%
        WorkItem w
        WorkItem v
        acme owns c
        a contributes_to b
        b contributes_to a c
        k measures a
        w part_of v
        v part_of w
        w contributes_to k
        """,
        "WorkItem/w",
        depth,
    )
    assert keys(found.shortest) == ["acme", "c", "b", "a", "k", "w"]
    assert {loop.path for loop in found.violations} == {
        ("Objective/a", "Objective/b", "Objective/a"),
        ("WorkItem/w", "WorkItem/v", "WorkItem/w"),
    }
    assert all(loop.code == "loop" for loop in found.violations)


def chain(length: int) -> Snapshot:
    """A company objective, so many objectives below each other, and as many parts of work."""
    refs = [Ref("Objective", f"{n:05}") for n in range(length)]
    items = [Ref("WorkItem", f"{n:05}") for n in range(length)]
    links: list[Relation] = [
        Owns(source=Ref("Company", "acme"), target=refs[0]),
        *(ContributesTo(source=below, target=above) for above, below in pairwise(refs)),
        Measures(source=Ref("KeyResult", "k"), target=refs[-1]),
        ContributesTo(source=items[0], target=Ref("KeyResult", "k")),
        *(PartOf(source=below, target=above) for above, below in pairwise(items)),
        Delivers(source=Ref("Team", "t"), target=items[-1]),
    ]
    return Snapshot.build(
        [
            *(Company(key="acme"), Team(key="t"), KeyResult(key="k", start=0, target=2, current=1)),
            *(Objective(key=at.key) for at in refs),
            *(WorkItem(key=at.key) for at in items),
        ],
        links,
    )


def test_chains_of_ten_thousand_are_traced_in_both_directions() -> None:
    graph = chain(10_000)
    up = trace(graph, root="Team/t")
    assert up.reaches_company
    assert len(up.up[0].path) == 20_003
    assert up.up[0].path[1].progress == 0.5
    down = trace(graph, root="Objective/00000")
    assert [(team.key, team.distance) for team in down.teams] == [("t", 20_001)]
    assert (len(nodes(down.down)), nodes(down.down)[-1].cut) == (61, True)
    assert orjson.dumps(down)


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    found = orjson.loads(orjson.dumps(traced(ACME, "Team/web")))
    assert found["root"] == "Team/web"
    assert found["shortest"]["path"][0]["key"] == "acme"
    assert found["up"][0]["path"][-1]["relation"] == "DELIVERS"
    assert found["down"]["children"][0]["key"] == "cache"
    assert {"reaches_company", "reason", "supports", "path_count", "truncated"} <= found.keys()
