import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.entities import CheckIn, Company, Cycle, KeyResult, Objective, Person, Team
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import ContributesTo, InCycle, Measures, Owns, PartOf, Supports
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from seeds.importers import Options, importer
from seeds.importers.okr_csv.header import OWN
from tests.seeds.reading import imported, names, said
from tests.strategies import HOSTILE

Cells = dict[str, str]


def row(key: str, parent: str = "", kind: str = "objective", **more: str) -> Cells:
    return {"id": key, "kind": kind, "title": key.upper(), "parent": parent, **more}


def result(key: str, parent: str, **more: str) -> Cells:
    return row(key, parent, "key_result", **more)


def written(path: Path, *rows: Cells) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        columns = list(dict.fromkeys(name for cells in rows for name in cells))
        writer = csv.DictWriter(stream, columns or OWN.required)
        writer.writeheader()
        writer.writerows(rows)
    return path


def taken(*paths: Path, options: Options | None = None) -> tuple[list[Record], list[Violation]]:
    problems: list[Violation] = []
    return list(importer("okr-csv").read(paths, problems.append, options)), problems


def made(tmp_path: Path, *rows: Cells) -> tuple[Snapshot, list[str]]:
    """The graph of rows that break no rule of it, and what the importer says."""
    records, problems = taken(written(tmp_path / "f.csv", *rows))
    graph, refused = imported(records)
    assert not refused
    return graph, [str(problem).removeprefix("f.csv:") for problem in problems]


def node(graph: Snapshot, key: str) -> KeyResult:
    found = graph.node(KeyResult, key)
    assert found is not None
    return found


def links(records: list[Record], *types: str) -> list[str]:
    return [name for name in names(records) if any(f" {type_} " in name for type_ in types)]


def test_a_row_of_every_column_is_taken_whole(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path,
        row(
            "grow", owner="Acme Inc", owner_kind="company", cycle="2026", type="aspirational",
            state="closed", score="70%", score_note="good", tags="bold; new", description="More.",
        ),
        result(
            "mrr", "grow", type="increase", unit="EUR", start="1,000,000", target="2000000.5",
            current="1 500 000", confidence="60%", weight="2", check_in_date="2026-03-31",
            check_in_note="on track", check_in_by="Ann", score="0.5",
        ),
        row("sell", "mrr", owner="VP Sales", cycle="2026-Q1", weight="0.5"),
        row("web", "sell;mrr", owner="Web", relation="supports", cycle="2026-Q1"),
    )  # fmt: skip
    assert problems == []
    company = graph.node(Company, "acme-inc")
    grow = graph.node(Objective, "grow")
    assert company is not None
    assert grow is not None
    assert company.name == "Acme Inc"
    assert (grow.name, grow.type, grow.state, grow.score) == ("GROW", "aspirational", "closed", 0.7)
    assert (grow.score_note, grow.tags, grow.description) == ("good", ("bold", "new"), "More.")
    assert (grow.source, grow.source_id) == ("f.csv", "grow")
    mrr = node(graph, "mrr")
    assert (mrr.type, mrr.unit, mrr.start, mrr.target) == ("increase", "EUR", 1e6, 2_000_000.5)
    assert (mrr.current, mrr.confidence, mrr.score) == (1_500_000, 0.6, 0.5)
    (check,) = graph.ordered(CheckIn)
    assert (check.at, check.value, check.confidence) == (date(2026, 3, 31), 1_500_000, 0.6)
    assert (check.note, check.by) == ("on track", "Ann")
    assert [(str(r.source), r.weight) for r in graph.relations(Measures).values()] == [
        ("KeyResult/mrr", 2)
    ]
    assert [
        (str(r.source), str(r.target), r.weight) for r in graph.relations(ContributesTo).values()
    ] == [("Objective/sell", "KeyResult/mrr", 0.5)]
    assert {str(r.target) for r in graph.relations(Supports).values()} == {
        "Objective/sell", "KeyResult/mrr",
    }  # fmt: skip
    assert {str(r.source) for r in graph.relations(Owns).values()} == {
        "Company/acme-inc", "Person/VP Sales", "Team/Web",
    }  # fmt: skip
    assert [str(r.target) for r in graph.relations(PartOf).values()] == ["Cycle/2026"]
    quarter = graph.node(Cycle, "2026-Q1")
    assert quarter is not None
    assert (quarter.from_, quarter.to) == (date(2026, 1, 1), date(2026, 3, 31))


