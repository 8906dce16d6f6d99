from datetime import date

import orjson
import pytest

from graph.analyses.goals.cascade import Cascade, CascadeLeaf, cascade
from graph.errors import BadUsage, NotFound
from tests.notation import graph_of

MIDDLE = date(2026, 1, 16)
JANUARY = "Cycle q 2026-01-01..2026-01-31"


def leaves(found: Cascade) -> dict[str, CascadeLeaf]:
    return {leaf.key: leaf for leaf in found.leaves}


def test_progress_is_the_weighted_mean_of_the_key_results() -> None:
    found = cascade(
        graph_of("""
            Objective o
            KeyResult a 20%
            KeyResult b 80% weight=2
            KeyResult c 50% weight=9
            a measures o
            b measures o
            c measures o x1
        """),
        root="Objective/o",
    )
    assert found.progress == pytest.approx((0.2 + 2 * 0.8 + 0.5) / 4)
    assert found.coverage == 1
    assert leaves(found)["b"].effective_weight == 0.5
    assert leaves(found)["b"].paths == (("Objective/o", "KeyResult/b"),)


@pytest.mark.parametrize(
    ("properties", "raw"),
    [
        ("type=increase start=10 target=20 current=15", 0.5),
        ("type=increase start=10 target=20 current=30", 2.0),
        ("type=increase start=10 target=20 current=5", -0.5),
        ("type=decrease start=20 target=10 current=17.5", 0.25),
        ("type=decrease start=10 target=20 current=15", 0.5),
        ("type=reach current=1", 1.0),
        ("type=reach current=0.9", 0.0),
        ("type=reach target=5 current=5", 1.0),
        ("type=reach start=9 target=5 current=4", 1.0),
        ("type=reach start=9 target=5 current=6", 0.0),
        ("type=stay_above low=3 current=3", 1.0),
        ("type=stay_above target=3 current=2.9", 0.0),
        ("type=stay_below high=3 current=3", 1.0),
        ("type=stay_below target=3 current=3.1", 0.0),
        ("type=stay_within low=1 high=2 current=2", 1.0),
        ("type=stay_within low=1 high=2 current=2.1", 0.0),
    ],
)
def test_each_kind_of_key_result_has_its_own_progress(properties: str, raw: float) -> None:
    found = cascade(graph_of(f"KeyResult k {properties}"), root="KeyResult/k")
    leaf = found.leaves[0]
    assert (leaf.raw_progress, leaf.progress) == (raw, min(1, max(0, raw)))
    assert found.progress == leaf.progress


@pytest.mark.parametrize(
    "properties",
    [
        "type=increase target=20 current=15",
        "type=increase start=20 current=15",
        "type=increase start=20 target=20 current=15",
        "type=increase start=-1e308 target=1e308 current=1e308",
        "type=stay_above current=3",
        "type=stay_within low=3 current=3",
    ],
)
def test_a_value_that_gives_no_progress_is_no_data_and_says_why(properties: str) -> None:
    found = cascade(graph_of(f"KeyResult k {properties}"), root="KeyResult/k")
    assert (found.progress, found.coverage, found.pace) == (None, 0, None)
    assert [(v.code, v.key) for v in found.violations] == [("not_measurable", "k")]


def test_no_data_is_left_out_and_lowers_the_coverage() -> None:
    found = cascade(
        graph_of("""
            Objective o
            KeyResult a 50%
            KeyResult b
            a measures o
            b measures o x3
        """),
        root="Objective/o",
        today=MIDDLE,
    )
    assert (found.progress, found.coverage) == (0.5, 0.25)
    missing = leaves(found)["b"]
    assert (missing.effective_weight, missing.share, missing.progress) == (0, 0.75, None)


def test_a_diamond_counts_by_its_weight_and_not_twice() -> None:
    found = cascade(
        graph_of("""
            Objective top
            Objective left
            Objective right
            Objective low
            KeyResult k 40%
            KeyResult r 100%
            left contributes_to top
            right contributes_to top x3
            low contributes_to left
            low contributes_to right
            k measures low
            r measures right
        """),
        root="Objective/top",
    )
    k = leaves(found)["k"]
    assert k.effective_weight == pytest.approx(0.25 + 0.75 / 2)
    assert k.path_count == 2
    assert k.paths == (
        ("Objective/top", "Objective/left", "Objective/low", "KeyResult/k"),
        ("Objective/top", "Objective/right", "Objective/low", "KeyResult/k"),
    )
    assert found.progress == pytest.approx(0.625 * 0.4 + 0.375)


def test_a_key_result_with_data_of_its_own_hides_what_contributes_to_it() -> None:
    text = """
        Objective o
        Objective low
        KeyResult k
        KeyResult j 30%
        k measures o
        low contributes_to k
        j measures low
    """
    found = cascade(graph_of(text), root="Objective/o")
    assert (found.progress, [leaf.key for leaf in found.leaves]) == (0.3, ["j"])
    found = cascade(graph_of(text.replace("KeyResult k", "KeyResult k 70%")), root="Objective/o")
    assert (found.progress, [leaf.key for leaf in found.leaves]) == (0.7, ["k"])


