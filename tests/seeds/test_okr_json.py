import json
from datetime import date
from pathlib import Path

import pytest

import seeds
from graph.errors import BadUsage, Violation
from graph.model.entities import CheckIn, Company, Cycle, KeyResult, Objective, Person, Team
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import ContributesTo, For, InCycle, Measures, Owns
from graph.model.values import Ref
from seeds.importers import Options, importer
from tests.seeds.reading import imported, names, said

SHIPPED = Path(seeds.__file__).parent / "data" / "okrs" / "sourcegraph-2019-q4.json"


def taken(*paths: Path) -> tuple[list[Record], list[Violation]]:
    problems: list[Violation] = []
    return list(importer("okr-json").read(paths, problems.append)), problems


def item(key: str, parent: str | None = None, kind: str = "objective", **more: object) -> object:
    return {"id": key, "kind": kind, "owner": "CEO", "text": key, "parent": parent, **more}


def written(folder: Path, *items: object, period: str = "2019-Q4", company: str = "A Co") -> Path:
    path = folder / "okrs.json"
    head = {"company": company, "period": period, "source": "here", "items": items}
    path.write_text(json.dumps(head, indent=1))
    return path


def test_the_shipped_okrs_give_all_that_they_hold() -> None:
    records, problems = taken(SHIPPED)
    graph, refused = imported(records)
    assert not problems
    assert not refused
    assert len(graph.nodes(Objective)) == 24
    assert len(graph.nodes(KeyResult)) == 42
    assert len(graph.nodes(Team)) == 12
    assert list(graph.nodes(Person)) == ["VP Eng"]
    assert list(graph.nodes(Company)) == ["sourcegraph"]
    assert len(graph.nodes(CheckIn)) == len(graph.relations(For)) == 2
    assert len(graph.relations(Measures)) == 42
    assert len(graph.relations(ContributesTo)) == 21
    assert len(graph.relations(Owns)) == len(graph.relations(InCycle)) == 24
    assert sum(result.current is not None for result in graph.ordered(KeyResult)) == 2
    assert records[-1].line is not None
    assert SHIPPED.read_text().splitlines()[records[-1].line - 1] == "{"


def test_the_owner_of_the_top_objectives_is_the_company() -> None:
    graph, _ = imported(taken(SHIPPED)[0])
    (owner,) = graph.into(Ref("Objective", "2019_q4-0001"), Owns)
    assert owner.source == Ref("Company", "sourcegraph")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2019-Q4", date(2019, 10, 1), date(2019, 12, 31)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("FY20-Q3", date(2019, 8, 1), date(2019, 10, 31)),
        ("FY20-Q4", date(2019, 11, 1), date(2020, 1, 31)),
        ("FY21-Q1", date(2020, 2, 1), date(2020, 4, 30)),
    ],
)
def test_a_period_is_a_quarter_of_the_calendar_or_of_the_fiscal_year(
    tmp_path: Path, period: str, first: date, last: date
) -> None:
    graph, _ = imported(taken(written(tmp_path, item("a"), period=period))[0])
    cycle = graph.node(Cycle, period)
    assert cycle is not None
    assert (cycle.from_, cycle.to) == (first, last)
    company = graph.node(Company, "a-co")
    assert company is not None
    assert company.fiscal_year_start == ("02-01" if period.startswith("FY") else None)


def test_a_period_that_is_no_quarter_is_told_and_has_no_days(tmp_path: Path) -> None:
    key_result = item("k", "a", "key_result", outcome_percent=50)
    records, problems = taken(written(tmp_path, item("a"), key_result, period="soon"))
    assert said(problems) == [
        (
            "okrs.json:1: period 'soon' is not a quarter or a year"
            " (such as 2019-Q4, FY20-Q4, 2019 or FY20)"
        )
    ]
    assert "Cycle/soon" in names(records)
    assert not [r for r in records if isinstance(r, NodeRecord) and r.kind == "CheckIn"]


def test_an_objective_contributes_to_the_objective_or_key_result_above_it(tmp_path: Path) -> None:
    records, problems = taken(
        written(tmp_path, item("a"), item("k", "a", "key_result"), item("b", "k"), item("c", "a"))
    )
    assert not problems
    assert [name for name in names(records) if "CONTRIBUTES" in name] == [
        "Objective/b CONTRIBUTES_TO KeyResult/k",
        "Objective/c CONTRIBUTES_TO Objective/a",
    ]


def test_a_key_result_under_a_key_result_measures_the_objective_above(tmp_path: Path) -> None:
    records, problems = taken(
        written(
            tmp_path, item("a"), item("k", "a", "key_result"), item("l", "k", "key_result"),
            item("m", None, "key_result"), item("n", "gone", "key_result"),
        )
    )  # fmt: skip
    assert [name for name in names(records) if "MEASURES" in name] == [
        "KeyResult/k MEASURES Objective/a",
        "KeyResult/l MEASURES Objective/a",
    ]
    assert [str(problem).partition(": ")[2] for problem in problems] == [
        "l: a key result under the key result k (it was put under a)",
        "m: the key result measures no objective",
        "n: there is no item 'gone' (the link was left out)",
    ]


def test_key_results_in_a_ring_are_told_and_end(tmp_path: Path) -> None:
    ring = [item("k", "l", "key_result"), item("l", "k", "key_result")]
    _, problems = taken(written(tmp_path, *ring))
    assert len(problems) == 2