def test_rows_may_come_in_any_order_and_in_several_files(tmp_path: Path) -> None:
    rows = [row("a"), result("k", "a"), row("b", "k"), result("l", "b"), row("c", "b")]
    forward = imported(taken(written(tmp_path / "f.csv", *rows))[0])[0]
    one = written(tmp_path / "one.csv", *rows[3:])
    two = written(tmp_path / "two.csv", *reversed(rows[:3]))
    records, problems = taken(one, two)
    backward, refused = imported(records)
    assert not problems
    assert not refused
    assert set(forward.relations(ContributesTo)) == set(backward.relations(ContributesTo))
    assert set(forward.relations(Measures)) == set(backward.relations(Measures))


def test_several_parents_have_one_weight_or_one_each(tmp_path: Path) -> None:
    records, problems = taken(
        written(
            tmp_path / "f.csv", row("a"), row("b"), row("c", "a;b", weight="2"),
            row("d", " a ; b ", weight="1;30%"), row("e", "a;b", weight="1;2;3"),
            row("f", "a", weight="-1"), result("k", "a;b;a", weight="1;2"),
        )
    )  # fmt: skip
    weights = {
        f"{r.start} {r.end}": r.properties.get("weight")
        for r in records
        if isinstance(r, RelationRecord)
    }
    assert weights == {
        "Objective/c Objective/a": 2, "Objective/c Objective/b": 2,
        "Objective/d Objective/a": 1, "Objective/d Objective/b": 0.3,
        "Objective/e Objective/a": None, "Objective/e Objective/b": None,
        "Objective/f Objective/a": None,
        "KeyResult/k Objective/a": 1, "KeyResult/k Objective/b": 2,
    }  # fmt: skip
    assert said(problems) == [
        "f.csv:6: weight '1;2;3' has 3 weights, there are 2 parents (it was left out)",
        "f.csv:7: weight '-1' is below 0 (takes 0 or more; it was left out)",
    ]


def test_parents_that_are_unknown_or_key_results_of_key_results_are_told(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path, row("a"), result("k", "a"), result("l", "k"), result("m", "l;a", weight="3;4"),
        result("n", ""), result("o", "gone"), row("p", "gone;a"), result("q", "gone;k"),
    )  # fmt: skip
    assert sorted(str(r.source) for r in graph.relations(Measures).values()) == [
        "KeyResult/k", "KeyResult/l", "KeyResult/m", "KeyResult/q",
    ]  # fmt: skip
    assert [str(r.source) for r in graph.relations(ContributesTo).values()] == ["Objective/p"]
    assert problems == [
        "4: l: a key result under the key result k (it was put under a)",
        "5: m: a key result under the key result l (it was put under a)",
        "6: n: the key result measures no objective",
        "7: o: there is no item 'gone' (the link was left out)",
        "8: p: there is no item 'gone' (the link was left out)",
        "9: q: there is no item 'gone' (the link was left out)",
        "9: q: a key result under the key result k (it was put under a)",
    ]


def test_a_ring_of_key_results_is_told_and_ends(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path, result("k", "l"), result("l", "k"), result("m", "m"), row("a"), result("n", "o;a"),
        result("o", "n"),
    )  # fmt: skip
    assert sorted(str(r.source) for r in graph.relations(Measures).values()) == [
        "KeyResult/n", "KeyResult/o",
    ]  # fmt: skip
    assert [problem.partition(" (")[0] for problem in problems] == [
        "2: k: the key result measures no objective",
        "3: l: the key result measures no objective",
        "4: m: the key result measures no objective",
        "6: n: a key result under the key result o",
        "7: o: a key result under the key result n",
    ]


def test_a_loop_of_objectives_is_refused_by_the_rules_of_the_graph_with_its_line(
    tmp_path: Path,
) -> None:
    records, problems = taken(
        written(tmp_path / "f.csv", row("a", "k"), row("b", "a"), result("k", "b"), row("c", "c"))
    )
    graph, refused = imported(records)
    assert not problems
    assert len(refused) == 2
    assert all(line.startswith("f.csv:") for line in refused)
    assert len(graph.nodes(Objective)) == 3