def test_support_and_work_carry_no_progress() -> None:
    found = cascade(
        graph_of("""
            Objective o
            Objective s
            KeyResult a 50%
            KeyResult b 90%
            WorkItem w 3
            a measures o
            b measures s
            s supports o
            w contributes_to o
        """),
        root="Objective/o",
    )
    assert (found.progress, len(found.leaves)) == (0.5, 1)


def test_when_all_weights_are_0_nothing_flows_and_it_is_said() -> None:
    found = cascade(graph_of("Objective o\nKeyResult a 50%\na measures o x0"), root="Objective/o")
    assert (found.progress, found.coverage) == (None, 0)
    assert found.leaves[0].effective_weight == 0
    assert [(v.code, v.key) for v in found.violations] == [("no_weight", "o")]


def test_an_objective_with_nothing_below_is_no_data() -> None:
    found = cascade(
        graph_of("""
            Objective top
            Objective a
            Objective b
            KeyResult k 60%
            a contributes_to top
            b contributes_to top
            k measures a
        """),
        root="Objective/top",
    )
    assert (found.progress, found.coverage) == (0.6, 0.5)
    assert [(v.code, v.key) for v in found.violations] == [("nothing_below", "b")]


def test_a_contribution_loop_is_reported_with_its_path_and_left_out() -> None:
    found = cascade(
        graph_of("""
            Objective a
            Objective b
            Objective c
            KeyResult k 60%
            b contributes_to a
            c contributes_to b
            a contributes_to c
            k measures c
        """),
        root="Objective/a",
    )
    assert found.progress == pytest.approx(0.6)
    assert [v.path for v in found.violations] == [
        ("Objective/a", "Objective/c", "Objective/b", "Objective/a")
    ]


def test_the_latest_check_in_takes_the_place_of_the_current_value() -> None:
    found = cascade(
        graph_of("""
            KeyResult k 10% confidence=0.2
            CheckIn c2 2026-01-20 60 confidence=0.9
            CheckIn c1 2026-01-10T09:00:00Z 90
            CheckIn c3 2026-01-25
            c1 for k
            c2 for k
            c3 for k
        """),
        root="KeyResult/k",
    )
    assert (found.progress, found.confidence) == (0.6, 0.9)
    assert found.leaves[0].checked_in == date(2026, 1, 25)


def test_confidence_is_a_weighted_mean_of_its_own() -> None:
    found = cascade(
        graph_of("""
            Objective o
            KeyResult a 10% confidence=0.2
            KeyResult b confidence=0.8
            KeyResult c 90%
            a measures o
            b measures o x3
            c measures o
        """),
        root="Objective/o",
    )
    assert found.confidence == pytest.approx((0.2 + 3 * 0.8) / 4)


@pytest.mark.parametrize(
    ("percent", "pace"),
    [(47.5, "on_track"), (47.4, "lagging"), (37.5, "lagging"), (37.4, "at_risk")],
)
def test_pace_compares_with_a_straight_line_through_the_cycle(percent: float, pace: str) -> None:
    found = cascade(
        graph_of(f"""
            {JANUARY}
            Objective o
            KeyResult k {percent}%
            k measures o
            o in_cycle q
        """),
        root="KeyResult/k",
        today=MIDDLE,
    )
    assert (found.cycle, found.expected, found.pace) == ("q", 0.5, pace)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 1), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 1, 31), 1),
        (date(2027, 1, 1), 1),
        (None, None),
    ],
)
def test_nothing_is_expected_before_the_cycle_and_all_of_it_after(
    today: date | None, expected: float | None
) -> None:
    graph = graph_of(f"{JANUARY}\nObjective o\no in_cycle q")
    found = cascade(graph, root="Objective/o", today=today)
    assert found.expected == expected
    assert found.pace == (None if today is None else "no_data")


def test_the_cycle_is_that_of_the_nearest_objective_above() -> None:
    found = cascade(
        graph_of("""
            Cycle year 2026-01-01..2026-12-31
            Cycle q 2026-01-01..2026-01-31
            Objective top
            Objective mid
            Objective low
            low contributes_to mid
            mid contributes_to top
            top in_cycle year
            mid in_cycle q
        """),
        root="Objective/low",
    )
    assert found.cycle == "q"


def test_the_forecast_follows_the_line_through_the_check_ins() -> None:
    found = cascade(
        graph_of(f"""
            {JANUARY}
            Objective o
            KeyResult k 0%
            KeyResult j 50%
            CheckIn c1 2026-01-01 0
            CheckIn c2 2026-01-11 20
            CheckIn c3 2026-01-21 40
            CheckIn c4 2026-01-21 10
            c1 for k
            c2 for k
            c3 for k
            c4 for j
            k measures o
            j measures o x3
            o in_cycle q
        """),
        root="Objective/o",
    )
    assert found.forecast == pytest.approx(0.6)
    assert found.forecast_coverage == 0.25
    assert leaves(found)["j"].forecast is None