def test_an_outcome_is_the_value_a_check_in_and_the_score(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        item("a", outcome="70%: good", outcome_percent=70),
        item("k", "a", "key_result", outcome="200%.", outcome_percent=200, owner="Web"),
        item("l", "a", "key_result", outcome="WIP."),
        item("b", outcome_percent=170),
    )
    records, problems = taken(path)
    graph, _ = imported(records)
    objective, key_result = graph.node(Objective, "a"), graph.node(KeyResult, "k")
    assert objective is not None
    assert key_result is not None
    assert (objective.score, objective.score_note) == (0.7, "70%: good")
    assert (key_result.current, key_result.description) == (200, "200%.")
    assert key_result.tags == ("owner:Web",)
    (check,) = graph.ordered(CheckIn)
    assert (check.at, check.value) == (date(2019, 12, 31), 200)
    other = graph.node(KeyResult, "l")
    assert other is not None
    assert (other.current, other.description) == (None, "WIP.")
    assert [problem.field for problem in problems] == ["outcome_percent"]


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("VP Eng", "Person"),
        ("VP, Field Ops", "Person"),
        ("Interim Director of Security", "Person"),
        ("Sr Manager of Sales Systems", "Person"),
        ("CFO", "Person"),
        ("Chief People Officer", "Person"),
        ("Controller", "Person"),
        ("CEO", "Company"),
        ("CS Ops", "Team"),
        ("TAM", "Team"),
        ("IT", "Team"),
        ("Business (Finance)", "Team"),
        ("Directory services", "Team"),
    ],
)
def test_an_owner_is_the_company_a_person_in_a_role_or_a_team(
    tmp_path: Path, owner: str, kind: str
) -> None:
    records, _ = taken(written(tmp_path, item("a", owner=owner)))
    (owns,) = (r for r in records if isinstance(r, RelationRecord) and r.type == "OWNS")
    assert owns.start == f"{kind}/{'a-co' if kind == 'Company' else owner}"


def test_owners_that_may_be_one_are_told_and_kept_apart(tmp_path: Path) -> None:
    owners = [
        "VP Field Ops", "VP, Field Ops", "Director of Product", "Director, Product",
        "Principal Accounting Officer", "PAO", "Director of Engineering, Dev",
        "Director of Engineering, Defend",
    ]  # fmt: skip
    items = [item(str(number), owner=owner) for number, owner in enumerate(owners)]
    records, problems = taken(written(tmp_path, *items))
    assert sum(isinstance(r, NodeRecord) and r.kind == "Person" for r in records) == len(owners)
    assert [(p.value, p.field) for p in problems] == [
        ("'VP, Field Ops'", "owner"),
        ("'Director, Product'", "owner"),
        ("'PAO'", "owner"),
    ]
    assert problems[0].message == "the owners 'VP, Field Ops' and 'VP Field Ops' may be one"


def test_on_request_owners_that_may_be_one_are_made_one_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    key_result = item("k", "a", "key_result", owner="VP Ops")
    one = written(tmp_path / "one", item("a", owner="VP, Ops"), key_result)
    two = written(tmp_path / "two", item("b", owner="VP of Ops"), period="2020-Q1")
    problems: list[Violation] = []
    notes: list[Violation] = []
    options = Options(merge_duplicates=True, note=notes.append)
    graph, refused = imported(importer("okr-json").read([one, two], problems.append, options))
    assert not refused
    assert not problems
    assert said(notes) == [
        "okrs.json:13: the owner 'VP Ops' was merged into 'VP, Ops'",
        "okrs.json:6: the owner 'VP of Ops' was merged into 'VP, Ops'",
    ]
    assert list(graph.nodes(Person)) == ["VP, Ops"]
    assert len(graph.out(Ref("Person", "VP, Ops"), Owns)) == 2
    assert [result.tags for result in graph.ordered(KeyResult)] == [()]


def test_items_that_cannot_be_read_are_told_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, item("a"), "x", item("a"), item("b", kind="objektive"), item(""))
    _, problems = taken(path)
    assert [str(problem).partition(": ")[2] for problem in problems] == [
        "'x' is not a record",
        "the item a is there twice (give it an id of its own; it was left out)",
        "b: there is no kind 'objektive' (did you mean objective?)",
        "the item has no id (give it an id; it was left out)",
    ]
    lines = path.read_text().splitlines()
    assert [lines[problem.line - 1].strip() for problem in problems if problem.line] == [
        '"x",', "{", "{", "{",
    ]  # fmt: skip


def test_a_file_without_a_company_or_that_is_no_object_is_told(tmp_path: Path) -> None:
    path = tmp_path / "okrs.json"
    for text in ("[]", "", "{}", '{"items": [}'):
        path.write_text(text)
        records, problems = taken(path)
        assert not records
        assert problems


def test_several_files_tell_the_company_and_the_owners_once(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = written(tmp_path / "one", item("a", owner="Web"))
    two = written(tmp_path / "two", item("b", owner="Web"), period="2020-Q1")
    records, problems = taken(one, two)
    assert not problems
    found = [name for name in names(records) if " " not in name]
    assert found == [
        "Company/a-co", "Cycle/2019-Q4", "Team/Web", "Objective/a", "Cycle/2020-Q1", "Objective/b",
    ]  # fmt: skip


def test_no_file_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="no file"):
        taken()
    with pytest.raises(BadUsage, match="cannot be read"):
        taken(tmp_path / "missing.json")