def test_a_chain_of_ten_thousand_key_results_ends(tmp_path: Path) -> None:
    rows = [row("k0"), *(result(f"k{n}", f"k{n - 1}") for n in range(1, 10_000))]
    records, problems = taken(written(tmp_path / "f.csv", *reversed(rows)))
    assert len(links(records, "MEASURES")) == 9_999
    assert len(problems) == 9_998


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({}, ("increase", "%", 0, 100, None, None, None)),
        ({"current": "40%"}, ("increase", "%", 0, 100, None, None, 40)),
        ({"current": "40"}, ("increase", "%", 0, 100, None, None, 40)),
        ({"unit": "users", "current": "40"}, ("increase", "users", None, None, None, None, 40)),
        ({"start": "10", "target": "5"}, ("decrease", None, 10, 5, None, None, None)),
        ({"start": "5", "target": "10%"}, ("increase", "%", 5, 10, None, None, None)),
        ({"target": "10"}, ("increase", None, None, 10, None, None, None)),
        ({"low": "1"}, ("stay_above", None, None, None, 1, None, None)),
        ({"high": "9"}, ("stay_below", None, None, None, None, 9, None)),
        ({"low": "1", "high": "9"}, ("stay_within", None, None, None, 1, 9, None)),
        ({"type": "Stay Below", "target": "9"}, ("stay_below", None, None, 9, None, None, None)),
        ({"type": "reach", "current": "1"}, ("reach", None, None, None, None, None, 1)),
    ],
)
def test_what_a_key_result_counts_follows_from_what_is_given(
    tmp_path: Path, cells: Cells, wanted: tuple[object, ...]
) -> None:
    graph, problems = made(tmp_path, row("a"), result("k", "a", **cells))
    k = node(graph, "k")
    assert (k.type, k.unit, k.start, k.target, k.low, k.high, k.current) == wanted
    assert problems == []


def test_a_percent_sign_beside_a_plain_ratio_is_unclear(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path, row("a"), result("k", "a", start="0", target="1", current="70%")
    )
    assert node(graph, "k").current is None
    assert problems == [
        (
            "3: current '70%' may be 70 or 0.7 beside the row's other numbers"
            " (name the unit, or write the number; it was left out)"
        )
    ]


def test_a_cell_that_does_not_fit_is_left_out_and_the_row_is_kept(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path,
        row("a", type="agressive", state="on track", score="70"),
        result("k", "a", type="grow", unit="EUR", target="5%", confidence="70", start="1,500"),
        row("b", "a", relation="support"),
        row("c", "a", relation="supports", weight="2"),
    )
    assert node(graph, "k").confidence is None
    assert problems == [
        "2: score '70' is above 1 (takes 0 to 1; it was left out)",
        (
            "2: type 'agressive' takes one of committed, aspirational"
            " (one of: aspirational, committed; it was left out)"
        ),
        (
            "2: state 'on track' takes one of draft, active, closed, dropped"
            " (one of: active, closed, draft, dropped; it was left out)"
        ),
        "3: start '1,500' may be 1500 or 1.5000 (write 1500 or 1.5000; it was left out)",
        "3: target '5%' is in per cent, the unit is 'EUR' (write it in EUR; it was left out)",
        (
            "3: type 'grow' takes one of increase, decrease, reach, stay_above, stay_below, stay_within"
            " (one of: decrease, increase, reach, stay_above, stay_below, stay_within; it was left out)"
        ),
        "3: confidence '70' is above 1 (takes 0 to 1; it was left out)",
        (
            "4: relation 'support' takes contributes or supports"
            " (did you mean supports?; it was left out)"
        ),
        (
            "5: weight '2' has no use: what supports carries no progress"
            " (leave it empty; it was left out)"
        ),
    ]


def test_cells_of_the_other_kind_are_told(tmp_path: Path) -> None:
    _, problems = made(
        tmp_path, row("a", unit="EUR", current="4"), result("k", "a", state="closed"),
        result("l", "a", relation="supports"),
    )  # fmt: skip
    assert problems == [
        "2: a: an objective has no unit, current (leave it empty; it was left out)",
        "3: k: a key result has no state (leave it empty; it was left out)",
        (
            "4: l: a key result measures its objective, it cannot support it"
            " (it was taken to measure it)"
        ),
    ]


def test_a_check_in_needs_a_value_and_a_day(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path,
        row("a"),
        result("k", "a", check_in_date="2026-01-31"),
        result("l", "a", current="5", check_in_note="fine", check_in_by="Ann"),
        result("m", "a", current="5", check_in_date="31.01.2026"),
    )
    assert graph.ordered(CheckIn) == ()
    assert problems == [
        "3: k: check_in_date without current (give current; it was left out)",
        (
            "4: l: check_in_note and check_in_by without check_in_date"
            " (give check_in_date; it was left out)"
        ),
        (
            "5: check_in_date '31.01.2026' takes a day, YYYY-MM-DD, or an instant such as"
            " 2026-03-01T09:30:00Z (write 2026-01-31; it was left out)"
        ),
    ]


