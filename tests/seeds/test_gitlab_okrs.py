"""The OKRs of a real company, six levels below the top, with roles spelt in several ways.

Their text is under a licence of its own and stays where it is: no word of it is repeated here.
"""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.errors import Violation
from graph.model.entities import KeyResult, Objective, Person, Team
from graph.model.records import NodeRecord, Record
from graph.model.relations import ContributesTo, InCycle, Measures, Owns
from graph.model.snapshot import Snapshot
from seeds.importers import Options, importer
from tests.seeds.conftest import SHARED
from tests.seeds.reading import imported, said

ITEMS: list[dict[str, Any]] = json.loads(SHARED.read_text(encoding="utf-8"))["items"]


def taken(
    path: Path, form: str, *, merge: bool = False
) -> tuple[list[Record], list[str], list[str]]:
    """Give the records, what is said and what is noted."""
    problems: list[Violation] = []
    notes: list[Violation] = []
    options = Options(merge_duplicates=merge, note=notes.append)
    records = list(importer(form).read([path], problems.append, options))
    return records, said(problems), said(notes)


def graph_of(records: list[Record]) -> Snapshot:
    graph, refused = imported(records)
    assert not refused
    return graph


@pytest.fixture(scope="module")
def as_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same OKRs with our own header, the last row first."""
    path = tmp_path_factory.mktemp("okrs") / "okrs.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(
            ["id", "kind", "title", "owner", "owner_kind", "cycle", "parent", "current"]
        )
        for item in reversed(ITEMS):
            company = item["owner"] == "CEO"
            percent = item.get("outcome_percent") if item["kind"] == "key_result" else None
            writer.writerow(
                [
                    item["id"], item["kind"], item["text"],
                    "GitLab" if company else item["owner"], "company" if company else "",
                    "FY20-Q4", item["parent"] or "", "" if percent is None else f"{percent}%",
                ]
            )  # fmt: skip
    return path


def depth(graph: Snapshot) -> int:
    """The number of items on the longest way up, by the links of the graph alone."""
    above: dict[str, set[str]] = {}
    for link in (*graph.relations(ContributesTo).values(), *graph.relations(Measures).values()):
        above.setdefault(str(link.source), set()).add(str(link.target))

    def height(name: str) -> int:
        return 1 + max((height(parent) for parent in above.get(name, ())), default=0)

    return max(map(height, above))


def test_nothing_of_them_is_lost() -> None:
    records, problems, _ = taken(SHARED, "okr-json")
    graph = graph_of(records)
    kinds = Counter(item["kind"] for item in ITEMS)
    assert (len(graph.nodes(Objective)), len(graph.nodes(KeyResult))) == (142, 222)
    assert kinds == {"objective": 142, "key_result": 222}
    assert len(graph.relations(Measures)) == 222
    assert len(graph.relations(Owns)) == len(graph.relations(InCycle)) == 142
    tops = sum(item["kind"] == "objective" and not item["parent"] for item in ITEMS)
    assert len(graph.relations(ContributesTo)) == 142 - tops
    assert depth(graph) == 1 + max(item["depth"] for item in ITEMS) == 7
    under = Counter(link.target.kind for link in graph.relations(ContributesTo).values())
    of = {item["id"]: item["kind"] for item in ITEMS}
    assert under["KeyResult"] == sum(
        item["kind"] == "objective" and of.get(item["parent"]) == "key_result" for item in ITEMS
    )
    assert len(problems) == 3


def test_as_csv_in_any_order_they_give_the_same_graph(as_csv: Path) -> None:
    one, other = (
        graph_of(taken(path, form)[0]) for path, form in ((SHARED, "okr-json"), (as_csv, "okr-csv"))
    )
    for kind in (Objective, KeyResult, Person, Team):
        assert set(one.nodes(kind)) == set(other.nodes(kind))
    for relation in (ContributesTo, Measures, Owns, InCycle):
        assert set(one.relations(relation)) == set(other.relations(relation))
    for key, node in one.nodes(KeyResult).items():
        twin = other.nodes(KeyResult)[key]
        assert (node.name, node.current, node.start, node.target) == (
            twin.name, twin.current, twin.start, twin.target,
        )  # fmt: skip
    rows = Counter(
        record.line
        for record in taken(as_csv, "okr-csv")[0]
        if isinstance(record, NodeRecord) and record.kind in {"Objective", "KeyResult"}
    )
    assert sum(rows.values()) == len(ITEMS)
    assert set(rows.values()) == {1}


@pytest.mark.parametrize("form", ["okr-json", "okr-csv"])
def test_the_two_roles_that_are_spelt_in_two_ways_are_merged_and_no_other(
    as_csv: Path, form: str
) -> None:
    path = SHARED if form == "okr-json" else as_csv
    apart, told, none = taken(path, form)
    merged, left, notes = taken(path, form, merge=True)
    before, after = graph_of(apart), graph_of(merged)
    gone = set(before.nodes(Person)) - set(after.nodes(Person))
    spellings = [
        {"VP Field Ops", "VP, Field Ops"},
        {"PAO", "Principal Accounting Officer"},
    ]
    assert [len(gone & pair) for pair in spellings] == [1, 1]
    assert len(gone) == 2
    assert set(before.nodes(Team)) == set(after.nodes(Team))
    assert {"CRO", "VP of Product Management", "VP of Product Strategy"} <= set(after.nodes(Person))
    assert len(after.relations(Owns)) == len(before.relations(Owns))
    assert set(before.relations(ContributesTo)) == set(after.relations(ContributesTo))
    assert not none
    assert len(notes) == 2
    assert all(" was merged into " in note for note in notes)
    assert len(told) == len(left) + 2