def test_an_owners_objectives_weigh_the_same() -> None:
    graph = graph_of(f"""
        {JANUARY}
        Company acme name=Acme
        Team t
        Objective a
        Objective b
        KeyResult k 20%
        KeyResult j 60%
        KeyResult i 70%
        acme owns a b
        t owns b
        k measures a
        j measures b
        i measures b
        a in_cycle q
        b in_cycle q
    """)
    found = cascade(graph, root="Company/acme", today=MIDDLE)
    assert found.progress == pytest.approx((0.2 + 0.65) / 2)
    assert (found.cycle, found.name, found.tree.kind) == ("q", "Acme", "Company")
    assert cascade(graph, root="Team/t").progress == pytest.approx(0.65)


def test_a_root_that_has_no_progress_is_refused() -> None:
    with pytest.raises(BadUsage):
        cascade(graph_of("WorkItem w"), root="WorkItem/w")
    with pytest.raises(NotFound):
        cascade(graph_of("WorkItem w"), root="Objective/o")


def test_its_json_has_the_fields_that_other_programs_read() -> None:
    graph = graph_of("Objective o name=Goal\nKeyResult k 40%\nk measures o")
    told = orjson.loads(orjson.dumps(cascade(graph, root="Objective/o")))
    assert {key: told[key] for key in ("progress", "coverage", "expected", "pace", "forecast")} == {
        "progress": 0.4,
        "coverage": 1.0,
        "expected": None,
        "pace": None,
        "forecast": None,
    }
    assert told["leaves"][0]["paths"] == [["Objective/o", "KeyResult/k"]]
    assert told["tree"]["children"][0] == {
        "kind": "KeyResult",
        "key": "k",
        "name": None,
        "weight": 1.0,
        "progress": 0.4,
        "coverage": 1.0,
        "confidence": None,
        "pace": None,
        "owners": [],
        "cycle": None,
        "repeated": False,
        "cut": False,
        "children": [],
    }


def test_the_tree_tells_owners_cycles_confidence_and_pace_down_to_a_depth() -> None:
    graph = graph_of(f"""
        {JANUARY}
        Team t
        Objective o
        Objective low
        KeyResult k 20% confidence=0.5
        t owns low
        k measures low
        low contributes_to o
        o in_cycle q
    """)
    tree = cascade(graph, root="Objective/o", today=MIDDLE, depth=1).tree
    (low,) = tree.children
    assert (low.owners, low.cycle, low.confidence, low.pace) == (("Team/t",), "q", 0.5, "at_risk")
    assert (low.cut, low.children) == (True, ())
    assert cascade(graph, root="Objective/o", depth=0).tree.cut


def test_each_leaf_is_forecast_to_the_end_of_its_own_cycle_with_an_interval() -> None:
    found = cascade(
        graph_of(f"""
            Cycle year 2026-01-01..2026-12-31
            {JANUARY}
            Objective o
            Objective low
            KeyResult k 0%
            CheckIn c1 2026-01-01 0
            CheckIn c2 2026-01-11 22
            CheckIn c3 2026-01-21 38
            c1 for k
            c2 for k
            c3 for k
            k measures low
            low contributes_to o
            o in_cycle year
            low in_cycle q
        """),
        root="Objective/o",
    )
    leaf = found.leaves[0]
    assert leaf.forecast == pytest.approx(0.58)
    assert leaf.forecast_low is not None
    assert leaf.forecast_high is not None
    assert leaf.forecast_low < 0.58 < leaf.forecast_high
    assert (found.forecast_low, found.forecast_high) == (leaf.forecast_low, leaf.forecast_high)


def test_the_day_of_a_check_in_is_that_of_the_organisation() -> None:
    graph = graph_of("""
        Company c time_zone=Asia/Tokyo
        KeyResult k 0%
        CheckIn late 2026-01-20T20:00:00Z 60
        late for k
    """)
    assert cascade(graph, root="KeyResult/k").leaves[0].checked_in == date(2026, 1, 21)


def test_an_owner_has_the_cycle_of_what_it_has_not_dropped() -> None:
    graph = graph_of(f"""
        {JANUARY}
        Cycle old 2025-01-01..2025-12-31
        Team t
        Objective now
        Objective past state=dropped
        t owns now past
        now in_cycle q
        past in_cycle old
    """)
    assert cascade(graph, root="Team/t", today=MIDDLE).cycle == "q"


@pytest.mark.parametrize("weight", ["1e-100", "1e-120", "1e-150", "1e-160", "1e-162", "1e-300"])
def test_however_little_the_only_data_weighs_the_leaves_add_up_to_the_number(weight: str) -> None:
    found = cascade(
        graph_of(f"""
            Objective top
            Objective low
            KeyResult known 40%
            KeyResult above start=0 target=1
            KeyResult beside start=0 target=1
            low contributes_to top weight={weight}
            above measures top
            known measures low weight={weight}
            beside measures low
        """),
        root="Objective/top",
    )
    total = sum(leaf.effective_weight * (leaf.progress or 0.0) for leaf in found.leaves)
    assert total == pytest.approx(found.progress or 0.0, abs=1e-9)
    assert (found.progress is None) == (float(weight) <= 1e-150)
    assert (found.progress is None) == (leaves(found)["known"].effective_weight == 0)