def test_a_cycle_has_the_days_that_most_rows_give(tmp_path: Path) -> None:
    spring = {"cycle": "Spring", "cycle_from": "2026-03-01", "cycle_to": "2026-05-31"}
    graph, problems = made(
        tmp_path,
        row("a", **(spring | {"cycle_to": "2026-04-30"})),
        row("b", **spring),
        row("c", **spring),
        row("d", cycle="Spring"),
        row("e", cycle="soon"),
        row("f", cycle_from="2026-03-01"),
        row("g", cycle="Q1 2026"),
    )
    cycle = graph.node(Cycle, "Spring")
    assert cycle is not None
    assert (cycle.from_, cycle.to) == (date(2026, 3, 1), date(2026, 5, 31))
    assert len(graph.relations(InCycle)) == 6
    assert set(graph.nodes(Cycle)) == {"Spring", "soon", "2026-Q1"}
    assert problems == [
        (
            "2: a: the days 2026-03-01 to 2026-04-30 are not those of Spring, 2026-03-01 to 2026-05-31"
            " (an item has the days of its cycle; they were left out)"
        ),
        "7: f: the days 2026-03-01 to … are of no cycle (name the cycle; they were left out)",
        (
            "6: cycle 'soon' is not a quarter or a year (such as 2019-Q4, FY20-Q4, 2019 or FY20,"
            " or give its days in cycle_from and cycle_to)"
        ),
    ]


def test_what_a_key_result_has_beside_its_objective_is_a_tag(tmp_path: Path) -> None:
    graph, _ = made(
        tmp_path, row("a", owner="Web", cycle="2026-Q1"),
        result("k", "a", owner="Ops", cycle="2026-Q2", tags="x"),
        result("l", "a", owner="Web", cycle="2026-Q1"),
    )  # fmt: skip
    assert node(graph, "k").tags == ("x", "owner:Ops", "cycle:2026-Q2")
    assert node(graph, "l").tags == ()
    assert set(graph.nodes(Team)) == {"Web", "Ops"}


def test_the_company_is_who_a_row_says_it_is(tmp_path: Path) -> None:
    owned = [
        row("a", owner="CEO"),
        row("b", owner="Company"),
        row("c", owner="Acme", owner_kind="company"),
    ]
    graph, problems = made(tmp_path, *owned)
    assert {str(r.source) for r in graph.relations(Owns).values()} == {"Company/acme"}
    assert problems == []
    graph, problems = made(tmp_path, *owned[:2])
    assert {str(r.source) for r in graph.relations(Owns).values()} == {"Person/CEO"}
    assert problems == [
        (
            "3: b: no row names the company"
            " (give one row the company's name as owner and company as owner_kind)"
        )
    ]


def test_an_owner_is_of_the_kind_that_is_said_or_that_its_name_tells(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path, row("a", owner="Ann", owner_kind="person"), row("b", owner="Ann"),
        row("c", owner="Shop", owner_kind="Value Stream"), row("d", owner="X", owner_kind="persn"),
        row("e", owner_kind="team"),
    )  # fmt: skip
    assert {str(r.source) for r in graph.relations(Owns).values()} == {
        "Person/Ann", "Team/Ann", "ValueStream/Shop", "Team/X",
    }  # fmt: skip
    assert problems == [
        "5: there is no kind of owner 'persn' (did you mean person?)",
        "6: owner_kind 'team' without an owner (name the owner)",
    ]


def test_an_owner_that_the_graph_has_keeps_its_name_and_one_written_by_kind_is_not_made(
    tmp_path: Path,
) -> None:
    records, problems = taken(
        written(tmp_path / "f.csv", row("a", owner="Web"), row("b", owner="Team/platform"))
    )
    assert not problems
    (team,) = (r for r in records if isinstance(r, NodeRecord) and r.kind == "Team")
    assert (team.key, team.properties) == ("Web", {})
    assert links(records, "OWNS") == ["Team/Web OWNS Objective/a", "Team/platform OWNS Objective/b"]
    both = written(tmp_path / "g.csv", row("a", owner="Team/Web"), row("b", owner="Web"))
    assert "Team/Web" in names(taken(both)[0])


def test_rows_without_a_good_id_or_kind_are_told(tmp_path: Path) -> None:
    graph, problems = made(
        tmp_path, row("a", kind="Objective"), row("a"), row(""), row("b", kind="Key Result", parent="a"),
        row("c", kind="KR", parent="a"), row("d", kind="Deliverable"), row("e", kind=""),
    )  # fmt: skip
    assert set(graph.nodes(Objective)) == {"a"}
    assert set(graph.nodes(KeyResult)) == {"b", "c"}
    assert problems == [
        "3: the item a is there twice (give it an id of its own; it was left out)",
        "4: the item has no id (give it an id; it was left out)",
        "7: d: there is no kind 'deliverable' (one of objective, key_result)",
        "8: e: there is no kind '' (one of objective, key_result)",
    ]


def test_likely_duplicates_are_told_and_on_request_made_one(tmp_path: Path) -> None:
    rows = [
        row("a", owner="VP, Sales"), row("b", owner="VP Sales"), row("c", owner="VP of Sales"),
        row("d", owner="CRO"), row("e", owner="Martin Bo", owner_kind="person"),
        row("f", owner="Marvin Bo", owner_kind="person"), result("k", "a", owner="VP Sales"),
        row("g", owner="CMO"), row("h", owner="Chief Marketing Officer"),
        row("i", owner="Chief Medical Officer"), row("j", owner="Sales"),
    ]  # fmt: skip
    path = written(tmp_path / "f.csv", *rows)
    records, problems = taken(path)
    graph, _ = imported(records)
    assert len(graph.nodes(Person)) == 9
    assert node(graph, "k").tags == ("owner:VP Sales",)
    unclear = (
        "f.csv:9: the owner 'CMO' may be 'Chief Marketing Officer' or 'Chief Medical Officer'"
        " (write the one that is meant; they were kept apart)"
    )
    hint = "(if so, write 'VP, Sales' or ask to merge them; they were kept apart)"
    assert said(problems) == [
        f"f.csv:3: the owners 'VP Sales' and 'VP, Sales' may be one {hint}",
        f"f.csv:4: the owners 'VP of Sales' and 'VP, Sales' may be one {hint}",
        unclear,
    ]
    notes: list[Violation] = []
    records, problems = taken(path, options=Options(merge_duplicates=True, note=notes.append))
    graph, refused = imported(records)
    assert not refused
    assert said(problems) == [unclear]
    assert said(notes) == [
        "f.csv:3: the owner 'VP Sales' was merged into 'VP, Sales'",
        "f.csv:4: the owner 'VP of Sales' was merged into 'VP, Sales'",
    ]
    assert [note.code for note in notes] == [ErrorCode.DUPLICATE] * 2
    assert len(graph.nodes(Person)) == 7
    assert len(graph.relations(Owns)) == 10
    assert len(graph.out(Ref("Person", "VP, Sales"), Owns)) == 3
    assert node(graph, "k").tags == ()


def test_a_merge_needs_no_one_to_hear_of_it(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", row("a", owner="VP, Sales"), row("b", owner="VP Sales"))
    records, problems = taken(path, options=Options(merge_duplicates=True))
    assert not problems
    assert "Person/VP Sales" not in names(records)


def test_no_file_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="no file"):
        taken()
    with pytest.raises(BadUsage, match="cannot be read"):
        taken(tmp_path / "missing.csv")


hostile = st.one_of(
    st.sampled_from(
        [
            *HOSTILE, "", "", "a", "b", "k", "objective", "key_result", "company", "Team/x", "CEO",
            "VP Eng", "2026-Q1", "2026", "contributes", "supports", "a;b", "1", "0", "70%", "1,234",
            "-5", "2026-01-01", "=1+1", "active", "reach", "increase", "\n", "\x00", ";", "é",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
)  # fmt: skip
tables = st.lists(st.fixed_dictionaries(dict.fromkeys(OWN.names, hostile)), max_size=6)


@given(tables, st.booleans())
def test_hostile_cells_lose_no_row(
    tmp_path_factory: pytest.TempPathFactory, table: list[Cells], merge: bool
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, OWN.names, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    begins = []
    for cells in table:
        begins.append(1 + stream.getvalue().replace("\r\n", "\n").count("\n"))
        writer.writerow({name: cell.replace("\r", " ") for name, cell in cells.items()})
    path = tmp_path_factory.mktemp("t") / "f.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    records, problems = taken(path, options=Options(merge_duplicates=merge))
    plan_problems = imported(records)[1]
    told = {problem.line for problem in problems}
    items = Counter(
        record.line
        for record in records
        if isinstance(record, NodeRecord) and record.kind in {"Objective", "KeyResult"}
    )
    for begin, cells in zip(begins, table, strict=True):
        blank = not any(cell.replace("\r", " ").strip() for cell in cells.values())
        assert blank or begin in told or items[begin] == 1
    # What the rules of the graph refuse is told of the lines that gave it, too.
    assert all(line.startswith("f.csv:") for line in plan_problems)
